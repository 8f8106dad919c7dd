"""The table of states and acts holds together, and the small decisions beside it."""

import datetime as dt

import pytest

from motcua.dossiers import rules
from motcua.dossiers.nearness import Nearness, Timeliness, nearness, timeliness
from motcua.dossiers.rules import (
    ACTS,
    BACK,
    FINAL,
    FIRST,
    IN_HAND,
    OWNERS,
    TRANSITIONS,
    WAITING,
    Act,
    Channel,
    State,
    target,
)
from motcua.kernel.clock import CITY
from motcua.organisation.calendar import Hours, WorkingCalendar
from motcua.procedures import rules as procedures

WEEK = WorkingCalendar(tuple(Hours(day, dt.time(8), dt.time(17)) for day in range(5)))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=CITY)


def next_states(state: State) -> set[State]:
    """Where the acts of a state lead; from a waiting state back to wherever it was entered."""
    entered_from = {
        source for source, acts in TRANSITIONS.items() for after in acts.values() if after is state
    }
    found: set[State] = set()
    for after in TRANSITIONS[state].values():
        found |= entered_from if after is BACK else {State(after)}
    return found


def test_every_state_is_reached_from_filing() -> None:
    seen, ahead = {FIRST}, [FIRST]
    while ahead:
        fresh = next_states(ahead.pop()) - seen
        seen |= fresh
        ahead += fresh
    assert seen == set(State)


def test_every_state_that_is_not_final_has_a_way_to_an_end_and_an_owner() -> None:
    for state in set(State) - FINAL:
        seen, ahead = {state}, [state]
        while ahead:
            fresh = next_states(ahead.pop()) - seen
            seen |= fresh
            ahead += fresh
        assert seen & FINAL, state
        assert state in OWNERS
    assert not set(OWNERS) & FINAL


def test_whoever_owns_a_state_may_do_an_act_that_leads_on() -> None:
    for state, owner in OWNERS.items():
        ways_on = [
            act
            for act in TRANSITIONS[state]
            if owner.role in ACTS[act].roles
            and owner.where in ACTS[act].where
            and TRANSITIONS[state][act] is not state
        ]
        assert ways_on, state


def test_every_act_stands_in_the_table_and_has_words_and_a_permission() -> None:
    used = {act for acts in TRANSITIONS.values() for act in acts} | {Act.SUBMIT}
    assert used == set(Act) == set(ACTS)
    assert all(f"dossiers.{act}" in rules.PERMISSIONS for act in Act)


def test_only_a_waiting_state_goes_back_to_where_it_was() -> None:
    for state, acts in TRANSITIONS.items():
        assert (BACK in acts.values()) is (state in WAITING)
    assert target(State.SUPPLEMENT, Act.ANSWER_SUPPLEMENT, "processing") is State.PROCESSING
    assert target(State.SUPPLEMENT, Act.APPROVE) is None


def test_refusing_stopping_and_extending_belong_to_leaders_alone() -> None:
    from motcua.organisation.rules import LEADERS

    for act in (Act.REFUSE, Act.STOP, Act.EXTEND):
        assert ACTS[act].roles <= LEADERS


def test_an_issued_result_can_only_be_returned_however_late() -> None:
    assert set(TRANSITIONS[State.ISSUED]) == {Act.RETURN_RESULT}


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-19 16:00", Timeliness.EARLY),
        ("2026-11-20 08:00", Timeliness.ON_TIME),
        ("2026-11-20 17:00", Timeliness.ON_TIME),
        ("2026-11-20 17:01", Timeliness.LATE),
    ],
)
def test_a_hop_is_early_on_time_or_late(moment: str, expected: Timeliness) -> None:
    assert timeliness(at(moment), at("2026-11-20 17:00")) is expected
    assert timeliness(at(moment), None) is Timeliness.NONE


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-18 09:00", Nearness.NONE),
        ("2026-11-20 09:00", Nearness.SOON),  # Friday before a Monday
        ("2026-11-21 09:00", Nearness.SOON),
        ("2026-11-23 07:00", Nearness.TODAY),
        ("2026-11-23 17:01", Nearness.OVERDUE),
    ],
)
def test_a_promise_is_near_from_the_last_working_day_before_it(
    moment: str, expected: Nearness
) -> None:
    found = nearness(due=at("2026-11-23 17:00"), at=at(moment), calendar=WEEK)
    assert found is expected


def test_a_code_has_unit_day_and_four_digits_or_more() -> None:
    day = dt.date(2026, 10, 8)
    assert rules.code("H15.50.05.13", day, 975) == "H15.50.05.13-261008-0975"
    assert rules.code("H29.1", day, 12345) == "H29.1-261008-12345"


def test_a_kiosk_and_a_point_cost_what_the_counter_costs() -> None:
    assert {each: each.fee_channel for each in Channel} == {
        Channel.COUNTER: procedures.Channel.COUNTER,
        Channel.KIOSK: procedures.Channel.COUNTER,
        Channel.POINT: procedures.Channel.COUNTER,
        Channel.ONLINE: procedures.Channel.ONLINE,
        Channel.POST: procedures.Channel.POST,
    }


def test_in_hand_waiting_and_final_are_different_things() -> None:
    assert not IN_HAND & WAITING
    assert not (IN_HAND | WAITING) & FINAL
