"""Reads the scenes, lets the teacher label them, and splits them so that nothing leaks.

Writes `work/scenes.json`: for every picture its split, faces (box, points or null,
score, origin) and boxes to ignore, where nobody knows whether there is a face.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import zipfile
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

import cv2
import numpy as np
from teacher import Finding, Teacher, iou

HERE = Path(__file__).parent
SEED = 20
SURE_SCORE = 0.55
"""Mean over the teacher's passes from which a finding counts as a face."""
REFINED_FROM = 20.0
"""Longer side in pixels from which close-ups are worth their time."""
SMALLEST_LABEL = 14.0
"""Label boxes without the teacher's agreement count from this many pixels (longer side)."""
UNSEEN_SOURCES = ("caltech", "mediapipe")
"""Sources of which no picture is trained on: a test of other cameras and other rooms."""
HELD_OUT, VALIDATION = 0.15, 0.08
NOT_A_FACE = {"chandrika_00337.jpg": (1, -2), "kagglemask_00480.jpg": (259, 123)}
"""Held-out boxes (by corner) that looking at the pictures showed to be a hand and lanterns."""
SIMILAR = 0.93
"""Correlation of thumbnails or aligned faces above which two pictures stay together."""


@dataclass
class Face:
    """box x, y, w, h and points [5][2] in pixels; points None where only a label box exists.

    origin says who saw it: "teacher", "label" (a person's box, the teacher missed it) or "both";
    spread how far the teacher's views disagree on the points, over the eye distance (if known).
    """

    box: list[float]
    points: list[list[float]] | None
    score: float
    origin: str
    spread: float | None = None


@dataclass
class Scene:
    file: str
    source: str
    kind: str
    split: str = ""
    faces: list[Face] = field(default_factory=list)
    ignore: list[list[float]] = field(default_factory=list)


def read_zip(path: Path, *, grey: bool = False) -> dict[str, np.ndarray]:
    """All pictures of an archive by name, BGR (or grey) uint8."""
    flag = cv2.IMREAD_GRAYSCALE if grey else cv2.IMREAD_COLOR
    with zipfile.ZipFile(path) as archive:
        return {
            name: cv2.imdecode(np.frombuffer(archive.read(name), np.uint8), flag)
            for name in archive.namelist()
        }


def read_rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def load_scenes(work: Path) -> list[Scene]:
    """The prepared scenes, as `python data.py` wrote them."""
    raw = json.loads((work / "scenes.json").read_text())
    return [Scene(**{**s, "faces": [Face(**f) for f in s["faces"]]}) for s in raw]


def look(teacher: Teacher, image: np.ndarray) -> list[Finding]:
    """The teacher's joined findings, the sure and large ones refined by close-ups."""
    found = teacher.consensus(image)
    for i, f in enumerate(found):
        if f.score >= SURE_SCORE and f.box[2:].max() >= REFINED_FROM:
            found[i] = teacher.refined(image, f)
    return found


def label(row: dict[str, str], findings: list[Finding], label_shift: np.ndarray) -> Scene:
    """Joins the teacher's findings with the label boxes that came with a picture."""
    scene = Scene(row["file"], row["file"].split("_")[0], row["kind"])
    if row["kind"] == "negative":
        return scene
    for f in findings:
        if f.score >= SURE_SCORE:
            spread = f.spread if np.isfinite(f.spread) else None
            scene.faces.append(Face(f.box.tolist(), f.points.tolist(), f.score, "teacher", spread))
        else:
            scene.ignore.append(f.box.tolist())
    known = np.array([f.box for f in scene.faces]).reshape(-1, 4)
    for box in label_boxes(row, label_shift):
        overlap = iou(box, known)[0] if len(known) else np.zeros(1)
        if overlap.max() > 0.2:
            scene.faces[int(overlap.argmax())].origin = "both"
        elif box[2:].max() < SMALLEST_LABEL:
            scene.ignore.append(box.tolist())
        else:
            scene.faces.append(Face(box.tolist(), None, 1.0, "label"))
    return scene


def set_aside(scene: Scene) -> None:
    """Moves the scene's known wrong face, if any, to the ignored boxes."""
    corner = NOT_A_FACE.get(scene.file)
    if corner:
        wrong = min(
            scene.faces, key=lambda f: abs(f.box[0] - corner[0]) + abs(f.box[1] - corner[1])
        )
        scene.faces.remove(wrong)
        scene.ignore.append(wrong.box)


def label_boxes(row: dict[str, str], shift: np.ndarray) -> np.ndarray:
    """Label boxes as x, y, w, h, moved to the teacher's notion of a face by `shift` [4]."""
    raw = np.array(json.loads(row["label_boxes_x1y1x2y2"] or "[]"), np.float64).reshape(-1, 4)
    size = raw[:, 2:] - raw[:, :2]
    return np.concatenate((raw[:, :2] + shift[:2] * size, size * np.exp(shift[2:])), axis=1)


