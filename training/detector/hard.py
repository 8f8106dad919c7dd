"""Rooms without people that a trained detector is surest to see a face in: `work/hard.json`.

The next leg of training draws every other room from these.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
from augment import Composer
from data import load_scenes, read_zip
from peers import Ours

HERE = Path(__file__).parent
VIEWS = 8
SHARE = 0.2
"""So much of the rooms counts as hard."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--work", type=Path, default=HERE / "work")
    parser.add_argument("--model", type=Path, required=True)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    images = read_zip(args.data / "detection/scenes_train.zip")
    detector = Ours(args.model)
    sure = {}
    for scene in load_scenes(args.work):
        if scene.split == "train" and scene.kind == "negative":
            views = Composer([], [images[scene.file]], [], [], seed=7)
            scores = [
                detector(views.draw("empty").image).scores.max(initial=0) for _ in range(VIEWS)
            ]
            sure[scene.file] = float(np.mean(scores))
    order = sorted(sure, key=lambda name: -sure[name])
    hard = order[: round(SHARE * len(order))]
    (args.work / "hard.json").write_text(json.dumps(hard))
    print(f"{len(hard)} of {len(order)} rooms, from {sure[hard[-1]]:.2f} to {sure[hard[0]]:.2f}")


if __name__ == "__main__":
    main()
