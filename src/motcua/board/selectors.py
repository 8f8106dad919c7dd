"""Figures for boards, read from the roll-ups: never from single readings."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Model, QuerySet, Sum
from django.db.models.functions import ExtractHour

from motcua.board.rules import LevelCounts, Period, in_months
from motcua.kernel.clock import CITY, start_of_day
from motcua.organisation.models import Counter, Unit
from motcua.service_quality.models import DayRollup, HourRollup, MonthRollup

SUMS = {
    "n": Sum("visits"),
    "d": Sum("visits_displeased"),
    "o": Sum("visits_ordinary"),
    "p": Sum("visits_pleased"),
    "v": Sum("visits_very_pleased"),
    "s": Sum("score_sum"),
}


def counters_of(unit: Unit) -> list[Counter]:
    """The unit's active counters by number, with department and fields at hand."""
    active = Counter.objects.filter(unit=unit, active=True)
    return list(active.select_related("department").prefetch_related("fields"))


def moments(period: Period) -> tuple[dt.datetime, dt.datetime]:
    """First moment of the period and first moment after it, in the city's time zone."""
    return start_of_day(period.first), start_of_day(period.last + dt.timedelta(days=1))


def _in(period: Period, rows: QuerySet[Any]) -> QuerySet[Any]:
    first, after = moments(period)
    return rows.filter(start__gte=first, start__lt=after)


def _counts(row: dict[str, Any]) -> LevelCounts:
    return LevelCounts(row["n"], row["d"], row["o"], row["p"], row["v"], row["s"])


def levels_by_counter(counters: Sequence[Counter], period: Period) -> dict[int, LevelCounts]:
    """Levels of each counter, keyed by its id; counters without visits are present."""
    rows = _in(period, DayRollup.objects.filter(counter__in=counters))
    found = {
        row["counter_id"]: _counts(row)
        for row in rows.order_by().values("counter_id").annotate(**SUMS)
    }
    return {counter.pk: found.get(counter.pk, LevelCounts()) for counter in counters}


def levels_by_day(counters: Sequence[Counter], period: Period) -> dict[dt.date, LevelCounts]:
    """Levels of each day of the period, all these counters together."""
    rows = _in(period, DayRollup.objects.filter(counter__in=counters))
    found = {
        row["start"].astimezone(CITY).date(): _counts(row)
        for row in rows.order_by().values("start").annotate(**SUMS)
    }
    return {day: found.get(day, LevelCounts()) for day in period.days}


def levels_by_hour(counters: Sequence[Counter], period: Period) -> dict[int, LevelCounts]:
    """Levels by the hour of the day, 0–23, only hours that had visits."""
    rows = _in(period, HourRollup.objects.filter(counter__in=counters))
    hours = rows.order_by().annotate(hour=ExtractHour("start", tzinfo=CITY)).values("hour")
    found = {row["hour"]: _counts(row) for row in hours.annotate(**SUMS)}
    return {hour: found[hour] for hour in sorted(found) if found[hour].visits}


def levels_by_unit(period: Period) -> dict[int, LevelCounts]:
    """Levels of every unit of the city, keyed by unit id; units without visits are absent."""
    found: dict[int, LevelCounts] = defaultdict(LevelCounts)
    for rows in days_and_months(period, DayRollup, MonthRollup):
        for row in rows.values("counter__unit_id").annotate(**SUMS):
            found[row["counter__unit_id"]] += _counts(row)
    return {unit: counts for unit, counts in found.items() if counts.visits}


def days_and_months(
    period: Period, days: type[Model], months: type[Model]
) -> Iterator[QuerySet[Any]]:
    """Rows that together make up the period: whole months by the month, the rest by the day."""
    whole, edges = in_months(period)
    if whole is not None:
        yield _in(whole, months._default_manager.order_by())
    for edge in edges:
        yield _in(edge, days._default_manager.order_by())


def by_field(counters: Sequence[Counter], counts: dict[int, LevelCounts]) -> dict[str, LevelCounts]:
    """Levels by field of work; a counter that serves several counts in each, which pages say."""
    fields: dict[str, LevelCounts] = defaultdict(LevelCounts)
    for counter in counters:
        for field in counter.fields.all():
            fields[field.name] += counts[counter.pk]
    return dict(sorted(fields.items()))
