"""A counter's week: what lifted and what sank moods, and what is too little to say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.kernel.clock import CITY
from motcua.service_quality.coaching import FEWEST, VisitFacts, thirds, week

MONDAY = dt.datetime(2026, 11, 23, 8, 0, tzinfo=CITY)


def visits(hour: int, scores: Sequence[float], minutes: int = 8) -> list[VisitFacts]:
    start = MONDAY.replace(hour=hour)
    return [VisitFacts(start, dt.timedelta(minutes=minutes), score) for score in scores]


def test_an_hour_that_goes_clearly_worse_sinks_and_the_better_one_lifts() -> None:
    found = week(visits(8, [70, 72, 68, 71, 69, 73]) + visits(11, [48, 52, 50, 49, 51, 53]))
    assert [(group.name, group.n) for group in found.sank] == [("11 giờ", 6)]
    assert [(group.name, group.n) for group in found.lifted] == [("08 giờ", 6)]
    assert found.sank[0].difference == pytest.approx(-20, abs=0.1)


def test_differences_within_chance_are_not_reported() -> None:
    found = week(visits(8, [40, 80, 50, 70, 60, 65]) + visits(11, [45, 75, 55, 72, 58, 61]))
    assert not found.lifted
    assert not found.sank


def test_long_visits_are_compared_with_short_ones() -> None:
    found = week(visits(8, [70, 71, 72, 70, 71], 4) + visits(8, [50, 51, 52, 50, 51], 20))
    assert "Từ 15 phút" in {group.name for group in found.sank}


@given(
    st.lists(
        st.builds(
            VisitFacts,
            opened_at=st.integers(0, 6 * 24).map(lambda h: MONDAY + dt.timedelta(hours=h)),
            length=st.integers(0, 60).map(lambda m: dt.timedelta(minutes=m)),
            score=st.floats(0, 100),
        ),
        max_size=30,
    )
)
def test_groups_of_fewer_than_five_never_show_a_figure(facts: list[VisitFacts]) -> None:
    found = week(facts)
    for group in found.groups:
        assert group.n >= FEWEST or (group.mean is None and group.difference is None)
        assert group.difference is None or found.n - group.n >= FEWEST
    assert found.mean is None or found.n >= FEWEST


def test_the_thirds_of_a_visit_follow_its_curve() -> None:
    curve = [[0, 0.8, 0.1], [30, 0.5, 0.1], [59, 0.1, 0.7]]
    first, middle, last = thirds(curve, dt.timedelta(seconds=60))
    assert (first, middle, last) == pytest.approx((0.7, 0.4, -0.6))
    assert thirds([], dt.timedelta(seconds=60)) == (None, None, None)
    assert thirds([[5, 0.4, 0.1]], dt.timedelta()) == (pytest.approx(0.3), None, None)
