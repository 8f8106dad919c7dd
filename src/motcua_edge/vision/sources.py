"""Where frames come from: a video file, a folder of pictures, a USB camera or a network stream.

Every source decodes what it must and hands on only the frames to be analysed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import av
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from motcua_edge.vision.errors import NoFrames, NotAPicture, NotAVideo, SourceMissing
from motcua_edge.vision.picture import ArrayPicture, Bytes, Picture, VideoPicture
from motcua_edge.vision.settings import SourceSettings

# PyAV is silent by default. Never call av.logging.set_level here: its Python callback needs the
# interpreter lock and deadlocks with FFmpeg's own decoding threads on damaged input.

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp"})
_NONREF_FROM = 3.0
"""From this many input frames per analysed one, frames no other frame refers to are not decoded."""
_BREAK_S = 0.5
"""A file that ends so long before its own index says was cut off."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame to analyse, ``t`` seconds after the source's beginning."""

    t: float
    picture: Picture


class Source(Protocol):
    """Anything frames come from; iterate once, then close."""

    name: str
    live: bool
    seconds: float | None
    """Known or expected length; None for a live source."""
    dropped: int
    """Frames that were due for analysis and could not be had in time or at all."""

    def __iter__(self) -> Iterator[Frame]: ...

    def close(self) -> None: ...


class Sampler:
    """Says which frames are due so that on average ``fps`` of them a second are."""

    def __init__(self, fps: float) -> None:
        self.period = 1 / fps
        self._next: float | None = None

    def due(self, t: float) -> bool:
        """Whether the frame at ``t`` is to be analysed (frames come in order of time)."""
        if self._next is None or t < self._next - 2 * self.period:
            self._next = t
        if t + 1e-4 < self._next:
            return False
        self._next += self.period
        if self._next <= t:
            self._next = t + self.period
        return True


def missed(gap_s: float, period_s: float) -> int:
    """How many frames should have come within a gap between two that did."""
    return max(0, round(gap_s / period_s) - 1)


class VideoFile:
    """A recording, analysed as fast as the machine can."""

    live = False

    def __init__(self, path: Path, settings: SourceSettings) -> None:
        if not path.is_file():
            raise SourceMissing(str(path))
        self.name = str(path)
        self.dropped = 0
        self.truncated_at: float | None = None
        """Where a damaged file broke off, in seconds; known after iteration."""
        self._sampler = Sampler(settings.fps)
        self._container = open_container(str(path), self.name)
        self._stream = video_stream(self._container, self.name)
        decode_sparingly(self._stream, settings.fps)
        self._stream.thread_type = "AUTO"
        self._declared = declared_seconds(self._container, self._stream)
        self.seconds: float | None = self._declared

    def __iter__(self) -> Iterator[Frame]:
        rate = float(self._stream.average_rate or self._stream.guessed_rate or 25)
        first: float | None = None
        last, shown, broken, count = 0.0, 0.0, False, 0
        for frame, _ in decode(self._container, self._stream):
            if frame is None:  # followed by no good frame, damage is where the file broke off
                broken = True
                continue
            at = frame.time if frame.time is not None else count / rate
            first = at if first is None else first
            last = max(last, at - first)
            count += 1
            broken = False
            if self._sampler.due(last):
                self.dropped += missed(last - shown, max(self._sampler.period, 1 / rate))
                shown = last
                yield Frame(last, VideoPicture(frame))
        if first is None:
            raise NoFrames(self.name)
        self.seconds = last + 1 / rate
        short = self._declared is not None and self._declared - self.seconds > _BREAK_S
        self.truncated_at = self.seconds if broken or short else None

    def close(self) -> None:
        self._container.close()


