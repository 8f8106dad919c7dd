"""Taking in what devices send: unpack, judge item by item, store once, tell open pages."""

from motcua.service_quality.intake.envelope import BatchRefused, Parsed, parse, unpack
from motcua.service_quality.intake.receive import receive

__all__ = ["BatchRefused", "Parsed", "parse", "receive", "unpack"]
