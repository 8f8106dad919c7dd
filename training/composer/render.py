"""A person's turn at the counter as H.264: camera, light, motion, compression.

``python render.py --out DIR`` renders the bank: one recording for each person, in which known
segments follow each other. Seeds are the person's name, so a recording can be made again alone.
"""

from __future__ import annotations

import argparse
import json
import zlib
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import av
import cv2
import numpy as np
from animate import SIDE, Actor, Wander, act, texture
from faces import DEFAULT_DATA, Look, Person, backgrounds, borrowed, photographed

WIDTH, HEIGHT, FPS = 640, 480, 10
FADE_S = 0.4
"""One segment melts into the next."""

# (kind, mood whose picture is shown, seconds)
SCRIPT = (
    ("calm", "calm", 9.0),
    ("talking", "calm", 10.0),
    ("smiling", "smiling", 5.0),
    ("papers", "calm", 5.0),
    ("squinting", "calm", 5.0),
    ("laughing", "smiling", 4.0),
    ("sad", "sad", 4.0),
    ("surprised", "surprised", 2.5),
    ("calm", "calm", 6.0),
    ("irritated", "irritated", 9.0),
    ("arguing", "irritated", 7.0),
)


@dataclass
class Segment:
    """A stretch of a recording; seconds from its start."""

    kind: str
    start: float
    end: float
    picture: int
    """Which of the person's pictures of that mood was shown."""


@dataclass
class Camera:
    """One counter's camera and light."""

    face_px: float
    gain: float
    gamma: float
    side_light: float
    blur: float
    noise: float
    crf: int
    drift: float

    @classmethod
    def drawn(cls, random: np.random.Generator) -> Camera:
        """From a well-lit close camera to a dim, far, soft one."""
        return cls(
            face_px=float(np.exp(random.uniform(np.log(55), np.log(190)))),
            gain=float(random.uniform(0.45, 1.2)),
            gamma=float(random.uniform(0.8, 1.3)),
            side_light=float(random.uniform(-0.35, 0.35)),
            blur=float(random.choice([0, 0, 0.6, 1.0, 1.5])),
            noise=float(random.uniform(0.5, 4)),
            crf=int(random.integers(23, 35)),
            drift=float(random.uniform(0, 0.15)),
        )


def script_of(person: Person) -> list[tuple[str, Look, int, float]]:
    """(kind, picture, its number, seconds): every picture of the person gets its time."""
    shelves = {
        "calm": person.calm,
        "smiling": person.smiling,
        "irritated": person.irritated,
        "surprised": person.surprised,
        "sad": person.sad,
    }
    shown = []
    for kind, mood, seconds in SCRIPT:
        shelf = shelves[mood]
        every = kind in ("calm", "irritated") and len(shelf) > 1
        for number in range(len(shelf)) if every else range(min(1, len(shelf))):
            shown.append((kind, shelf[number], number, seconds))
    return shown


def oval(wide: float, high: float, soft: float) -> np.ndarray:
    """Mask [SIDE, SIDE]: 1 inside an oval (half axes as shares of half the side), fading
    outside."""
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32) / (SIDE - 1) * 2 - 1
    return np.clip((1 - np.hypot(x / wide, y / high)) / soft + 0.5, 0, 1)


_SKIN = np.array([0.78, 0.92, 1.10], np.float32)
"""Blue, green, red of a face for a given grey."""


def paint(
    frame: np.ndarray,
    face: np.ndarray,
    mask: np.ndarray,
    x: float,
    y: float,
    side: float,
    roll: float,
) -> None:
    """Put ``face`` [SIDE, SIDE] grey on ``frame``, centred at (x, y), ``side`` px wide, turned
    by ``roll``."""
    reach = int(side * 0.62)
    left, top = max(0, int(x) - reach), max(0, int(y) - reach)
    right, bottom = min(WIDTH, int(x) + reach), min(HEIGHT, int(y) + reach)
    matrix = cv2.getRotationMatrix2D((SIDE / 2, SIDE / 2), roll, side / SIDE)
    matrix[:, 2] += np.array([x - left, y - top]) - SIDE / 2
    size = (right - left, bottom - top)
    small = cv2.GaussianBlur(face, (0, 0), 0.45 * SIDE / side) if side < 0.8 * SIDE else face
    grey = cv2.warpAffine(small, matrix, size)[..., None]
    share = cv2.warpAffine(mask, matrix, size)[..., None]
    part = frame[top:bottom, left:right]
    part[:] = np.clip(part * (1 - share) + grey * _SKIN * share, 0, 255)


