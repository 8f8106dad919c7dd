"""Make the clip that the demonstration camera watches.

One public-domain portrait (NASA's photograph of an astronaut, which comes inside
scikit-image) is warped, shaded and moved into calm, smiling and displeased
stretches, so that nobody's face has to be fetched or filmed. The person shown has
no part in any service of ours; the clip only exercises the camera agent.

    python scripts/demo_clip.py src/motcua_edge/demo/counter.mp4

Needs the development dependencies (scikit-image brings SciPy).
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import RBFInterpolator
from scipy.ndimage import gaussian_filter, map_coordinates
from skimage import data

Picture = NDArray[np.float32]
Points = dict[str, tuple[float, float]]

WIDTH, HEIGHT, FPS = 640, 480, 12
SEED = 20261124
CROP = (96.0, 20.0, 256.0, 192.0)
"""Left, top, width, height of the portrait shown: a seated person's head and shoulders."""

SMILE: Points = {
    "brow_left_outer": (191, 90), "brow_left_mid": (201, 88.5), "brow_left_inner": (213, 92.5),
    "brow_right_inner": (238, 94), "brow_right_mid": (250, 92), "brow_right_outer": (263, 95.5),
    "lid_left": (203, 97.5), "lid_right": (247, 99.5),
    "under_left": (203, 105), "under_right": (247, 107),
    "mouth_left": (203, 140), "mouth_right": (248, 139),
    "upper_top_left": (214, 139), "upper_top": (225, 139.5), "upper_top_right": (236, 139),
    "upper_low_left": (213, 142.2), "upper_low": (225, 143), "upper_low_right": (237, 142.2),
    "lower_top_left": (213, 147), "lower_top": (225, 150), "lower_top_right": (237, 147),
    "lower_low_left": (211, 151), "lower_low": (225, 156), "lower_low_right": (239, 151),
    "chin": (225, 177), "nose": (223, 127), "nostril_left": (213, 131), "nostril_right": (234, 131),
    "cheek_left": (195, 125), "cheek_right": (256, 126),
}  # fmt: skip
"""Landmarks of the portrait as photographed, in its own pixels."""

CALM: Points = {
    "mouth_left": (209.5, 151.2), "mouth_right": (241.5, 150.8), "upper_top_left": (217, 145.5),
    "upper_top": (225, 143.2), "upper_top_right": (234, 145.5), "upper_low_left": (216.5, 149.2),
    "upper_low": (225, 147.8), "upper_low_right": (234.5, 149.2),
    "lower_top_left": (216.5, 149.7), "lower_top": (225, 148.4),
    "lower_top_right": (234.5, 149.7), "lower_low_left": (216, 153.2), "lower_low": (225, 154.5),
    "lower_low_right": (235, 153.2), "under_left": (203, 105.5), "under_right": (247, 107.5),
    "lid_left": (203, 97.8), "lid_right": (247, 99.8), "cheek_left": (196, 130),
    "cheek_right": (255, 131), "chin": (225, 179), "nose": (223, 128),
    "nostril_left": (214.5, 131.5), "nostril_right": (232.5, 131.5),
    "brow_left_mid": (201.5, 90.8), "brow_left_inner": (213.8, 95.2),
    "brow_right_inner": (237.2, 96.8), "brow_right_mid": (249.5, 94.2),
    "brow_left_outer": (191, 90.5),
}  # fmt: skip

DISPLEASED: Points = {
    **CALM,
    "brow_left_outer": (192, 92), "brow_left_mid": (204, 97), "brow_left_inner": (217, 103),
    "brow_right_inner": (234, 104), "brow_right_mid": (247, 100.5),
    "brow_right_outer": (262, 97.5), "lid_left": (203, 100.5), "lid_right": (247, 102.5),
    "mouth_left": (209, 155), "mouth_right": (242, 154.5), "upper_low": (225, 148.5),
    "lower_top": (225, 149), "upper_top": (225, 146), "lower_low": (225, 151.5),
    "upper_top_left": (216, 148.5), "upper_top_right": (235, 148.5),
    "upper_low_left": (215.5, 151), "upper_low_right": (235.5, 151),
    "lower_top_left": (215.5, 151.6), "lower_top_right": (235.5, 151.6),
    "lower_low_left": (216, 154), "lower_low_right": (235, 154),
    "nostril_left": (210.5, 127.5), "nostril_right": (236.5, 127.5), "nose": (223, 123.5),
    "under_left": (203, 106), "under_right": (247, 108), "cheek_left": (195, 127),
    "cheek_right": (256, 128), "chin": (225, 177),
}  # fmt: skip

