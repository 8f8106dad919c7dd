"""What the board may show."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.board.rules import (
    FEWEST_SHOWN,
    LevelCounts,
    Period,
    PeriodError,
    in_months,
    month_of,
    percentile,
    period,
    total,
    wilson,
)

TODAY = dt.date(2026, 11, 23)
counts = st.builds(
    LevelCounts,
    visits=st.integers(0, 500),
    displeased=st.integers(0, 100),
    ordinary=st.integers(0, 100),
    pleased=st.integers(0, 100),
    very_pleased=st.integers(0, 100),
    score_sum=st.floats(0, 10_000),
)


@pytest.mark.parametrize(
    ("span", "first"),
    [
        ("hom-nay", "2026-11-23"),
        ("7-ngay", "2026-11-17"),
        ("30-ngay", "2026-10-25"),
        ("12-thang", "2025-11-24"),
        ("khong-co", "2026-11-17"),
    ],
)
def test_spans_end_today_and_an_unknown_one_is_the_week(span: str, first: str) -> None:
    asked = period(span, today=TODAY)
    assert (asked.first, asked.last) == (dt.date.fromisoformat(first), TODAY)


@pytest.mark.parametrize(
    ("first", "last"),
    [("", ""), ("2026-11-01", ""), ("hôm qua", "2026-11-02"), ("2026-11-09", "2026-11-02"),
     ("2026-12-01", "2026-12-02"), ("2025-01-01", "2026-11-02")],
)  # fmt: skip
def test_days_that_make_no_period_are_refused_with_a_sentence(first: str, last: str) -> None:
    with pytest.raises(PeriodError, match=r"\.$"):
        period("tuy-chon", today=TODAY, first=first, last=last)


def test_a_chosen_period_that_runs_into_the_future_ends_today() -> None:
    asked = period("tuy-chon", today=TODAY, first="2026-11-20", last="2026-12-31")
    assert asked.last == TODAY
    assert len(asked.days) == 4


def test_a_month_ends_with_its_last_day_or_today() -> None:
    assert month_of("2026-02", today=TODAY).last == dt.date(2026, 2, 28)
    assert month_of("2026-11", today=TODAY).last == TODAY
    for wrong in ("2026-13", "11/2026", "", "2026-12"):
        with pytest.raises(PeriodError):
            month_of(wrong, today=TODAY)


@given(counts)
def test_no_share_of_fewer_than_five_visits_is_ever_shown(each: LevelCounts) -> None:
    share = each.share(each.displeased)
    assert (share is None) == (each.scored < FEWEST_SHOWN)
    assert (each.mean_score is None) == (each.scored < FEWEST_SHOWN)


@given(st.lists(counts, max_size=8))
def test_a_total_counts_everything_once(each: list[LevelCounts]) -> None:
    assert total(each).scored == sum(c.scored for c in each)
    assert total(each).visits == sum(c.visits for c in each)


@given(st.lists(st.floats(0, 1e6), min_size=FEWEST_SHOWN, max_size=60), st.floats(0.01, 1))
def test_a_percentile_is_one_of_the_values_and_covers_its_share(
    values: list[float], share: float
) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(v <= found for v in values) >= share * len(values) - 1e-9


def test_a_percentile_of_too_few_is_not_shown() -> None:
    assert percentile([1.0] * (FEWEST_SHOWN - 1), 0.5) is None


@given(st.integers(FEWEST_SHOWN, 5000), st.data())
def test_the_interval_of_a_share_holds_the_share_and_lies_within_0_and_1(
    n: int, data: st.DataObject
) -> None:
    k = data.draw(st.integers(0, n))
    low, high = wilson(k, n) or (1, 0)
    rounding = 1e-9
    assert 0 <= low <= k / n + rounding
    assert k / n - rounding <= high <= 1


def test_the_interval_is_that_of_the_textbook() -> None:
    low, high = wilson(8, 10) or (0, 0)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)


@given(st.dates(dt.date(2024, 1, 1), dt.date(2030, 1, 1)), st.integers(0, 400))
def test_months_and_edges_are_the_period_once(first: dt.date, more: int) -> None:
    asked = Period(first, first + dt.timedelta(days=more))
    whole, edges = in_months(asked)
    parts = [*edges, *([whole] if whole else [])]
    assert sorted(day for part in parts for day in part.days) == asked.days
    if whole is not None:
        assert whole.first.day == 1
        assert (whole.last + dt.timedelta(days=1)).day == 1
    # Of the rest, at most the days of two months are read one by one.
    assert sum(len(edge.days) for edge in edges) <= 60


def test_a_year_is_eleven_months_and_its_ends() -> None:
    whole, edges = in_months(Period(dt.date(2025, 11, 24), dt.date(2026, 11, 23)))
    assert whole == Period(dt.date(2025, 12, 1), dt.date(2026, 10, 31))
    assert edges == [
        Period(dt.date(2025, 11, 24), dt.date(2025, 11, 30)),
        Period(dt.date(2026, 11, 1), dt.date(2026, 11, 23)),
    ]
