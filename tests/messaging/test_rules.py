"""States, budgets, hours and limits are tables; these hold the tables to their promises."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.kernel.clock import CITY
from motcua.messaging import rules
from motcua.messaging.rules import (
    OWNERS,
    TRANSITIONS,
    Bucket,
    QuietHours,
    ReceiptState,
    State,
    after_receipts,
    quiet_until,
    recipient_wait,
    take,
)

NOON = dt.datetime(2026, 11, 24, 12, 0, tzinfo=CITY)
moments = st.integers(0, 2 * 365 * 86400).map(lambda s: NOON + dt.timedelta(seconds=s))


def test_every_state_can_be_reached_from_queued() -> None:
    reached, edge = {State.QUEUED}, [State.QUEUED]
    while edge:
        fresh = TRANSITIONS[edge.pop()] - reached
        reached |= fresh
        edge += fresh
    assert reached == set(State)


def test_every_state_that_is_not_final_has_a_way_to_a_final_one_and_an_owner() -> None:
    for state in State:
        if state.final:
            assert state not in OWNERS
            continue
        seen, edge = {state}, [state]
        while edge:
            fresh = TRANSITIONS[edge.pop()] - seen
            seen |= fresh
            edge += fresh
        assert any(other.final for other in seen)
        assert OWNERS[state]


def test_every_state_has_a_name_in_vietnamese() -> None:
    assert {state for state in State if state.vietnamese} == set(State)


@pytest.mark.parametrize("urgent", [True, False])
def test_a_budget_tries_ever_more_slowly_and_ends(urgent: bool) -> None:
    budget = rules.budget(urgent)
    at, pauses, rounds = NOON, [], 0
    while due := budget.next_try(rounds=(rounds := rounds + 1), queued_at=NOON, at=at):
        pauses.append(due - at)
        at = due
    assert pauses == sorted(pauses)
    assert at <= NOON + budget.give_up_after


def test_an_urgent_message_outlives_an_hour_without_any_provider() -> None:
    at = NOON + dt.timedelta(hours=1)
    assert rules.URGENT.next_try(rounds=99, queued_at=NOON, at=at) is not None


def test_quiet_hours_over_midnight_end_in_the_morning() -> None:
    hours = QuietHours(dt.time(21), dt.time(7))
    late = dt.datetime(2026, 11, 24, 23, 30, tzinfo=CITY)
    early = dt.datetime(2026, 11, 25, 6, 59, tzinfo=CITY)
    morning = dt.datetime(2026, 11, 25, 7, 0, tzinfo=CITY)
    assert quiet_until(late, hours) == quiet_until(early, hours) == morning
    assert quiet_until(morning, hours) is None


@given(moments, st.times(), st.times())
def test_quiet_hours_always_end_within_a_day_and_outside_themselves(
    at: dt.datetime, since: dt.time, until: dt.time
) -> None:
    hours = QuietHours(since.replace(microsecond=0), until.replace(microsecond=0))
    end = quiet_until(at, hours)
    if end is not None:
        assert at < end <= at + dt.timedelta(days=1)
        assert not hours.covers(end.time())


@given(st.lists(st.integers(0, 7200), max_size=30), st.integers(1, 12))
def test_a_recipient_never_gets_more_than_the_limit_in_any_hour(
    seconds_ago: list[int], limit: int
) -> None:
    sent = [NOON - dt.timedelta(seconds=ago) for ago in seconds_ago]
    due = recipient_wait(sent, limit=limit, at=NOON) or NOON
    recent = [moment for moment in sent if due - rules.RECIPIENT_WINDOW < moment <= due]
    assert len(recent) < limit
    assert due <= NOON + rules.RECIPIENT_WINDOW


def test_no_limit_lets_everything_through() -> None:
    assert recipient_wait([NOON] * 50, limit=0, at=NOON) is None


@given(st.lists(st.tuples(st.floats(0, 2), st.integers(1, 4)), min_size=1, max_size=60))
def test_a_provider_never_gets_more_than_its_rate_and_one_seconds_burst(
    arrivals: list[tuple[float, int]],
) -> None:
    rate = 5.0
    bucket, at = Bucket(0.0, NOON), NOON
    sent: list[tuple[float, int]] = []
    for pause, need in arrivals:
        at += dt.timedelta(seconds=pause)
        bucket, wait = take(bucket, rate=rate, need=need, at=at)
        sent.append(((at - NOON).total_seconds() + wait, need))
    for start, _ in sent:
        burst = sum(need for moment, need in sent if start <= moment < start + 1)
        # The last message of a second may be cut off by its end: it counts whole.
        assert burst <= 2 * rate + 4


class TestReceipts:
    def test_all_parts_must_arrive(self) -> None:
        delivered = ReceiptState.DELIVERED
        assert after_receipts(State.HANDED_OVER, 2, [delivered]) is State.HANDED_OVER
        assert after_receipts(State.HANDED_OVER, 2, [delivered] * 2) is State.DELIVERED

    def test_one_part_that_did_not_arrive_settles_the_message(self) -> None:
        known = [ReceiptState.DELIVERED, ReceiptState.UNDELIVERED]
        assert after_receipts(State.HANDED_OVER, 3, known) is State.UNDELIVERED

    @given(
        st.sampled_from([state for state in State if state.final]),
        st.lists(st.sampled_from(list(rules.DECISIVE)), max_size=5),
    )
    def test_a_final_state_is_never_left(self, state: State, known: list[ReceiptState]) -> None:
        assert after_receipts(state, 1, known) is state

    @given(
        st.sampled_from([State.HANDED_OVER, State.UNCERTAIN]),
        st.integers(1, 4),
        st.lists(st.sampled_from(list(rules.DECISIVE)), max_size=4),
    )
    def test_what_follows_is_always_allowed(
        self, state: State, parts: int, known: list[ReceiptState]
    ) -> None:
        new = after_receipts(state, parts, known)
        assert new == state or rules.may_change(state, new)
