"""Finding faces with five landmarks: our own network, or a YuNet file the user brings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from motcua_edge.vision import session as sessions
from motcua_edge.vision.errors import BadModel
from motcua_edge.vision.picture import Bytes, shrink

Floats = npt.NDArray[np.float32]

NMS_IOU = 0.3
OWN_TAUGHT = 250
"""Our network was taught faces of up to so many pixels; of larger ones it sees parts."""
OWN_LONGEST = 400
"""Frames longer than this are also searched at half their size, a quarter and so on, where a face
that fills them is small enough."""
YUNET_SCORE = 0.6
YUNET_STRIDES = (8, 16, 32)


@dataclass(frozen=True, slots=True)
class Face:
    """A face in a picture, all in pixels of that picture.

    ``landmarks``: subject's right eye, left eye, nose tip, right mouth corner, left mouth corner.
    """

    x: float
    y: float
    w: float
    h: float
    score: float
    landmarks: tuple[tuple[float, float], ...]

    @property
    def area(self) -> float:
        return self.w * self.h

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.w / 2, self.y + self.h / 2

    def moved(self, scale: float, dx: float = 0.0, dy: float = 0.0) -> Face:
        """The same face with coordinates multiplied by ``scale``, then shifted."""
        return Face(
            self.x * scale + dx,
            self.y * scale + dy,
            self.w * scale,
            self.h * scale,
            self.score,
            tuple((px * scale + dx, py * scale + dy) for px, py in self.landmarks),
        )


class Detector(Protocol):
    """Anything that finds faces."""

    any_size: bool
    """Whether small pictures cost proportionally less (no fixed input size)."""

    def detect(self, frame: Bytes, share: float = 1.0) -> list[Face]:
        """Faces of ``frame`` (uint8 [h, w, 3] BGR) in its own pixels, strongest first.

        ``share`` of the usual score is enough: less than 1 where a face is known to be.
        """
        ...


def iou(boxes: Floats, box: Floats) -> Floats:
    """Intersection over union of ``boxes`` [n, 4] with ``box`` [4], all x, y, w, h."""
    left = np.maximum(boxes[:, 0], box[0])
    top = np.maximum(boxes[:, 1], box[1])
    right = np.minimum(boxes[:, 0] + boxes[:, 2], box[0] + box[2])
    bottom = np.minimum(boxes[:, 1] + boxes[:, 3], box[1] + box[3])
    shared = np.maximum(right - left, 0) * np.maximum(bottom - top, 0)
    union = boxes[:, 2] * boxes[:, 3] + box[2] * box[3] - shared
    return np.where(union > 0, shared / np.maximum(union, 1e-9), 0).astype(np.float32)


def suppress(boxes: Floats, scores: Floats, limit: float = NMS_IOU) -> list[int]:
    """Non-maximum suppression: indices to keep, strongest first."""
    order = np.argsort(-scores, kind="stable")
    kept: list[int] = []
    while order.size:
        best = int(order[0])
        kept.append(best)
        order = order[1:]
        if order.size:
            order = order[iou(boxes[order], boxes[best]) <= limit]
    return kept


def faces_from(boxes: Floats, scores: Floats, landmarks: Floats, threshold: float) -> list[Face]:
    """Threshold, suppress and wrap raw rows: [n, 4], [n], [n, 5, 2]."""
    strong = (scores >= threshold) & (boxes[:, 2] > 0) & (boxes[:, 3] > 0)
    boxes, scores, landmarks = boxes[strong], scores[strong], landmarks[strong]
    return [
        Face(
            float(boxes[i, 0]),
            float(boxes[i, 1]),
            float(boxes[i, 2]),
            float(boxes[i, 3]),
            float(scores[i]),
            tuple((float(x), float(y)) for x, y in landmarks[i]),
        )
        for i in suppress(boxes, scores)
    ]


def without_parts(faces: list[Face]) -> list[Face]:
    """``faces``, strongest first, less what lies inside a stronger one of more than OWN_TAUGHT
    pixels: a cheek or an eye that the search at full size took for a face."""
    kept: list[Face] = []
    for face in faces:
        x, y = face.centre
        if not any(
            big.w > OWN_TAUGHT and big.x < x < big.x + big.w and big.y < y < big.y + big.h
            for big in kept
        ):
            kept.append(face)
    return kept


def to_multiple(frame: Bytes, step: int) -> Bytes:
    """Pad right and bottom with black until both sides are multiples of ``step``."""
    h, w = frame.shape[:2]
    if h % step == 0 and w % step == 0:
        return frame
    padded = np.zeros((-(-h // step) * step, -(-w // step) * step, 3), np.uint8)
    padded[:h, :w] = frame
    return padded


def fit_inside(frame: Bytes, width: int, height: int) -> tuple[Bytes, float]:
    """Shrink or enlarge ``frame`` into the top left of a black ``height`` x ``width``; the
    scale used."""
    h, w = frame.shape[:2]
    scale = min(width / w, height / h)
    small = shrink(frame, max(1, round(w * scale)), max(1, round(h * scale)))
    canvas = np.zeros((height, width, 3), np.uint8)
    canvas[: small.shape[0], : small.shape[1]] = small
    return canvas, scale


def as_input(frame: Bytes) -> Floats:
    """uint8 [h, w, 3] to float32 [1, 3, h, w], values unchanged."""
    return np.ascontiguousarray(frame.transpose(2, 0, 1)[None], dtype=np.float32)


class OwnDetector:
    """The network shipped with the product (``docs/models/detector.md``).

    Input ``image`` float32 [1, 3, H, W] BGR 0..255, sides multiples of 32; outputs ``boxes``
    [m, 4], ``scores`` [m] and ``landmarks`` [m, 5, 2] before suppression. Up to OWN_LONGEST
    pixels a frame is searched once; larger ones at several scales, the best answer kept.
    """

    any_size = True
    step = 32

    def __init__(self, session: ort.InferenceSession) -> None:
        self._session = session
        self.threshold = float(sessions.metadata(session).get("score_threshold", 0.5))

    def detect(self, frame: Bytes, share: float = 1.0) -> list[Face]:
        least = share * self.threshold
        passes = [self._likely(frame, frame.shape, least)]
        smaller = frame
        while max(smaller.shape[:2]) > OWN_LONGEST:
            h, w = smaller.shape[:2]
            smaller = shrink(smaller, -(-w // 2), -(-h // 2))
            passes.append(self._likely(smaller, frame.shape, least))
        boxes, scores, landmarks = (np.concatenate(column) for column in zip(*passes, strict=True))
        return without_parts(faces_from(boxes, scores, landmarks, least))

    def _likely(
        self, part: Bytes, whole: tuple[int, ...], least: float
    ) -> tuple[Floats, Floats, Floats]:
        """Candidates scoring ``least`` in a shrunken frame, in pixels of the ``whole`` one."""
        boxes, scores, landmarks = self._session.run(
            ["boxes", "scores", "landmarks"], {"image": as_input(to_multiple(part, self.step))}
        )
        likely = scores.reshape(-1) >= least
        grown = np.array([whole[1] / part.shape[1], whole[0] / part.shape[0]], np.float32)
        return (
            boxes.reshape(-1, 4)[likely] * np.tile(grown, 2),
            scores.reshape(-1)[likely],
            landmarks.reshape(-1, 5, 2)[likely] * grown,
        )


class YuNetDetector:
    """A user's own YuNet file (libfacedetection.train, OpenCV Zoo 2023mar and the like).

    One input [1, 3, H, W] BGR 0..255, usually of fixed size (the frame is then fitted inside).
    Twelve outputs: for each stride s of 8, 16, 32 ``cls_s`` and ``obj_s`` [1, cells, 1],
    ``bbox_s`` [1, cells, 4], ``kps_s`` [1, cells, 10], cells row by row. A cell in column c and
    row r says: score = sqrt(cls * obj); centre = (c + b0, r + b1) * s; size = exp(b2, b3) * s;
    landmark i = (c + k_2i, r + k_2i+1) * s.
    """

    step = 32

    def __init__(self, session: ort.InferenceSession) -> None:
        self._session = session
        self._input = session.get_inputs()[0].name
        _, _, self._height, self._width = sessions.input_shape(session)
        self.any_size = self._height is None or self._width is None
        self._outputs = [
            f"{head}_{stride}" for stride in YUNET_STRIDES for head in ("cls", "obj", "bbox", "kps")
        ]

    def detect(self, frame: Bytes, share: float = 1.0) -> list[Face]:
        if self._width is None or self._height is None:
            canvas, scale = to_multiple(frame, self.step), 1.0
        else:
            canvas, scale = fit_inside(frame, self._width, self._height)
        heads = self._session.run(self._outputs, {self._input: as_input(canvas)})
        parts = [
            decode_yunet(heads[i * 4 : i * 4 + 4], stride, canvas.shape[1] // stride)
            for i, stride in enumerate(YUNET_STRIDES)
        ]
        boxes, scores, landmarks = (np.concatenate(column) for column in zip(*parts, strict=True))
        found = faces_from(boxes, scores, landmarks, share * YUNET_SCORE)
        return [face.moved(1 / scale) for face in found]


def decode_yunet(heads: list[Floats], stride: int, columns: int) -> tuple[Floats, Floats, Floats]:
    """Boxes, scores and landmarks of one stride, see :class:`YuNetDetector`."""
    cls, obj, bbox, kps = (head.reshape(-1, head.shape[-1]) for head in heads)
    cells = np.arange(len(cls))
    grid = np.stack([cells % columns, cells // columns], axis=1).astype(np.float32)
    centre = (grid + bbox[:, :2]) * stride
    size = np.exp(np.minimum(bbox[:, 2:], 10)) * stride
    scores = np.sqrt(np.clip(cls[:, 0], 0, 1) * np.clip(obj[:, 0], 0, 1))
    landmarks = (kps.reshape(-1, 5, 2) + grid[:, None, :]) * stride
    return np.concatenate([centre - size / 2, size], axis=1), scores, landmarks


def load_detector(path: Path | None = None) -> Detector:
    """Our detector, or the user's file recognised by its outputs."""
    path = path or sessions.MODELS / "detector.onnx"
    session = sessions.open_session(path)
    names = set(sessions.output_names(session))
    shape = sessions.input_shape(session)
    if len(shape) != 4 or shape[1] not in (3, None):
        raise BadModel(path.name, "đầu vào phải có dạng [1, 3, cao, rộng]")
    if {"boxes", "scores", "landmarks"} <= names:
        return OwnDetector(session)
    if {f"{head}_{s}" for head in ("cls", "obj", "bbox", "kps") for s in YUNET_STRIDES} <= names:
        return YuNetDetector(session)
    raise BadModel(path.name, "không phải mô hình tìm khuôn mặt của hệ thống hay họ YuNet")
