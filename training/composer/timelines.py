"""Timelines of visits, drawn from seeds, played from the bank's strips.

Ordinary visits mix calm, talking, smiling, laughing, papers, squinting and surprise; a few
citizens are sad. Irritated visits begin ordinary, turn irritated for 12 to 60 seconds (staring
and arguing), and either end so or calm down; mixed ones do it twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from bank import Played, Strip

from motcua_edge.vision.observe import Observation

FPS = 5.0

# kind: (share of an ordinary visit's segments, mean seconds)
ORDINARY = {
    "calm": (0.36, 14.0),
    "talking": (0.30, 12.0),
    "papers": (0.12, 9.0),
    "smiling": (0.10, 6.0),
    "laughing": (0.05, 5.0),
    "squinting": (0.05, 8.0),
    "surprised": (0.02, 2.5),
}
SAD_VISITS = 0.03


@dataclass
class Timeline:
    """A visit to be played: segments (kind, seconds) and where irritation truly reigns."""

    segments: list[tuple[str, float]] = field(default_factory=list)
    irritated: list[tuple[float, float]] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return sum(seconds for _, seconds in self.segments)


def ordinary(random: np.random.Generator, seconds: float, *, sad: bool = False) -> Timeline:
    """A visit without irritation; two neighbouring segments differ in kind."""
    line, last = Timeline(), ""
    kinds = list(ORDINARY)
    shares = np.array([share for share, _ in ORDINARY.values()])
    while line.seconds < seconds:
        kind = str(random.choice(kinds, p=shares))
        if kind == last:
            continue
        length = float(np.clip(random.exponential(ORDINARY[kind][1]), 2.0, 45.0))
        if sad and kind in ("smiling", "laughing", "calm"):
            kind = "sad"
        line.segments.append((kind, length))
        last = kind
    return line


def add_irritation(random: np.random.Generator, line: Timeline) -> None:
    """12 to 60 seconds of staring and arguing at the end of ``line``."""
    start, length = line.seconds, float(random.uniform(12, 60))
    while (left := length - (line.seconds - start)) > 1 / FPS:  # the sums leave a rest above zero
        kind = str(random.choice(["irritated", "arguing"], p=[0.55, 0.45]))
        line.segments.append((kind, min(left, float(random.uniform(5, 15)))))
    line.irritated.append((start, line.seconds))


def visit(random: np.random.Generator, kind: str) -> Timeline:
    """``ordinary`` (about five minutes), ``irritated`` or ``mixed``."""
    if kind == "ordinary":
        seconds = float(np.clip(random.lognormal(np.log(240), 0.6), 45, 1200))
        return ordinary(random, seconds, sad=bool(random.random() < SAD_VISITS))
    line = ordinary(random, float(random.uniform(30, 150)))
    add_irritation(random, line)
    if kind == "mixed":
        line.segments += ordinary(random, float(random.uniform(40, 90))).segments
        add_irritation(random, line)
    if random.random() < 0.5:
        line.segments += ordinary(random, float(random.uniform(20, 60))).segments
    return line


def play(random: np.random.Generator, person: Played, line: Timeline) -> Iterator[Observation]:
    """The visit as observations every 0.2 s from 0; strips run to and fro to fill their time."""
    clock = 0
    for kind, seconds in line.segments:
        strip = strip_for(random, person, kind)
        index, step = int(random.integers(len(strip))), 1
        for _ in range(round(seconds * FPS)):
            yield strip.observation(index, clock / FPS, 0.0)
            clock += 1
            if not 0 <= index + step < len(strip):
                step = -step
            index = min(max(index + step, 0), len(strip) - 1)


def strip_for(random: np.random.Generator, person: Played, kind: str) -> Strip:
    """A strip of this kind, or calm when the person has no such picture."""
    strips = person.of(kind) or person.of("calm")
    return strips[int(random.integers(len(strips)))]
