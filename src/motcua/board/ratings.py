"""What citizens said themselves, counter by counter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Sum

from motcua.board.rules import FEWEST_SHOWN, Period
from motcua.board.selectors import days_and_months, moments
from motcua.organisation.models import Counter
from motcua.service_quality.models import RatingDay, RatingMonth


@dataclass(frozen=True)
class RatingCounts:
    """Touches of the three faces."""

    poor: int = 0
    fair: int = 0
    good: int = 0

    @property
    def count(self) -> int:
        return self.poor + self.fair + self.good

    def share(self, count: int) -> float | None:
        """Part of all touches, 0–1; None when there are too few to show."""
        return count / self.count if self.count >= FEWEST_SHOWN else None

    def __add__(self, other: RatingCounts) -> RatingCounts:
        return RatingCounts(self.poor + other.poor, self.fair + other.fair, self.good + other.good)


SUMS = {"poor": Sum("poor"), "fair": Sum("fair"), "good": Sum("good")}


def ratings_by_counter(counters: Sequence[Counter], period: Period) -> dict[int, RatingCounts]:
    """Ratings of each counter, keyed by its id; counters without ratings are present."""
    first, after = moments(period)
    rows = RatingDay.objects.filter(counter__in=counters, start__gte=first, start__lt=after)
    found = _by("counter_id", rows.order_by())
    return {counter.pk: found.get(counter.pk, RatingCounts()) for counter in counters}


def ratings_by_unit(period: Period) -> dict[int, RatingCounts]:
    """Ratings of every unit of the city, keyed by unit id; units without ratings are absent."""
    found: dict[int, RatingCounts] = defaultdict(RatingCounts)
    for rows in days_and_months(period, RatingDay, RatingMonth):
        for unit, counts in _by("counter__unit_id", rows).items():
            found[unit] += counts
    return dict(found)


def _by(column: str, rows: QuerySet[Any]) -> dict[int, RatingCounts]:
    summed = rows.values(column).annotate(**SUMS).values_list(column, *SUMS)
    return {key: RatingCounts(poor, fair, good) for key, poor, fair, good in summed}
