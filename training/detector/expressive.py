"""Boxes and points for expressive faces: FER+ training pictures, read by the teacher.

Scenes and news photographs show calm and smiling people; a detector that learned from these alone
loses faces just when they turn angry. FER+ crops end at brow and chin, so each is set in a plain
border before the teacher looks.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
from teacher import Teacher

HERE = Path(__file__).parent
SIDE, BORDER = 96, 32
LEAST_SCORE = 0.6
STEADY = 0.12
"""Points that wander by more, over the eye distance, are not taught."""
CALM_SHARE = 0.15
UNKNOWN = [[None, None]] * 5


def pictures(data: Path) -> np.ndarray:
    """uint8 [n, 48, 48] of FER+ "Train"."""
    return np.load(data / "expression/ferplus_train_valid.npz")["Train_X"]


def large(face: np.ndarray) -> np.ndarray:
    """48 px grey to SIDE px, the size at which boxes and points are kept."""
    return cv2.resize(face, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)


def framed(face: np.ndarray) -> np.ndarray:
    """48 px grey to BGR [SIDE + 2 BORDER] squared, with a border of its mean grey."""
    edge = cv2.copyMakeBorder(
        large(face), *[BORDER] * 4, cv2.BORDER_CONSTANT, value=int(face.mean())
    )
    return cv2.cvtColor(edge, cv2.COLOR_GRAY2BGR)


def chosen(data: Path, count: int, seed: int) -> np.ndarray:
    """Rows of FER+ "Train": faces whose votes are mostly for an expression, and some calm ones."""
    votes = np.load(data / "expression/ferplus_train_valid.npz")["Train_V"]
    top = votes.argmax(1)
    rng = np.random.default_rng(seed)
    lively = rng.permutation(np.flatnonzero((top >= 2) & (top < 8)))
    happy = rng.permutation(np.flatnonzero(top == 1))
    calm = rng.permutation(np.flatnonzero(top == 0))
    some = round(count * CALM_SHARE)
    return np.concatenate((lively[: count - 2 * some], happy[:some], calm[:some]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--teacher", type=Path, default=Path("../shared/models"))
    parser.add_argument("--work", type=Path, default=HERE / "work")
    parser.add_argument("--count", type=int, default=7000)
    parser.add_argument("--every", type=int, default=1)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    teacher, faces = Teacher(args.teacher), pictures(args.data)
    kept = {}
    rows = chosen(args.data, args.count, 5)[:: args.every]
    for row in rows:
        image = framed(faces[row])
        found = max(teacher.once(image), key=lambda f: f.score, default=None)
        if found is None or found.score < LEAST_SCORE or found.box[2:].max() < 0.6 * SIDE:
            continue
        fine = teacher.refined(image, found)
        if fine.spread == np.inf:
            continue
        points = np.round(fine.points - BORDER, 1).tolist() if fine.spread <= STEADY else None
        corner = np.round(fine.box - (BORDER, BORDER, 0, 0), 1).tolist()
        kept[int(row)] = [corner, points or UNKNOWN]
    (args.work / "expressive.json").write_text(json.dumps(kept))
    print("expressive", len(kept), "of", len(rows))


if __name__ == "__main__":
    main()
