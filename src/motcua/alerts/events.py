"""News of this room, for the rooms above. Handlers run inside the publisher's transaction."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class AlertAcknowledged:
    """Someone took the alert; escalation has stopped.

    Arguments:
        by_label: the capacity in which the person was told, such as "Lãnh đạo Trung tâm".
        via: `link`, `sms` or `screen`.
    """

    alert_id: int
    kind: str
    subject: str
    by_label: str
    person_id: int | None
    via: str
    at: dt.datetime


@dataclass(frozen=True)
class AlertEscalated:
    """Nobody answered in time (or could be reached), and the next level was told."""

    alert_id: int
    kind: str
    subject: str
    level: int
    at: dt.datetime


@dataclass(frozen=True)
class AlertExhausted:
    """Every level was told and nobody answered. The alert stays open."""

    alert_id: int
    kind: str
    subject: str
    at: dt.datetime
