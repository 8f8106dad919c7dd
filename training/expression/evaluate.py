"""Measures a shipped file on data it never learned from and writes the figures.

python training/expression/evaluate.py --out docs/models/expression.json
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import cv2
import data
import numpy as np
import onnxruntime as ort
from export import halves
from scipy.stats import spearmanr
from stress import HARDSHIPS, TYPICAL, eye_distance

SHIPPED = Path("src/motcua_edge/vision/models/expression.onnx")
RESAMPLES = 1000
BINS = 15
FALSE_POSITIVES = 0.05


class Model:
    """The shipped graph on one thread."""

    def __init__(self, path: Path) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.side = self.session.get_inputs()[0].shape[-1]

    def __call__(self, images: list[np.ndarray] | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Grey pictures of any size to probabilities [n, 8] and intensity [n]."""
        shape = (self.side, self.side)
        ready = np.stack(
            [
                cv2.resize(
                    i,
                    shape,
                    interpolation=cv2.INTER_AREA if i.shape[0] > self.side else cv2.INTER_LINEAR,
                )
                for i in images
            ]
        ).astype(np.float32)[:, None]
        batches = (ready[i : i + 64] for i in range(0, len(ready), 64))
        parts = [self.session.run(None, {"faces": batch}) for batch in batches]
        return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])


def calibration_error(p: np.ndarray, labels: np.ndarray) -> float:
    """Expected calibration error of the top label over 15 equal bins."""
    top, right = p.max(1), p.argmax(1) == labels
    bins = np.minimum((top * BINS).astype(int), BINS - 1)
    gaps = [
        (bins == b).mean() * abs(top[bins == b].mean() - right[bins == b].mean())
        for b in np.unique(bins)
    ]
    return float(np.sum(gaps))


def negative_recall(p: np.ndarray, truth: np.ndarray) -> float:
    """Recall of negative where 5 % of all other faces lie above the threshold."""
    score = p[:, 3]
    if not (truth == 3).any():
        return float("nan")
    threshold = np.quantile(score[truth != 3], 1 - FALSE_POSITIVES)
    return float((score[truth == 3] > threshold).mean())


