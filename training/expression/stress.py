"""Measured hardships for single pictures: what `evaluate.py` bends faces with.

Each function takes uint8 [h, h] grey, five landmarks [5, 2] in pixels (eyes, nose,
mouth corners, left to right in the picture) and a level, and returns uint8 of the
same size unless it says otherwise. These are drawn from landmarks and fixed levels,
apart from the random ones of training.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

Hardship = Callable[[np.ndarray, np.ndarray, float], np.ndarray]

TYPICAL = np.array([[0.30, 0.39], [0.70, 0.39], [0.50, 0.60], [0.34, 0.78], [0.66, 0.78]])
"""Landmarks of a FER picture as shares of its side: it has none of its own."""


def eye_distance(marks: np.ndarray) -> float:
    return float(np.hypot(*(marks[1] - marks[0])))


def shrink(image: np.ndarray, marks: np.ndarray, face_px: float) -> np.ndarray:
    """The crop as a camera would give it with a face `face_px` wide (a face is taken
    for 2.1 eye distances wide). Returns the smaller picture."""
    side = max(8, round(image.shape[0] * face_px / (2.1 * eye_distance(marks))))
    return cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA)


def blur(image: np.ndarray, marks: np.ndarray, share: float) -> np.ndarray:
    """Gaussian blur, sigma as a share of the eye distance."""
    if share <= 0:
        return image
    return cv2.GaussianBlur(image, (0, 0), share * eye_distance(marks))


def half_light(image: np.ndarray, marks: np.ndarray, kept: float) -> np.ndarray:
    """The left half of the face keeps only `kept` of its light, with a soft edge."""
    x = np.arange(image.shape[1], dtype=np.float32)
    edge = 1 / (1 + np.exp(-(x - marks[:2, 0].mean()) / (0.15 * eye_distance(marks))))
    return (image * (kept + (1 - kept) * edge)[None]).astype(np.uint8)


def backlight(image: np.ndarray, marks: np.ndarray, kept: float) -> np.ndarray:
    """A bright background and a face that keeps only `kept` of its light."""
    y, x = np.indices(image.shape, dtype=np.float32)
    centre, unit = marks.mean(0), eye_distance(marks)
    radius = np.hypot((x - centre[0]) / (1.25 * unit), (y - centre[1]) / (1.7 * unit))
    glow = 1 / (1 + np.exp(-(radius - 1) * 8))
    strength = 1 - kept
    lit = image * kept * (1 - glow) + (image * (1 - strength) + 250 * strength) * glow
    return lit.clip(0, 255).astype(np.uint8)


def dim(image: np.ndarray, marks: np.ndarray, kept: float) -> np.ndarray:
    """A dark hall: little light and sensor noise of 3 grey values."""
    noise = np.random.default_rng(0).normal(0, 3, image.shape)
    return (image * kept + noise).clip(0, 255).astype(np.uint8)


def glasses(image: np.ndarray, marks: np.ndarray, tint: float) -> np.ndarray:
    """Dark frames; `tint` 0 clear to 1 black lenses."""
    out, unit = image.copy(), eye_distance(marks)
    axes = (round(0.36 * unit), round(0.27 * unit))
    tilt = float(np.degrees(np.arctan2(*(marks[1] - marks[0])[::-1])))
    for eye in marks[:2]:
        at = tuple(int(v) for v in eye.round())
        if tint > 0:
            lens = out.copy()
            cv2.ellipse(lens, at, axes, tilt, 0, 360, 20, -1)
            out = cv2.addWeighted(lens, tint, out, 1 - tint, 0)
        cv2.ellipse(out, at, axes, tilt, 0, 360, 30, max(1, round(0.07 * unit)))
    inner = [marks[0] * 0.64 + marks[1] * 0.36, marks[1] * 0.64 + marks[0] * 0.36]
    ends = [tuple(int(v) for v in p.round()) for p in inner]
    cv2.line(out, ends[0], ends[1], 30, max(1, round(0.07 * unit)))
    return out


def mask(image: np.ndarray, marks: np.ndarray, tone: float) -> np.ndarray:
    """A surgical mask of one tone from the bridge of the nose over the chin."""
    across = marks[1] - marks[0]
    unit = eye_distance(marks)
    down = np.array([-across[1], across[0]]) / unit
    mouth, nose, side = marks[3:].mean(0), marks[2], across / unit
    bridge = nose - 0.30 * unit * down
    points = [
        bridge,
        nose + 0.95 * unit * side,
        mouth + 0.80 * unit * side,
        mouth + 0.65 * unit * down + 0.40 * unit * side,
        mouth + 0.65 * unit * down - 0.40 * unit * side,
        mouth - 0.80 * unit * side,
        nose - 0.95 * unit * side,
    ]
    out = image.copy()
    cv2.fillPoly(out, [np.round(points).astype(np.int32)], tone)
    return out


def yaw(image: np.ndarray, marks: np.ndarray, degrees: float) -> np.ndarray:
    """The head as an upright cylinder, 1.15 eye distances in radius, turned by
    `degrees`. An approximation: a real turn shows a cheek this cannot know."""
    y, x = np.indices(image.shape, dtype=np.float32)
    centre, radius = float(marks[:2, 0].mean()), 1.15 * eye_distance(marks)
    angle = np.radians(degrees)
    around = np.arcsin(np.clip((x - centre) / radius, -1, 1))
    seen = centre + radius * np.sin(np.clip(around - angle, -np.pi / 2, np.pi / 2))
    outside = np.abs(x - centre) >= radius
    source = np.where(outside, x, seen).astype(np.float32)
    return cv2.remap(image, source, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


HARDSHIPS: dict[str, tuple[Hardship, tuple[float, ...], str]] = {
    "face size": (shrink, (96, 64, 48, 32, 24, 16), "px"),
    "blur": (blur, (0, 0.05, 0.1, 0.15, 0.2, 0.3), "sigma / eye distance"),
    "half light": (half_light, (1.0, 0.6, 0.4, 0.25, 0.15), "light kept on one side"),
    "backlight": (backlight, (1.0, 0.6, 0.4, 0.25, 0.15), "light kept on the face"),
    "dark hall": (dim, (1.0, 0.5, 0.25, 0.12), "light kept, with noise"),
    "glasses": (glasses, (0.0, 0.3, 0.6, 0.9), "tint of the lenses"),
    "mask": (mask, (60, 150, 235), "tone"),
    "yaw": (yaw, (-45, -35, -20, 0, 20, 35, 45), "degrees"),
}
