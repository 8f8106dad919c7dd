"""The life of an incident as a table, and which signs belong together."""

from __future__ import annotations

import datetime as dt
import uuid

from hypothesis import given
from hypothesis import strategies as st

from motcua.kernel.clock import CITY
from motcua.service_quality.rules import (
    CAUSE_NAMES,
    OUTCOME_NAMES,
    OWNERS,
    QUIET_PERIOD,
    SAID_IN_MESSAGES,
    STATE_NAMES,
    TRANSITIONS,
    Cause,
    Known,
    Outcome,
    State,
    belongs_to,
)

TEN = dt.datetime(2026, 11, 25, 10, 0, tzinfo=CITY)
FIRST, SECOND = uuid.UUID(int=1), uuid.UUID(int=2)
SOON = TEN + dt.timedelta(minutes=2)


def incident(
    number: int = 1, visit: uuid.UUID | None = FIRST, closed_at: dt.datetime | None = None
) -> Known:
    return Known(number, visit, TEN, closed_at)


def test_every_state_is_reachable_and_leads_on_to_the_end() -> None:
    reached, frontier = {State.OPENED}, [State.OPENED]
    while frontier:
        here = frontier.pop()
        for (before, _), after in TRANSITIONS.items():
            if before is here and after not in reached:
                reached.add(after)
                frontier.append(after)
    assert reached == set(State)
    for start in State:
        seen, frontier = {start}, [start]
        while frontier:
            here = frontier.pop()
            onward = {after for (before, _), after in TRANSITIONS.items() if before is here}
            frontier += onward - seen
            seen |= onward
        assert State.CLOSED in seen


def test_every_state_but_the_last_has_an_owner_and_every_word_is_translated() -> None:
    assert set(OWNERS) == set(State) - {State.CLOSED}
    assert not any(before is State.CLOSED for before, _ in TRANSITIONS)
    assert set(STATE_NAMES) == set(State)
    assert set(CAUSE_NAMES) == set(SAID_IN_MESSAGES) == set(Cause)
    assert set(OUTCOME_NAMES) == set(Outcome)


def test_signs_of_one_visit_belong_to_its_open_incident() -> None:
    later = TEN + dt.timedelta(hours=1)
    assert belongs_to([incident()], cause=Cause.IRRITATION, visit_id=FIRST, at=later) == 1


def test_the_next_citizen_gets_an_incident_of_their_own() -> None:
    assert belongs_to([incident()], cause=Cause.IRRITATION, visit_id=SECOND, at=SOON) is None


def test_a_button_without_a_known_visit_joins_what_happened_just_before() -> None:
    known = [incident()]
    assert belongs_to(known, cause=Cause.CITIZEN_BUTTON, visit_id=None, at=SOON) == 1
    late = TEN + QUIET_PERIOD + dt.timedelta(seconds=1)
    assert belongs_to(known, cause=Cause.CITIZEN_BUTTON, visit_id=None, at=late) is None


def test_a_face_still_upset_after_closing_does_not_alarm_again_but_a_button_does() -> None:
    closed = [incident(closed_at=TEN + dt.timedelta(minutes=1))]
    assert belongs_to(closed, cause=Cause.IRRITATION, visit_id=FIRST, at=SOON) == 1
    assert belongs_to(closed, cause=Cause.CITIZEN_BUTTON, visit_id=FIRST, at=SOON) is None
    late = TEN + QUIET_PERIOD + dt.timedelta(minutes=2)
    assert belongs_to(closed, cause=Cause.IRRITATION, visit_id=FIRST, at=late) is None


@given(
    st.lists(
        st.builds(
            Known,
            incident_id=st.integers(1, 9),
            visit_id=st.none() | st.sampled_from([FIRST, SECOND]),
            opened_at=st.integers(0, 20).map(lambda m: TEN + dt.timedelta(minutes=m)),
            closed_at=st.none() | st.integers(0, 20).map(lambda m: TEN + dt.timedelta(minutes=m)),
        ),
        max_size=4,
    ),
    st.sampled_from(Cause),
    st.none() | st.sampled_from([FIRST, SECOND]),
)
def test_a_visit_never_has_two_open_incidents(
    known: list[Known], cause: Cause, visit: uuid.UUID | None
) -> None:
    if any(each.closed_at is None and visit and each.visit_id == visit for each in known):
        assert belongs_to(known, cause=cause, visit_id=visit, at=SOON) is not None
