"""The house's only clock. Rules take times as arguments; services ask here."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

CITY = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> dt.datetime:
    """The present moment, aware, in the city's time zone."""
    return dt.datetime.now(tz=CITY)


def today() -> dt.date:
    """The city's calendar date."""
    return now().date()


def start_of_day(day: dt.date) -> dt.datetime:
    """Midnight at which this day begins in the city."""
    return dt.datetime.combine(day, dt.time(), tzinfo=CITY)
