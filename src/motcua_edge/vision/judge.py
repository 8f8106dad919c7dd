"""From observations to events: readings, visits, irritations. No pixels, no models, no I/O."""

from __future__ import annotations

from collections.abc import Iterable

from motcua_edge.vision.events import (
    Event,
    IrritationEnded,
    IrritationStarted,
    QualityReading,
    Reading,
    VisitClosed,
    VisitOpened,
)
from motcua_edge.vision.expression import LABELS
from motcua_edge.vision.irritation import Irritation, IrritationDetector
from motcua_edge.vision.observe import Observation
from motcua_edge.vision.quality import Quality
from motcua_edge.vision.score import Moment, mood
from motcua_edge.vision.settings import EngineSettings
from motcua_edge.vision.signals import Smoothed
from motcua_edge.vision.visit import Closes, Opens, PresenceClock, VisitRecord


class CounterJudge:
    """Feed one counter's observations in order of time; get what is to be told."""

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = settings
        self._clock = PresenceClock(settings.visit)
        self._number = 0
        self._record: VisitRecord | None = None
        self._irritation: IrritationDetector | None = None
        self._early: list[Observation] = []
        self._excluded = False
        self._last_t: float | None = None
        self._last_reading: float | None = None
        self._latest: tuple[Smoothed, Moment] | None = None
        self._quality: Quality | None = None
        self._seen = self._good = self._frames = 0

    @property
    def visit(self) -> int | None:
        """Number of the visit going on."""
        return self._number if self._clock.is_open else None

    @property
    def excluded(self) -> bool:
        """Whether the citizen of this visit wished to be left out."""
        return self._excluded

    def step(self, seen: Observation) -> list[Event]:
        """Take in one observation."""
        events: list[Event] = []
        turn = self._clock.update(seen.t, seen.since if seen.face is not None else None)
        if isinstance(turn, Closes):
            events += self._close(turn.at, seen.t)
        elif isinstance(turn, Opens):
            events += self._open(turn.at, seen.t)
        if self._clock.is_open:
            events += self._watch(seen)
        else:
            self._remember(seen)
        self._tally(seen)
        self._last_t = seen.t
        events += self._read_out(seen.t)
        return events

    def open_visit(self, t: float) -> list[Event]:
        """The counter's queue called somebody: close what is open, open anew at ``t``."""
        events = self.close_visit(t)
        self._early.clear()
        opens = self._clock.open(t)
        return events + self._open(opens.at, t)

    def close_visit(self, t: float) -> list[Event]:
        """The counter's queue, or the end of the recording, closed the visit."""
        if not self._clock.is_open:
            return []
        return self._close(self._clock.close(t).at, t)

    def exclude_visit(self, t: float) -> list[Event]:
        """The citizen wishes to be left out: forget all of this visit, read nothing more of it."""
        if not self._clock.is_open or self._excluded:
            return []
        events = self._end_irritation(t)
        self._excluded = True
        self._record = self._irritation = self._latest = self._quality = None
        return events

    def _open(self, at: float, t: float) -> list[Event]:
        self._number += 1
        self._excluded = False
        self._record = VisitRecord(at, self._settings)
        self._irritation = IrritationDetector(self._settings.irritation, self._settings.baseline)
        self._latest = None
        opened: list[Event] = [VisitOpened(at, self._number)]
        early, self._early = self._early, []
        self._last_t = None
        for seen in early:
            if seen.t >= at:
                opened += self._watch(seen)
                self._last_t = seen.t
        return opened

    def _close(self, at: float, t: float) -> list[Event]:
        events = self._end_irritation(at)
        summary = self._record.summary(at) if self._record is not None else None
        self._record = self._irritation = self._latest = None
        self._excluded = False
        return [*events, VisitClosed(t, self._number, summary)]

    def _remember(self, seen: Observation) -> None:
        """Before a visit opens, keep the seconds that will turn out to be its beginning."""
        horizon = seen.t - self._settings.visit.open_after_s - 1.0
        self._early = [early for early in self._early if early.t >= horizon]
        if seen.face is not None:
            self._early.append(seen)

    def _watch(self, seen: Observation) -> Iterable[Event]:
        """One observation within a visit."""
        if self._record is None or self._irritation is None:
            return []
        dt = self._span(seen.t)
        told = self._irritation.update(seen.t, dt, seen.probabilities)
        if seen.probabilities is not None:
            smoothed = self._record.smooth(seen.t, seen.probabilities, seen.intensity)
            raised = self._irritation.current is not None
            moment = self._record.add(seen.t, dt, smoothed, raised=raised)
            self._latest = smoothed, moment
        elif seen.face is not None:
            self._record.unread(dt)
        else:
            self._record.away(dt)
        return self._tell(seen.t, told)

    def _span(self, t: float) -> float:
        """How long a frame stands for: since the last one, at most two regular intervals."""
        regular = 1 / self._settings.source.fps
        return regular if self._last_t is None else min(max(t - self._last_t, 0.0), 2 * regular)

    def _tell(self, t: float, told: Irritation | None) -> list[Event]:
        if told is None or self._record is None:
            return []
        if told.end is None:
            return [IrritationStarted(t, self._number, told)]
        self._record.irritations.append(told)
        return [IrritationEnded(t, self._number, told)]

    def _end_irritation(self, t: float) -> list[Event]:
        if self._irritation is None:
            return []
        return self._tell(t, self._irritation.finish(t))

    def _tally(self, seen: Observation) -> None:
        self._frames += 1
        self._seen += seen.face is not None
        self._good += seen.probabilities is not None
        self._quality = seen.quality or self._quality

    def _read_out(self, t: float) -> list[Event]:
        if self._last_reading is None:
            self._last_reading = t
        if t - self._last_reading < self._settings.reading_every_s - 1e-6:
            return []
        reading = self._reading(t)
        self._last_reading = t
        self._seen = self._good = self._frames = 0
        self._quality = None
        return [reading]

    def _reading(self, t: float) -> Reading:
        readable = self._latest if self._good and self.visit is not None else None
        smoothed, moment = readable or (None, None)
        present = self._seen * 2 >= self._frames and self._seen > 0
        return Reading(
            t=round(t, 2),
            visit=self.visit,
            present=present,
            good_view=round(self._good / max(self._frames, 1), 2),
            expressions=(
                {
                    label: round(float(p), 3)
                    for label, p in zip(LABELS, smoothed.probabilities, strict=True)
                }
                if smoothed
                else None
            ),
            pleasant=round(moment.pleasant, 3) if moment else None,
            negative=round(moment.negative, 3) if moment else None,
            mood=mood(moment, self._settings.score) if moment else None,
            irritated=self._irritation is not None and self._irritation.current is not None,
            quality=None if self._excluded else quality_reading(self._quality),
            excluded=self._excluded,
        )


def quality_reading(quality: Quality | None) -> QualityReading | None:
    """Rounded for sending."""
    if quality is None:
        return None
    return QualityReading(
        round(quality.width_px),
        round(quality.sharpness, 4),
        round(quality.light),
        round(quality.yaw_deg),
        round(quality.pitch_deg),
        quality.problem,
    )
