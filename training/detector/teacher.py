"""The teacher: YuNet, asked several times about one picture, and its answers joined.

One pass of the teacher is unsure of small, huge, dark and turned faces.  Asking at
several scales, mirrored and brightened, and averaging what overlaps, gives a steadier
score that says how many of the passes agreed.  Its points wander by some 15 % of the eye
distance from one view of a face to another, so `refined` looks at each face closely many
times, a little turned, moved and scaled, and takes the median.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

MODEL = "yunet_n_640_640.onnx"
LOWEST_SCORE = 0.3
SAME_FACE_IOU = 0.4
MIRRORED_POINTS = (1, 0, 2, 4, 3)
"""Order of the five points after a left-right flip."""
CLOSE_UP = 192
"""Side in pixels of the close-ups that `refined` looks at."""
CLOSE_UPS = [
    (64, 0, False), (64, 0, True), (80, 0, False), (80, 0, True), (100, 0, False),
    (100, 0, True), (72, 8, False), (72, -8, True), (90, -8, False), (90, 8, True),
]  # fmt: skip
"""Size of the face in pixels, turn in degrees, mirrored or not."""
LEAST_ANSWERS = 5


@dataclass(frozen=True)
class Finding:
    """A face: box (x, y, w, h) and points [5, 2] in pixels, score 0..1.

    spread: how far the points of single views lie from these, over the eye distance.
    """

    box: np.ndarray
    points: np.ndarray
    score: float
    spread: float = np.inf


def iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Overlap of boxes (x, y, w, h): [n, 4] and [m, 4] to [n, m]."""
    a, b = a.reshape(-1, 1, 4), b.reshape(1, -1, 4)
    low = np.maximum(a[..., :2], b[..., :2])
    high = np.minimum(a[..., :2] + a[..., 2:], b[..., :2] + b[..., 2:])
    shared = np.clip(high - low, 0, None).prod(-1)
    return shared / (a[..., 2:].prod(-1) + b[..., 2:].prod(-1) - shared + 1e-9)


def suppress(boxes: np.ndarray, scores: np.ndarray, threshold: float = 0.3) -> list[int]:
    """Greedy non-maximum suppression: indices kept, best first."""
    order = list(np.argsort(-scores))
    kept: list[int] = []
    while order:
        best = order.pop(0)
        kept.append(best)
        if order:
            overlap = iou(boxes[best], boxes[order])[0]
            order = [i for i, o in zip(order, overlap, strict=True) if o <= threshold]
    return kept


