"""Where a counter's frames come from, live: a camera, or a recording played at its own pace."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Protocol, cast

from motcua_edge.vision.live import LiveSource
from motcua_edge.vision.settings import SourceSettings
from motcua_edge.vision.sources import Frame, Source, open_source

LATE_SECONDS = 1.0


class Ended(Exception):
    """The recording is over."""


class Feed(Protocol):
    """Frames as they come. `now()` is the clock of their `t`, in seconds."""

    @property
    def dropped(self) -> int:
        """Frames that were due for analysis and could not be had."""
        ...

    def read(self, timeout_s: float) -> Frame | None:
        """The next frame, None if none comes in time.

        Raises:
            Ended: none will ever come.
        """
        ...

    def now(self) -> float: ...

    def close(self) -> None: ...


class Playback:
    """A recording in real time, once or for ever. Frames that come too late are dropped."""

    def __init__(self, spec: str, source: Source, settings: SourceSettings, *, loop: bool) -> None:
        self._spec, self._settings, self._loop = spec, settings, loop
        self._source = source
        self._frames: Iterator[Frame] = iter(self._source)
        self._zero = time.monotonic()
        self._before = 0.0
        """Length of the rounds played so far."""
        self._next: Frame | None = None
        self._late = 0

    @property
    def dropped(self) -> int:
        return self._source.dropped + self._late

    def now(self) -> float:
        return time.monotonic() - self._zero

    def read(self, timeout_s: float) -> Frame | None:
        while True:
            frame = self._next or self._pull()
            wait = frame.t - self.now()
            if wait > timeout_s:
                self._next = frame
                time.sleep(timeout_s)
                return None
            self._next = None
            if wait > 0:
                time.sleep(wait)
            elif -wait > LATE_SECONDS:
                self._late += 1
                continue
            return frame

    def close(self) -> None:
        self._source.close()

    def _pull(self) -> Frame:
        for _ in range(2):
            frame = next(self._frames, None)
            if frame is not None:
                return Frame(self._before + frame.t, frame.picture)
            if not self._loop:
                break
            self._again()
        raise Ended

    def _again(self) -> None:
        """The next round begins where this one ended, or now if we fell behind."""
        self._before = max(self._before + (self._source.seconds or 0.0), self.now())
        self._late += self._source.dropped
        self._source.close()
        self._source = open_source(self._spec, self._settings)
        self._frames = iter(self._source)


def open_feed(spec: str, settings: SourceSettings, *, loop: bool = False) -> Feed:
    """Open a camera or a recording.

    Raises:
        SourceError: with a sentence for the user.
    """
    source = open_source(spec, settings)
    if source.live:
        return cast(LiveSource, source)
    return Playback(spec, source, settings, loop=loop)
