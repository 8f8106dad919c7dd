"""What may be shown, to whom, and for which days. Pure functions and tables."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from motcua.organisation.rules import LEADERS, Permissions, Role

PERMISSIONS: Permissions = {
    "board.view_unit": LEADERS | {Role.CITY},
    "board.view_city": frozenset({Role.CITY}),
}

FEWEST_SHOWN = 5
"""Figures about fewer visits, ratings or incidents than this could point at a person."""

LONGEST_DAYS = 400


class Span(StrEnum):
    """A period that a leader may pick."""

    TODAY = "hom-nay"
    WEEK = "7-ngay"
    MONTH = "30-ngay"
    YEAR = "12-thang"
    CUSTOM = "tuy-chon"


SPAN_NAMES = {
    Span.TODAY: "Hôm nay",
    Span.WEEK: "7 ngày qua",
    Span.MONTH: "30 ngày qua",
    Span.YEAR: "12 tháng qua",
    Span.CUSTOM: "Chọn ngày",
}


class PeriodError(ValueError):
    """The days asked for make no period; the message is for the person who asked."""

    code = "period_invalid"


@dataclass(frozen=True)
class Period:
    """Whole days from `first` to `last`, both included."""

    first: dt.date
    last: dt.date

    def __str__(self) -> str:
        if self.first == self.last:
            return f"{self.first:%d/%m/%Y}"
        return f"{self.first:%d/%m/%Y}–{self.last:%d/%m/%Y}"

    @property
    def days(self) -> list[dt.date]:
        count = (self.last - self.first).days + 1
        return [self.first + dt.timedelta(days=offset) for offset in range(count)]


def in_months(asked: Period) -> tuple[Period | None, list[Period]]:
    """The whole calendar months of a period, and the days before and after them.

    A year of the whole city is read by the month, which is ten times fewer rows than by the day.
    """
    first = asked.first if asked.first.day == 1 else _next_month(asked.first)
    after = (asked.last + dt.timedelta(days=1)).replace(day=1)
    if first >= after:
        return None, [asked]
    day = dt.timedelta(days=1)
    edges = [(asked.first, first - day), (after, asked.last)]
    return Period(first, after - day), [Period(*edge) for edge in edges if edge[0] <= edge[1]]


def _next_month(day: dt.date) -> dt.date:
    return (day.replace(day=1) + dt.timedelta(days=31)).replace(day=1)


def period(span: str, *, today: dt.date, first: str = "", last: str = "") -> Period:
    """The period that was asked for.

    Arguments:
        span: a value of `Span`; anything else counts as the last seven days.
        today: the city's date.
        first, last: ISO dates, read only for `Span.CUSTOM`.

    Raises:
        PeriodError: dates that are no dates, in the wrong order, in the future, or too far apart.
    """
    back = {Span.TODAY: 0, Span.WEEK: 6, Span.MONTH: 29, Span.YEAR: 364}
    if span != Span.CUSTOM:
        known = Span(span) if span in set(Span) else Span.WEEK
        return Period(today - dt.timedelta(days=back[known]), today)
    try:
        begin, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    except ValueError:
        raise PeriodError("Chọn cả ngày đầu và ngày cuối của khoảng cần xem.") from None
    if begin > end:
        raise PeriodError("Ngày đầu phải trước hoặc trùng ngày cuối.")
    if begin > today:
        raise PeriodError("Khoảng đã chọn nằm trong tương lai, chưa có số liệu.")
    if (end - begin).days >= LONGEST_DAYS:
        raise PeriodError(f"Mỗi lần xem tối đa {LONGEST_DAYS} ngày.")
    return Period(begin, min(end, today))


def month_of(text: str, *, today: dt.date) -> Period:
    """The days of a month written `2026-11`, up to today.

    Raises:
        PeriodError: not a month, or one that has not begun.
    """
    try:
        first = dt.datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a calendar month
    except ValueError:
        raise PeriodError("Tháng viết dạng 2026-11.") from None
    if first > today:
        raise PeriodError("Tháng này chưa bắt đầu, chưa có số liệu.")
    after = (first + dt.timedelta(days=31)).replace(day=1)
    return Period(first, min(after - dt.timedelta(days=1), today))


def months_back(today: dt.date, count: int) -> list[dt.date]:
    """First days of this month and the ones before it, newest first."""
    found = [today.replace(day=1)]
    while len(found) < count:
        found.append((found[-1] - dt.timedelta(days=1)).replace(day=1))
    return found


@dataclass(frozen=True)
class LevelCounts:
    """Visits by the level the camera saw; `visits` also holds those with too little view."""

    visits: int = 0
    displeased: int = 0
    ordinary: int = 0
    pleased: int = 0
    very_pleased: int = 0
    score_sum: float = 0.0

    @property
    def scored(self) -> int:
        return self.displeased + self.ordinary + self.pleased + self.very_pleased

    @property
    def shown(self) -> bool:
        return self.scored >= FEWEST_SHOWN

    def share(self, count: int) -> float | None:
        """Part of the scored visits, 0–1; None when too few were scored."""
        return count / self.scored if self.shown else None

    @property
    def mean_score(self) -> float | None:
        return self.score_sum / self.scored if self.shown else None

    def __add__(self, other: LevelCounts) -> LevelCounts:
        return LevelCounts(
            self.visits + other.visits,
            self.displeased + other.displeased,
            self.ordinary + other.ordinary,
            self.pleased + other.pleased,
            self.very_pleased + other.very_pleased,
            self.score_sum + other.score_sum,
        )


def total(counts: Iterable[LevelCounts]) -> LevelCounts:
    """All of them together."""
    return sum(counts, LevelCounts())


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value below which this share of the values lies (nearest rank); None if too few.

    Arguments:
        values: in any order.
        share: 0–1, for example 0.5 for the median.
    """
    if len(values) < FEWEST_SHOWN:
        return None
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)]


def wilson(successes: int, total: int, z: float = 1.96) -> tuple[float, float] | None:
    """95 % interval of a share (Wilson 1927, JASA 22:209–212); None if too few."""
    if total < FEWEST_SHOWN:
        return None
    share = successes / total
    middle = share + z * z / (2 * total)
    reach = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)
