"""The citizen is the largest steady face, through turns, hands and passers-by."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from motcua_edge.vision.detect import Face
from motcua_edge.vision.settings import TrackSettings
from motcua_edge.vision.track import CitizenTracker

from .standins import face

STEP = 0.2


def follow(frames: list[list[Face]]) -> list[Face | None]:
    """Feed frames five times a second; the citizen at each."""
    tracker = CitizenTracker(TrackSettings())
    return [tracker.update(faces, index * STEP) for index, faces in enumerate(frames)]


def test_the_largest_of_several_steady_faces_is_the_citizen() -> None:
    near, far = face(100, 80, 90), face(300, 60, 40)
    assert follow([[far, near]] * 20)[-1] == near


def test_somebody_small_walking_behind_does_not_disturb() -> None:
    near = face(100, 80, 90)
    seen = follow([[near, face(10 + 12 * i, 60, 45)] for i in range(30)])
    assert all(found == near for found in seen)


def test_a_larger_face_flitting_past_does_not_take_over() -> None:
    near, huge = face(100, 80, 60), face(300, 80, 140)
    seen = follow([[near]] * 20 + [[near, huge]] * 6 + [[near]] * 10)
    assert all(found == near for found in seen)


def test_a_much_larger_face_that_stays_becomes_the_citizen() -> None:
    waiting, citizen = face(300, 80, 50), face(100, 80, 120)
    seen = follow([[waiting]] * 20 + [[waiting, citizen]] * 30)
    assert seen[-1] == citizen


def test_a_hand_before_the_face_is_no_new_person() -> None:
    tracker = CitizenTracker(TrackSettings())
    for i in range(20):
        tracker.update([face(100, 80, 80)], i * STEP)
    first = tracker.citizen
    for i in range(20, 30):
        assert tracker.update([], i * STEP) is None
    assert tracker.update([face(110, 84, 78)], 30 * STEP) is not None
    assert tracker.citizen is first


def test_when_the_citizen_has_gone_the_next_steady_face_takes_over() -> None:
    gone, other = face(100, 80, 90), face(420, 90, 60)
    seen = follow([[gone, other]] * 15 + [[other]] * 15)
    assert seen[14] == gone
    assert seen[-1] == other


@given(
    st.floats(0.1, 2 * math.pi),
    st.floats(0, 110),
    st.floats(0.85, 1.15),
)
def test_a_moving_head_stays_the_same_citizen(heading: float, speed: float, growth: float) -> None:
    """Up to 110 px a second for a face of 80 px: faster than people rock on a chair."""
    tracker = CitizenTracker(TrackSettings())
    x, y, w = 500.0, 400.0, 80.0
    for i in range(40):
        found = tracker.update([face(x, y, w)], i * STEP)
        assert found is not None
        assert tracker.citizen is not None
        assert tracker.citizen.first == 0
        x, y = x + math.cos(heading) * speed * STEP, y + math.sin(heading) * speed * STEP
        w *= growth**STEP


def test_coasting_moves_on_at_the_last_speed_and_stops() -> None:
    tracker = CitizenTracker(TrackSettings())
    for i in range(10):
        tracker.update([face(100 + 8 * i, 80, 80)], i * STEP)
    assert tracker.citizen is not None
    soon, late = tracker.citizen.at(10 * STEP), tracker.citizen.at(60)
    assert 5 < soon.x - 172 < 9
    assert 15 < late.x - 172 < 30


def test_after_a_visit_the_next_citizen_is_anybody() -> None:
    tracker = CitizenTracker(TrackSettings())
    for i in range(10):
        tracker.update([face(100, 80, 120), face(400, 80, 50)], i * STEP)
    tracker.forget()
    assert tracker.update([face(400, 80, 50)], 2.0) == face(400, 80, 50)
