"""The detectors that are compared, behind one call: picture in, boxes, scores, points out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from teacher import Teacher

from motcua_edge.vision.detect import OwnDetector, load_detector

LOWEST_SCORE = 0.2


@dataclass(frozen=True)
class Detections:
    """boxes [n, 4] (x, y, w, h), scores [n], points [n, 5, 2] (nan where a detector has none)."""

    boxes: np.ndarray
    scores: np.ndarray
    points: np.ndarray

    def above(self, threshold: float) -> Detections:
        keep = self.scores >= threshold
        return Detections(self.boxes[keep], self.scores[keep], self.points[keep])


class Detector(Protocol):
    name: str
    threshold: float | None
    """The score from which it means a face; None: to be chosen as ours was."""

    def __call__(self, image: np.ndarray) -> Detections: ...


class Ours:
    """The ONNX file as the product runs it."""

    name = "detector.onnx"

    def __init__(self, model: Path) -> None:
        self._detector = load_detector(model)
        assert isinstance(self._detector, OwnDetector)
        self.threshold = self._detector.threshold

    def __call__(self, image: np.ndarray) -> Detections:
        faces = self._detector.detect(np.ascontiguousarray(image), LOWEST_SCORE / self.threshold)
        return Detections(
            np.array([(f.x, f.y, f.w, f.h) for f in faces]).reshape(-1, 4),
            np.array([f.score for f in faces]),
            np.array([f.landmarks for f in faces]).reshape(-1, 5, 2),
        )


class YuNet:
    """The teacher as its users run it: one plain pass."""

    name = "YuNet (teacher)"
    threshold = None

    def __init__(self, folder: Path) -> None:
        self._teacher = Teacher(folder)

    def __call__(self, image: np.ndarray) -> Detections:
        found = self._teacher.once(image)
        return Detections(
            np.array([f.box for f in found]).reshape(-1, 4),
            np.array([f.score for f in found]),
            np.array([f.points for f in found]).reshape(-1, 5, 2),
        )


class Haar:
    """OpenCV's frontal cascade with its usual settings; OpenCV 4 only."""

    name = "Haar cascade"
    threshold = 0.5  # it has no score: everything it reports gets 1

    def __init__(self) -> None:
        file = Path(cv2.data.haarcascades) / "haarcascade_frontalface_default.xml"
        self._cascade = cv2.CascadeClassifier(str(file))

    def __call__(self, image: np.ndarray) -> Detections:
        grey = cv2.equalizeHist(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY))
        found = self._cascade.detectMultiScale(
            grey, scaleFactor=1.1, minNeighbors=5, minSize=(20, 20)
        )
        boxes = np.array(found, np.float64).reshape(-1, 4)
        return Detections(boxes, np.ones(len(boxes)), np.full((len(boxes), 5, 2), np.nan))


def haar_available() -> bool:
    """Whether this OpenCV still has the cascade classifier (removed from OpenCV 5)."""
    return hasattr(cv2, "CascadeClassifier")
