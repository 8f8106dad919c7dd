"""Looking for viruses: which scanner this installation uses."""

from __future__ import annotations

from django.conf import settings

from motcua.citizens.scanners.base import Scanner
from motcua.citizens.scanners.clamd import Clamd
from motcua.citizens.scanners.demo import Demo


def scanner() -> Scanner:
    """clamd where `MOTCUA_CLAMD` names it, else the stand-in that knows one test file."""
    return Clamd(settings.CLAMD) if settings.CLAMD else Demo()
