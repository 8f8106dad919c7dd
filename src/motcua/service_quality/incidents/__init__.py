"""Incidents: opened once, told, taken, handled, closed."""

from motcua.service_quality.incidents.acts import (
    add_note,
    add_side,
    close,
    escalate,
    handle,
    open_incident,
    take,
)
from motcua.service_quality.incidents.record import IncidentError, NotNow

__all__ = [
    "IncidentError",
    "NotNow",
    "add_note",
    "add_side",
    "close",
    "escalate",
    "handle",
    "open_incident",
    "take",
]