class Lens:
    """Light, lens and sensor of one camera."""

    def __init__(self, camera: Camera, random: np.random.Generator) -> None:
        self._camera, self._random = camera, random
        self._grain = (camera.noise * random.normal(0, 1, (HEIGHT + 64, WIDTH + 64, 3))).astype(
            np.int16
        )

    def ramp(self, width: int) -> np.ndarray:
        """Side light over the frame, [1, width, 1]."""
        return (
            1 + self._camera.side_light * np.linspace(-1, 1, width, dtype=np.float32)[None, :, None]
        )

    def expose(self, frame: np.ndarray, change: float) -> np.ndarray:
        """uint8 BGR as the camera would see it under ``change`` times its usual light."""
        levels = (
            np.clip(np.arange(256) / 255 * self._camera.gain * change, 0, 1) ** self._camera.gamma
        )
        lit = cv2.LUT(frame, (255 * levels).astype(np.uint8))
        if self._camera.blur:
            lit = cv2.GaussianBlur(lit, (0, 0), self._camera.blur)
        dy, dx = self._random.integers(0, 64, 2)
        return cv2.add(lit, self._grain[dy : dy + HEIGHT, dx : dx + WIDTH], dtype=cv2.CV_8U)


def render(person: Person, room: np.ndarray, target: Path) -> list[Segment]:
    """Write one person's recording; returns its segments."""
    random = np.random.default_rng(zlib.crc32(person.name.encode()))
    camera = Camera.drawn(random)
    side = camera.face_px * 1.4 * 1.12
    lens = Lens(camera, random)
    coat = random.uniform(20, 160, 3)
    tight = person.calm[0].pixels.shape[0] < 64  # FER+ crops end at the brow and the chin
    mask = oval(0.98, 1.02, 0.10) if tight else oval(0.84, 0.98, 0.18)
    if tight:
        side *= 0.8
    x0, y0 = random.uniform(0.38, 0.62) * WIDTH, random.uniform(0.34, 0.5) * HEIGHT
    sway = [
        Wander(random, s, tau, FPS) for s, tau in ((14, 2.0), (7, 2.0), (0.05, 3.0), (4.0, 1.5))
    ]
    shoulders = (int(x0), int(y0 + 1.05 * side))
    axes = (int(0.85 * side), int(0.62 * side))
    room = cv2.ellipse(room.copy(), shoulders, axes, 0, 0, 360, coat.tolist(), -1, cv2.LINE_AA)
    room = np.clip(room * lens.ramp(WIDTH), 0, 255).astype(np.uint8)
    light = Wander(random, camera.drift, 4.0, FPS)
    actor = Actor(random, FPS)
    segments, t = [], 0.0
    with av.open(str(target), "w", format="mp4") as container:
        stream = container.add_stream(
            "libx264", rate=FPS, options={"preset": "superfast", "crf": str(camera.crf), "g": "20"}
        )
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.thread_count = 1
        last: tuple[np.ndarray, np.ndarray] | None = None
        for kind, look, number, seconds in script_of(person):
            pixels, points = texture(look)
            segments.append(Segment(kind, t, t + seconds, number))
            for index in range(round(seconds * FPS)):
                pose = actor.pose(kind, index / FPS)
                face = act(pixels, points, pose)
                share = index / FPS / FADE_S
                if last is not None and share < 1:
                    face = share * face + (1 - share) * act(*last, pose)
                dx, dy, zoom, roll = (w.step() for w in sway)
                frame = room.copy()
                lit_face = face * lens.ramp(SIDE)[0].T
                paint(frame, lit_face, mask, x0 + dx, y0 + dy, side * (1 + zoom), roll)
                lit = lens.expose(frame, 1 + light.step())
                container.mux(stream.encode(av.VideoFrame.from_ndarray(lit, "bgr24")))
            last = pixels, points
            t += seconds
        container.mux(stream.encode())
    return segments


def _job(job: tuple[Person, np.ndarray, Path]) -> str:
    person, room, folder = job
    cv2.setNumThreads(1)
    stem = f"{zlib.crc32(person.name.encode()):08x}"
    about = folder / f"{stem}.json"
    if not about.exists():
        segments = render(person, room, folder / f"{stem}.mp4")
        facts = {
            "name": person.name,
            "half": person.half,
            "segments": [asdict(s) for s in segments],
        }
        about.write_text(json.dumps(facts), encoding="utf-8")
    return stem


def chosen(data: Path, photographs: int, strangers: int) -> list[Person]:
    """The people of the bank: alternating halves, those who can be irritated first."""
    people = []
    for pool, count in ((photographed(data), photographs), (borrowed(data), strangers)):
        for half in ("tune", "report"):
            mine = [p for p in pool if p.half == half]
            mine.sort(key=lambda p: (not p.irritated, -len(p.calm)))
            people.append(mine[: count // 2])
    longest = max(len(group) for group in people)
    return [group[i] for i in range(longest) for group in people if i < len(group)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--photographs", type=int, default=240)
    parser.add_argument("--strangers", type=int, default=360)
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    rooms = backgrounds(options.data)
    people = chosen(options.data, options.photographs, options.strangers)
    jobs = [(p, rooms[zlib.crc32(p.name.encode()) % len(rooms)], options.out) for p in people]
    with ProcessPoolExecutor(options.processes) as pool:
        for done, _ in enumerate(pool.map(_job, jobs, chunksize=4), 1):
            if done % 20 == 0:
                print(f"{done} of {len(jobs)}", flush=True)


if __name__ == "__main__":
    main()
