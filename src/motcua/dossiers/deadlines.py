"""When a dossier's result is promised, and why on that day. Pure functions of the calendar.

Sources: Decree 118/2025/NĐ-CP, article 17.3 as amended by Decree 309/2026/NĐ-CP (the clock starts
when the dossier is complete, and for location-independent filing when the competent authority
receives it) and article 18.2 (forwarding of papers); Civil Code 2015, article 148 (a last day that
is no working day moves to the next one). How a day on which a supplement is asked is counted is
not settled in the texts at hand: the day of the request is counted as used, the day of the answer
starts anew like a day of reception.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from motcua.kernel.clock import CITY
from motcua.organisation.calendar import WorkingCalendar
from motcua.procedures.rules import RuleKind, TimeRule

SAME_DAY_UNTIL = dt.time(15, 0)
"""Received before this time, the answer is due the same day; forwarded the same day, too."""


@dataclass(frozen=True)
class Pause:
    """The citizen was asked for something at `start` and gave it at `end`."""

    start: dt.datetime
    end: dt.datetime


@dataclass(frozen=True)
class Line:
    """One line of the explanation shown under "vì sao là ngày này"."""

    on: dt.date
    text: str


@dataclass(frozen=True)
class Deadline:
    """The promised moment and the reasons, in the order in which they apply."""

    at: dt.datetime
    lines: tuple[Line, ...]


class NoWorkingDay(ValueError):
    """The calendar has no working day within its horizon: it is not filled in."""

    code = "calendar_empty"

    def __init__(self) -> None:
        super().__init__("Lịch làm việc chưa có ngày làm việc nào trong thời gian tới.")


def deadline(
    *,
    received: dt.datetime,
    rule: TimeRule,
    calendar: WorkingCalendar,
    pauses: Sequence[Pause] = (),
) -> Deadline:
    """The moment by which the result is promised.

    Arguments:
        received: when the complete dossier reached the authority that decides; aware.
        rule: the procedure's time.
        calendar: of the unit that decides.
        pauses: finished requests for a supplement, in order, not overlapping.

    Raises:
        NoWorkingDay: the calendar has no working days ahead.
    """
    counter = {
        RuleKind.SAME_DAY: _same_day,
        RuleKind.WORKING_DAYS: _working_days,
        RuleKind.CALENDAR_DAYS: _calendar_days,
        RuleKind.WORKING_HOURS: _working_hours,
    }[rule.kind]
    lines: list[Line] = []
    start = _counted_from(received, calendar, lines, "Nhận đủ hồ sơ")
    left = rule.amount
    for pause in pauses:
        used = counter.used(start, pause.start, calendar)
        left = max(left - used, 1 if rule.amount else 0)
        lines.append(
            Line(
                pause.start.astimezone(CITY).date(),
                f"Tạm dừng chờ bổ sung đến {pause.end.astimezone(CITY):%d/%m/%Y}: "
                f"không tính vào thời hạn{counter.used_words(used)}",
            )
        )
        start = _counted_from(pause.end, calendar, lines, "Nhận bổ sung")
    return counter.end(start, left, calendar, lines)


def forward_by(*, received: dt.datetime, calendar: WorkingCalendar) -> dt.datetime:
    """By when a paper dossier must leave for the authority that decides (Decree 118, art. 18.2).

    The same day when it came before 15:00 of a working day, else the beginning of the next.

    Raises:
        NoWorkingDay: the calendar has no working days ahead.
    """
    local = received.astimezone(CITY)
    if calendar.is_working_day(local.date()) and local.time() < SAME_DAY_UNTIL:
        return _close_of(local.date(), calendar)
    following = _nth_working_day(local.date(), 1, calendar)
    return next(s.start for s in calendar.sessions(following) if s.counts_for_deadline)


def _counted_from(
    moment: dt.datetime, calendar: WorkingCalendar, lines: list[Line], what: str
) -> dt.datetime:
    """The moment from which time runs: the next session that counts, if it came outside of one."""
    local = moment.astimezone(CITY)
    opening = calendar.next_opening(local, counting=True)
    if opening is None:
        raise NoWorkingDay
    lines.append(Line(local.date(), f"{what} lúc {local:%H:%M %d/%m/%Y}"))
    if opening > local:
        lines.append(
            Line(
                opening.date(),
                f"Ngoài giờ làm việc: tính từ {opening:%H:%M %d/%m/%Y}",
            )
        )
    return opening


class _Counter:
    """How one kind of rule uses up time and where it ends."""

    def used(self, start: dt.datetime, pause: dt.datetime, calendar: WorkingCalendar) -> int:
        return 0

    def used_words(self, used: int) -> str:
        return ""

    def end(
        self, start: dt.datetime, left: int, calendar: WorkingCalendar, lines: list[Line]
    ) -> Deadline:
        raise NotImplementedError


class _SameDay(_Counter):
    def end(
        self, start: dt.datetime, left: int, calendar: WorkingCalendar, lines: list[Line]
    ) -> Deadline:
        if start.time() < SAME_DAY_UNTIL:
            day, why = start.date(), "Nhận trước 15 giờ: trả trong ngày"
        else:
            day = _nth_working_day(start.date(), 1, calendar)
            why = "Nhận từ 15 giờ: trả trong ngày làm việc tiếp theo"
        return _promise(day, why, calendar, lines)


class _WorkingDays(_Counter):
    def used(self, start: dt.datetime, pause: dt.datetime, calendar: WorkingCalendar) -> int:
        return calendar.working_days_between(start.date(), pause.astimezone(CITY).date())

    def used_words(self, used: int) -> str:
        return f" (đã dùng {used} ngày làm việc)"

    def end(
        self, start: dt.datetime, left: int, calendar: WorkingCalendar, lines: list[Line]
    ) -> Deadline:
        day = _nth_working_day(start.date(), left, calendar)
        free = _free_days(start.date(), day, calendar)
        if free:
            lines.append(Line(free[0], "Không tính " + _days_in_words(free)))
        why = f"Ngày làm việc thứ {left}, đếm từ ngày làm việc liền sau"
        return _promise(day, why, calendar, lines)


class _CalendarDays(_Counter):
    def used(self, start: dt.datetime, pause: dt.datetime, calendar: WorkingCalendar) -> int:
        return max(0, (pause.astimezone(CITY).date() - start.date()).days)

    def used_words(self, used: int) -> str:
        return f" (đã dùng {used} ngày)"

    def end(
        self, start: dt.datetime, left: int, calendar: WorkingCalendar, lines: list[Line]
    ) -> Deadline:
        last = start.date() + dt.timedelta(days=left)
        day = next(calendar.working_days_from(last), None)
        if day is None:
            raise NoWorkingDay
        if day != last:
            lines.append(
                Line(last, f"Ngày thứ {left} là {last:%d/%m/%Y}, ngày nghỉ: lùi đến ngày làm việc")
            )
        return _promise(day, f"Đủ {left} ngày, tính cả ngày nghỉ", calendar, lines)


class _WorkingHours(_Counter):
    def used(self, start: dt.datetime, pause: dt.datetime, calendar: WorkingCalendar) -> int:
        return int(_worked(start, pause.astimezone(CITY), calendar) // dt.timedelta(hours=1))

    def used_words(self, used: int) -> str:
        return f" (đã dùng {used} giờ làm việc)"

    def end(
        self, start: dt.datetime, left: int, calendar: WorkingCalendar, lines: list[Line]
    ) -> Deadline:
        remaining = dt.timedelta(hours=left)
        for day in calendar.working_days_from(start.date()):
            for session in calendar.sessions(day):
                begin = max(session.start, start)
                if not session.counts_for_deadline or begin >= session.end:
                    continue
                if remaining <= session.end - begin:
                    at = begin + remaining
                    lines.append(Line(day, f"Đủ {left} giờ làm việc lúc {at:%H:%M %d/%m/%Y}"))
                    return Deadline(at, tuple(lines))
                remaining -= session.end - begin
        raise NoWorkingDay


_same_day, _working_days = _SameDay(), _WorkingDays()
_calendar_days, _working_hours = _CalendarDays(), _WorkingHours()


def _promise(day: dt.date, why: str, calendar: WorkingCalendar, lines: list[Line]) -> Deadline:
    at = _close_of(day, calendar)
    lines.append(Line(day, f"{why}: hẹn trả trước {at:%H:%M %d/%m/%Y}"))
    return Deadline(at, tuple(lines))


def _close_of(day: dt.date, calendar: WorkingCalendar) -> dt.datetime:
    return max(s.end for s in calendar.sessions(day) if s.counts_for_deadline)


def _nth_working_day(after: dt.date, count: int, calendar: WorkingCalendar) -> dt.date:
    day = after
    for _ in range(count):
        following = next(calendar.working_days_from(day + dt.timedelta(days=1)), None)
        if following is None:
            raise NoWorkingDay
        day = following
    return day


def _free_days(first: dt.date, last: dt.date, calendar: WorkingCalendar) -> list[dt.date]:
    between = (first + dt.timedelta(days=n) for n in range(1, (last - first).days))
    return [day for day in between if not calendar.is_working_day(day)]


def _days_in_words(days: Sequence[dt.date]) -> str:
    shown = ", ".join(f"{day:%d/%m}" for day in days[:6])
    return f"{shown} và {len(days) - 6} ngày nghỉ khác" if len(days) > 6 else f"{shown} (ngày nghỉ)"


def _worked(start: dt.datetime, end: dt.datetime, calendar: WorkingCalendar) -> dt.timedelta:
    """Counting time between two moments."""
    passed = dt.timedelta()
    for offset in range((end.date() - start.date()).days + 1):
        for session in calendar.sessions(start.date() + dt.timedelta(days=offset)):
            overlap = min(session.end, end) - max(session.start, start)
            if session.counts_for_deadline and overlap > dt.timedelta():
                passed += overlap
    return passed


def shifted(*, promise: dt.datetime, pause: Pause, calendar: WorkingCalendar) -> Deadline:
    """A promise that no rule computes, moved by as many working days as the clock stood.

    For a date that a person set: an extension, or a procedure whose time is not known.

    Raises:
        NoWorkingDay: the calendar has no working days ahead.
    """
    stood = calendar.working_days_between(
        pause.start.astimezone(CITY).date(), pause.end.astimezone(CITY).date()
    )
    if not stood:
        return Deadline(promise, ())
    day = _nth_working_day(promise.astimezone(CITY).date(), stood, calendar)
    at = _close_of(day, calendar)
    why = f"Đã chờ bổ sung {stood} ngày làm việc: lùi ngày hẹn, trả trước {at:%H:%M %d/%m/%Y}"
    return Deadline(at, (Line(day, why),))
