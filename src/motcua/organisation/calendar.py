"""When a unit is open and which days are working days. Pure: moments and tables in, answers out.

Every session is half-open: at the minute of opening the unit is open, at the
minute of closing it is closed. Moments may be in any time zone and are read in
the city's.

The facts (holidays, days swapped, Saturday reception) are rows that people
edit; nothing here knows a date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from motcua.kernel.clock import CITY

HORIZON_DAYS = 400
"""How far ahead the next opening is looked for; longer than any run of holidays."""

SATURDAY = 5


@dataclass(frozen=True, order=True)
class Hours:
    """Reception on a weekday (0 is Monday), from `opens` until just before `closes`."""

    weekday: int
    opens: dt.time
    closes: dt.time
    counts_for_deadline: bool = True


@dataclass(frozen=True, order=True)
class Session:
    """One stretch of a particular day during which citizens are received."""

    start: dt.datetime
    end: dt.datetime
    counts_for_deadline: bool = True

    def __contains__(self, moment: dt.datetime) -> bool:
        return self.start <= moment < self.end


@dataclass(frozen=True)
class WorkingCalendar:
    """Opening hours by weekday and the dates that differ from their weekday.

    Arguments:
        hours: the regular sessions; several a day, not overlapping.
        days: True for a date that is worked although its weekday is free (làm bù),
            False for a date that is free although its weekday is worked (nghỉ lễ, nghỉ bù).
    """

    hours: tuple[Hours, ...]
    days: Mapping[dt.date, bool] = field(default_factory=dict)

    def sessions(self, day: dt.date) -> list[Session]:
        """The day's sessions in order.

        A make-up day has the sessions that count on its own weekday, and where there
        are none, as on a Saturday, those of the first weekday that has any.
        """
        worked = self.days.get(day)
        if worked is None:
            hours = [each for each in self.hours if each.weekday == day.weekday()]
        elif worked:
            hours = self._make_up_hours(day.weekday())
        else:
            hours = []
        return sorted(
            Session(
                dt.datetime.combine(day, each.opens, tzinfo=CITY),
                dt.datetime.combine(day, each.closes, tzinfo=CITY),
                each.counts_for_deadline,
            )
            for each in hours
        )

    def _make_up_hours(self, weekday: int) -> list[Hours]:
        for candidate in (weekday, *range(SATURDAY)):
            found = [
                each
                for each in self.hours
                if each.weekday == candidate and each.counts_for_deadline
            ]
            if found:
                return found
        return []

    def is_open(self, moment: dt.datetime) -> bool:
        """Whether citizens are received at this moment."""
        local = moment.astimezone(CITY)
        return any(local in session for session in self.sessions(local.date()))

    def is_working_day(self, day: dt.date) -> bool:
        """Whether the day counts in a deadline given in working days."""
        return any(session.counts_for_deadline for session in self.sessions(day))

    def next_opening(self, moment: dt.datetime, *, counting: bool = False) -> dt.datetime | None:
        """The first moment, not before this one, at which the unit is open.

        Arguments:
            counting: look only at sessions that count for deadlines.

        Returns:
            `moment` itself, in the city's zone, when the unit is open; None when
            it does not open within HORIZON_DAYS.
        """
        local = moment.astimezone(CITY)
        for session in self._sessions_from(local.date()):
            if session.end > local and (session.counts_for_deadline or not counting):
                return max(session.start, local)
        return None

    def working_days_from(self, day: dt.date) -> Iterator[dt.date]:
        """Working days beginning with this one, in order, within HORIZON_DAYS."""
        for offset in range(HORIZON_DAYS):
            candidate = day + dt.timedelta(days=offset)
            if self.is_working_day(candidate):
                yield candidate

    def working_days_between(self, after: dt.date, until: dt.date) -> int:
        """How many working days come after one date, up to and with another; none backwards."""
        return sum(
            self.is_working_day(after + dt.timedelta(days=n))
            for n in range(1, (until - after).days + 1)
        )

    def _sessions_from(self, day: dt.date) -> Iterator[Session]:
        for offset in range(HORIZON_DAYS):
            yield from self.sessions(day + dt.timedelta(days=offset))
