"""What the centre tells a device: how each of its counters is judged, and what happens there."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from motcua_contract.base import CounterId, Message, Moment, Share

MAX_SIGNALS = 200
SignalId = Annotated[int, Field(ge=0, le=2**53)]
"""Zero is before the first."""
Text = Annotated[str, StringConstraints(max_length=160)]


class Region(Message):
    """Where the citizen sits, in fractions of the picture's width and height."""

    left: Share = 0.0
    top: Share = 0.0
    width: Annotated[float, Field(gt=0, le=1)] = 1.0
    height: Annotated[float, Field(gt=0, le=1)] = 1.0

    @model_validator(mode="after")
    def _inside(self) -> Self:
        if self.left + self.width > 1 + 1e-6 or self.top + self.height > 1 + 1e-6:
            raise ValueError("the region leaves the picture")
        return self


class Thresholds(Message):
    """What a person changed for this counter; None leaves the engine's measured value."""

    irritation_rise: Annotated[float, Field(ge=0.1, le=0.95)] | None = None
    irritation_seconds: Annotated[float, Field(ge=2, le=60)] | None = None


class OpenSession(Message):
    """A stretch of time during which citizens are received and the camera may look."""

    opens: Moment
    closes: Moment


class CounterSettings(Message):
    """One counter. The camera looks only within `sessions`, which reach some days ahead, so that
    it keeps to the hours while the network is away; beyond them it stays off."""

    counter: CounterId
    number: Annotated[int, Field(ge=1, le=32767)]
    name: Text
    enabled: bool
    always: bool = False
    """Look at any hour (a demonstration)."""
    sessions: Annotated[tuple[OpenSession, ...], Field(max_length=64)]
    region: Region
    thresholds: Thresholds
    analysed_fps: Annotated[float, Field(ge=0.5, le=15)]
    follow_queue: bool = False
    """Visits open and close by the queue's signals alone."""


class SignalKind(StrEnum):
    """What happened at a counter that a camera cannot see."""

    VISIT_OPENED = "visit_opened"
    VISIT_CLOSED = "visit_closed"
    EXCLUDE_VISIT = "exclude_visit"


class Signal(Message):
    """One happening; `id` grows, and the device asks for those after the last it acted on."""

    id: SignalId
    counter: CounterId
    kind: SignalKind
    at: Moment


class Guidance(Message):
    """Everything a device needs to know. `version` changes when any of it does but `now`."""

    version: str
    unit: Text
    device: Text
    now: Moment
    last_signal: SignalId
    """The newest signal so far: what a device that starts afresh counts from."""
    counters: Annotated[tuple[CounterSettings, ...], Field(max_length=64)]
