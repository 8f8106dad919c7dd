"""When a visit opens and closes, and what is kept of it until it does."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from motcua_edge.vision.events import VisitSummary
from motcua_edge.vision.irritation import Irritation
from motcua_edge.vision.score import Level, Moment, end_valence, peak, score, visit_level
from motcua_edge.vision.settings import EngineSettings, VisitSettings
from motcua_edge.vision.signals import (
    Baseline,
    Smoothed,
    Smoother,
    dominant_shares,
    negative,
    pleasant,
)


@dataclass(frozen=True, slots=True)
class Opens:
    at: float
    """When the person came, ``open_after_s`` ago or more."""


@dataclass(frozen=True, slots=True)
class Closes:
    at: float
    """When the person was last seen, or when the queue said so."""


class PresenceClock:
    """Opens and closes visits from presence alone, or from the queue's signal."""

    def __init__(self, settings: VisitSettings) -> None:
        self._settings = settings
        self._opened: float | None = None
        self._came: float | None = None
        self._seen: float | None = None
        self._wait_for_absence = False

    @property
    def is_open(self) -> bool:
        return self._opened is not None

    def update(self, t: float, since: float | None) -> Opens | Closes | None:
        """``since``: when the face now in sight appeared, None while nobody is in sight."""
        if since is not None:
            if self._came is None:
                self._came = since
            self._seen = t
        if self._opened is not None:
            return self._closing(t)
        return self._opening(t)

    def open(self, t: float) -> Opens:
        """The queue called somebody to the counter."""
        self._opened, self._wait_for_absence = t, False
        return Opens(t)

    def close(self, t: float) -> Closes:
        """The queue, or the end of the recording, closed the visit.

        Somebody still sitting there opens no new visit before going away.
        """
        at = t if self._settings.follow_queue else max(self._opened or 0.0, min(t, self._last(t)))
        self._opened = self._came = None
        self._wait_for_absence = True
        return Closes(at)

    def _last(self, default: float) -> float:
        return default if self._seen is None else self._seen

    def _opening(self, t: float) -> Opens | None:
        rules = self._settings
        gone = self._seen is None or t - self._seen > rules.opening_gap_s
        if gone:
            self._came = None
            if self._seen is None or t - self._seen >= rules.close_after_s:
                self._wait_for_absence = False
        if rules.follow_queue or self._wait_for_absence or self._came is None:
            return None
        if self._seen != t or t - self._came < rules.open_after_s:
            return None
        self._opened = self._came
        return Opens(self._came)

    def _closing(self, t: float) -> Closes | None:
        rules = self._settings
        assert self._opened is not None
        if t - self._opened >= rules.longest_s:
            return self.close(t)
        if rules.follow_queue:
            return None
        seen = max(self._opened, self._last(self._opened))
        if t - seen < rules.close_after_s:
            return None
        self._opened = self._came = None
        return Closes(seen)


@dataclass
class VisitRecord:
    """What one visit leaves in memory while it lasts."""

    start: float
    settings: EngineSettings
    irritations: list[Irritation] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._smoother = Smoother(self.settings.smooth)
        self._baseline = Baseline(self.settings.resting)
        self._moments: list[Moment] = []
        self._curve: list[tuple[float, float, float]] = []
        self._label_s = np.zeros(8, np.float32)
        self._good_s = self._all_s = self._away_s = 0.0

    def away(self, dt: float) -> None:
        """Nobody in sight: part of the visit only if the person comes back."""
        self._away_s += dt

    def unread(self, dt: float) -> None:
        """Somebody in sight whose face cannot be read."""
        self._all_s += dt + self._away_s
        self._away_s = 0.0

    def add(self, t: float, dt: float, smoothed: Smoothed, *, raised: bool) -> Moment:
        """A frame of good view that stands for ``dt`` seconds."""
        self._all_s += dt + self._away_s
        self._away_s = 0.0
        self._good_s += dt
        self._label_s[int(smoothed.probabilities.argmax())] += dt
        unhappy = negative(smoothed.probabilities)
        self._baseline.update(unhappy, dt, raised=raised)
        moment = Moment(
            t,
            dt,
            pleasant(smoothed.probabilities),
            max(0.0, self._baseline.rise(unhappy)),
            smoothed.intensity,
        )
        self._moments.append(moment)
        if not self._curve or t - self._curve[-1][0] >= self.settings.smooth.curve_step_s - 1e-6:
            self._curve.append(curve_point(moment))
        return moment

    def smooth(self, t: float, probabilities: np.ndarray, intensity: float) -> Smoothed:
        return self._smoother.update(t, probabilities, intensity)

    def summary(self, end: float) -> VisitSummary:
        """Close the books at ``end``."""
        rules = self.settings
        share = self._good_s / self._all_s if self._all_s > 0 else 0.0
        enough = (
            self._good_s >= rules.visit.min_good_s - 1e-6 and share >= rules.visit.min_good_share
        )
        value = score(self._moments, rules.score) if enough else None
        top = peak(self._moments) if enough else None
        return VisitSummary(
            start=round(self.start, 2),
            end=round(end, 2),
            score=value,
            level=(
                visit_level(self._moments, value, rules.score)
                if value is not None
                else Level.UNKNOWN
            ),
            good_view=round(share, 3),
            expressions=dominant_shares(self._label_s),
            curve=self._whole_curve(),
            irritations=list(self.irritations),
            peak=(round(top.t, 2), round(top.valence, 3)) if top else None,
            end_valence=(
                round(end_valence(self._moments, rules.score.end_s), 3) if enough else None
            ),
        )

    def _whole_curve(self) -> list[tuple[float, float, float]]:
        """The kept points and the last moment of good view, whenever that was."""
        if not self._moments or self._curve[-1] == curve_point(self._moments[-1]):
            return self._curve
        return [*self._curve, curve_point(self._moments[-1])]


def curve_point(moment: Moment) -> tuple[float, float, float]:
    """When, pleasant, negative: as much of a moment as is told."""
    return round(moment.t, 2), round(moment.pleasant, 3), round(moment.negative, 3)