class PictureFolder:
    """Pictures in the order of their names, one for each analysed instant."""

    live = False

    def __init__(self, path: Path, settings: SourceSettings) -> None:
        self.name = str(path)
        self.dropped = 0
        self._files = sorted(
            (file for file in path.iterdir() if file.suffix.lower() in PICTURES),
            key=lambda file: natural(file.name),
        )
        if not self._files:
            raise NoFrames(self.name)
        self._period = 1 / settings.fps
        self.seconds: float | None = len(self._files) * self._period

    def __iter__(self) -> Iterator[Frame]:
        for index, file in enumerate(self._files):
            try:
                picture = ArrayPicture(read_picture(file))
            except NotAPicture:
                self.dropped += 1
                continue
            yield Frame(index * self._period, picture)

    def close(self) -> None:
        """Nothing stays open."""


def natural(name: str) -> list[tuple[int, int, str]]:
    """Sort key by which frame 9 comes before frame 10."""
    return [
        (0, int(part), "") if part.isdigit() else (1, 0, part.lower())
        for part in re.split(r"(\d+)", name)
        if part
    ]


def read_picture(path: Path) -> Bytes:
    """An image file as uint8 [h, w, 3] BGR, turned upright as its camera noted."""
    if not path.is_file():
        raise SourceMissing(str(path))
    try:
        with Image.open(path) as image:
            upright = ImageOps.exif_transpose(image).convert("RGB")
            return np.ascontiguousarray(np.asarray(upright)[..., ::-1])
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        raise NotAPicture(str(path)) from None


def open_container(url: str, name: str, **options: Any) -> Any:
    """PyAV's container for a file; :class:`NotAVideo` when it cannot be read."""
    try:
        return av.open(url, **options)
    except (av.error.FFmpegError, OSError, ValueError):
        raise NotAVideo(name) from None


def video_stream(container: Any, name: str) -> Any:
    """The first moving-picture stream, or :class:`NotAVideo`."""
    for stream in container.streams.video:
        if stream.codec_context is not None:
            return stream
    container.close()
    raise NotAVideo(name)


def decode_sparingly(stream: Any, fps: float) -> None:
    """Leave out frames that no other frame refers to, where many more come than are analysed."""
    rate = float(stream.average_rate or 0)
    if rate >= _NONREF_FROM * fps:
        stream.codec_context.skip_frame = "NONREF"


def declared_seconds(container: Any, stream: Any) -> float | None:
    """How long the file says its video is; None where only a longer sound track would tell."""
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    if container.duration is not None and not container.streams.audio:
        return float(container.duration) / 1_000_000
    return None


def decode(container: Any, stream: Any) -> Iterator[tuple[Any | None, bool]]:
    """Frames in order; (None, True) for a packet or read that failed, (None, False) for a bad
    frame."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except (av.error.FFmpegError, OSError):
            yield None, True
            return
        try:
            frames = packet.decode()
        except (av.error.FFmpegError, OSError):
            yield None, True
            continue
        for frame in frames:
            yield (None, False) if frame.is_corrupt else (frame, False)


def open_source(spec: str, settings: SourceSettings | None = None) -> Source:
    """Open what ``spec`` names: a file, a folder, ``0`` or ``/dev/video0`` (USB), or an address.

    Raises an error of :class:`SourceError`'s family with a sentence for the user.
    """
    from motcua_edge.vision.live import LiveSource

    settings = settings or SourceSettings()
    if spec.isdigit() or spec.startswith("/dev/video") or spec.startswith("video="):
        return LiveSource(spec, settings, device=device_address(spec, sys.platform))
    if "://" in spec:
        return LiveSource(spec, settings)
    path = Path(spec)
    if path.is_dir():
        return PictureFolder(path, settings)
    return VideoFile(path, settings)


def device_address(spec: str, platform: str) -> tuple[str, str]:
    """What FFmpeg calls a USB camera on this platform: (address, format)."""
    if platform.startswith("win"):
        return (spec if spec.startswith("video=") else f"video={spec}"), "dshow"
    if platform == "darwin":
        return spec, "avfoundation"
    return (f"/dev/video{spec}" if spec.isdigit() else spec), "v4l2"