LIP_LINE = np.array([142, 78, 74], np.float32)
FROWN_LINES = (((221.5, 91), (222.5, 101)), ((228.5, 92), (227.5, 102)))
SMILE_FOLDS = (
    ((209, 126), (197, 138)),
    ((241, 126), (256, 139)),
    ((197, 138), (198, 147)),
    ((256, 138), (255, 147)),
)
FOLDS = (((209, 131), (201, 152)), ((239, 131), (250, 151)))


@dataclass(frozen=True)
class Stretch:
    """Some seconds of one mood; `presence` 0 is an empty chair."""

    seconds: float
    smile: float = 0.0
    displeasure: float = 0.0
    presence: float = 1.0
    talking: float = 0.0


STORY = (
    Stretch(3, presence=0),
    Stretch(8, smile=0.1, talking=0.5),
    Stretch(5, smile=0.9),
    Stretch(4),
    Stretch(22, displeasure=1.0, talking=0.3),
    Stretch(5, displeasure=0.2),
    Stretch(12, presence=0),
    Stretch(15, talking=0.7),
    Stretch(12, smile=1.0, talking=0.3),
    Stretch(8, smile=0.5),
    Stretch(12, presence=0),
    Stretch(25, talking=0.6),
    Stretch(10, smile=0.4, talking=0.4),
    Stretch(10, talking=0.2),
    Stretch(14, presence=0),
    Stretch(20, smile=0.3, talking=0.8),
    Stretch(12, smile=0.9),
    Stretch(40, presence=0),
)
"""The first visit ends in displeasure within a minute; the others are as most visits are."""


class Portrait:
    """The portrait with its expressions prepared, so that a frame is a blend of fields."""

    def __init__(self) -> None:
        self.picture: Picture = data.astronaut().astype(np.float32)
        self.closed = self._field(SMILE, SMILE | CALM)
        self.sunk = self._field(SMILE, SMILE | DISPLEASED)
        self.lines = self._shade(FROWN_LINES, 1.1) * 64 + self._shade(FOLDS, 1.8) * 32
        self.teeth = self._teeth()
        self.cheeks = self._cheeks()

    def _field(self, source: Points, target: Points) -> Picture:
        """Displacement [2, h, w] that pulls source landmarks to the target's places."""
        height, width = self.picture.shape[:2]
        anchors = [(x, y) for x in (150, 185, 265, 300) for y in (60, 80, 110, 140, 170, 195)]
        to = np.array([target[name] for name in source] + anchors, float)
        back = np.array([source[name] for name in source] + anchors, float) - to
        warp = RBFInterpolator(to, back, kernel="thin_plate_spline", smoothing=0.05)
        rows, columns = np.mgrid[50:205, 140:310]
        inside = warp(np.column_stack([columns.ravel(), rows.ravel()]))
        field = np.zeros((2, height, width), np.float32)
        field[0, 50:205, 140:310] = inside[:, 1].reshape(rows.shape)
        field[1, 50:205, 140:310] = inside[:, 0].reshape(rows.shape)
        edge = np.zeros((height, width), np.float32)
        edge[62:195, 152:298] = 1
        return np.asarray(field * gaussian_filter(edge, 5), np.float32)

    def _shade(self, lines: tuple[tuple[tuple[float, float], ...], ...], sigma: float) -> Picture:
        canvas = np.zeros(self.picture.shape[:2], np.float32)
        for (x0, y0), (x1, y1) in lines:
            for step in np.linspace(0, 1, 60):
                canvas[round(y0 + (y1 - y0) * step), round(x0 + (x1 - x0) * step)] = 1
        soft = gaussian_filter(canvas, sigma)
        return np.asarray(soft / soft.max(), np.float32)

    def _cheeks(self) -> Picture:
        """Where a smile's folds and raised cheeks are smoothed away when the mouth is at rest."""
        canvas = np.zeros(self.picture.shape[:2], np.float32)
        for (x0, y0), (x1, y1) in SMILE_FOLDS:
            for step in np.linspace(0, 1, 40):
                x, y = round(x0 + (x1 - x0) * step), round(y0 + (y1 - y0) * step)
                canvas[y - 4 : y + 5, x - 4 : x + 5] = 1
        return gaussian_filter(canvas, 2.2)

    def _teeth(self) -> Picture:
        """What a closed mouth hides, to be coloured as the line between the lips."""
        rows, columns = np.mgrid[: self.picture.shape[0], : self.picture.shape[1]]
        across = np.clip(np.abs(columns - 225) / 21, 0, 1)
        top, bottom = 142.4 - 0.8 * across, 150 - 7.5 * across**1.6
        inside = (rows > top) & (rows < bottom) & (across < 1)
        return np.clip(gaussian_filter(inside.astype(np.float32), 0.7) * 1.3, 0, 1)

    def frame(self, stretch: Stretch, seconds: float) -> Picture:
        """The portrait in a mood [h, w, 3]; talking opens and closes the mouth a little."""
        rest = 1 - stretch.smile
        talk = stretch.talking * max(0.0, np.sin(seconds * 9.3) * np.sin(seconds * 2.7)) * 0.35
        sunk = stretch.displeasure
        field = self.closed * (rest * (1 - sunk) - talk * rest) + self.sunk * sunk
        rows, columns = np.mgrid[: self.picture.shape[0], : self.picture.shape[1]].astype(
            np.float32
        )
        smoothed = gaussian_filter(self.picture, (9, 9, 0))
        base = self.picture + (smoothed - self.picture) * (self.cheeks * rest)[..., None]
        base = base + (LIP_LINE - base) * (self.teeth * rest * (1 - min(1.0, 2 * talk)))[..., None]
        warped = np.stack(
            [
                map_coordinates(base[..., c], [rows + field[0], columns + field[1]], order=1)
                for c in range(3)
            ],
            axis=-1,
        )
        return np.asarray(warped - (self.lines * sunk)[..., None], np.float32)


