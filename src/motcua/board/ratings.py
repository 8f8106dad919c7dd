"""What citizens said themselves, counter by counter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

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
    first, after = moments(period)
    rows = (
        Rating.objects.filter(counter__in=counters, rated_at__gte=first, rated_at__lt=after)
        .order_by()
        .values("counter_id")
        .annotate(**FACES)
    )
    found = {row["counter_id"]: RatingCounts(row["poor"], row["fair"], row["good"]) for row in rows}
    return {counter.pk: found.get(counter.pk, RatingCounts()) for counter in counters}


def ratings_by_unit(period: Period) -> dict[int, RatingCounts]:
    """Ratings of every unit of the city, keyed by unit id; units without ratings are absent."""
    first, after = moments(period)
    rows = Rating.objects.filter(rated_at__gte=first, rated_at__lt=after).order_by()
    return {
        row["unit_id"]: RatingCounts(row["poor"], row["fair"], row["good"])
        for row in rows.values("unit_id").annotate(**FACES)
    }
