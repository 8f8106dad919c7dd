"""Composes training pictures: people near and far, in the light and the dark, half covered.

Everything draws from one numpy Generator, so a seed fixes the whole stream.  A sample is
a canvas [H, W, 3] BGR uint8 with the faces on it; faces that end too small or cut off
become areas to ignore, never background.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import cv2
import numpy as np
from data import Scene
from degrade import cover_faces, degrade
from teacher import MIRRORED_POINTS

HEIGHT, WIDTH = 256, 320
SMALLEST, LARGEST = 20.0, 250.0
"""Range of a composed face's longer side in pixels."""
LOWEST_TRAINED = 12.0
"""Faces below this are ignored: too small to judge at any distance we serve."""
LEAST_VISIBLE = 0.55
MODES = {"one": 0.44, "grid": 0.14, "paste": 0.24, "empty": 0.18}
"""What a sample shows: one scene, several scenes, crops pasted into a room, nobody."""


@dataclass
class Sample:
    """boxes [n, 4] x, y, w, h; points [n, 5, 2], nan where unknown; ignore [k, 4]."""

    image: np.ndarray
    boxes: np.ndarray = field(default_factory=lambda: np.zeros((0, 4)))
    points: np.ndarray = field(default_factory=lambda: np.zeros((0, 5, 2)))
    ignore: np.ndarray = field(default_factory=lambda: np.zeros((0, 4)))

    def add(self, other: Sample) -> None:
        self.boxes = np.concatenate((self.boxes, other.boxes))
        self.points = np.concatenate((self.points, other.points))
        self.ignore = np.concatenate((self.ignore, other.ignore))


def from_scene(scene: Scene, image: np.ndarray) -> Sample:
    unknown = np.full((5, 2), np.nan)
    return Sample(
        image,
        np.array([f.box for f in scene.faces]).reshape(-1, 4),
        np.array([f.points or unknown for f in scene.faces], np.float64).reshape(-1, 5, 2),
        np.array(scene.ignore).reshape(-1, 4),
    )


def mirror(sample: Sample) -> Sample:
    width = sample.image.shape[1]

    def flip(boxes: np.ndarray) -> np.ndarray:
        out = boxes.copy()
        out[:, 0] = width - boxes[:, 0] - boxes[:, 2]
        return out

    points = sample.points[:, list(MIRRORED_POINTS)].copy()
    points[..., 0] = width - points[..., 0]
    return Sample(sample.image[:, ::-1], flip(sample.boxes), points, flip(sample.ignore))


def warp(sample: Sample, matrix: np.ndarray, size: tuple[int, int]) -> tuple[Sample, np.ndarray]:
    """The sample under a similarity [2, 3] on a canvas of `size` (w, h), and where it covers it."""
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    image = sample.image
    if scale < 0.6:  # shrink by area first, or fine texture turns into noise
        factor = max(scale, 0.05)
        image = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        real = np.array(
            [image.shape[1] / sample.image.shape[1], image.shape[0] / sample.image.shape[0]]
        )
        pixel = np.concatenate((matrix[:, :2] / real, matrix[:, 2:]), axis=1)
    else:
        pixel = matrix
    moved = cv2.warpAffine(image, pixel, size, flags=cv2.INTER_LINEAR)
    cover = cv2.warpAffine(np.full(image.shape[:2], 255, np.uint8), pixel, size)
    points = sample.points @ matrix[:, :2].T + matrix[:, 2]
    return (
        Sample(
            moved, _warp_boxes(sample.boxes, matrix), points, _warp_boxes(sample.ignore, matrix)
        ),
        cover,
    )


