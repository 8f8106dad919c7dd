"""People for the composer: pictures of nobody the expression model was trained on.

Two kinds of people. Photographs keep identities together: a person is one name, with every
picture of that name (only the fifth of the names that the expression training holds out).
FER+ has no identities: there a person is one calm picture of the validation split, lent smiling
and displeased pictures of others; harder than life, since the baseline is a stranger's.
Each half (``tune``, ``report``) has its own people; nobody is in both.
"""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

LABELS = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt")
DISPLEASED = ("anger", "disgust", "contempt")
DEFAULT_DATA = Path("../shared/data")

# Where landmarks lie in a FER2013 crop, as shares of its side (mean over detected faces).
FER_LANDMARKS = np.array([[0.31, 0.40], [0.69, 0.40], [0.50, 0.60], [0.35, 0.78], [0.65, 0.78]])


@dataclass
class Look:
    """One picture of a person: grey uint8 [s, s] and five landmarks in its pixels [5, 2]."""

    pixels: np.ndarray
    landmarks: np.ndarray


@dataclass
class Person:
    """Everything the composer may show of one person."""

    name: str
    half: str
    calm: list[Look] = field(default_factory=list)
    smiling: list[Look] = field(default_factory=list)
    irritated: list[Look] = field(default_factory=list)
    surprised: list[Look] = field(default_factory=list)
    sad: list[Look] = field(default_factory=list)


def held_out(identity: str, folds: int = 5) -> bool:
    """The same rule as the expression training's: the fifth of the names it never learns from."""
    return sum(identity.encode()) * 2654435761 % 2**32 % folds == 0


def half_of(name: str) -> str:
    """Which half a name belongs to, by the name alone (FNV-1a)."""
    value = 2166136261
    for byte in name.encode():
        value = (value ^ byte) * 16777619 % 2**32
    return "tune" if (value >> 8) % 2 == 0 else "report"


def photographed(data: Path) -> list[Person]:
    """Held-out people of the news photographs who have at least one calm picture."""
    folder = data / "expression"
    people: dict[str, Person] = {}
    with (folder / "lfw_faces_train.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if held_out(row["identity"])]
    with zipfile.ZipFile(folder / "lfw_faces_train.zip") as archive:
        for row in rows:
            name = row["identity"]
            person = people.setdefault(name, Person(f"photo:{name}", half_of(name)))
            pixels = np.asarray(Image.open(io.BytesIO(archive.read(row["file"]))).convert("L"))
            points = np.array([[float(row[f"x{i}"]), float(row[f"y{i}"])] for i in range(5)])
            shelf = shelf_of(person, row["emotion"])
            if shelf is not None and len(shelf) < 4:
                shelf.append(Look(pixels, points))
    return [person for person in people.values() if person.calm]


def borrowed(data: Path) -> list[Person]:
    """FER+ validation pictures as people: one calm picture each, other moods from others."""
    archive = np.load(data / "expression" / "ferplus_train_valid.npz")
    pictures, votes = archive["Valid_X"], archive["Valid_V"].astype(int)
    kept = np.where(votes > 1, votes, 0)
    top = kept.argmax(1)
    sure = kept.max(1) > 0.5 * kept.sum(1)
    names = [f"ferplus:{index}" for index in range(len(pictures))]
    shelves: dict[tuple[str, str], list[Look]] = {}
    for index, name in enumerate(names):
        if not sure[index] or top[index] >= len(LABELS):
            continue
        mood = LABELS[top[index]]
        if mood in DISPLEASED:
            mood = "irritated"
        look = Look(pictures[index], FER_LANDMARKS * pictures.shape[1])
        shelves.setdefault((half_of(name), mood), []).append(look)
    people = []
    for half in ("tune", "report"):
        random = np.random.default_rng([7, len(half)])
        calm = shelves[half, "neutral"]
        for index in random.permutation(len(calm)):
            person = Person(f"ferplus:{half}:{len(people)}", half, calm=[calm[index]])
            for mood, shelf in (
                ("happiness", person.smiling),
                ("irritated", person.irritated),
                ("surprise", person.surprised),
                ("sadness", person.sad),
            ):
                stock = shelves.get((half, mood), [])
                if stock:
                    shelf.append(stock[len(people) % len(stock)])
            people.append(person)
    return people


def shelf_of(person: Person, emotion: str) -> list[Look] | None:
    """Which list a labelled picture belongs to; fear is shown by nobody."""
    if emotion in DISPLEASED:
        return person.irritated
    return {
        "neutral": person.calm,
        "happiness": person.smiling,
        "surprise": person.surprised,
        "sadness": person.sad,
    }.get(emotion)


def backgrounds(data: Path, limit: int = 40) -> list[np.ndarray]:
    """Rooms without people, uint8 [480, 640, 3] BGR."""
    folder = data / "detection"
    with (folder / "scenes_train.csv").open(newline="", encoding="utf-8") as file:
        rows = [row["file"] for row in csv.DictReader(file) if row["kind"] == "negative"]
    rooms = []
    with zipfile.ZipFile(folder / "scenes_train.zip") as archive:
        names = {Path(name).name: name for name in archive.namelist()}
        for file_name in rows[:: max(1, len(rows) // limit)][:limit]:
            image = Image.open(io.BytesIO(archive.read(names[Path(file_name).name])))
            fitted = image.convert("RGB").resize((640, 480), Image.Resampling.BILINEAR)
            rooms.append(np.asarray(fitted)[..., ::-1].copy())
    return rooms
