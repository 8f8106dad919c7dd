"""How well a face can be read: size, sharpness, light, and where it points.

A face that fails the gate still counts as presence; its expression is not read.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from motcua_edge.vision.detect import Face
from motcua_edge.vision.picture import Bytes, shrink
from motcua_edge.vision.settings import QualitySettings

_SIDE = 48
"""Sharpness is judged at the size at which the expression model begins to lose accuracy."""

# A grown face seen from the front, in units of the distance between the eyes: the nose tip lies
# so far below the eyes, the mouth so much further, and the nose stands out so far before the
# plane of eyes and mouth (means over the landmark annotations of upright frontal training faces).
_NOSE_BELOW = 0.60
_MOUTH_BELOW = 1.02
_NOSE_OUT = 0.60


@dataclass(frozen=True, slots=True)
class Quality:
    """Measures of one face; ``problem`` is None for a good view, else the first gate it failed."""

    width_px: float
    sharpness: float
    light: float
    contrast: float
    yaw_deg: float
    pitch_deg: float
    roll_deg: float
    problem: str | None

    @property
    def good(self) -> bool:
        return self.problem is None


def pose(face: Face) -> tuple[float, float, float]:
    """Yaw, pitch and roll in degrees from five landmarks.

    Yaw is positive when the person turns to their own left, pitch when they look down, roll when
    the head tilts to the right of the picture. Found by rotating the face upright and asking how
    far the nose has left the line between eyes and mouth; good to about ten degrees, which is
    enough for a gate.
    """
    points = np.array(face.landmarks, dtype=np.float64)
    eye_right, eye_left, nose, mouth_right, mouth_left = points
    eyes = (eye_right + eye_left) / 2
    mouth = (mouth_right + mouth_left) / 2
    across = eye_left - eye_right
    roll = math.atan2(across[1], across[0])
    turn = np.array([[math.cos(roll), math.sin(roll)], [-math.sin(roll), math.cos(roll)]])
    eye_distance = float(np.hypot(*across))
    down = turn @ (mouth - eyes)
    tip = turn @ (nose - eyes)
    height = max(float(down[1]), 1e-6)
    # The eye distance shrinks with yaw, the eye-to-mouth height with pitch: take the larger view.
    unit = max(eye_distance, height / _MOUTH_BELOW, 1e-6)
    sideways = (tip[0] - down[0] * tip[1] / height) / (unit * _NOSE_OUT)
    yaw = math.degrees(math.asin(max(-1.0, min(1.0, float(sideways)))))
    downward = (tip[1] / height - _NOSE_BELOW / _MOUTH_BELOW) * height / (unit * _NOSE_OUT)
    pitch = math.degrees(math.asin(max(-1.0, min(1.0, float(downward)))))
    return yaw, pitch, math.degrees(roll)


def sharpness(crop: Bytes) -> float:
    """Energy of the Laplacian over the variance of the picture, at 48 x 48: free of contrast."""
    small = shrink(crop, _SIDE, _SIDE).astype(np.float32)
    laplacian = (
        small[:-2, 1:-1] + small[2:, 1:-1] + small[1:-1, :-2] + small[1:-1, 2:]
    ) - 4 * small[1:-1, 1:-1]
    return float(np.mean(laplacian**2) / (np.var(small) * 16 + 1e-6))


def measure(face: Face, crop: Bytes, settings: QualitySettings) -> Quality:
    """Judge ``face`` by its landmarks and its grey ``crop`` (box enlarged by 1.4)."""
    yaw, pitch, roll = pose(face)
    inner = crop[
        crop.shape[0] // 5 : -(crop.shape[0] // 5), crop.shape[1] // 5 : -(crop.shape[1] // 5)
    ]
    light, contrast = float(inner.mean()), float(inner.std())
    sharp = sharpness(crop)
    checks = (
        ("small", face.w < settings.min_width_px),
        ("dark", light < settings.min_light),
        ("bright", light > settings.max_light),
        ("flat", contrast < settings.min_contrast),
        ("turned", abs(yaw) > settings.max_yaw_deg),
        ("down", abs(pitch) > settings.max_pitch_deg),
        ("tilted", abs(roll) > settings.max_roll_deg),
        ("blurred", sharp < settings.min_sharpness),
    )
    problem = next((name for name, failed in checks if failed), None)
    return Quality(face.w, sharp, light, contrast, yaw, pitch, roll, problem)
