"""From the engine's events to the contract's messages. Pure but for new identifiers.

The engine numbers its visits and counts seconds; the centre knows identifiers and moments.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from motcua_contract import (
    CurvePoint,
    Expressions,
    Irritation,
    Item,
    Level,
    Mood,
    Peak,
    Problem,
    Reading,
    Summary,
    VisitClosed,
    VisitExcluded,
    VisitOpened,
)
from motcua_edge.vision import events, score

MOODS = {
    score.Level.VERY_PLEASED: Mood.VERY_PLEASED,
    score.Level.PLEASED: Mood.PLEASED,
    score.Level.ORDINARY: Mood.ORDINARY,
    score.Level.DISPLEASED: Mood.DISPLEASED,
}
LEVELS = {
    score.Level.VERY_PLEASED: Level.VERY_PLEASED,
    score.Level.PLEASED: Level.PLEASED,
    score.Level.ORDINARY: Level.ORDINARY,
    score.Level.DISPLEASED: Level.DISPLEASED,
    score.Level.UNKNOWN: Level.UNKNOWN,
}
CURVE_POINTS = 160
UNNUMBERED = 1
"""Sequence of an item until the spool gives it its own."""

At = Callable[[float], dt.datetime]
"""The moment at which the engine's clock showed these seconds."""


@dataclass
class _Visit:
    """The visit going on, as the centre knows it."""

    number: int
    id: uuid.UUID
    opened: dt.datetime
    excluded: bool = False
    irritation: Irritation | None = None


class Translator:
    """One counter's engine from its start; feed every event in order."""

    def __init__(self, counter: int) -> None:
        self._counter = counter
        self._visit: _Visit | None = None

    @property
    def visit(self) -> uuid.UUID | None:
        """The visit going on."""
        return self._visit.id if self._visit else None

    @property
    def opened(self) -> dt.datetime | None:
        """When it began."""
        return self._visit.opened if self._visit else None

    def translate(self, event: events.Event, at: At) -> list[Item]:
        """The messages that one event makes: none of an excluded visit but its end."""
        match event:
            case events.VisitOpened():
                return [self._open(event, at)]
            case events.Reading():
                return self._read(event, at)
            case events.IrritationStarted():
                return self._irritated(event, at)
            case events.IrritationEnded():
                return self._calmed(event, at)
            case events.VisitClosed():
                return self._close(event, at)

    def exclude(self, at: dt.datetime) -> VisitExcluded | None:
        """The citizen wishes to be left out: word of it for the centre, once."""
        visit = self._visit
        if visit is None or visit.excluded:
            return None
        visit.excluded, visit.irritation = True, None
        return VisitExcluded(
            sequence=UNNUMBERED, counter=self._counter, visit=visit.id, opened=visit.opened, at=at
        )

    def _open(self, event: events.VisitOpened, at: At) -> Item:
        self._visit = _Visit(event.visit, new_visit_id(), at(event.t))
        return VisitOpened(
            sequence=UNNUMBERED,
            counter=self._counter,
            visit=self._visit.id,
            at=self._visit.opened,
        )

    def _read(self, event: events.Reading, at: At) -> list[Item]:
        visit = self._visit if event.visit is not None else None
        if event.excluded or (visit and visit.excluded):
            return []
        problem = event.quality.problem if event.quality else None
        return [
            Reading(
                sequence=UNNUMBERED,
                counter=self._counter,
                at=at(event.t),
                visit=visit.id if visit else None,
                present=event.present,
                irritated=event.irritated,
                good_view=share(event.good_view),
                problem=Problem(problem) if problem else None,
                expressions=expressions(event.expressions) if event.expressions else None,
                pleasant=None if event.pleasant is None else share(event.pleasant),
                negative=None if event.negative is None else share(event.negative),
                mood=MOODS.get(event.mood) if event.mood else None,
            )
        ]

    def _irritated(self, event: events.IrritationStarted, at: At) -> list[Item]:
        visit = self._visit
        if visit is None or visit.excluded:
            return []
        visit.irritation = Irritation(
            sequence=UNNUMBERED,
            counter=self._counter,
            id=uuid.uuid4(),
            visit=visit.id,
            onset=at(event.irritation.start),
            at=at(event.t),
            confidence=share(event.irritation.confidence),
        )
        return [visit.irritation]

    def _calmed(self, event: events.IrritationEnded, at: At) -> list[Item]:
        visit = self._visit
        if visit is None or visit.irritation is None:
            return []
        end = event.irritation.end if event.irritation.end is not None else event.t
        over = visit.irritation.model_copy(
            update={"ended": at(end), "confidence": share(event.irritation.confidence)}
        )
        visit.irritation = None
        return [over]

    def _close(self, event: events.VisitClosed, at: At) -> list[Item]:
        visit, self._visit = self._visit, None
        if visit is None:
            return []
        told = event.summary if not visit.excluded else None
        return [
            VisitClosed(
                sequence=UNNUMBERED,
                counter=self._counter,
                visit=visit.id,
                opened=visit.opened,
                at=max(visit.opened, at(told.end if told else event.t)),
                summary=summary(told, at) if told else None,
            )
        ]


def new_visit_id() -> uuid.UUID:
    """Random: it says nothing of the citizen, and not even the order of visits."""
    return uuid.uuid4()


def share(value: float) -> float:
    """A number that rounding may have pushed out of 0..1."""
    return min(1.0, max(0.0, float(value)))


def expressions(given: dict[str, float]) -> Expressions:
    return Expressions(**{label: share(value) for label, value in given.items()})


def summary(given: events.VisitSummary, at: At) -> Summary:
    """What remains of a visit."""
    return Summary(
        score=None if given.score is None else min(100.0, max(0.0, float(given.score))),
        level=LEVELS[given.level],
        good_view=share(given.good_view),
        expressions=expressions(given.expressions),
        curve=tuple(
            CurvePoint(t=max(0.0, t - given.start), pleasant=share(p), negative=share(n))
            for t, p, n in key_points(given.curve)
        ),
        peak=Peak(at=at(given.peak[0]), valence=_valence(given.peak[1])) if given.peak else None,
        end=None if given.end_valence is None else _valence(given.end_valence),
    )


def _valence(value: float) -> float:
    return min(1.0, max(-1.0, float(value)))


def key_points(
    curve: Sequence[tuple[float, float, float]], most: int = CURVE_POINTS
) -> list[tuple[float, float, float]]:
    """At most `most` points that keep the curve's look: the happiest and unhappiest of each
    stretch, and both ends."""
    if len(curve) <= most:
        return list(curve)
    stretches = (most - 2) // 2
    kept = {0, len(curve) - 1}
    for i in range(stretches):
        stretch = range(i * len(curve) // stretches, (i + 1) * len(curve) // stretches)
        valence = {index: curve[index][1] - curve[index][2] for index in stretch}
        kept |= {min(valence, key=valence.__getitem__), max(valence, key=valence.__getitem__)}
    return [curve[index] for index in sorted(kept)]
