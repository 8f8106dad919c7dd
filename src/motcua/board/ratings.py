"""What citizens said themselves, counter by counter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from motcua.board.rules import FEWEST_SHOWN, Period
from motcua.board.selectors import moments
from motcua.organisation.models import Counter
from motcua.service_quality.models import Rating
from motcua.service_quality.models.ratings import Face


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


FACES = {
    "poor": Count("id", filter=Q(face=Face.POOR)),
    "fair": Count("id", filter=Q(face=Face.FAIR)),
    "good": Count("id", filter=Q(face=Face.GOOD)),
}


def ratings_by_counter(counters: Sequence[Counter], period: Period) -> dict[int, RatingCounts]:
    """Ratings of each counter, keyed by its id; counters without ratings are present."""
    found = _by("counter_id", _in(period).filter(counter__in=counters))
    return {counter.pk: found.get(counter.pk, RatingCounts()) for counter in counters}


def ratings_by_unit(period: Period) -> dict[int, RatingCounts]:
    """Ratings of every unit of the city, keyed by unit id; units without ratings are absent."""
    return _by("unit_id", _in(period))


def _in(period: Period) -> QuerySet[Rating]:
    first, after = moments(period)
    return Rating.objects.filter(rated_at__gte=first, rated_at__lt=after)


def _by(column: str, ratings: QuerySet[Rating]) -> dict[int, RatingCounts]:
    rows = ratings.order_by().values(column).annotate(**FACES).values_list(column, *FACES)
    return {key: RatingCounts(poor, fair, good) for key, poor, fair, good in rows}
