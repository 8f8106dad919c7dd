"""Score and levels follow the peak and the end."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_edge.vision.score import (
    Level,
    Moment,
    end_valence,
    mood,
    peak,
    score,
    visit_level,
    weighted_mean,
)
from motcua_edge.vision.settings import ScoreSettings

RULES = ScoreSettings()
shares = st.floats(0, 1, allow_nan=False)


def moments(*parts: tuple[float, float, float], dt: float = 0.2) -> list[Moment]:
    """Stretches of (seconds, pleasant, negative)."""
    told: list[Moment] = []
    for length, pleasant, negative in parts:
        for _ in range(round(length / dt)):
            told.append(Moment(len(told) * dt, dt, pleasant, negative, pleasant))
    return told


curves = st.lists(st.tuples(shares, shares), min_size=1, max_size=60).map(
    lambda rows: [Moment(i * 0.2, 0.2, p, n * (1 - p), p) for i, (p, n) in enumerate(rows)]
)


@given(curves)
def test_scores_stay_between_0_and_100(curve: list[Moment]) -> None:
    assert 0 <= score(curve, RULES) <= 100


@given(curves)
def test_a_mirrored_curve_has_the_mirrored_score(curve: list[Moment]) -> None:
    mirrored = [replace(m, pleasant=m.negative, negative=m.pleasant) for m in curve]
    assert score(curve, RULES) + score(mirrored, RULES) == pytest.approx(100, abs=0.11)


@given(curves, st.floats(0, 0.5))
def test_a_happier_curve_never_scores_lower(curve: list[Moment], more: float) -> None:
    valences = [m.valence for m in curve]
    if min(valences) < 0 < max(valences):
        return  # the peak may change sides: then only its own side is compared
    happier = [replace(m, negative=max(0.0, m.negative - more)) for m in curve]
    assert score(happier, RULES) >= score(curve, RULES) - 0.1


def test_a_calm_visit_scores_fifty_and_is_ordinary() -> None:
    curve = moments((60, 0.02, 0.02))
    assert score(curve, RULES) == pytest.approx(50, abs=1)
    assert visit_level(curve, score(curve, RULES), RULES) is Level.ORDINARY


def test_of_two_visits_with_the_same_mean_the_one_that_ends_well_scores_higher() -> None:
    good_end = moments((30, 0.0, 0.6), (30, 0.6, 0.0))
    bad_end = moments((30, 0.6, 0.0), (30, 0.0, 0.6))
    assert weighted_mean(good_end) == pytest.approx(weighted_mean(bad_end))
    assert score(good_end, RULES) > score(bad_end, RULES) + 20


def test_a_short_strong_moment_weighs_more_than_its_length() -> None:
    flat, struck = moments((120, 0.05, 0.0)), moments((117, 0.05, 0.0), (3, 0.0, 0.9))
    assert score(flat, RULES) - score(struck, RULES) > 15


def test_of_equal_peaks_the_later_counts() -> None:
    assert peak(moments((1, 0.8, 0), (1, 0, 0), (1, 0.8, 0))).t > 2


def test_the_end_is_the_last_seconds_of_good_view() -> None:
    assert end_valence(moments((50, 0, 0.9), (10, 0.7, 0)), 10) == pytest.approx(0.7)


def test_friendly_is_not_yet_very_pleased() -> None:
    friendly = moments((20, 0.65, 0.0))
    assert visit_level(friendly, score(friendly, RULES), RULES) is Level.PLEASED


def test_a_high_score_without_a_beaming_moment_is_only_pleased() -> None:
    strong = [replace(m, intensity=0.1) for m in moments((20, 0.95, 0.0))]
    assert visit_level(strong, score(strong, RULES), RULES) is Level.PLEASED
    beaming = moments((20, 0.95, 0.0))
    assert visit_level(beaming, score(beaming, RULES), RULES) is Level.VERY_PLEASED


def test_a_sad_visit_is_displeased() -> None:
    sad = moments((20, 0.0, 0.7))
    assert visit_level(sad, score(sad, RULES), RULES) is Level.DISPLEASED


@pytest.mark.parametrize(
    ("pleasant", "negative", "word"),
    [
        (0.95, 0.0, Level.VERY_PLEASED),
        (0.4, 0.0, Level.PLEASED),
        (0.1, 0.1, Level.ORDINARY),
        (0.0, 0.5, Level.DISPLEASED),
    ],
)
def test_mood_of_a_moment(pleasant: float, negative: float, word: Level) -> None:
    assert mood(Moment(0, 0.2, pleasant, negative, pleasant), RULES) is word
