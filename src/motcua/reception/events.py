"""News of the queue for the rooms above."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class TicketCalled:
    """Somebody was called to a counter; a visit begins there. Calling again is no news."""

    ticket_id: int
    visit_id: uuid.UUID
    counter_id: int
    at: dt.datetime


@dataclass(frozen=True)
class VisitFinished:
    """The person at the counter was served, or goes on to another counter."""

    ticket_id: int
    visit_id: uuid.UUID
    counter_id: int
    at: dt.datetime


@dataclass(frozen=True)
class VisitMissed:
    """The person who was called did not come; there was no visit."""

    ticket_id: int
    visit_id: uuid.UUID
    counter_id: int
    at: dt.datetime