def room() -> Picture:
    """An empty chair's view: a plain wall and a counter's edge [HEIGHT, WIDTH, 3]."""
    rows = np.linspace(0, 1, HEIGHT, dtype=np.float32)[:, None, None]
    wall = np.array([206, 212, 214], np.float32) * (1.02 - 0.18 * rows)
    scene = np.broadcast_to(wall, (HEIGHT, WIDTH, 3)).copy()
    scene[int(HEIGHT * 0.93) :] = (150, 124, 96)
    return np.asarray(gaussian_filter(scene, (2, 2, 0)), np.float32)


def view(portrait: Picture, seconds: float) -> Picture:
    """The seated person as the counter's camera sees them, with the small motions of sitting."""
    left, top, width, height = CROP
    sway = 3.0 * np.sin(seconds * 0.7) + 1.2 * np.sin(seconds * 1.9)
    nod = 1.6 * np.sin(seconds * 1.1)
    scale = 1 + 0.012 * np.sin(seconds * 0.45)
    tilt = 0.02 * np.sin(seconds * 0.6)
    rows, columns = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    x = (columns / WIDTH - 0.5) * width * scale
    y = (rows / HEIGHT - 0.5) * height * scale
    source_x = left + width / 2 + x * np.cos(tilt) - y * np.sin(tilt) + sway
    source_y = top + height / 2 + x * np.sin(tilt) + y * np.cos(tilt) + nod
    channels = [
        map_coordinates(portrait[..., c], [source_y, source_x], order=1, mode="nearest")
        for c in range(3)
    ]
    return np.asarray(np.stack(channels, axis=-1), np.float32)


def moods() -> list[Stretch]:
    """One stretch a frame, eased over a second so that moods flow into each other."""
    raw = [
        (s.smile, s.displeasure, s.presence, s.talking)
        for s in STORY
        for _ in range(round(s.seconds * FPS))
    ]
    table = np.array(raw, np.float32)
    eased = gaussian_filter(table, (FPS * 0.5, 0), mode="nearest")
    eased[:, 2] = np.clip(gaussian_filter(table[:, 2], FPS * 0.2, mode="nearest"), 0, 1)
    return [Stretch(1 / FPS, float(s), float(d), float(p), float(t)) for s, d, p, t in eased]


def make(target: Path) -> None:
    """Render the story as H.264."""
    noise = np.random.default_rng(SEED)
    person, empty = Portrait(), room()
    with av.open(str(target), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = {"crf": "27", "preset": "slow", "g": str(FPS * 4)}
        stream.time_base = Fraction(1, FPS)
        for index, mood in enumerate(moods()):
            seconds = index / FPS
            picture = empty
            if mood.presence > 0.02:
                seen = view(person.frame(mood, seconds), seconds)
                picture = empty + (seen - empty) * mood.presence
            light = 1 + 0.03 * np.sin(seconds * 0.2)
            grain = noise.normal(0, 0.7, (HEIGHT, WIDTH, 1))
            pixels = np.clip(picture * light + grain, 0, 255).astype(np.uint8)
            for packet in stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("target", type=Path)
    make(arguments.parse_args().target)
