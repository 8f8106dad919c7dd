"""When visits open and close."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_edge.vision.score import Level
from motcua_edge.vision.settings import EngineSettings, VisitSettings
from motcua_edge.vision.visit import Closes, Opens, PresenceClock, VisitRecord

from . import standins

STEP = 0.2


def turns(present: list[bool], settings: VisitSettings | None = None) -> list[tuple[float, object]]:
    """What the clock says of presence sampled five times a second."""
    clock = PresenceClock(settings or VisitSettings())
    since: float | None = None
    heard: list[tuple[float, object]] = []
    for index, here in enumerate(present):
        t = index * STEP
        since = (t if since is None else since) if here else None
        turn = clock.update(t, since)
        if turn is not None:
            heard.append((t, turn))
    return heard


def seconds(length: float, here: bool) -> list[bool]:
    return [here] * round(length / STEP)


def test_a_visit_opens_after_two_seconds_and_starts_when_the_person_came() -> None:
    ((told, turn),) = turns(seconds(1, False) + seconds(4, True))
    assert isinstance(turn, Opens)
    assert turn.at == 1.0
    assert 3.0 <= told <= 3.21


def test_somebody_passing_for_less_than_two_seconds_opens_nothing() -> None:
    assert turns(seconds(1.8, True) + seconds(5, False)) == []


def test_a_flicker_of_absence_does_not_restart_the_count() -> None:
    ((told, _),) = turns(seconds(1, True) + seconds(0.4, False) + seconds(2, True))
    assert told <= 2.21


def test_seven_seconds_of_turning_away_do_not_end_the_visit() -> None:
    heard = turns(seconds(5, True) + seconds(7, False) + seconds(5, True))
    assert len(heard) == 1


def test_eight_seconds_of_absence_end_the_visit_at_the_moment_last_seen() -> None:
    _, (told, turn) = turns(seconds(5, True) + seconds(9, False))
    assert isinstance(turn, Closes)
    assert round(turn.at, 1) == 4.8
    assert 12.7 <= told <= 13.0


def test_the_queue_alone_opens_and_closes_when_it_is_followed() -> None:
    rules = VisitSettings(follow_queue=True)
    assert turns(seconds(30, True), rules) == []
    clock = PresenceClock(rules)
    assert clock.open(1.0) == Opens(1.0)
    assert [clock.update(t, None) for t in np.arange(1, 60, STEP)] == [None] * 295
    assert clock.close(60.0) == Closes(60.0)


def test_after_the_queue_closed_who_stays_seated_opens_no_new_visit() -> None:
    clock = PresenceClock(VisitSettings())
    clock.open(0.0)
    clock.update(1.0, 0.0)
    clock.close(2.0)
    assert all(clock.update(t, 0.0) is None for t in np.arange(2, 30, STEP))
    for t in np.arange(30, 40, STEP):
        clock.update(t, None)
    heard = [clock.update(t, 40.0) for t in np.arange(40, 45, STEP)]
    assert any(isinstance(turn, Opens) for turn in heard)


def test_a_forgotten_visit_ends_at_last() -> None:
    rules = VisitSettings(longest_s=20)
    assert isinstance(turns(seconds(25, True), rules)[1][1], Closes)


@given(st.lists(st.tuples(st.booleans(), st.floats(0.2, 15)), max_size=12))
def test_visits_alternate_and_never_overlap(parts: list[tuple[bool, float]]) -> None:
    heard = turns([here for state, length in parts for here in seconds(length, state)])
    kinds = [type(turn) for _, turn in heard]
    assert kinds == [Opens, Closes] * (len(kinds) // 2) + [Opens] * (len(kinds) % 2)
    moments = [turn.at for _, turn in heard]  # type: ignore[attr-defined]
    assert moments == sorted(moments)
    assert all(turn.at <= told for told, turn in heard)  # type: ignore[attr-defined]


def record(good: int, unread: int = 0, **shares: float) -> VisitRecord:
    book = VisitRecord(0.0, EngineSettings())
    for index in range(good):
        t = index * STEP
        smoothed = book.smooth(t, standins.row(**shares), shares.get("happiness", 0.0))
        book.add(t, STEP, smoothed, raised=False)
    for _ in range(unread):
        book.unread(STEP)
    return book


def test_too_little_good_view_gives_no_score() -> None:
    short = record(good=8).summary(10.0)
    assert (short.score, short.level) == (None, Level.UNKNOWN)
    rare = record(good=20, unread=400).summary(84.0)
    assert (rare.score, rare.level) == (None, Level.UNKNOWN)
    assert rare.good_view < 0.15


def test_shares_of_a_visit_sum_to_one_and_name_what_was_seen() -> None:
    summary = record(good=100, happiness=0.9).summary(20.0)
    assert summary.expressions["happiness"] == 1.0
    assert abs(sum(summary.expressions.values()) - 1) < 1e-6
    assert summary.level is Level.VERY_PLEASED


def test_absence_at_the_end_does_not_count_against_good_view() -> None:
    book = record(good=50)
    for _ in range(40):
        book.away(STEP)
    assert book.summary(10.0).good_view == 1.0


def test_absence_in_the_middle_counts() -> None:
    book = record(good=50)
    for _ in range(50):
        book.away(STEP)
    book.unread(STEP)
    assert 0.48 < book.summary(20.0).good_view < 0.51


def test_the_curve_has_a_point_every_half_second() -> None:
    curve = record(good=100, happiness=0.5).summary(20.0).curve
    gaps = np.diff([t for t, _, _ in curve])
    assert gaps.min() >= 0.5 - 1e-6
    assert gaps.max() <= 0.7
    assert all(0 <= pleasant <= 1 and 0 <= negative <= 1 for _, pleasant, negative in curve)


@pytest.mark.parametrize("good", [1, 98, 99, 100])
def test_the_curve_reaches_the_last_good_view(good: int) -> None:
    curve = record(good=good, happiness=0.5).summary(20.0).curve
    times = [t for t, _, _ in curve]
    assert times[-1] == pytest.approx((good - 1) * STEP)
    assert times == sorted(set(times))