def fit_label_shift(rows: list[dict[str, str]], findings: dict[str, list[Finding]]) -> np.ndarray:
    """Median offset (in label sizes) and log size ratio from label boxes to the teacher's."""
    samples = []
    for row in rows:
        sure = [f.box for f in findings[row["file"]] if f.score >= SURE_SCORE]
        for box in label_boxes(row, np.zeros(4)):
            if not sure:
                continue
            overlap = iou(box, np.array(sure))[0]
            if overlap.max() > 0.5:
                best = sure[int(overlap.argmax())]
                offset = (best[:2] - box[:2]) / box[2:]
                samples.append(np.concatenate((offset, np.log(best[2:] / box[2:]))))
    return np.median(samples, axis=0) if samples else np.zeros(4)


def descriptors(image: np.ndarray, faces: list[Face]) -> list[np.ndarray]:
    """Normalised grey thumbnails of the whole picture and of its large aligned faces."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    patches = [cv2.resize(grey, (24, 24), interpolation=cv2.INTER_AREA)]
    target = np.array([[7, 9], [17, 9], [12, 18]], np.float32)
    for face in faces:
        if face.points and face.box[2] >= 32:
            p = np.array(face.points, np.float32)
            source = np.stack((p[0], p[1], (p[3] + p[4]) / 2))
            patches.append(cv2.warpAffine(grey, cv2.getAffineTransform(source, target), (24, 24)))
    out = []
    for patch in patches:
        for view in (patch, patch[:, ::-1]):
            v = view.astype(np.float32).ravel()
            v -= v.mean()
            out.append(v / (np.linalg.norm(v) + 1e-6))
    return out


def group_similar(scenes: list[Scene], images: dict[str, np.ndarray]) -> list[int]:
    """A group number per scene; near-duplicates (copies, mirrored, same house) share one."""
    parent = list(range(len(scenes)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    vectors, owners = [], []
    for i, scene in enumerate(scenes):
        for v in descriptors(images[scene.file], scene.faces):
            vectors.append(v)
            owners.append(i)
    matrix, owner = np.array(vectors), np.array(owners)
    for start in range(0, len(matrix), 512):
        close = np.argwhere(matrix[start : start + 512] @ matrix.T > SIMILAR)
        for a, b in close:
            parent[root(owner[start + a])] = root(owner[b])
    return [root(i) for i in range(len(scenes))]


def split(scenes: list[Scene], groups: list[int], houses: dict[str, str]) -> None:
    """Sets each scene's split: whole groups go to train, validation or test.

    Unseen sources go to test entirely; rooms of one house (houses: file to house) stay
    together, as do consecutive near-duplicates.
    """
    keys = [houses.get(s.file, f"group-{g}") for s, g in zip(scenes, groups, strict=True)]
    names = sorted(set(keys))
    draw = dict(zip(names, np.random.default_rng(SEED).random(len(names)), strict=True))
    for scene, key in zip(scenes, keys, strict=True):
        if scene.kind == "unsure":
            scene.split = "unused"
        elif scene.source in UNSEEN_SOURCES or draw[key] < HELD_OUT:
            scene.split = "test"
        else:
            scene.split = "validation" if draw[key] < HELD_OUT + VALIDATION else "train"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--teacher", type=Path, default=Path("../shared/models"))
    parser.add_argument("--work", type=Path, default=HERE / "work")
    parser.add_argument("--every", type=int, default=1, help="only each n-th picture, to try it")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    args.work.mkdir(parents=True, exist_ok=True)

    rows = read_rows(args.data / "detection/scenes_train.csv")[:: args.every]
    images = read_zip(args.data / "detection/scenes_train.zip")
    teacher = Teacher(args.teacher)
    findings = {
        r["file"]: [] if r["kind"] == "negative" else look(teacher, images[r["file"]]) for r in rows
    }
    shift = fit_label_shift(rows, findings)
    scenes = [label(row, findings[row["file"]], shift) for row in rows]
    for scene in scenes:
        set_aside(scene)
    houses = {
        r["file"]: "house-" + Path(r["source"]).name.split("_")[0]
        for r in rows
        if r["kind"] == "negative"
    }
    split(scenes, group_similar(scenes, images), houses)
    (args.work / "scenes.json").write_text(json.dumps([asdict(s) for s in scenes]))
    print("label shift", shift.round(3).tolist())
    print(Counter((s.source, s.split) for s in scenes))
    print(Counter((s.split, f.origin) for s in scenes for f in s.faces))
    prepare_crops(args.data, args.teacher, args.work, args.every)


def prepare_crops(data: Path, teacher_folder: Path, work: Path, every: int) -> None:
    """Boxes for each n-th single-face crop: `work/crops.json`, {file: [box, points]}."""
    teacher = Teacher(teacher_folder)
    crops = read_zip(data / "expression/lfw_faces_train.zip", grey=True)
    kept = {}
    for name, crop in list(crops.items())[::every]:
        colour = cv2.cvtColor(crop, cv2.COLOR_GRAY2BGR)
        padded = cv2.copyMakeBorder(colour, 24, 24, 24, 24, cv2.BORDER_REPLICATE)
        found = [f for f in teacher.once(padded) if f.score >= 0.8 and f.box[2] > 48]
        if len(found) == 1:
            kept[name] = [(found[0].box - [24, 24, 0, 0]).tolist(), (found[0].points - 24).tolist()]
    (work / "crops.json").write_text(json.dumps(kept))
    print("crops", len(kept), "of", len(crops))


if __name__ == "__main__":
    main()
