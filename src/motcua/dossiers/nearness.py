"""How a moment stands to a promise: of a hop on form 06, and of today to the promised day. Pure."""

from __future__ import annotations

import datetime as dt
from enum import IntEnum, StrEnum

from motcua.organisation.calendar import WorkingCalendar


class Timeliness(StrEnum):
    """How a hop of form 06 stands to the promise."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    NONE = ""

    @property
    def vietnamese(self) -> str:
        return {
            Timeliness.EARLY: "trước hạn",
            Timeliness.ON_TIME: "đúng hạn",
            Timeliness.LATE: "quá hạn",
            Timeliness.NONE: "",
        }[self]


def timeliness(at: dt.datetime, promised: dt.datetime | None) -> Timeliness:
    """Late after the promised moment, on time on its day, early before that day."""
    if promised is None:
        return Timeliness.NONE
    if at > promised:
        return Timeliness.LATE
    same_day = at.date() == promised.astimezone(at.tzinfo).date()
    return Timeliness.ON_TIME if same_day else Timeliness.EARLY


class Nearness(IntEnum):
    """How near the promise is; who was told of one is not told of it again."""

    NONE = 0
    SOON = 1
    TODAY = 2
    OVERDUE = 3

    @property
    def vietnamese(self) -> str:
        return {
            Nearness.NONE: "còn hạn",
            Nearness.SOON: "sắp đến hạn",
            Nearness.TODAY: "đến hạn hôm nay",
            Nearness.OVERDUE: "quá hạn",
        }[self]


def nearness(*, due: dt.datetime, at: dt.datetime, calendar: WorkingCalendar) -> Nearness:
    """How near the promise is: soon from the last working day before it on.

    Arguments:
        due: the promised moment.
        at: the present, in the city's zone.
        calendar: of the unit that decides.
    """
    if at > due:
        return Nearness.OVERDUE
    day = due.astimezone(at.tzinfo).date()
    if day == at.date():
        return Nearness.TODAY
    following = next(calendar.working_days_from(at.date() + dt.timedelta(days=1)), None)
    return Nearness.SOON if following is None or day <= following else Nearness.NONE


LAST_HOURS = dt.timedelta(hours=2)


def worth_telling(
    near: Nearness, *, started: dt.datetime, due: dt.datetime, at: dt.datetime
) -> bool:
    """Whether people are to be told that a promise is near.

    What came in today is near only because its time is short, and is told of in its last hours.
    """
    if near is Nearness.NONE:
        return False
    if near is Nearness.OVERDUE or started.date() != at.date():
        return True
    return due - at <= LAST_HOURS
