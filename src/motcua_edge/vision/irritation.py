"""Irritation: a sustained, confident rise of displeasure above the person's own baseline.

Evidence gathers second by second while the running median of displeasure is raised (by at least
``on``, and by more for a person whose face strays far without a reason), fades twice as fast when
it is not, stands still when the face cannot be read, and does not gather while the person laughs.
Enough evidence, never a single frame, raises an irritation; it ends only well below the level that
raised it.
"""

from __future__ import annotations

from dataclasses import dataclass

from motcua_edge.vision.expression import Floats
from motcua_edge.vision.settings import BaselineSettings, IrritationSettings
from motcua_edge.vision.signals import Baseline, RunningMedian, displeasure, pleasant


@dataclass(frozen=True, slots=True)
class Irritation:
    """One irritation: seconds of its first and (when over) last raised moment, confidence 0..1."""

    start: float
    end: float | None
    confidence: float

    @property
    def duration_s(self) -> float | None:
        """Length once it is over."""
        return None if self.end is None else round(self.end - self.start, 2)


class IrritationDetector:
    """Feed every analysed frame of one visit, in order."""

    def __init__(self, settings: IrritationSettings, baseline: BaselineSettings) -> None:
        self._settings = settings
        self._baseline = Baseline(baseline)
        self._displeasure = RunningMedian(settings.window_s)
        self._happiness = RunningMedian(settings.window_s)
        self._evidence_s = 0.0
        self._rise_sum = 0.0
        self._raised_s = 0.0
        self._began: float | None = None
        self._calm_since: float | None = None
        self._last_good: float | None = None
        self._current: Irritation | None = None

    @property
    def current(self) -> Irritation | None:
        """The irritation going on, if any."""
        return self._current

    @property
    def baseline(self) -> float:
        return self._baseline.value

    def update(self, t: float, dt: float, probabilities: Floats | None) -> Irritation | None:
        """Take in one frame that stands for ``dt`` seconds (None: no good view).

        Returns an irritation when it begins (``end`` None) or is over (``end`` set), else None.
        """
        if probabilities is None:
            return self._blind(t)
        self._last_good = t
        level = self._displeasure.update(t, displeasure(probabilities))
        laughing = self._happiness.update(t, pleasant(probabilities)) >= self._settings.laugh
        rise = level - self._baseline.value
        bar = max(self._settings.on, self._settings.restless * self._baseline.spread)
        settled = self._displeasure.settled
        raised = rise >= bar and not laughing and settled
        low = rise < bar * self._settings.off or laughing
        self._baseline.update(level, dt, raised=raised, settled=settled)
        if self._current is not None:
            return self._hold(t, dt, rise, low)
        return self._gather(t, dt, rise, raised, low)

    def finish(self, t: float) -> Irritation | None:
        """The visit is over: end what is going on."""
        return self._end(t) if self._current is not None else None

    def _gather(
        self, t: float, dt: float, rise: float, raised: bool, low: bool
    ) -> Irritation | None:
        rules = self._settings
        if raised:
            if self._began is None:
                self._began = t
            self._evidence_s += dt
            self._count(dt, rise)
        elif low:
            self._evidence_s -= rules.fade * dt
            if self._evidence_s <= 0:
                self._reset()
        if self._evidence_s < rules.sustain_s or self._began is None:
            return None
        self._calm_since = None
        self._current = Irritation(self._began, None, self._confidence())
        return self._current

    def _hold(self, t: float, dt: float, rise: float, low: bool) -> Irritation | None:
        assert self._current is not None
        if not low:
            self._calm_since = None
            self._count(dt, rise)
            self._current = Irritation(self._current.start, None, self._confidence())
            return None
        if self._calm_since is None:
            self._calm_since = t
        if t - self._calm_since >= self._settings.release_s:
            return self._end(self._calm_since)
        return None

    def _blind(self, t: float) -> Irritation | None:
        if self._last_good is None or t - self._last_good < self._settings.blind_s:
            return None
        if self._current is not None:
            return self._end(self._last_good)
        self._reset()
        return None

    def _count(self, dt: float, rise: float) -> None:
        self._raised_s += dt
        self._rise_sum += dt * rise

    def _confidence(self) -> float:
        """How sure: the mean rise over the raised time, mapped from on..1 to 0.5..1."""
        mean = self._rise_sum / max(self._raised_s, 1e-9)
        on = self._settings.on
        return round(min(1.0, max(0.5, 0.5 + 0.5 * (mean - on) / (1 - on))), 3)

    def _end(self, t: float) -> Irritation:
        assert self._current is not None
        over = Irritation(
            self._current.start, max(t, self._current.start), self._current.confidence
        )
        self._current = None
        self._reset()
        return over

    def _reset(self) -> None:
        self._evidence_s = self._rise_sum = self._raised_s = 0.0
        self._began = self._calm_since = None
