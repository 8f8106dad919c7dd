"""The gate between presence and feeling."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from motcua_edge.vision.detect import Face
from motcua_edge.vision.quality import measure, pose, sharpness
from motcua_edge.vision.settings import QualitySettings

from .standins import face, noise

RULES = QualitySettings()
CROP = noise(140, 140)[..., 0]


def turned(degrees: float, *, pitch: float = 0.0, roll: float = 0.0) -> Face:
    """A model head (eyes 63 mm apart, nose 38 mm out) seen by a distant camera."""
    points = np.array(
        [[-31.5, 0, 0], [31.5, 0, 0], [0, 38, -38], [-25, 64, -6], [25, 64, -6]], float
    )
    yaw, down, tilt = np.radians([degrees, pitch, roll])
    about_y = np.array([[np.cos(yaw), 0, -np.sin(yaw)], [0, 1, 0], [np.sin(yaw), 0, np.cos(yaw)]])
    about_x = np.array(
        [[1, 0, 0], [0, np.cos(down), -np.sin(down)], [0, np.sin(down), np.cos(down)]]
    )
    about_z = np.array(
        [[np.cos(tilt), -np.sin(tilt), 0], [np.sin(tilt), np.cos(tilt), 0], [0, 0, 1]]
    )
    seen = (points @ about_y.T @ about_x.T @ about_z.T)[:, :2] + 100
    return replace(face(40, 40, 120), landmarks=tuple((float(x), float(y)) for x, y in seen))


@pytest.mark.parametrize("degrees", [-45, -30, -15, 0, 15, 30, 45])
def test_yaw_is_told_within_ten_degrees(degrees: float) -> None:
    assert pose(turned(degrees))[0] == pytest.approx(degrees, abs=10)


@pytest.mark.parametrize("degrees", [-25, -10, 0, 10, 25])
def test_pitch_is_told_within_ten_degrees(degrees: float) -> None:
    assert pose(turned(0, pitch=degrees))[1] == pytest.approx(degrees, abs=10)


@pytest.mark.parametrize("degrees", [-35, 0, 35])
def test_roll_is_told_exactly_and_does_not_leak_into_yaw(degrees: float) -> None:
    yaw, _, roll = pose(turned(0, roll=degrees))
    assert roll == pytest.approx(degrees, abs=1)
    assert abs(yaw) < 3


def test_a_plain_frontal_face_passes() -> None:
    assert measure(turned(5), CROP, RULES).good


@pytest.mark.parametrize(
    ("seen", "crop", "problem"),
    [
        (replace(turned(0), w=20.0), CROP, "small"),
        (turned(60), CROP, "turned"),
        (turned(0, pitch=50), CROP, "down"),
        (turned(0, roll=55), CROP, "tilted"),
        (turned(0), CROP // 10, "dark"),
        (turned(0), 255 - CROP // 20, "bright"),
        (turned(0), CROP // 16 + 100, "flat"),
    ],
)
def test_each_gate_names_its_problem(seen: Face, crop: np.ndarray, problem: str) -> None:
    assert measure(seen, crop.astype(np.uint8), RULES).problem == problem


def test_sharpness_falls_with_blur_and_ignores_contrast() -> None:
    image = Image.fromarray(CROP)
    values = [
        sharpness(np.asarray(image.filter(ImageFilter.GaussianBlur(radius))))
        for radius in (0, 2, 4, 8)
    ]
    assert values == sorted(values, reverse=True)
    assert values[-1] < RULES.min_sharpness < values[0]
    assert sharpness(CROP // 2 + 60) == pytest.approx(values[0], rel=0.05)


@given(st.integers(0, 2**31), st.integers(16, 300))
def test_any_crop_is_judged_without_failing(seed: int, side: int) -> None:
    crop = np.random.default_rng(seed).integers(0, 255, (side, side), dtype=np.uint8)
    quality = measure(turned(0), crop, RULES)
    assert 0 <= quality.light <= 255
    assert quality.sharpness >= 0


def test_a_flat_grey_crop_is_not_sharp() -> None:
    assert sharpness(np.full((60, 60), 100, np.uint8)) < RULES.min_sharpness
