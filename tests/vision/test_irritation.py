"""Irritation is sustained, confident, above the person's own baseline, and never one frame."""

from __future__ import annotations

from statistics import median_low

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua_edge.vision.irritation import Irritation, IrritationDetector
from motcua_edge.vision.settings import BaselineSettings, IrritationSettings
from motcua_edge.vision.signals import Baseline, RunningMedian

from . import standins

STEP = 0.2
RULES = IrritationSettings()

Part = tuple[float, dict[str, float] | None]
CALM: dict[str, float] = {"anger": 0.04}
ANGRY: dict[str, float] = {"anger": 0.9}


def play(*parts: Part, rules: IrritationSettings = RULES) -> list[tuple[float, Irritation]]:
    """Stretches of (seconds, shares or None for no good view); what was told and when."""
    detector = IrritationDetector(rules, BaselineSettings())
    told: list[tuple[float, Irritation]] = []
    t = 0.0
    for length, shares in parts:
        for _ in range(round(length / STEP)):
            row = None if shares is None else standins.row(**shares)
            answer = detector.update(t, STEP, row)
            if answer is not None:
                told.append((t, answer))
            t += STEP
    last = detector.finish(t)
    return [*told, (t, last)] if last is not None else told


def test_sustained_anger_is_told_once_with_onset_end_and_confidence() -> None:
    (told, begun), (_, over) = play((30, CALM), (20, ANGRY), (20, CALM))
    assert 30 < begun.start < 33
    assert 35 <= told <= 38
    assert begun.end is None
    assert over.end == pytest.approx(51.5, abs=2)
    assert over.start == begun.start
    assert 0.7 < over.confidence <= 1


def test_half_of_eight_seconds_is_left_for_the_network_at_onset() -> None:
    (told, _), *_ = play((20, CALM), (30, ANGRY))
    assert told - 20 <= 8


@pytest.mark.parametrize("length", [0.2, 1.0, 3.0, 4.8])
def test_less_than_five_seconds_is_never_told(length: float) -> None:
    assert play((20, CALM), (length, ANGRY), (20, CALM)) == []


@given(st.lists(st.tuples(st.floats(0.2, 1.2), st.floats(2.0, 6.0)), min_size=1, max_size=25))
@settings(max_examples=40, deadline=None)
def test_single_frames_and_short_spikes_never_add_up(spikes: list[tuple[float, float]]) -> None:
    parts: list[Part] = [(10, CALM)]
    for spike, rest in spikes:
        parts += [(spike, ANGRY), (rest, CALM)]
    assert play(*parts) == []


def test_talking_that_flickers_through_anger_is_not_told() -> None:
    random = np.random.default_rng(4)
    parts: list[Part] = [(10, CALM)]
    for _ in range(120):
        parts.append((0.2 * random.integers(1, 4), {"anger": float(random.uniform(0.4, 0.9))}))
        parts.append((0.2 * random.integers(2, 6), {"surprise": 0.3}))
    assert play(*parts) == []


def test_a_restless_face_needs_a_higher_rise_than_a_calm_one() -> None:
    restless: list[Part] = [(4, part) for _ in range(8) for part in (CALM, {"anger": 0.42})]
    cross: Part = (12, {"anger": 0.72})
    assert play((64, CALM), cross) != []
    assert play(*restless, cross) == []
    assert play(*restless, (30, {"anger": 0.95})) != []


@pytest.mark.parametrize("label", ["sadness", "fear", "surprise"])
def test_sadness_fear_and_surprise_are_not_irritation(label: str) -> None:
    assert play((20, CALM), (60, {label: 0.95})) == []


@pytest.mark.parametrize("label", ["anger", "disgust", "contempt"])
def test_each_of_anger_disgust_and_contempt_is_irritation(label: str) -> None:
    assert play((20, CALM), (30, {label: 0.9})) != []


def test_their_sum_counts_not_each_alone() -> None:
    assert play((20, CALM), (30, {"anger": 0.3, "disgust": 0.3, "contempt": 0.3})) != []


def test_laughing_wrinkles_are_not_irritation() -> None:
    assert play((20, CALM), (60, {"anger": 0.55, "happiness": 0.4})) == []


@pytest.mark.parametrize("frown", [0.5, 0.7, 0.8])
def test_a_face_that_rests_in_a_frown_is_its_own_baseline(frown: float) -> None:
    assert play((120, {"anger": frown})) == []
    assert play((20, {"anger": frown}), (10, {"happiness": 0.9}), (60, {"anger": frown})) == []


def test_somebody_who_comes_irritated_and_stays_so_is_noticed() -> None:
    assert play((60, {"anger": 0.95})) != []


def test_a_frowning_face_that_grows_angry_is_noticed() -> None:
    assert play((60, {"anger": 0.4}), (30, {"anger": 0.95})) != []


def test_looking_down_pauses_the_evidence_and_does_not_add_to_it() -> None:
    assert play((20, CALM), (3, ANGRY), (6, None), (2, CALM), (20, None)) == []
    told = play((20, CALM), (4, ANGRY), (6, None), (6, ANGRY))
    assert len(told) == 2


def test_out_of_sight_for_long_ends_an_irritation_at_the_last_good_view() -> None:
    _, (_, over) = play((20, CALM), (12, ANGRY), (30, None))
    assert over.end == pytest.approx(31.8, abs=0.3)


def test_hysteresis_keeps_one_irritation_through_a_lull() -> None:
    lull = {"anger": 0.36}
    told = play((20, CALM), (12, ANGRY), (6, lull), (12, ANGRY), (20, CALM))
    assert len(told) == 2
    assert told[1][1].end == pytest.approx(51, abs=2.5)


@given(
    st.lists(
        st.tuples(st.floats(0.4, 25), st.sampled_from([CALM, ANGRY, {"happiness": 0.9}, None])),
        max_size=15,
    )
)
@settings(max_examples=60, deadline=None)
def test_beginnings_and_ends_alternate_with_sane_times(parts: list[Part]) -> None:
    told = play(*parts)
    assert len(told) % 2 == 0
    for (begun_at, begun), (over_at, over) in zip(told[::2], told[1::2], strict=True):
        assert begun.end is None
        assert over.end is not None
        assert begun.start <= begun_at <= over_at
        assert begun.start == over.start <= over.end <= over_at
        assert begun_at - begun.start >= RULES.sustain_s - 2 * STEP
        assert 0.5 <= over.confidence <= 1


@given(st.lists(st.floats(0, 1), min_size=1, max_size=400), st.booleans())
def test_the_baseline_stays_between_prior_and_cap(values: list[float], raised: bool) -> None:
    rules = BaselineSettings()
    baseline = Baseline(rules)
    for value in values:
        told = baseline.update(value, STEP, raised=raised)
        assert 0 <= told <= rules.cap
        assert baseline.rise(1.0) == pytest.approx(1.0)


def test_a_running_median_does_not_see_a_spike_of_less_than_half_its_window() -> None:
    median = RunningMedian(3.0)
    seen = [median.update(i * STEP, 1.0 if 50 <= i < 57 else 0.0) for i in range(100)]
    assert max(seen) == 0.0


@given(st.lists(st.tuples(st.floats(0.01, 1.0), st.floats(0, 1)), min_size=1, max_size=60))
def test_the_running_median_is_the_lower_median_of_its_window(
    steps: list[tuple[float, float]],
) -> None:
    median, t, seen = RunningMedian(2.0), 0.0, []
    for gap, value in steps:
        t += gap
        seen.append((t, value))
        window = [v for at, v in seen if t - at <= 2.0]
        assert median.update(t, value) == median_low(window)
