"""What the engine tells its caller. Numbers and words only: nothing here can hold a picture or
a face.

All times are seconds on the clock the caller passes to ``step``.
"""

from __future__ import annotations

from dataclasses import dataclass

from motcua_edge.vision.irritation import Irritation
from motcua_edge.vision.score import Level


@dataclass(frozen=True, slots=True)
class QualityReading:
    """How well the face could be read; ``problem`` names the gate it failed, None for a good view.

    Problems: small, dark, bright, flat, turned, down, tilted, blurred.
    """

    width_px: int
    sharpness: float
    light: int
    yaw_deg: int
    pitch_deg: int
    problem: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """State of the counter, once a second.

    ``visit`` counts this engine's visits from 1 (None: nobody is being served).
    ``expressions``, ``pleasant``, ``negative`` and ``mood`` are None without a good view and for
    an excluded visit. ``good_view``: share of the frames since the last reading that could be read.
    """

    t: float
    visit: int | None
    present: bool
    good_view: float
    expressions: dict[str, float] | None
    pleasant: float | None
    negative: float | None
    mood: Level | None
    irritated: bool
    quality: QualityReading | None
    excluded: bool


@dataclass(frozen=True, slots=True)
class VisitOpened:
    t: float
    visit: int


@dataclass(frozen=True, slots=True)
class VisitSummary:
    """One visit, as ``analyse --json`` prints it.

    ``score`` is None and ``level`` "không đủ dữ liệu" when too little could be seen.
    ``good_view``: share of the visit with a readable face, 0..1. ``expressions``: share of the
    good view in which each label dominated. ``curve``: [t, pleasant, negative], the latter
    above the person's own resting face.
    ``peak``: [t, valence -1..1] of the most intense moment; ``end_valence``: of the last seconds.
    """

    start: float
    end: float
    score: float | None
    level: Level
    good_view: float
    expressions: dict[str, float]
    curve: list[tuple[float, float, float]]
    irritations: list[Irritation]
    peak: tuple[float, float] | None = None
    end_valence: float | None = None


@dataclass(frozen=True, slots=True)
class VisitClosed:
    """The visit is over; ``summary`` is None when the citizen wished to be left out."""

    t: float
    visit: int
    summary: VisitSummary | None


@dataclass(frozen=True, slots=True)
class IrritationStarted:
    """Told after the sustained time; ``irritation.start`` is the onset before that."""

    t: float
    visit: int
    irritation: Irritation


@dataclass(frozen=True, slots=True)
class IrritationEnded:
    t: float
    visit: int
    irritation: Irritation


Event = Reading | VisitOpened | VisitClosed | IrritationStarted | IrritationEnded