def figures(p: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """All headline figures for probabilities [n, 8] and labels [n]."""
    groups, truth = data.group_probabilities(p), data.group_labels(labels)
    called = groups.argmax(1)
    calm = truth == 0
    return {
        "accuracy_8": float((p.argmax(1) == labels).mean()),
        "accuracy_4": float((called == truth).mean()),
        "neutral_called_negative": float((called[calm] == 3).mean()),
        "negative_recall": float((called[truth == 3] == 3).mean()) if (truth == 3).any() else None,
        "negative_recall_at_5_percent_false": negative_recall(groups, truth),
        "ece_8": calibration_error(p, labels),
        "ece_4": calibration_error(groups, truth),
    }


def with_intervals(p: np.ndarray, labels: np.ndarray, people: np.ndarray) -> dict[str, list[float]]:
    """Figures with 95 % bootstrap intervals; whole people are drawn, not pictures.

    ECE is biased upwards when resampled, so its interval is only indicative."""
    rng = np.random.default_rng(0)
    _, person = np.unique(people, return_inverse=True)
    rows = [np.flatnonzero(person == i) for i in range(person.max() + 1)]
    drawn = []
    for _ in range(RESAMPLES):
        pick = np.concatenate([rows[i] for i in rng.integers(0, len(rows), len(rows))])
        drawn.append(figures(p[pick], labels[pick]))
    out = {}
    for name, value in figures(p, labels).items():
        values = [d[name] for d in drawn if d[name] is not None and not np.isnan(d[name])]
        out[name] = [round(v, 4) for v in (value, *np.quantile(values, (0.025, 0.975)))]
    return out


def hardships(model: Model, images: np.ndarray, marks: np.ndarray, labels: np.ndarray) -> dict:
    """Accuracy in four classes, neutral called negative, and negative recall at
    5 % false positives against every level of every hardship."""
    out = {}
    for name, (bend, levels, unit) in HARDSHIPS.items():
        curve = []
        for level in levels:
            bent = [bend(i, m, level) for i, m in zip(images, marks, strict=True)]
            got = figures(model(bent)[0], labels)
            keys = ("accuracy_4", "neutral_called_negative", "negative_recall_at_5_percent_false")
            curve.append([level] + [round(got[k], 4) for k in keys])
        out[name] = {"unit": unit, "curve": curve}
        print(name, curve, flush=True)
    return out


def photo_marks(folder: Path, faces: data.Faces) -> np.ndarray:
    """Landmarks [n, 5, 2] in crop pixels of the held-out photographs."""
    names = [f"{axis}{i}" for i in range(5) for axis in "xy"]
    rows = [r for r in data.photograph_rows(folder) if data.held_out(r["identity"])]
    if [r["identity"] for r in rows] != list(faces.identities):
        raise ValueError("landmarks and photographs are in different order")
    return np.array([[float(r[n]) for n in names] for r in rows]).reshape(-1, 5, 2)


def smile_clip(model: Model, folder: Path, detector: Path) -> dict[str, float]:
    """How intensity follows the mouth through a clip of a growing smile."""
    video = cv2.VideoCapture(str(folder / "clips" / "lp__d0.mp4"))
    finder = cv2.FaceDetectorYN.create(str(detector), "", (320, 320))
    crops, mouths, times = [], [], []
    while (got := video.read())[0]:
        frame = cv2.resize(got[1], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        finder.setInputSize((frame.shape[1], frame.shape[0]))
        faces = finder.detect(frame)[1]
        if faces is None:
            continue
        x, y, w, h = faces[0][:4]
        marks = faces[0][4:14].reshape(5, 2)
        grey = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)
        side = 1.4 * max(w, h)
        crops.append(cv2.getRectSubPix(grey, (round(side),) * 2, (x + w / 2, y + h / 2)))
        mouths.append(np.hypot(*(marks[4] - marks[3])) / eye_distance(marks))
        times.append(video.get(cv2.CAP_PROP_POS_MSEC) / 1000)
    p, intensity = model(crops)
    times = np.array(times)
    smiling = (times > 1.0) & (times < 2.2)
    calm = (times < 0.6) | (times > 2.8)
    return {
        "frames": len(times),
        "rank_correlation_with_mouth_width": float(spearmanr(intensity, mouths)[0]),
        "intensity_calm": float(intensity[calm].mean()),
        "intensity_smiling": float(intensity[smiling].mean()),
        "happiness_calm": float(p[calm, data.HAPPY].mean()),
        "happiness_smiling": float(p[smiling, data.HAPPY].mean()),
    }


def milliseconds(model: Model, repeats: int = 500) -> float:
    """Median time of one face on one thread."""
    face = np.random.default_rng(0).uniform(0, 255, (1, 1, model.side, model.side))
    face, took = face.astype(np.float32), []
    for _ in range(repeats):
        start = time.perf_counter()
        model.session.run(None, {"faces": face})
        took.append(time.perf_counter() - start)
    return float(np.median(took) * 1000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--model", type=Path, default=SHIPPED)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--quick", action="store_true", help="no hardships, no intervals")
    options = parser.parse_args()
    model = Model(options.model)
    report: dict = {"model_bytes": options.model.stat().st_size}
    report["milliseconds_one_face_one_thread"] = round(milliseconds(model), 3)

    valid, votes = data.ferplus(options.data, "Valid")
    _, photos = data.photographs(options.data)
    marks = photo_marks(options.data, photos)
    fer_p, fer_strength = model(valid.images)
    photo_p, photo_strength = model(photos.images)
    report["ferplus_plurality_accuracy_8"] = float(
        (fer_p.argmax(1) == data.plurality_labels(votes)).mean()
    )
    measure = (lambda p, y, who: figures(p, y)) if options.quick else with_intervals
    for name, faces, p in (("ferplus_valid", valid, fer_p), ("photos_unseen", photos, photo_p)):
        known = np.flatnonzero(faces.labels >= 0)
        half = np.intersect1d(halves(faces)[1], known)
        report[name] = {
            "faces": len(known),
            "people": len(np.unique(faces.identities)) if name == "photos_unseen" else None,
            "of_each_label": np.bincount(faces.labels[known], minlength=8).tolist(),
            "all": measure(p[known], faces.labels[known], faces.identities[known]),
            "half_not_used_for_calibration": measure(
                p[half], faces.labels[half], faces.identities[half]
            ),
        }
        table = np.zeros((8, 8), int)
        np.add.at(table, (faces.labels[known], p[known].argmax(1)), 1)
        report[name]["confusion_truth_by_answer"] = table.tolist()

    rows = halves(valid)[1]
    felt = 1 - votes[rows, data.NEUTRAL] / votes[rows, :8].sum(1)
    smiles = (photos.labels == data.HAPPY) & (photo_p.argmax(1) == data.HAPPY)
    mouth = np.hypot(*(marks[:, 4] - marks[:, 3]).T) / np.hypot(*(marks[:, 1] - marks[:, 0]).T)
    report["intensity"] = {
        "rank_correlation_with_share_of_taggers_not_neutral": float(
            spearmanr(fer_strength[rows], felt)[0]
        ),
        "rank_correlation_with_mouth_width_among_smiles": float(
            spearmanr(photo_strength[smiles], mouth[smiles])[0]
        ),
        "happiness_rank_correlation_with_mouth_width_among_smiles": float(
            spearmanr(photo_p[smiles, data.HAPPY], mouth[smiles])[0]
        ),
        "smiles": int(smiles.sum()),
        "median_calm": float(np.median(photo_strength[photos.labels == data.NEUTRAL])),
        "median_smile": float(np.median(photo_strength[photos.labels == data.HAPPY])),
        "clip_of_a_growing_smile": smile_clip(
            model, options.data, options.data.parent / "models" / "yunet_n_320_320.onnx"
        ),
    }
    if not options.quick:
        known = np.intersect1d(halves(valid)[1], np.flatnonzero(valid.labels >= 0))
        typical = np.broadcast_to(TYPICAL * valid.images.shape[-1], (len(known), 5, 2))
        report["hardships_photos"] = hardships(model, photos.images, marks, photos.labels)
        report["hardships_ferplus"] = hardships(
            model, valid.images[known], typical, valid.labels[known]
        )
    text = json.dumps(report, indent=1)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