class Teacher:
    def __init__(self, folder: Path) -> None:
        model = folder / MODEL
        if not model.is_file():
            raise FileNotFoundError(f"teacher model not found: {model}")
        self._net = cv2.FaceDetectorYN.create(str(model), "", (320, 320), LOWEST_SCORE, 0.3, 500)

    def once(self, image: np.ndarray) -> list[Finding]:
        """One plain pass over a BGR uint8 image: what a user of YuNet would see."""
        height, width = image.shape[:2]
        self._net.setInputSize((width, height))
        _, rows = self._net.detect(image)
        if rows is None:
            return []
        return [Finding(r[:4], r[4:14].reshape(5, 2), float(r[14])) for r in rows]

    def consensus(self, image: np.ndarray) -> list[Finding]:
        """Several passes joined; the score is the mean over the passes that could see the face."""
        passes = [(scale, self._at(image, scale)) for scale in (0.5, 1.0, 2.0)]
        passes.append((1.0, self._mirrored(image)))
        if image.mean() < 80:
            passes.append((1.0, self.once(brighten(image))))
        found = [f for _, faces in passes for f in faces]
        if not found:
            return []
        boxes = np.array([f.box for f in found])
        scores = np.array([f.score for f in found])
        joined = []
        for best in suppress(boxes, scores, SAME_FACE_IOU):
            group = np.flatnonzero(iou(boxes[best], boxes)[0] > SAME_FACE_IOU)
            weights = scores[group] / scores[group].sum()
            box = (boxes[group] * weights[:, None]).sum(0)
            points = sum(w * found[i].points for w, i in zip(weights, group, strict=True))
            size = float(box[2:].max())
            able = [faces for scale, faces in passes if 12 <= size * scale <= 320]
            best_of_pass = [
                max((f.score for f in faces if iou(box, f.box)[0, 0] > SAME_FACE_IOU), default=0.0)
                for faces in able
            ]
            joined.append(Finding(box, points, float(np.mean(best_of_pass or [0.0]))))
        return joined

    def refined(self, image: np.ndarray, face: Finding) -> Finding:
        """The face with the median box and points of close-ups; unchanged if few are answered."""
        boxes, points = [], []
        for number, (size, degrees, mirrored) in enumerate(CLOSE_UPS):
            scale = size / float(face.box[2:].max())
            matrix = close_up(face.box, scale, degrees, number)
            # Shrinking without a blur first would turn fine texture into noise.
            source = image if scale > 0.6 else cv2.GaussianBlur(image, (0, 0), 0.35 / scale)
            view = cv2.warpAffine(source, matrix, (CLOSE_UP, CLOSE_UP))
            centre = matrix[:, :2] @ (face.box[:2] + face.box[2:] / 2) + matrix[:, 2]
            wanted = np.concatenate((centre - face.box[2:] * scale / 2, face.box[2:] * scale))
            answers = self._mirrored(view) if mirrored else self.once(view)
            best = max(answers, key=lambda f: iou(wanted, f.box)[0, 0], default=None)
            if best is None or iou(wanted, best.box)[0, 0] < SAME_FACE_IOU:
                continue
            points.append((best.points - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T)
            if not degrees:
                boxes.append(np.concatenate((best.box[:2] - matrix[:, 2], best.box[2:])) / scale)
        if len(points) < LEAST_ANSWERS or not boxes:
            return face
        middle = np.median(points, axis=0)
        eyes = max(float(np.linalg.norm(middle[1] - middle[0])), 0.25 * float(face.box[2]))
        spread = float(np.linalg.norm(points - middle, axis=2).mean()) / eyes
        return Finding(np.median(boxes, axis=0), middle, face.score, spread)

    def _at(self, image: np.ndarray, scale: float) -> list[Finding]:
        if scale == 1.0:
            return self.once(image)
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        resized = cv2.resize(image, None, fx=scale, fy=scale, interpolation=method)
        return [Finding(f.box / scale, f.points / scale, f.score) for f in self.once(resized)]

    def _mirrored(self, image: np.ndarray) -> list[Finding]:
        faces = self.once(np.ascontiguousarray(image[:, ::-1]))
        return [mirror_finding(f, image.shape[1]) for f in faces]


def close_up(box: np.ndarray, scale: float, degrees: float, number: int) -> np.ndarray:
    """Similarity [2, 3] that brings a box's centre to the middle of a close-up, scaled and
    turned; `number` moves it by a few pixels, so that other cells of the net answer."""
    turn = np.deg2rad(degrees)
    cos, sin = np.cos(turn) * scale, np.sin(turn) * scale
    linear = np.array([[cos, -sin], [sin, cos]])
    place = CLOSE_UP / 2 + np.array([number * 5 % 8, number * 3 % 8]) - 3.5
    return np.concatenate((linear, (place - linear @ (box[:2] + box[2:] / 2))[:, None]), axis=1)


def mirror_finding(face: Finding, width: int) -> Finding:
    """The face in the mirrored picture of the same width."""
    box, points = face.box.copy(), face.points[list(MIRRORED_POINTS)].copy()
    box[0] = width - box[0] - box[2]
    points[:, 0] = width - points[:, 0]
    return Finding(box, points, face.score)


def brighten(image: np.ndarray) -> np.ndarray:
    """Gamma that lifts the picture's mean to mid grey."""
    mean = float(np.clip(image.mean(), 4, 250)) / 255
    table = (np.linspace(0, 1, 256) ** (np.log(0.45) / np.log(mean)) * 255).astype(np.uint8)
    return cv2.LUT(image, table)
