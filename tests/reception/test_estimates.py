"""The expected wait: what it rests on, when it stays silent, and how often it holds."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.waiting import Morning, Told
from motcua.kernel.clock import CITY
from motcua.reception import waiting
from motcua.reception.estimates import (
    Basis,
    Desk,
    Estimate,
    Place,
    Queue,
    as_text,
    basis_text,
    estimates,
    length,
)
from motcua.reception.services import calling
from tests.reception.factories import Hall, past_turns

NOON = dt.datetime(2026, 11, 24, 12, 0, tzinfo=CITY)


def alone(places: int, lengths: list[float], counters: int = 1, **values: object) -> Queue:
    """One line; nobody is at the counters."""
    return Queue(
        waiting=[Place(n + 1, 1) for n in range(places)],
        desks=[Desk(n, frozenset({1})) for n in range(counters)],
        lengths={1: lengths},
        **values,  # type: ignore[arg-type]
    )


def test_whose_turn_it_is_waits_under_five_minutes() -> None:
    found = estimates(alone(1, [300.0] * 10))[1]
    assert (found.low, found.high) == (0, 5)
    assert as_text(found) == "Dưới 5 phút"


def test_steady_lengths_give_the_sum_of_those_before() -> None:
    found = estimates(alone(5, [600.0] * 10))
    assert [(found[n].low, found[n].high) for n in (2, 3, 5)] == [(10, 10), (20, 20), (40, 40)]


def test_two_counters_halve_the_wait() -> None:
    one, two = estimates(alone(9, [600.0] * 10))[9], estimates(alone(9, [600.0] * 10, 2))[9]
    assert (one.low, two.low) == (80, 40)
    assert two.counters == 2


def test_few_turns_or_no_counter_give_no_range_and_say_why() -> None:
    few = estimates(alone(2, [300.0] * 7))[2]
    assert few.basis is Basis.FEW_TURNS
    assert as_text(few) == "Chưa đủ dữ liệu"
    closed = estimates(alone(2, [300.0] * 20, counters=0))[2]
    assert closed.basis is Basis.NO_COUNTER
    assert as_text(closed, "en") == "No counter is open for this yet"
    assert basis_text(closed) == ""


def test_a_counter_shared_with_a_line_nothing_is_known_of_gives_no_range() -> None:
    queue = Queue([Place(1, 1)], [Desk(1, frozenset({1, 2}))], {1: [300.0] * 20, 2: [300.0]})
    assert estimates(queue)[1].basis is Basis.FEW_TURNS


def test_what_the_range_rests_on_is_said() -> None:
    found = estimates(alone(3, [300.0, 900.0] * 10))[3]
    assert basis_text(found) == "Dựa trên 20 lượt gần đây và 1 quầy đang mở."
    assert as_text(Estimate(Basis.ENOUGH, 10, 25)) == "Khoảng 10 đến 25 phút"


def test_people_with_priority_who_keep_coming_lengthen_the_wait_of_others() -> None:
    quiet = estimates(alone(6, [600.0] * 10))[6]
    busy = estimates(alone(6, [600.0] * 10, arrivals={1: 4}))[6]
    assert busy.high > quiet.high


def test_a_range_grows_with_the_number_ahead_more_than_luck_alone_would_have_it() -> None:
    """Six times as many: luck alone would widen the range by the root of that, 2.4 times."""
    lengths = [120.0, 180.0, 240.0, 300.0, 420.0, 600.0, 900.0, 1500.0]
    found = estimates(alone(25, lengths), plays=400)
    short, long = (found[n].high - found[n].low for n in (5, 25))
    assert long > 3 * short


def test_a_long_turn_going_on_delays_the_next_call() -> None:
    desk = Desk(1, frozenset({1}), busy_line=1, busy_seconds=60.0)
    found = estimates(Queue([Place(1, 1)], [desk], {1: [1260.0] * 10}))[1]
    assert (found.low, found.high) == (20, 20)


def test_a_ticket_for_one_counter_waits_for_that_counter() -> None:
    desks = [
        Desk(1, frozenset({1}), busy_line=1, busy_seconds=0.0),
        Desk(2, frozenset({1})),
    ]
    found = estimates(Queue([Place(1, 1, only=1)], desks, {1: [1800.0] * 10}))[1]
    assert (found.low, found.high, found.counters) == (30, 30, 1)


@given(
    st.lists(st.floats(30, 3000), min_size=8, max_size=30),
    st.lists(st.booleans(), min_size=1, max_size=15),
    st.integers(1, 4),
)
def test_ranges_are_whole_and_later_places_of_a_class_are_never_expected_earlier(
    lengths: list[float], classes: list[bool], counters: int
) -> None:
    queue = Queue(
        [Place(n + 1, 1, each) for n, each in enumerate(classes)],
        [Desk(n, frozenset({1})) for n in range(counters)],
        {1: lengths},
    )
    found = estimates(queue, plays=20)
    for priority in (True, False):
        ranges = [found[n + 1] for n, each in enumerate(classes) if each is priority]
        assert all(each.low <= each.high and each.low % 5 == each.high % 5 == 0 for each in ranges)
        assert [each.low for each in ranges] == sorted(each.low for each in ranges)
        assert [each.high for each in ranges] == sorted(each.high for each in ranges)


def test_over_whole_mornings_four_of_five_are_called_within_their_range() -> None:
    """The benchmark in short; its figures stand in docs/benchmarks.md."""
    chance, lengths = random.Random(7), {1: [], 2: [], 3: []}
    told: list[Told] = []
    for _ in range(6):
        morning = Morning(chance, lengths)  # type: ignore[arg-type]
        morning.play()
        told += morning.told.values()
    ranged = [each for each in told if each.estimate.basis is Basis.ENOUGH]
    held = sum(
        each.estimate.low <= ((each.called or 0) - each.taken) / 60 <= each.estimate.high
        for each in ranged
    )
    assert len(ranged) > 250
    assert held / len(ranged) > 0.8


def test_paperwork_after_a_turn_counts_and_an_empty_hall_does_not() -> None:
    end = NOON + dt.timedelta(minutes=5)
    soon, late = end + dt.timedelta(seconds=40), end + dt.timedelta(minutes=20)
    assert length(NOON, end, soon) == 340
    assert length(NOON, end, late) == length(NOON, end, None) == 300


@pytest.mark.django_db
def test_from_the_database_the_latest_turns_and_open_counters_count(hall: Hall) -> None:
    past_turns(hall, "A", [10.0] * 12)
    first, second, third = (hall.ticket() for _ in range(3))
    found = waiting.estimates_of(hall.unit.pk)
    assert (found[first.pk].turns, found[first.pk].counters) == (12, 2)
    assert (found[second.pk].low, found[third.pk].low) == (0, 10)
    calling.pause(actor=hall.officers[1], counter_id=hall.counters[1].pk)
    waiting.forget()
    assert waiting.estimates_of(hall.unit.pk)[third.pk].low == 20
    calling.pause(actor=hall.officers[0], counter_id=hall.counters[0].pk)
    waiting.forget()
    assert waiting.estimates_of(hall.unit.pk)[third.pk].basis is Basis.NO_COUNTER
