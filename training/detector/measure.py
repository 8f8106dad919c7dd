"""Counting: which detections are right, and how sure the figures are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from augment import Sample
from data import Face
from peers import Detections
from teacher import iou

MATCH_IOU = 0.4
RESAMPLES = 2000
STEADY = 0.06
"""Spread of the teacher's points, over the eye distance, up to which they can serve as truth."""


@dataclass(frozen=True)
class Outcome:
    """One picture: sizes (longer side), found and relative point errors per true face (nan:
    unknown), boxes that hit nothing known, who saw each face, and whether its true points are
    steady (the teacher's views of it agree)."""

    sizes: np.ndarray
    found: np.ndarray
    point_errors: np.ndarray
    false_boxes: np.ndarray
    origins: tuple[str, ...]
    steady: np.ndarray


def judge(truth: Sample, faces: Sequence[Face], detections: Detections) -> Outcome:
    """Matches detections, best first, each to the free true face it overlaps most.

    A detection in an ignored area, or on a face already found, is neither right nor false
    unless it overlaps nothing at all.
    """
    count = len(truth.boxes)
    found, errors = np.zeros(count, bool), np.full(count, np.nan)
    false_boxes = []
    for index in np.argsort(-detections.scores):
        box = detections.boxes[index]
        overlaps = iou(box, truth.boxes)[0] if count else np.zeros(0)
        free = np.where(found, 0, overlaps)
        if count and free.max() >= MATCH_IOU:
            face = int(free.argmax())
            found[face] = True
            errors[face] = point_error(
                detections.points[index], truth.points[face], truth.boxes[face]
            )
        elif not _excused(box, truth, overlaps):
            false_boxes.append(box)
    return Outcome(
        truth.boxes[:, 2:].max(1, initial=0),
        found,
        errors,
        np.array(false_boxes).reshape(-1, 4),
        tuple(f.origin for f in faces),
        np.array([f.spread is not None and f.spread <= STEADY for f in faces], bool),
    )


def _excused(box: np.ndarray, truth: Sample, overlaps: np.ndarray) -> bool:
    if len(overlaps) and overlaps.max() >= MATCH_IOU:
        return True
    centre = box[:2] + box[2:] / 2
    inside = (centre >= truth.ignore[:, :2]) & (centre <= truth.ignore[:, :2] + truth.ignore[:, 2:])
    return bool(inside.all(1).any())


def point_error(points: np.ndarray, truth: np.ndarray, box: np.ndarray) -> float:
    """Mean distance of the five points over the eye distance, which in a profile counts
    as at least a quarter of the face's width."""
    eyes = max(float(np.linalg.norm(truth[1] - truth[0])), 0.25 * float(box[2]))
    return float(np.linalg.norm(points - truth, axis=1).mean()) / eyes


@dataclass(frozen=True)
class Figure:
    """A ratio of sums over pictures, its 95 % bootstrap interval, and its denominator."""

    value: float
    low: float
    high: float
    count: int

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f}-{self.high:.3f}, n={self.count})"


def recall(
    outcomes: Sequence[Outcome], low: float, high: float = np.inf, origins: str = ""
) -> Figure:
    """Share found of the true faces with low <= longer side < high, seen by one of `origins`."""

    def chosen(o: Outcome) -> np.ndarray:
        seen = np.array([not origins or name in origins.split() for name in o.origins], bool)
        return o.found[(o.sizes >= low) & (o.sizes < high) & seen]

    return ratio([(chosen(o).sum(), len(chosen(o))) for o in outcomes])


def mean_point_error(
    outcomes: Sequence[Outcome], low: float, high: float = np.inf, *, steady: bool = False
) -> Figure:
    """Mean relative point error of the faces found with low <= longer side < high, all of them
    or those whose true points are steady."""

    def errors(o: Outcome) -> np.ndarray:
        known = (o.sizes >= low) & (o.sizes < high) & np.isfinite(o.point_errors)
        return o.point_errors[known & o.steady if steady else known]

    return ratio([(errors(o).sum(), len(errors(o))) for o in outcomes])


def false_per_50(outcomes: Sequence[Outcome]) -> Figure:
    """False faces in fifty pictures."""
    return ratio([(50 * len(o.false_boxes), 1) for o in outcomes])


def ratio(pairs: Sequence[tuple[float, float]], seed: int = 5) -> Figure:
    """Sum of first over sum of second members; the interval resamples whole pictures."""
    table = np.array(pairs, np.float64)
    pictures = len(table)
    weights = np.random.default_rng(seed).multinomial(
        pictures, np.full(pictures, 1 / pictures), RESAMPLES
    )
    above, below = weights @ table[:, 0], weights @ table[:, 1]
    values = above[below > 0] / below[below > 0]
    total = table[:, 1].sum()
    if not len(values) or not total:
        return Figure(float("nan"), float("nan"), float("nan"), 0)
    low, high = np.percentile(values, (2.5, 97.5))
    return Figure(
        round(float(table[:, 0].sum() / total), 4),
        round(float(low), 4),
        round(float(high), 4),
        int(total),
    )
