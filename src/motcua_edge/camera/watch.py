"""A camera while it is open: frames in, items into the spool."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from motcua_contract import CounterSettings, Item, Reading, SignalKind, VisitOpened
from motcua_edge.camera.feeds import Feed
from motcua_edge.camera.translate import Translator
from motcua_edge.clock import RunClock
from motcua_edge.spool import Spool
from motcua_edge.vision.events import Event
from motcua_edge.vision.picture import Picture
from motcua_edge.vision.sources import Frame

State = Literal["starting", "running", "closed_hours", "lost", "failed"]
READ_SECONDS = 0.5
SILENT_SECONDS = 3.0
"""After so long without a frame the camera counts as lost."""


class Pipeline(Protocol):
    """The engine of one counter, see `motcua_edge.vision.CounterPipeline`."""

    @property
    def visit(self) -> int | None: ...
    def step(self, frame: Picture, t: float) -> list[Event]: ...
    def idle(self, t: float) -> list[Event]: ...
    def open_visit(self, t: float) -> list[Event]: ...
    def close_visit(self, t: float) -> list[Event]: ...
    def exclude_visit(self, t: float) -> list[Event]: ...


class Engine(Protocol):
    """Makes what one counter needs; both may take a while."""

    def open_feed(self, spec: str, settings: CounterSettings) -> Feed:
        """Raises VisionError when the camera cannot be opened."""
        ...

    def make_pipeline(self, settings: CounterSettings, width: int, height: int) -> Pipeline: ...


@dataclass
class Figures:
    """How a camera does, for the health page and the centre."""

    state: State = "starting"
    trouble: str = ""
    analysed: int = 0
    dropped: int = 0
    latency_ms: float | None = None
    mood: str = ""
    visit_open: bool = False


class Watch(contextlib.AbstractContextManager["Watch"]):
    """Judges frame by frame, and closes its visit at the end.

    Arguments:
        wants_exclusion: whether a wish waits for a visit that opened at this moment.
    """

    def __init__(
        self,
        settings: CounterSettings,
        feed: Feed,
        *,
        engine: Engine,
        spool: Spool,
        clock: RunClock,
        figures: Figures,
        wants_exclusion: Callable[[dt.datetime], bool],
    ) -> None:
        self._settings = settings
        self._feed = feed
        self._engine = engine
        self._spool = spool
        self._clock = clock
        self._figures = figures
        self._wants_exclusion = wants_exclusion
        self._pipeline: Pipeline | None = None
        self._translator = Translator(settings.counter)
        self._last_frame = feed.now()
        self._dropped_before = figures.dropped

    def __exit__(self, *_: object) -> None:
        if self._pipeline is not None:
            self._tell(self._pipeline.close_visit(self._feed.now()))
        self._figures.mood = ""

    @property
    def visit(self) -> uuid.UUID | None:
        """The visit going on."""
        return self._translator.visit

    @property
    def opened(self) -> dt.datetime | None:
        """When it began."""
        return self._translator.opened

    def next_frame(self) -> None:
        """Wait for a frame and judge it; without one, time passes all the same."""
        frame = self._feed.read(READ_SECONDS)
        figures = self._figures
        if frame is None:
            if self._feed.now() - self._last_frame > SILENT_SECONDS:
                figures.state, figures.trouble = "lost", "Camera không gửi hình, đang nối lại."
                if self._pipeline is not None:
                    self._tell(self._pipeline.idle(self._feed.now()))
            return
        self._last_frame = self._feed.now()
        self._tell(self._pipe(frame).step(frame.picture, frame.t))
        figures.state, figures.trouble = "running", ""
        figures.analysed += 1
        figures.dropped = self._dropped_before + self._feed.dropped
        figures.latency_ms = round(max(0.0, self._feed.now() - frame.t) * 1000, 1)

    def follow(self, kind: SignalKind) -> None:
        """The queue called somebody, or has done with them."""
        if self._pipeline is not None:
            opens = kind == SignalKind.VISIT_OPENED
            act = self._pipeline.open_visit if opens else self._pipeline.close_visit
            self._tell(act(self._feed.now()))

    def exclude(self) -> None:
        """Leave out the visit going on, from its first second."""
        wish = self._translator.exclude(self._clock.now())
        if wish is not None and self._pipeline is not None:
            self._pipeline.exclude_visit(self._feed.now())
            self._spool.forget_visit(wish.visit, wish)

    def _pipe(self, frame: Frame) -> Pipeline:
        if self._pipeline is None:
            picture = frame.picture
            self._pipeline = self._engine.make_pipeline(
                self._settings, picture.width, picture.height
            )
        return self._pipeline

    def _tell(self, events: list[Event]) -> None:
        """Store what the events say; engine seconds become moments on the run's clock."""
        now, t = self._clock.now(), self._feed.now()
        told: list[Item] = []
        for event in events:
            items = self._translator.translate(
                event, lambda seconds: now - dt.timedelta(seconds=t - seconds)
            )
            told += items
            for item in items:
                if isinstance(item, Reading):
                    self._figures.mood = item.mood or ""
                elif isinstance(item, VisitOpened) and self._wants_exclusion(item.at):
                    # Before anything else of this visit is stored, let alone sent.
                    self._spool.add(told)
                    told = []
                    self.exclude()
        self._spool.add(told)
        self._figures.visit_open = self._translator.visit is not None
