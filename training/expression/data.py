"""Faces and labels: FER+ votes and labelled news photographs.

FER+ follows the two rules of the reference reader of Barsoum and others (2016,
arXiv:1608.01041): single votes are outliers and dropped; for measuring, a
picture counts only when its top label then holds more than half of the votes
and is one of the eight emotions ("majority"); for learning, the votes that are
left are a distribution.
"""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

LABELS = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt")
NEUTRAL, HAPPY, SURPRISE = 0, 1, 2
NEGATIVE = (3, 4, 5, 6, 7)

GROUPS = ("neutral", "happy", "surprise", "negative")
"""The four classes of the product, in the order of `group_probabilities`."""

LABEL_NOISE = 0.1
"""Share of the photographs' labels that are debatable, as their source says."""


@dataclass(frozen=True)
class Faces:
    """images: uint8 [n, s, s] grey. targets: float32 [n, 8], rows sum to 1.
    labels: int [n], -1 where the votes name no majority. identities: str [n]."""

    images: np.ndarray
    targets: np.ndarray
    labels: np.ndarray
    identities: np.ndarray

    def __len__(self) -> int:
        return len(self.images)

    def take(self, rows: np.ndarray) -> Faces:
        return Faces(
            self.images[rows], self.targets[rows], self.labels[rows], self.identities[rows]
        )


def without_single_votes(votes: np.ndarray) -> np.ndarray:
    """votes: [n, 10] counts. Returns float32 with single votes set to zero."""
    return np.where(votes > 1, votes, 0).astype(np.float32)


def majority_labels(votes: np.ndarray) -> np.ndarray:
    """The paper's majority rule: votes [n, 10] to labels int64 [n], -1 for none."""
    kept = without_single_votes(votes)
    top = kept.argmax(1)
    holds = (kept.max(1) > 0.5 * kept.sum(1)) & (top < len(LABELS))
    return np.where(holds, top, -1)


def plurality_labels(votes: np.ndarray) -> np.ndarray:
    """The looser rule some reports use: the most voted label, first one on a tie,
    -1 when that is "unknown" or "not a face"."""
    top = votes.argmax(1)
    return np.where(top < len(LABELS), top, -1)


def ferplus(data: Path, split: str) -> tuple[Faces, np.ndarray]:
    """FER+ "Train" or "Valid". Returns the faces (48 px) whose votes are mostly for
    one or more of the eight emotions, and their raw votes [n, 10]."""
    archive = np.load(data / "expression" / "ferplus_train_valid.npz")
    images, votes = archive[f"{split}_X"], archive[f"{split}_V"].astype(np.int64)
    kept = without_single_votes(votes)
    emotions = kept[:, : len(LABELS)]
    usable = (emotions.sum(1) > 0) & (kept.argmax(1) < len(LABELS))
    images, votes, emotions = images[usable], votes[usable], emotions[usable]
    targets = emotions / emotions.sum(1, keepdims=True)
    names = np.array([f"fer-{split}-{i}" for i in np.flatnonzero(usable)])
    return Faces(images, targets, majority_labels(votes), names), votes


def held_out(identity: str, folds: int = 5) -> bool:
    """Whether a person belongs to the held-out fifth: decided by the name alone,
    so that no script can shuffle somebody from one side to the other."""
    return sum(identity.encode()) * 2654435761 % 2**32 % folds == 0


def photograph_rows(data: Path) -> list[dict[str, str]]:
    """The photographs' table: file, emotion, identity, annotator, landmarks x0..y4."""
    path = data / "expression" / "lfw_faces_train.csv"
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def photographs(data: Path) -> tuple[Faces, Faces]:
    """Labelled news photographs, 112 px, as (training, held-out) with no person
    in both. A label is believed only as far as its source is right."""
    rows = photograph_rows(data)
    with zipfile.ZipFile(data / "expression" / "lfw_faces_train.zip") as archive:
        images = np.stack(
            [np.asarray(Image.open(io.BytesIO(archive.read(r["file"]))).convert("L")) for r in rows]
        )
    labels = np.array([LABELS.index(r["emotion"]) for r in rows])
    targets = np.full((len(rows), len(LABELS)), LABEL_NOISE / len(LABELS), np.float32)
    targets[np.arange(len(rows)), labels] += 1 - LABEL_NOISE
    faces = Faces(images, targets, labels, np.array([r["identity"] for r in rows]))
    out = np.array([held_out(name) for name in faces.identities])
    return faces.take(np.flatnonzero(~out)), faces.take(np.flatnonzero(out))


def group_labels(labels: np.ndarray) -> np.ndarray:
    """Eight labels to the four of `GROUPS`; -1 stays -1."""
    table = np.array([0, 1, 2, 3, 3, 3, 3, 3, -1])
    return table[labels]


def group_probabilities(probabilities: np.ndarray) -> np.ndarray:
    """[n, 8] to [n, 4] in the order of `GROUPS`."""
    first = probabilities[:, [NEUTRAL, HAPPY, SURPRISE]]
    return np.column_stack([first, probabilities[:, list(NEGATIVE)].sum(1)])
