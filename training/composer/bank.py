"""What the engine sees in the rendered bank, kept as numbers.

``python bank.py --bank DIR`` runs the product's own ``Observer`` over every recording (H.264
decoding, detection, tracking, quality gate, expression) and stores one row for each analysed
frame beside it. Rendering is done once; this is repeated whenever a model changes.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from motcua_edge.vision.detect import Face, load_detector
from motcua_edge.vision.expression import load_expression
from motcua_edge.vision.observe import Observation, Observer
from motcua_edge.vision.settings import EngineSettings
from motcua_edge.vision.sources import open_source

SETTLE_S = 0.8
"""The first moments of a segment still show the one before (cross-fade)."""
FACE = Face(0, 0, 1, 1, 1.0, ((0.0, 0.0),) * 5)
"""Stands for "a face is there" where only presence matters."""


@dataclass
class Strip:
    """The analysed frames of one segment: present [n], good [n], probabilities [n, 8],
    intensity [n]."""

    kind: str
    picture: int
    present: np.ndarray
    good: np.ndarray
    probabilities: np.ndarray
    intensity: np.ndarray

    def __len__(self) -> int:
        return len(self.present)

    def observation(self, index: int, t: float, since: float) -> Observation:
        """Frame ``index`` as if it had been seen at ``t``."""
        if not self.present[index]:
            return Observation(t)
        if not self.good[index]:
            return Observation(t, FACE, since)
        return Observation(
            t, FACE, since, None, self.probabilities[index], float(self.intensity[index])
        )


@dataclass
class Played:
    """One person of the bank."""

    name: str
    half: str
    strips: list[Strip]

    def of(self, *kinds: str) -> list[Strip]:
        return [strip for strip in self.strips if strip.kind in kinds and len(strip)]


def observe(recording: Path, settings: EngineSettings, observer: Observer) -> dict[str, np.ndarray]:
    """Rows of one recording."""
    rows = [
        observer.observe(frame.picture, frame.t)
        for frame in open_source(str(recording), settings.source)
    ]
    nothing = np.zeros(8, np.float32)
    return {
        "t": np.array([row.t for row in rows]),
        "present": np.array([row.face is not None for row in rows]),
        "good": np.array([row.probabilities is not None for row in rows]),
        "probabilities": np.array(
            [nothing if row.probabilities is None else row.probabilities for row in rows]
        ),
        "intensity": np.array([row.intensity for row in rows]),
        "problem": np.array([row.quality.problem or "" if row.quality else "none" for row in rows]),
    }


def load(bank: Path) -> list[Played]:
    """Everybody observed so far."""
    people = []
    for about in sorted(bank.glob("*.json")):
        rows_file = about.with_suffix(".npz")
        if not rows_file.exists():
            continue
        facts, rows = json.loads(about.read_text(encoding="utf-8")), np.load(rows_file)
        strips = []
        for segment in facts["segments"]:
            inside = (rows["t"] >= segment["start"] + SETTLE_S) & (rows["t"] < segment["end"])
            parts = (
                rows[name][inside] for name in ("present", "good", "probabilities", "intensity")
            )
            strips.append(Strip(segment["kind"], segment["picture"], *parts))
        people.append(Played(facts["name"], facts["half"], strips))
    return people


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bank", type=Path, required=True)
    parser.add_argument(
        "--again", action="store_true", help="observe also what was observed before"
    )
    parser.add_argument("--part", default="1/1", help="2/3: the second of three equal parts")
    options = parser.parse_args()
    settings = EngineSettings()
    detector, expression = load_detector(), load_expression()
    part, parts = (int(number) for number in options.part.split("/"))
    for about in sorted(options.bank.glob("*.json"))[part - 1 :: parts]:
        target = about.with_suffix(".npz")
        if target.exists() and not options.again:
            continue
        observer = Observer(settings, detector, expression)
        np.savez_compressed(target, **observe(about.with_suffix(".mp4"), settings, observer))


if __name__ == "__main__":
    main()
