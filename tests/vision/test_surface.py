"""The names and forms others build on stay as promised."""

from __future__ import annotations

import inspect
from pathlib import Path

import numpy as np

import motcua_edge.vision as vision

from . import standins


def test_public_names_are_exactly_those_promised() -> None:
    assert set(vision.__all__) == {
        "LABELS",
        "CounterPipeline",
        "Detector",
        "EngineSettings",
        "Event",
        "ExpressionModel",
        "Face",
        "Frame",
        "Irritation",
        "IrritationEnded",
        "IrritationStarted",
        "Level",
        "Reading",
        "Region",
        "Source",
        "VisionError",
        "VisitClosed",
        "VisitOpened",
        "VisitSummary",
        "load_detector",
        "load_expression",
        "open_source",
    }
    assert all(hasattr(vision, name) for name in vision.__all__)


def test_labels_are_those_of_ferplus_in_their_order() -> None:
    assert vision.LABELS == (
        "neutral",
        "happiness",
        "surprise",
        "sadness",
        "anger",
        "disgust",
        "fear",
        "contempt",
    )


def test_levels_are_the_words_on_screen() -> None:
    assert [str(level) for level in vision.Level] == [
        "rất vui",
        "vui vẻ",
        "bình thường",
        "chưa hài lòng",
        "không đủ dữ liệu",
    ]


def test_engine_methods_keep_their_names() -> None:
    methods = {name for name, _ in inspect.getmembers(vision.CounterPipeline) if name[0] != "_"}
    assert methods == {"step", "idle", "open_visit", "close_visit", "exclude_visit", "visit"}


def test_probabilities_take_a_stack_or_a_list_of_crops_of_any_size(tmp_path: Path) -> None:
    model = vision.load_expression(standins.own_expression(tmp_path / "e.onnx"))
    stack = np.full((3, 40, 50), 200, np.uint8)
    mixed = [np.full((32, 32), 200, np.uint8), np.full((200, 180), 20, np.uint8)]
    assert model.probabilities(stack).shape == (3, 8)
    answer = model.probabilities(mixed)
    assert answer.dtype == np.float32
    assert np.allclose(answer.sum(axis=1), 1, atol=1e-5)
    assert answer[0, 1] > 0.9 > 0.5 > answer[1, 1]
    assert model.probabilities(np.zeros((0, 48, 48), np.uint8)).shape == (0, 8)


def test_detector_answers_faces_in_the_pixels_of_the_frame(tmp_path: Path) -> None:
    detector = vision.load_detector(standins.own_detector(tmp_path / "d.onnx"))
    (face,) = detector.detect(np.zeros((100, 130, 3), np.uint8))
    assert (face.x, face.y, face.w, face.h) == (12, 11, 40, 50)
    assert face.landmarks == tuple((float(x), float(y)) for x, y in standins.LANDMARKS)


def test_shipped_models_load_and_keep_their_contract() -> None:
    detector, expression = vision.load_detector(), vision.load_expression()
    assert detector.any_size
    assert sorted(expression.labels) == sorted(vision.LABELS)
    crops = np.random.default_rng(1).integers(0, 255, (2, 64, 64), dtype=np.uint8)
    assert np.allclose(expression.probabilities(crops).sum(axis=1), 1, atol=1e-3)
    assert detector.detect(np.full((240, 320, 3), 90, np.uint8)) == []
