"""The life of a ticket as a table, and who is called next."""

from __future__ import annotations

import datetime as dt
from collections import Counter, deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.kernel.clock import CITY
from motcua.organisation.calendar import Session
from motcua.reception import rules
from motcua.reception.rules import (
    OWNERS,
    STATE_NAMES,
    TRANSITIONS,
    Act,
    State,
    Waiting,
    Weights,
    gives_numbers,
    next_of,
)

START = dt.datetime(2026, 11, 24, 7, 30, tzinfo=CITY)
FINAL = {State.DONE, State.LEFT, State.UNSERVED}
weights = st.builds(Weights, st.integers(1, 6), st.integers(1, 4))


def person(number: int, *, priority: bool = False) -> Waiting:
    return Waiting(START + dt.timedelta(seconds=number), number, priority)


def test_every_state_can_be_reached_and_has_a_name() -> None:
    reached, edge = {State.WAITING}, {State.WAITING}
    while edge:
        edge = {to for (state, _), to in TRANSITIONS.items() if state in edge} - reached
        reached |= edge
    assert reached == set(State) == set(STATE_NAMES)


def test_every_state_but_the_last_ones_has_a_way_out_and_an_owner() -> None:
    leaving = {state for state, _ in TRANSITIONS}
    assert leaving == set(State) - FINAL
    # Somebody absent may come back or not: nobody owes them an act.
    assert set(OWNERS) == leaving - {State.NO_SHOW}


def test_every_act_is_possible_somewhere() -> None:
    assert {act for _, act in TRANSITIONS} == set(Act)


def test_three_with_priority_then_one_without() -> None:
    waiting = [person(n, priority=n >= 10) for n in range(20)]
    calls: list[bool] = []
    for _ in range(8):
        chosen = next_of(waiting, calls[::-1], Weights(3, 1))
        assert chosen
        waiting.remove(chosen)
        calls.append(chosen.priority)
    assert calls == [True, True, True, False, True, True, True, False]


@given(weights, st.lists(st.booleans(), min_size=1, max_size=40))
def test_within_a_class_the_order_of_places_is_kept(by: Weights, classes: list[bool]) -> None:
    waiting = [person(n, priority=each) for n, each in enumerate(classes)]
    recent: deque[bool] = deque()
    called: list[Waiting] = []
    while chosen := next_of(waiting, list(recent), by):
        waiting.remove(chosen)
        recent.appendleft(chosen.priority)
        called.append(chosen)
    assert not waiting
    for priority in (True, False):
        places = [each.place for each in called if each.priority is priority]
        assert places == sorted(places)


@given(weights, st.lists(st.booleans(), max_size=30), st.integers(0, 12))
def test_nobody_starves_however_many_with_priority_keep_coming(
    by: Weights, past: list[bool], before: int
) -> None:
    """Whoever has k ordinary people before them is called within k + 1 rounds."""
    waiting = [person(n) for n in range(before + 1)]
    last = waiting[-1]
    recent: deque[bool] = deque(past)
    newcomer = 1000
    rounds = before + 1
    for _ in range(rounds * (by.priority + by.ordinary)):
        waiting.append(person(newcomer, priority=True))
        newcomer += 1
        chosen = next_of(waiting, list(recent), by)
        assert chosen
        waiting.remove(chosen)
        recent.appendleft(chosen.priority)
        if chosen == last:
            break
    else:
        pytest.fail(f"not called in {rounds} rounds")


@given(weights, st.lists(st.booleans(), max_size=30), st.integers(1, 20))
def test_people_with_priority_do_not_starve_either(
    by: Weights, past: list[bool], crowd: int
) -> None:
    waiting = [person(n) for n in range(crowd)] + [person(500, priority=True)]
    recent: deque[bool] = deque(past)
    for _ in range(by.ordinary + 1):
        chosen = next_of(waiting, list(recent), by)
        assert chosen
        if chosen.priority:
            return
        waiting.remove(chosen)
        recent.appendleft(False)
    pytest.fail("a person with priority waited longer than a round's ordinary calls")


@given(
    weights,
    st.lists(st.tuples(st.booleans(), st.integers(0, 1)), min_size=1, max_size=40),
)
def test_counters_with_shared_lines_serve_everybody_once(
    by: Weights, people: list[tuple[bool, int]]
) -> None:
    """Counter 0 serves line 0; counter 1 serves both."""
    waiting = {n: (person(n, priority=p), line) for n, (p, line) in enumerate(people)}
    recent: tuple[deque[bool], deque[bool]] = (deque(), deque())
    served: Counter[int] = Counter()
    while waiting:
        progress = False
        for counter, lines in ((0, {0}), (1, {0, 1})):
            mine = [each for each, line in waiting.values() if line in lines]
            chosen = next_of(mine, list(recent[counter]), by)
            if chosen:
                progress = True
                served[chosen.ticket_id] += 1
                del waiting[chosen.ticket_id]
                recent[counter].appendleft(chosen.priority)
        assert progress
    assert set(served.values()) == {1}
    assert len(served) == len(people)


def test_a_class_can_never_be_weighted_to_nothing() -> None:
    with pytest.raises(ValueError, match="at least once"):
        Weights(0, 1)


def test_nobody_is_absent_on_one_call_unless_the_unit_calls_only_once() -> None:
    assert not rules.may_miss(1, recalls=2)
    assert rules.may_miss(2, recalls=2)
    assert rules.may_miss(1, recalls=0)
    assert rules.may_recall(2, recalls=2)
    assert not rules.may_recall(3, recalls=2)


def test_numbers_are_given_from_before_opening_until_shortly_before_closing() -> None:
    morning = [Session(START, START + dt.timedelta(hours=4))]
    at = {
        minutes: gives_numbers(morning, START + dt.timedelta(minutes=minutes), before=30, until=15)
        for minutes in (-31, -30, 0, 224, 225, 240)
    }
    assert at == {-31: False, -30: True, 0: True, 224: True, 225: False, 240: False}
