"""A still face made to move: talking, squinting, looking down, turning, nodding, a hand before it.

Warps are displacement fields around the five landmarks on a square texture of ``SIDE`` pixels;
they are crude next to life and on purpose exaggerated in what must not raise an alarm
(talking, squinting and lowered brows, looking down).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from faces import Look

SIDE = 160


@dataclass
class Pose:
    """What a face does at one instant; all 0 at rest, 1 fully."""

    mouth: float = 0.0
    squint: float = 0.0
    down: float = 0.0
    turn: float = 0.0
    blink: float = 0.0


def texture(look: Look) -> tuple[np.ndarray, np.ndarray]:
    """Grey float32 [SIDE, SIDE] and its landmarks [5, 2]."""
    scale = SIDE / look.pixels.shape[0]
    pixels = cv2.resize(look.pixels, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    return pixels.astype(np.float32), look.landmarks * scale


_YY, _XX = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)


def bump(x: float, y: float, rx: float, ry: float) -> np.ndarray:
    """A smooth hill of height 1 around (x, y)."""
    across = np.exp(-(((_XX[0] - x) / rx) ** 2))
    return np.exp(-(((_YY[:, 0] - y) / ry) ** 2))[:, None] * across[None, :]


def act(pixels: np.ndarray, points: np.ndarray, pose: Pose) -> np.ndarray:
    """The texture with ``pose`` applied."""
    eye_r, eye_l, nose, mouth_r, mouth_l = points
    eyes, mouth = (eye_r + eye_l) / 2, (mouth_r + mouth_l) / 2
    unit = float(np.hypot(*(eye_l - eye_r)))
    from_x, from_y = _XX.copy(), _YY.copy()
    if pose.mouth:
        chin = bump(mouth[0], mouth[1] + 0.35 * unit, 0.6 * unit, 0.30 * unit)
        from_y -= pose.mouth * 0.16 * unit * chin
    closing = max(pose.squint * 0.55, pose.blink)
    for eye in (eye_r, eye_l):
        if closing:
            lid = bump(eye[0], eye[1], 0.34 * unit, 0.20 * unit)
            from_y += closing * 0.75 * (_YY - eye[1]) * lid
        if pose.squint:
            brow = bump(eye[0], eye[1] - 0.28 * unit, 0.38 * unit, 0.16 * unit)
            from_y -= pose.squint * 0.07 * unit * brow
    if pose.down:
        # Shorter below the eyes, nose and mouth lower, as seen from above the brow.
        from_y = mouth[1] + (from_y - mouth[1]) * (1 + 0.30 * pose.down)
        from_y -= pose.down * 0.22 * unit * bump(nose[0], nose[1], 0.3 * unit, 0.35 * unit)
    if pose.turn:
        from_x = eyes[0] + (from_x - eyes[0]) * (1 + 0.35 * abs(pose.turn))
        from_x -= pose.turn * 0.30 * unit * bump(nose[0], nose[1], 0.4 * unit, 0.5 * unit)
    maps = from_x.astype(np.float32), from_y.astype(np.float32)
    moved = cv2.remap(pixels, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    if pose.mouth > 0.35:
        gap = bump(mouth[0], mouth[1] + 0.07 * unit * pose.mouth, 0.26 * unit, 0.09 * unit)
        moved = moved * (1 - 0.65 * (pose.mouth - 0.35) * gap)
    return moved


class Wander:
    """A quantity that strays and returns (Ornstein-Uhlenbeck), one step a frame."""

    def __init__(
        self, random: np.random.Generator, spread: float, tau_s: float, fps: float
    ) -> None:
        self._random, self._spread = random, spread
        self._keep = float(np.exp(-1 / (tau_s * fps)))
        self.value = float(random.normal(0, spread))

    def step(self) -> float:
        push = self._spread * np.sqrt(1 - self._keep**2)
        self.value = self._keep * self.value + float(self._random.normal(0, push))
        return self.value


class Actor:
    """Plays a kind of segment, frame by frame."""

    def __init__(self, random: np.random.Generator, fps: float) -> None:
        self._random, self._fps = random, fps
        self._syllable = Wander(random, 0.45, 0.09, fps)
        self._phrase = Wander(random, 1.0, 1.5, fps)
        self._nod = Wander(random, 0.25, 0.5, fps)
        self._side = Wander(random, 0.22, 1.2, fps)
        self._until_blink = float(random.uniform(0, 4))

    def pose(self, kind: str, t: float) -> Pose:
        """``kind`` of segment, ``t`` seconds into it."""
        pose = Pose(turn=float(np.clip(self._side.step(), -0.5, 0.5)))
        self._until_blink -= 1 / self._fps
        if self._until_blink < 0:
            pose.blink = 1.0
            if self._until_blink < -0.15:
                self._until_blink = float(self._random.exponential(3.5))
        syllable, phrase, nod = self._syllable.step(), self._phrase.step(), self._nod.step()
        if kind in ("talking", "arguing"):
            pose.mouth = float(np.clip(0.45 + syllable, 0, 1.2)) * (phrase > -0.8)
            pose.down = float(np.clip(abs(nod), 0, 0.5))
        elif kind == "squinting":
            pose.squint = float(np.clip(0.8 + 0.3 * nod, 0, 1))
        elif kind == "papers":
            pose.down = float(np.clip(0.8 + 0.3 * nod, 0, 1.1))
            pose.blink = max(pose.blink, 0.35)
        elif kind == "laughing":
            pose.mouth = 0.35 + 0.35 * float(np.sin(2 * np.pi * 4 * t))
            pose.squint = 0.5
            pose.down = 0.25 * float(np.sin(2 * np.pi * 2 * t) > 0)
        elif kind == "away":
            pose.turn = 1.6 if self._side.value >= 0 else -1.6
        return pose
