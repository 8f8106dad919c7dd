"""From probabilities to smooth signals: pleasant, negative, displeasure, and the person's
baseline."""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections import deque
from dataclasses import dataclass

import numpy as np

from motcua_edge.vision.expression import LABELS, Floats
from motcua_edge.vision.settings import BaselineSettings, SmoothSettings

_HAPPINESS = LABELS.index("happiness")
_DISPLEASED = [LABELS.index(label) for label in ("anger", "disgust", "contempt")]
_NEGATIVE = [*_DISPLEASED, LABELS.index("sadness"), LABELS.index("fear")]


def pleasant(probabilities: Floats) -> float:
    """Probability of happiness, 0..1."""
    return float(probabilities[_HAPPINESS])


def displeasure(probabilities: Floats) -> float:
    """Probability of anger, disgust or contempt, 0..1: what irritation is made of."""
    return float(probabilities[_DISPLEASED].sum())


def negative(probabilities: Floats) -> float:
    """Probability of any unhappy expression, sadness and fear included, 0..1."""
    return float(probabilities[_NEGATIVE].sum())


@dataclass(frozen=True, slots=True)
class Smoothed:
    """The smoothed face of one moment."""

    probabilities: Floats
    intensity: float


class Smoother:
    """Exponential smoothing in time; starts afresh after a gap."""

    def __init__(self, settings: SmoothSettings) -> None:
        self._settings = settings
        self._last: float | None = None
        self._now: Smoothed | None = None

    def update(self, t: float, probabilities: Floats, intensity: float) -> Smoothed:
        if self._now is None or self._last is None or t - self._last > self._settings.gap_s:
            self._now = Smoothed(probabilities, intensity)
        else:
            share = 1 - math.exp(-(t - self._last) / self._settings.tau_s)
            self._now = Smoothed(
                self._now.probabilities + share * (probabilities - self._now.probabilities),
                self._now.intensity + share * (intensity - self._now.intensity),
            )
        self._last = t
        return self._now


class RunningMedian:
    """Lower median of the last ``window_s`` seconds: a spike shorter than half of it passes
    unseen."""

    def __init__(self, window_s: float) -> None:
        self._window_s = window_s
        self._values: deque[tuple[float, float]] = deque()
        self._sorted: list[float] = []

    def update(self, t: float, value: float) -> float:
        self._values.append((t, value))
        insort(self._sorted, value)
        while t - self._values[0][0] > self._window_s:
            _, old = self._values.popleft()
            del self._sorted[bisect_left(self._sorted, old)]
        return self._sorted[(len(self._sorted) - 1) // 2]

    @property
    def settled(self) -> bool:
        """Whether half the window is filled: before, a short spike would look like all there is."""
        return bool(self._values) and self._values[-1][0] - self._values[0][0] >= self._window_s / 2


class Baseline:
    """How displeased this person's face looks at rest, and how far it strays when it does.

    Begins at the average face, learns quickly while the visit is young, slowly and warily later:
    a raised face is only believed to be the resting face when it stays so.
    """

    def __init__(self, settings: BaselineSettings) -> None:
        self._settings = settings
        self._seen_s = 0.0
        self.value = settings.prior
        self._variance = settings.prior_spread**2

    @property
    def spread(self) -> float:
        """Root of the mean square by which the face strayed from rest while nothing was raised."""
        return math.sqrt(self._variance)

    def update(self, value: float, dt: float, *, raised: bool, settled: bool = True) -> float:
        """Take in ``value`` that lasted ``dt`` seconds; ``raised``: it looks like irritation;
        ``settled``: enough was seen of this face to say how far it strays."""
        rules = self._settings
        weight = min(self._seen_s + rules.prior_weight_s, rules.memory_s)
        speed = rules.caution if raised and self._seen_s >= rules.settle_s else 1.0
        self._seen_s += dt
        step = min(1.0, speed * dt / (weight + dt))
        if settled and not raised:
            self._variance += step * ((value - self.value) ** 2 - self._variance)
        self.value = min(rules.cap, self.value + step * (value - self.value))
        return self.value

    def rise(self, value: float) -> float:
        """``value`` above the baseline as a share of the room that is left, at most 1."""
        return (value - self.value) / (1 - self.value)


def dominant_shares(seconds: Floats) -> dict[str, float]:
    """Seconds per label (in the order of LABELS) to shares that sum to one; zeros when unseen."""
    total = float(np.sum(seconds))
    return {
        label: round(float(s) / total, 4) if total > 0 else 0.0
        for label, s in zip(LABELS, seconds, strict=True)
    }
