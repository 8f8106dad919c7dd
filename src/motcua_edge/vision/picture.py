"""One frame in memory: grey at full size for nothing, colour only on demand and only as small
as asked.

A decoded H.264 frame already holds its brightness as a plane; taking that plane costs nothing,
while converting the whole frame to BGR costs more than finding the face in it.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from PIL import Image

Bytes = npt.NDArray[np.uint8]

# Brightness of "limited range" video runs from 16 to 235 (ITU-R BT.601, 2.5.1).
_LIMITED = np.clip((np.arange(256) - 16.0) * 255.0 / 219.0, 0, 255).round().astype(np.uint8)
_FULL_RANGE = 2  # AVCOL_RANGE_JPEG
_PLANAR = frozenset({"yuv420p", "yuv422p", "yuv444p", "nv12", "yuvj420p", "yuvj422p", "yuvj444p"})


class Picture(Protocol):
    """What the engine asks of a frame."""

    @property
    def width(self) -> int: ...

    @property
    def height(self) -> int: ...

    def grey(self, x0: int, y0: int, x1: int, y1: int) -> Bytes:
        """Grey of the rectangle [y0:y1, x0:x1], full range 0..255; parts outside repeat the
        border."""
        ...

    def bgr(self, scale: float) -> Bytes:
        """The whole picture in colour, shrunk by ``scale`` (0 < scale <= 1), uint8 [h, w, 3]."""
        ...


def scaled_size(width: int, height: int, scale: float) -> tuple[int, int]:
    """Width and height after shrinking, at least one pixel each."""
    return max(1, round(width * scale)), max(1, round(height * scale))


def cut(plane: Bytes, x0: int, y0: int, x1: int, y1: int) -> Bytes:
    """``plane[y0:y1, x0:x1]`` where a rectangle reaching outside repeats the border pixels."""
    h, w = plane.shape[:2]
    if x0 >= 0 and y0 >= 0 and x1 <= w and y1 <= h:
        return plane[y0:y1, x0:x1]
    rows = np.clip(np.arange(y0, y1), 0, h - 1)
    columns = np.clip(np.arange(x0, x1), 0, w - 1)
    return plane[rows[:, None], columns[None, :]]


class ArrayPicture:
    """A picture given as uint8 [h, w, 3] BGR, from an image file or a caller's own camera."""

    def __init__(self, bgr: Bytes) -> None:
        if bgr.ndim != 3 or bgr.shape[2] != 3 or bgr.dtype != np.uint8:
            raise ValueError(f"expected uint8 [h, w, 3] BGR, got {bgr.dtype} {bgr.shape}")
        self._bgr = bgr
        self._grey: Bytes | None = None

    @property
    def width(self) -> int:
        return int(self._bgr.shape[1])

    @property
    def height(self) -> int:
        return int(self._bgr.shape[0])

    def grey(self, x0: int, y0: int, x1: int, y1: int) -> Bytes:
        if self._grey is None:
            weights = np.array([7471, 38470, 19595], dtype=np.uint32)  # BT.601 in 1/65536
            self._grey = ((self._bgr.astype(np.uint32) @ weights) >> 16).astype(np.uint8)
        return cut(self._grey, x0, y0, x1, y1)

    def bgr(self, scale: float) -> Bytes:
        return shrink(self._bgr, *scaled_size(self.width, self.height, scale))


class VideoPicture:
    """A frame as PyAV decoded it; conversions happen when asked for and are kept for one scale."""

    def __init__(self, frame: Any) -> None:
        self._frame = frame
        self._plane: Bytes | None = None
        self._small: tuple[float, Bytes] | None = None

    @property
    def width(self) -> int:
        return int(self._frame.width)

    @property
    def height(self) -> int:
        return int(self._frame.height)

    def _luma(self) -> tuple[Bytes, bool]:
        """The brightness plane and whether it is of limited range."""
        frame = self._frame
        if frame.format.name not in _PLANAR:
            if self._plane is None:
                self._plane = frame.to_ndarray(format="gray")
            return self._plane, False
        if self._plane is None:
            plane = frame.planes[0]
            rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
            self._plane = rows[: frame.height, : frame.width]
        full = frame.format.name.startswith("yuvj") or int(frame.color_range) == _FULL_RANGE
        return self._plane, not full

    def grey(self, x0: int, y0: int, x1: int, y1: int) -> Bytes:
        plane, limited = self._luma()
        crop = cut(plane, x0, y0, x1, y1)
        return _LIMITED[crop] if limited else crop

    def bgr(self, scale: float) -> Bytes:
        if self._small is None or self._small[0] != scale:
            width, height = scaled_size(self.width, self.height, scale)
            converted = self._frame.reformat(width, height, "bgr24", interpolation="AREA")
            self._small = scale, converted.to_ndarray()
        return self._small[1]


def as_picture(frame: Picture | Bytes) -> Picture:
    """Accept a BGR array wherever a picture is wanted."""
    return ArrayPicture(frame) if isinstance(frame, np.ndarray) else frame


def shrink(pixels: Bytes, width: int, height: int) -> Bytes:
    """Resize uint8 [h, w] or [h, w, 3], averaging when it becomes smaller."""
    if (pixels.shape[1], pixels.shape[0]) == (width, height):
        return pixels
    image = Image.fromarray(np.ascontiguousarray(pixels))
    return np.asarray(image.resize((width, height), Image.Resampling.BILINEAR))
