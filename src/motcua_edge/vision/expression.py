"""Expression probabilities of face crops: our own network, or an HSEmotion file the user brings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from motcua_edge.vision import session as sessions
from motcua_edge.vision.errors import BadModel
from motcua_edge.vision.picture import Bytes, shrink

Floats = npt.NDArray[np.float32]

LABELS = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt")
CROP = 1.4
"""A crop covers the face box enlarged by this factor."""

# Order of the heads of HSEmotion's networks (av-savchenko/hsemotion-onnx, facial_emotions.py).
HSEMOTION_7 = ("anger", "disgust", "fear", "happiness", "neutral", "sadness", "surprise")
HSEMOTION_8 = (
    "anger",
    "contempt",
    "disgust",
    "fear",
    "happiness",
    "neutral",
    "sadness",
    "surprise",
)
_IMAGENET_MEAN = np.array([0.485, 0.456, 0.406], np.float32)[:, None, None]
_IMAGENET_STD = np.array([0.229, 0.224, 0.225], np.float32)[:, None, None]


class ExpressionModel(Protocol):
    """Anything that reads expressions."""

    labels: tuple[str, ...]

    def probabilities(self, crops: Bytes | Sequence[Bytes]) -> Floats:
        """float32 [n, 8] in the order of ``labels``, rows summing to one.

        ``crops``: uint8 grey [n, h, w], or a sequence of [h, w] of different sizes: the face box
        enlarged by about 1.4, sides of 32 pixels or more.
        """
        ...

    def read(self, crops: Bytes | Sequence[Bytes]) -> tuple[Floats, Floats]:
        """Probabilities [n, 8] and intensity [n], 0 (a flat face) to 1 (as strong as it gets)."""
        ...


def stack(crops: Bytes | Sequence[Bytes], side: int) -> Bytes:
    """Crops of any size to uint8 [n, side, side]."""
    return np.stack([shrink(np.asarray(crop), side, side) for crop in crops])


class OwnExpression:
    """The network shipped with the product (``docs/models/expression.md``).

    Input ``faces`` float32 [n, 1, S, S] grey 0..255; outputs ``probabilities`` [n, 8], calibrated,
    and ``intensity`` [n]. ``metadata_props``: labels (comma-separated), input_size, version.
    """

    def __init__(self, session: ort.InferenceSession, name: str) -> None:
        self._session = session
        about = sessions.metadata(session)
        given = parse_labels(about.get("labels", ""))
        if sorted(given) != sorted(LABELS):
            raise BadModel(name, "tệp thiếu danh sách tám nhãn biểu cảm")
        self.labels = given
        self.version = about.get("version", "")
        self.side = int(about.get("input_size") or sessions.input_shape(session)[3] or 64)

    def read(self, crops: Bytes | Sequence[Bytes]) -> tuple[Floats, Floats]:
        if not len(crops):
            return np.zeros((0, len(self.labels)), np.float32), np.zeros(0, np.float32)
        faces = stack(crops, self.side)[:, None].astype(np.float32)
        probabilities, intensity = self._session.run(
            ["probabilities", "intensity"], {"faces": faces}
        )
        return probabilities, intensity.reshape(-1)

    def probabilities(self, crops: Bytes | Sequence[Bytes]) -> Floats:
        return self.read(crops)[0]


class HSEmotionExpression:
    """A user's own HSEmotion file (enet_b0_8_best_vgaf, enet_b0_8_va_mtl, enet_b2_7 and so on).

    One input [n or 1, 3, S, S] RGB scaled to 0..1 and normalised with ImageNet's mean and
    deviation (S 224 for b0, 260 for b2); one output of logits: 7 or 8 classes in alphabetical
    order, in the multi-task files followed by valence and arousal, which are left aside. The
    networks were trained on the bare face box in colour: the crop's margin is cut off again and
    its grey repeated in three channels. Without contempt (7 classes) its probability is 0.
    """

    labels: tuple[str, ...] = LABELS

    def __init__(self, session: ort.InferenceSession, name: str) -> None:
        self._session = session
        self._input = session.get_inputs()[0].name
        shape = sessions.input_shape(session)
        self._one_by_one = shape[0] == 1
        self.side = shape[3] or 224
        classes = session.get_outputs()[0].shape[-1]
        if classes not in (7, 8, 9, 10):
            raise BadModel(name, f"đầu ra có {classes} giá trị, cần 7 hoặc 8 biểu cảm")
        self._order = HSEMOTION_7 if classes in (7, 9) else HSEMOTION_8

    def read(self, crops: Bytes | Sequence[Bytes]) -> tuple[Floats, Floats]:
        if not len(crops):
            return np.zeros((0, len(LABELS)), np.float32), np.zeros(0, np.float32)
        faces = stack([bare_face(np.asarray(crop)) for crop in crops], self.side)
        rgb = np.repeat(faces[:, None].astype(np.float32) / 255, 3, axis=1)
        rgb = (rgb - _IMAGENET_MEAN) / _IMAGENET_STD
        batches = [rgb[i : i + 1] for i in range(len(rgb))] if self._one_by_one else [rgb]
        logits = np.concatenate([self._session.run(None, {self._input: b})[0] for b in batches])
        own = softmax(logits[:, : len(self._order)])
        probabilities = np.zeros((len(own), len(LABELS)), np.float32)
        for column, label in enumerate(self._order):
            probabilities[:, LABELS.index(label)] = own[:, column]
        return probabilities, 1 - probabilities[:, LABELS.index("neutral")]

    def probabilities(self, crops: Bytes | Sequence[Bytes]) -> Floats:
        return self.read(crops)[0]


def bare_face(crop: Bytes) -> Bytes:
    """The middle of a crop: the face box without the margin."""
    h, w = crop.shape
    dy, dx = round(h * (1 - 1 / CROP) / 2), round(w * (1 - 1 / CROP) / 2)
    return crop[dy : h - dy, dx : w - dx]


def softmax(logits: Floats) -> Floats:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)


def parse_labels(text: str) -> tuple[str, ...]:
    """Labels written as a JSON list or separated by commas."""
    try:
        return tuple(json.loads(text))
    except (json.JSONDecodeError, TypeError):
        return tuple(part.strip() for part in text.split(",") if part.strip())


def load_expression(path: Path | None = None) -> ExpressionModel:
    """Our expression model, or the user's file recognised by its inputs and outputs."""
    path = path or sessions.MODELS / "expression.onnx"
    session = sessions.open_session(path)
    shape = sessions.input_shape(session)
    if len(shape) == 4 and {"probabilities", "intensity"} <= set(sessions.output_names(session)):
        return OwnExpression(session, path.name)
    if len(shape) == 4 and shape[1] == 3 and len(session.get_outputs()) == 1:
        return HSEmotionExpression(session, path.name)
    raise BadModel(path.name, "không phải mô hình biểu cảm của hệ thống hay họ HSEmotion")
