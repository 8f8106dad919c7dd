"""What a camera's computer reports: readings, visits, irritations, its own health.

`sequence` is the item's number in the device's spool; the centre's answer names refused items
by it. What makes an item the same item when it is delivered twice is stated on each class.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from motcua_contract.base import CounterId, Message, Moment, Sequence, Share, Valence, Word

LABELS = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt")
"""The eight expressions of FER+ (Barsoum et al., 2016), in the order of the model's output."""


class Mood(StrEnum):
    """How a moment looks."""

    VERY_PLEASED = "very_pleased"
    PLEASED = "pleased"
    ORDINARY = "ordinary"
    DISPLEASED = "displeased"


class Level(StrEnum):
    """How a visit looked; `unknown` when too little could be seen to say."""

    VERY_PLEASED = "very_pleased"
    PLEASED = "pleased"
    ORDINARY = "ordinary"
    DISPLEASED = "displeased"
    UNKNOWN = "unknown"


class Problem(StrEnum):
    """Why a face that is present could not be read."""

    SMALL = "small"
    UNSURE = "unsure"
    DARK = "dark"
    BRIGHT = "bright"
    FLAT = "flat"
    TURNED = "turned"
    DOWN = "down"
    TILTED = "tilted"
    BLURRED = "blurred"


class Expressions(Message):
    """Eight probabilities, smoothed over about a second; they sum to about one."""

    neutral: Share
    happiness: Share
    surprise: Share
    sadness: Share
    anger: Share
    disgust: Share
    fear: Share
    contempt: Share


class Reading(Message):
    """The counter at one second. Same counter and same `at`: same reading.

    `visit` is None when nobody is being served. Below the quality gate `expressions`,
    `pleasant`, `negative` and `mood` are None, `problem` says why, and the reading counts as
    presence only. `good_view` is the share of this second's frames that could be read.
    """

    kind: Literal["reading"] = "reading"
    sequence: Sequence
    counter: CounterId
    at: Moment
    visit: UUID | None
    present: bool
    irritated: bool = False
    good_view: Share
    problem: Problem | None = None
    expressions: Expressions | None = None
    pleasant: Share | None = None
    negative: Share | None = None
    mood: Mood | None = None


class VisitOpened(Message):
    """Somebody is being served since `at`. Same `visit`: same visit."""

    kind: Literal["visit_opened"] = "visit_opened"
    sequence: Sequence
    counter: CounterId
    visit: UUID
    at: Moment


class CurvePoint(Message):
    """Seconds since the visit opened, and the smoothed face then."""

    t: Annotated[float, Field(ge=0, le=24 * 3600)]
    pleasant: Share
    negative: Share


class Peak(Message):
    """The most intense moment, pleasant or not."""

    at: Moment
    valence: Valence


class Summary(Message):
    """What remains of a visit: score 0 (unhappy) to 100 (happy), None when `level` is unknown."""

    score: Annotated[float, Field(ge=0, le=100)] | None
    level: Level
    good_view: Share
    expressions: Expressions
    """Share of the readable time in which each label dominated; all zero when none was."""
    curve: Annotated[tuple[CurvePoint, ...], Field(max_length=240)]
    """Key points in order of time, thinned by the device."""
    peak: Peak | None = None
    end: Valence | None = None
    """Mean valence of the last seconds."""


class VisitClosed(Message):
    """The visit is over. Same `visit`: same closing.

    Without a summary there is nothing to say: the citizen wished to be left out, or the agent
    was stopped before the visit ended.
    """

    kind: Literal["visit_closed"] = "visit_closed"
    sequence: Sequence
    counter: CounterId
    visit: UUID
    opened: Moment
    at: Moment
    summary: Summary | None = None


class VisitExcluded(Message):
    """The citizen wished not to be measured: the centre forgets what it has of this visit."""

    kind: Literal["visit_excluded"] = "visit_excluded"
    sequence: Sequence
    counter: CounterId
    visit: UUID
    opened: Moment
    at: Moment


class Irritation(Message):
    """A sustained, confident shift to displeasure. Same `id`: same irritation.

    Sent at once, and again with `ended` when it is over.
    """

    kind: Literal["irritation"] = "irritation"
    sequence: Sequence
    counter: CounterId
    id: UUID
    visit: UUID
    onset: Moment
    at: Moment
    confidence: Share
    ended: Moment | None = None


class SourceHealth(Message):
    """One camera since the last report."""

    counter: CounterId
    state: Literal["starting", "running", "closed_hours", "lost", "failed"]
    analysed_fps: Annotated[float, Field(ge=0, le=240)]
    dropped_frames: Annotated[int, Field(ge=0, le=2**53)]
    latency_ms: Annotated[float, Field(ge=0, le=3_600_000)] | None = None


class Health(Message):
    """How the machine is. Only the newest is kept."""

    kind: Literal["health"] = "health"
    sequence: Sequence
    at: Moment
    agent: Word
    detector: Word
    expression: Word
    sources: Annotated[tuple[SourceHealth, ...], Field(max_length=64)]
    spooled: Annotated[int, Field(ge=0, le=2**53)]
    spool_dropped: Annotated[int, Field(ge=0, le=2**53)]
    refused: Annotated[int, Field(ge=0, le=2**53)]
    disk_free_mb: Annotated[int, Field(ge=0, le=2**40)]