def _warp_boxes(boxes: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Boxes of ellipses inscribed in `boxes` after the similarity."""
    centre = (boxes[:, :2] + boxes[:, 2:] / 2) @ matrix[:, :2].T + matrix[:, 2]
    size = np.sqrt((boxes[:, 2:] ** 2) @ (matrix[:, :2] ** 2).T)
    return np.concatenate((centre - size / 2, size), axis=1)


def keep_visible(sample: Sample, area: tuple[float, float, float, float]) -> Sample:
    """Drops faces outside `area` (x, y, w, h), and ignores those cut off or too small."""
    sample.ignore = sample.ignore[_visible(sample.ignore, area) > 0]
    visible = _visible(sample.boxes, area)
    good = (visible >= LEAST_VISIBLE) & (sample.boxes[:, 2:].max(1, initial=0) >= LOWEST_TRAINED)
    doubtful = (visible > 0.05) & ~good
    sample.ignore = np.concatenate((sample.ignore, sample.boxes[doubtful]))
    sample.boxes, sample.points = sample.boxes[good], sample.points[good]
    return sample


def _visible(boxes: np.ndarray, area: tuple[float, float, float, float]) -> np.ndarray:
    x, y, w, h = area
    low = np.maximum(boxes[:, :2], (x, y))
    high = np.minimum(boxes[:, :2] + boxes[:, 2:], (x + w, y + h))
    return np.clip(high - low, 0, None).prod(1) / np.maximum(boxes[:, 2:].prod(1), 1e-6)


class Composer:
    """Draws samples from scenes with people, rooms without, and shelves of single-face crops
    (grey), of which each shelf is asked equally often. Every other room is one of `hard`."""

    def __init__(
        self,
        people: list[Sample],
        rooms: list[np.ndarray],
        hard: list[np.ndarray],
        crops: list[list[Sample]],
        *,
        seed: int,
    ) -> None:
        self._people, self._rooms, self._hard, self._crops = people, rooms, hard, crops
        self._rng = np.random.default_rng(seed)

    def draw(self, mode: str | None = None) -> Sample:
        """One degraded picture of HEIGHT x WIDTH, of the given mode or one drawn from MODES."""
        mode = mode or self._rng.choice(list(MODES), p=list(MODES.values()))
        sample: Sample = getattr(self, f"_{mode}")()
        if self._rng.random() < 0.25:
            cover_faces(self._rng, sample.image, sample.boxes, sample.points)
        sample.image = degrade(self._rng, sample.image, sample.boxes)
        if self._rng.random() < 0.2:  # the black rim that padding to a multiple of 32 leaves
            sample.image[HEIGHT - int(self._rng.integers(1, 32)) :] = 0
        return sample

    def _pick(self) -> Sample:
        sample = self._people[self._rng.integers(len(self._people))]
        return mirror(sample) if self._rng.random() < 0.5 else sample

    def _room(self, height: int = HEIGHT, width: int = WIDTH) -> np.ndarray:
        """A random view into a room without people, filling height x width."""
        rooms = self._hard if self._hard and self._rng.random() < 0.5 else self._rooms
        room = rooms[self._rng.integers(len(rooms))]
        if self._rng.random() < 0.5:
            room = room[:, ::-1]
        rows, columns = room.shape[:2]
        least = max(height / rows, width / columns)
        zoom = least * float(np.exp(self._rng.uniform(0, 1.1)))
        w, h = min(width / zoom, columns), min(height / zoom, rows)
        x, y = self._rng.uniform(0, columns - w + 1e-6), self._rng.uniform(0, rows - h + 1e-6)
        part = room[int(y) : int(y + h) + 1, int(x) : int(x + w) + 1]
        method = cv2.INTER_AREA if zoom < 1 else cv2.INTER_LINEAR
        return cv2.resize(part, (width, height), interpolation=method)

    def _backdrop(self) -> np.ndarray:
        if self._rng.random() < 0.6:
            return self._room()
        return np.full((HEIGHT, WIDTH, 3), self._rng.integers(0, 256, 3), np.uint8)

    def _similarity(self, sample: Sample) -> np.ndarray:
        """Brings one of the sample's faces to a drawn size and place, tilted up to 25 degrees."""
        rng = self._rng
        sizes = sample.boxes[:, 2:].max(1)
        index = int(sizes.argmax()) if rng.random() < 0.6 else int(rng.integers(len(sizes)))
        wanted = float(np.exp(rng.uniform(np.log(SMALLEST), np.log(LARGEST))))
        scale = float(np.clip(wanted / sizes[index], 0.08, 5.0))
        angle = np.deg2rad(rng.normal(0, 9) if rng.random() < 0.7 else rng.uniform(-25, 25))
        turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        centre = sample.boxes[index, :2] + sample.boxes[index, 2:] / 2
        margin = min(wanted * 0.4, 110)
        place = np.array(
            [rng.uniform(margin, WIDTH - margin), rng.uniform(margin, HEIGHT - margin)]
        )
        return np.concatenate((turn, (place - turn @ centre)[:, None]), axis=1)

    def _one(self) -> Sample:
        sample = self._pick()
        if not len(sample.boxes):
            return self._empty()
        moved, cover = warp(sample, self._similarity(sample), (WIDTH, HEIGHT))
        backdrop = self._backdrop()
        moved.image = np.where(cover[..., None] > 127, moved.image, backdrop)
        return keep_visible(moved, (0, 0, WIDTH, HEIGHT))

    def _grid(self) -> Sample:
        """Several scenes side by side: many small faces, and cuts through people."""
        rng = self._rng
        canvas = Sample(np.empty((HEIGHT, WIDTH, 3), np.uint8))
        columns = int(rng.integers(2, 4))
        rows = int(rng.integers(1, 3))
        xs = np.linspace(0, WIDTH, columns + 1).astype(int)
        ys = np.linspace(0, HEIGHT, rows + 1).astype(int)
        for x0, x1 in pairwise(xs):
            for y0, y1 in pairwise(ys):
                cell = self._cell(x1 - x0, y1 - y0)
                canvas.image[y0:y1, x0:x1] = cell.image
                for boxes in (cell.boxes, cell.ignore):
                    boxes[:, :2] += (x0, y0)
                cell.points += (x0, y0)
                canvas.add(cell)
        return canvas

    def _cell(self, width: int, height: int) -> Sample:
        sample = self._pick()
        rows, columns = sample.image.shape[:2]
        scale = max(width / columns, height / rows) * float(np.exp(self._rng.uniform(0, 0.5)))
        shift = self._rng.uniform(0, 1, 2) * (width - columns * scale, height - rows * scale)
        matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
        return keep_visible(warp(sample, matrix, (width, height))[0], (0, 0, width, height))

    def _paste(self) -> Sample:
        """Single-face crops, tinted, with soft edges, in a room."""
        rng = self._rng
        canvas = Sample(self._room())
        taken = np.zeros((HEIGHT, WIDTH), bool)
        for _ in range(int(rng.integers(1, 4))):
            shelf = self._crops[rng.integers(len(self._crops))]
            crop = shelf[rng.integers(len(shelf))]
            crop = mirror(crop) if rng.random() < 0.5 else crop
            tint = rng.uniform((0.55, 0.7, 0.9), (0.95, 1.0, 1.1))
            colour = np.clip(crop.image[..., None] * tint, 0, 255).astype(np.uint8)
            matrix = self._similarity(crop)
            moved, _ = warp(Sample(colour, crop.boxes, crop.points), matrix, (WIDTH, HEIGHT))
            alpha = cv2.warpAffine(self._soft_edge(crop.image.shape), matrix, (WIDTH, HEIGHT))
            if (taken & (alpha > 0.1)).any():
                continue
            taken |= alpha > 0.1
            blend = moved.image * alpha[..., None] + canvas.image * (1 - alpha[..., None])
            canvas.image = blend.astype(np.uint8)
            canvas.add(keep_visible(moved, (0, 0, WIDTH, HEIGHT)))
        return canvas

    def _soft_edge(self, shape: tuple[int, ...]) -> np.ndarray:
        """Alpha of a crop: an ellipse or the whole square, fading over a few pixels."""
        height, width = shape[:2]
        alpha = np.zeros((height, width), np.float32)
        if self._rng.random() < 0.6:
            share = self._rng.uniform(0.42, 0.5)
            axes = (int(width * share), int(height * (share + 0.03)))
            cv2.ellipse(alpha, (width // 2, height // 2), axes, 0, 0, 360, 1.0, -1)
        else:
            alpha[4:-4, 4:-4] = 1.0
        return cv2.GaussianBlur(alpha, (0, 0), float(self._rng.uniform(1.0, 4.0)))

    def _empty(self) -> Sample:
        """Nobody: a room, two rooms, or bare noise and shapes."""
        image = self._room()
        if self._rng.random() < 0.2:
            image[:, WIDTH // 2 :] = self._room(HEIGHT, WIDTH - WIDTH // 2)
        return Sample(image)
