"""Live sources: a USB camera or a network stream, read by a thread of its own.

The thread keeps only the newest frame: whoever analyses slowly loses frames, which are counted,
and never falls behind. A stream that breaks, falls silent or freezes is opened again by itself.
"""

from __future__ import annotations

import threading
import time
import zlib
from collections import deque
from collections.abc import Iterator
from typing import Any

import av

from motcua_edge.vision.errors import NotAVideo, SourceMissing, SourceRefused, SourceSilent
from motcua_edge.vision.picture import VideoPicture
from motcua_edge.vision.settings import SourceSettings
from motcua_edge.vision.sources import Frame, Sampler, decode, decode_sparingly, video_stream

_LAG_MEMORY_S = 60.0


class Backoff:
    """Seconds to wait before the next attempt: doubling up to a limit, reset by success."""

    def __init__(self, first_s: float, limit_s: float) -> None:
        self._first_s, self._limit_s = first_s, limit_s
        self._next_s = first_s

    def next(self) -> float:
        wait, self._next_s = self._next_s, min(self._limit_s, self._next_s * 2)
        return wait

    def reset(self) -> None:
        self._next_s = self._first_s


class LagMeter:
    """How far behind the camera we are, from arrival times and the stream's own clock.

    The smallest difference of the last minute is taken as "no lag": clocks need not agree.
    """

    def __init__(self) -> None:
        self._gaps: deque[tuple[float, float]] = deque()

    def update(self, arrived: float, stamped: float) -> float:
        """Lag in seconds of a frame ``stamped`` by the stream and ``arrived`` now."""
        gap = arrived - stamped
        while self._gaps and arrived - self._gaps[0][0] > _LAG_MEMORY_S:
            self._gaps.popleft()
        while self._gaps and self._gaps[-1][1] >= gap:
            self._gaps.pop()
        self._gaps.append((arrived, gap))
        return gap - self._gaps[0][1]


class StillWatch:
    """Notices a picture of which not one sampled pixel changes any more."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._print: int | None = None
        self._since = 0.0

    def frozen(self, t: float, fingerprint: int) -> bool:
        """Whether the picture with this checksum has stood still for the timeout."""
        if fingerprint != self._print:
            self._print, self._since = fingerprint, t
        return t - self._since >= self._timeout_s


class LiveSource:
    """A camera that is watched as long as the caller likes.

    ``t`` of a frame is the seconds since the source was opened, on this machine's clock.
    """

    live = True
    seconds: float | None = None

    def __init__(
        self, name: str, settings: SourceSettings, *, device: tuple[str, str] | None = None
    ) -> None:
        """Open the camera; :class:`SourceSilent` or :class:`SourceRefused` when that fails."""
        self.name = hide_password(name)
        self.dropped = 0
        self.reconnections = 0
        self.trouble: str | None = None
        """Why no frames come at the moment: "silent", "frozen", "broken", or None."""
        self._settings = settings
        self._address: str
        self._format: str | None
        self._address, self._format = device or (name, None)
        self._sampler = Sampler(settings.fps)
        self._zero = time.monotonic()
        self._slot: Frame | None = None
        self._fresh = threading.Condition()
        self._stop = threading.Event()
        container = self._open()
        self._thread = threading.Thread(
            target=self._run, args=(container,), name=f"camera {self.name}", daemon=True
        )
        self._thread.start()

    def read(self, timeout_s: float) -> Frame | None:
        """The newest frame not yet handed out, None if none arrives in time."""
        with self._fresh:
            self._fresh.wait_for(lambda: self._slot is not None, timeout_s)
            frame, self._slot = self._slot, None
            return frame

    def now(self) -> float:
        """Seconds on the clock of this source's frames."""
        return time.monotonic() - self._zero

    def __iter__(self) -> Iterator[Frame]:
        while not self._stop.is_set():
            frame = self.read(1.0)
            if frame is not None:
                yield frame

    def close(self) -> None:
        self._stop.set()
        self._thread.join(timeout=self._settings.read_timeout_s + 1)

    def _open(self) -> Any:
        rules = self._settings
        options = {"fflags": "nobuffer", "flags": "low_delay"}
        if self._address.startswith("rtsp"):
            options |= {"rtsp_transport": "tcp", "timeout": str(int(rules.open_timeout_s * 1e6))}
        started = time.monotonic()
        try:
            container = av.open(
                self._address,
                format=self._format,
                options=options,
                timeout=(rules.open_timeout_s, rules.read_timeout_s),
            )
            stream = video_stream(container, self.name)
        except FileNotFoundError:
            raise SourceMissing(self.name) from None
        except (av.error.FFmpegError, OSError, ValueError, NotAVideo):
            if time.monotonic() - started >= 0.9 * rules.open_timeout_s:
                raise SourceSilent(self.name, rules.open_timeout_s) from None
            raise SourceRefused(self.name) from None
        stream.thread_type = "NONE"
        stream.codec_context.thread_count = 1
        decode_sparingly(stream, rules.fps)
        return container

    def _run(self, container: Any) -> None:
        backoff = Backoff(self._settings.backoff_first_s, self._settings.backoff_limit_s)
        while not self._stop.is_set():
            if container is not None:
                self.trouble = None
                self.trouble = self._play(container, backoff)
                container.close()
            if self._stop.wait(backoff.next()):
                return
            try:
                container = self._open()
                self.reconnections += 1
            except (SourceSilent, SourceRefused, SourceMissing):
                container = None

    def _play(self, container: Any, backoff: Backoff) -> str:
        """Pass frames on until the stream fails; says how it failed."""
        stream = container.streams.video[0]
        usual = stream.codec_context.skip_frame
        lag, still = LagMeter(), StillWatch(self._settings.still_timeout_s)
        last = time.monotonic()
        for frame, fault in decode(container, stream):
            arrived = time.monotonic()
            if self._stop.is_set():
                break
            if frame is None:
                if fault and arrived - last >= 0.9 * self._settings.read_timeout_s:
                    return "silent"
                continue
            last = arrived
            backoff.reset()
            stamped = frame.time if frame.time is not None else arrived
            behind = lag.update(arrived, stamped) > self._settings.max_lag_s
            stream.codec_context.skip_frame = "NONKEY" if behind else usual
            if not self._sampler.due(arrived - self._zero):
                continue
            if behind:
                self.dropped += 1
                continue
            picture = VideoPicture(frame)
            if still.frozen(arrived, fingerprint(picture)):
                return "frozen"
            self._offer(Frame(arrived - self._zero, picture))
        return (
            "silent" if time.monotonic() - last >= 0.9 * self._settings.read_timeout_s else "broken"
        )

    def _offer(self, frame: Frame) -> None:
        with self._fresh:
            if self._slot is not None:
                self.dropped += 1
            self._slot = frame
            self._fresh.notify()


def fingerprint(picture: VideoPicture) -> int:
    """Checksum of every sixteenth pixel of every eighth row: changes with a sensor's noise."""
    grey = picture.grey(0, 0, picture.width, picture.height)
    return zlib.crc32(grey[::8, ::16].tobytes())


def hide_password(address: str) -> str:
    """``rtsp://user:secret@host`` as it may be shown and logged."""
    scheme, separator, rest = address.partition("://")
    if not separator or "@" not in rest.split("/")[0]:
        return address
    return f"{scheme}://***@{rest.split('@', 1)[1]}"
