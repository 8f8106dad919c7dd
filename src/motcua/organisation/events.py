"""News of this room for the rooms above."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class DutyChanged:
    """Somebody sat down at a counter, or nobody sits there any more (`person_id` is None)."""

    counter_id: int
    person_id: int | None
    at: dt.datetime


@dataclass(frozen=True)
class SecondFactorReset:
    """An administrator took somebody's second factor away; the person must hear of it."""

    person_id: int
    at: dt.datetime


@dataclass(frozen=True)
class CounterChanged:
    """A counter's fields, department, region, camera switch or activity changed."""

    counter_id: int


@dataclass(frozen=True)
class CalendarChanged:
    """Opening hours or days changed; `unit_id` is None when the whole city's did."""

    unit_id: int | None


@dataclass(frozen=True)
class DeviceRevoked:
    """A device may no longer speak to the centre."""

    device_id: int
