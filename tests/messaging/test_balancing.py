"""Shares move away from trouble, slowly back, and not when everybody is in trouble."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from motcua.messaging.balancing import COOL_DOWN, LEAST, Record, Standing, order, rebalance

NOON = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
GOOD = Record(((True, 0.2),) * 10)
FAILING = Record(((False, 0.2),) * 3)
SLOW = Record(((True, 9.0),) * 6)

shares = st.integers(0, 100)
standings = st.lists(
    st.tuples(shares, shares, st.none() | st.integers(0, 300)), min_size=1, max_size=5
).map(
    lambda rows: [
        Standing(
            number,
            weight,
            min(share, weight),
            None if ago is None else NOON - dt.timedelta(seconds=ago),
        )
        for number, (weight, share, ago) in enumerate(rows)
    ]
)
records = st.lists(st.tuples(st.booleans(), st.floats(0, 20)), max_size=12).map(
    lambda attempts: Record(tuple(attempts))
)


def test_a_failing_provider_loses_half_its_share() -> None:
    pair = [Standing(1, 100, 100, None), Standing(2, 100, 100, None)]
    assert rebalance(pair, {1: FAILING, 2: GOOD}, NOON) == {1: 50}


def test_a_slow_provider_loses_share_too() -> None:
    pair = [Standing(1, 100, 100, None), Standing(2, 100, 100, None)]
    assert rebalance(pair, {1: SLOW, 2: GOOD}, NOON) == {1: 50}


def test_nothing_moves_when_all_are_in_trouble() -> None:
    pair = [Standing(1, 100, 80, None), Standing(2, 50, 50, None)]
    assert rebalance(pair, {1: SLOW, 2: FAILING}, NOON) == {}


def test_a_recovered_provider_drifts_back_to_its_weight() -> None:
    share, moved_at, seen = 10, NOON, [10]
    for step in range(1, 8):
        at = NOON + step * COOL_DOWN
        pair = [Standing(1, 30, share, moved_at), Standing(2, 100, 100, None)]
        if 1 in (moved := rebalance(pair, {}, at)):
            share, moved_at = moved[1], at
            seen.append(share)
    assert seen == [10, 15, 20, 25, 30]


def test_only_one_move_within_a_cool_down() -> None:
    just_moved = NOON - COOL_DOWN + dt.timedelta(seconds=1)
    pair = [Standing(1, 100, 50, just_moved), Standing(2, 100, 100, None)]
    assert rebalance(pair, {1: FAILING, 2: GOOD}, NOON) == {}


def test_one_failure_among_many_says_nothing() -> None:
    assert not Record(((False, 0.1),) + ((True, 0.1),) * 9).failing


@given(standings, st.dictionaries(st.integers(0, 5), records))
def test_shares_stay_between_the_least_and_the_weight(
    group: list[Standing], known: dict[int, Record]
) -> None:
    weights = {standing.provider: standing for standing in group}
    for provider, share in rebalance(group, known, NOON).items():
        assert min(LEAST, weights[provider].weight) <= share <= weights[provider].weight


@given(standings, st.floats(0, 1, exclude_max=True))
def test_every_provider_is_tried_once_and_standing_by_comes_last(
    group: list[Standing], draw: float
) -> None:
    tried = order(group, draw)
    assert sorted(tried) == sorted(standing.provider for standing in group)
    share = {standing.provider: standing.share for standing in group}
    if any(share.values()):
        assert share[tried[0]] > 0


def test_the_first_is_drawn_by_share() -> None:
    pair = [Standing(1, 75, 75, None), Standing(2, 25, 25, None)]
    first = [order(pair, draw / 100)[0] for draw in range(100)]
    assert (first.count(1), first.count(2)) == (75, 25)
