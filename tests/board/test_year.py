"""A year of the city, read by the month, is what its days and its ratings say."""

from __future__ import annotations

import datetime as dt
import random
import uuid

import pytest
from django.db import connection

from motcua.board.ratings import RatingCounts, ratings_by_counter, ratings_by_unit
from motcua.board.rules import LevelCounts, Period
from motcua.board.selectors import levels_by_counter, levels_by_unit
from motcua.kernel.clock import CITY
from motcua.organisation.models import Counter
from motcua.service_quality import rollups
from motcua.service_quality.models import Level, Rating
from motcua.service_quality.models.ratings import Face
from tests.factories import CounterFactory, UnitFactory

pytestmark = pytest.mark.django_db
FIRST = dt.date(2025, 11, 24)
YEAR = Period(FIRST, dt.date(2026, 11, 23))


@pytest.fixture
def counters() -> list[Counter]:
    unit = UnitFactory()
    return [CounterFactory(unit=unit), CounterFactory(unit=unit), CounterFactory()]


def moments(count: int) -> list[dt.datetime]:
    """Moments at every hour of a little more than the year; midnights and month's ends too."""
    chance = random.Random(2026)
    begin = dt.datetime(2025, 11, 20, tzinfo=CITY)
    return [begin + dt.timedelta(hours=chance.randrange(0, 373 * 24)) for _ in range(count)]


def test_levels_by_unit_are_those_of_its_counters(counters: list[Counter]) -> None:
    for turn, at in enumerate(moments(150)):
        visit = rollups.ClosedVisit(counters[turn % 3].pk, at, Level(1 + turn % 4), 50.0)
        rollups.add_visit(visit)
        if turn % 10 == 0:
            rollups.add_visit(visit, sign=-1)
    by_counter = levels_by_counter(counters, YEAR)
    expected = {
        counters[0].unit_id: by_counter[counters[0].pk] + by_counter[counters[1].pk],
        counters[2].unit_id: by_counter[counters[2].pk],
    }
    assert levels_by_unit(YEAR) == expected
    assert sum(c.visits for c in expected.values()) > 100


def test_ratings_are_counted_by_whoever_stores_them(counters: list[Counter]) -> None:
    expected: dict[int, RatingCounts] = {counter.pk: RatingCounts() for counter in counters}
    for turn, at in enumerate(moments(150)):
        counter, face = counters[turn % 3], Face(1 + turn % 3)
        Rating.objects.create(
            key=uuid.uuid4(),
            unit=counter.unit,
            counter=counter,
            face=face,
            language="vi",
            rated_at=at,
        )
        if YEAR.first <= at.date() <= YEAR.last:
            touched = {Face.POOR: "poor", Face.FAIR: "fair", Face.GOOD: "good"}[face]
            expected[counter.pk] += RatingCounts(**{touched: 1})
    assert ratings_by_counter(counters, YEAR) == expected
    assert ratings_by_unit(YEAR) == {
        counters[0].unit_id: expected[counters[0].pk] + expected[counters[1].pk],
        counters[2].unit_id: expected[counters[2].pk],
    }


def test_a_year_of_the_city_does_not_read_the_days_of_whole_months(
    counters: list[Counter],
) -> None:
    rollups.add_visit(
        rollups.ClosedVisit(
            counters[0].pk, dt.datetime(2026, 5, 5, 9, tzinfo=CITY), Level.PLEASED, 80.0
        )
    )
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM service_quality_dayrollup")
    assert levels_by_unit(YEAR) == {counters[0].unit_id: LevelCounts(1, pleased=1, score_sum=80.0)}
