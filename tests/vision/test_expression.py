"""Expression models: ours and the HSEmotion family."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from motcua_edge.vision.errors import BadModel
from motcua_edge.vision.expression import (
    HSEMOTION_7,
    HSEMOTION_8,
    LABELS,
    bare_face,
    load_expression,
    parse_labels,
)

from . import standins


def expected_hsemotion(grey: float, classes: int, order: tuple[str, ...]) -> dict[str, float]:
    """What the stand-in must answer for a flat grey face, worked out by hand."""
    means = (grey / 255 - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])
    logits = np.arange(classes) / 10
    logits[:3] += means
    raised = np.exp(logits[: len(order)])
    return dict(zip(order, raised / raised.sum(), strict=True))


@pytest.mark.parametrize(
    ("classes", "order"), [(7, HSEMOTION_7), (8, HSEMOTION_8), (9, HSEMOTION_7), (10, HSEMOTION_8)]
)
def test_hsemotion_heads_are_reordered_and_valence_left_aside(
    tmp_path: Path, classes: int, order: tuple[str, ...]
) -> None:
    model = load_expression(standins.hsemotion(tmp_path / "h.onnx", classes=classes))
    answer = model.probabilities(np.full((2, 60, 60), 130, np.uint8))
    wanted = expected_hsemotion(130, classes, order)
    assert answer.shape == (2, 8)
    assert model.labels == LABELS
    for label in LABELS:
        column = answer[:, LABELS.index(label)]
        assert column == pytest.approx(wanted.get(label, 0.0), abs=1e-4)


def test_hsemotion_of_batch_one_reads_many_faces_one_by_one(tmp_path: Path) -> None:
    single = load_expression(standins.hsemotion(tmp_path / "1.onnx", classes=8, batch=1))
    many = load_expression(standins.hsemotion(tmp_path / "n.onnx", classes=8))
    crops = np.random.default_rng(3).integers(0, 255, (3, 50, 50), dtype=np.uint8)
    assert np.allclose(single.probabilities(crops), many.probabilities(crops), atol=1e-6)


def test_hsemotion_sees_the_bare_face_without_the_margin() -> None:
    crop = np.zeros((140, 140), np.uint8)
    crop[20:120, 20:120] = 200
    assert bare_face(crop).shape == (100, 100)
    assert bare_face(crop).min() == 200


def test_own_model_keeps_the_order_of_its_labels(tmp_path: Path) -> None:
    shuffled = tuple(reversed(LABELS))
    model = load_expression(standins.own_expression(tmp_path / "e.onnx", labels=shuffled))
    assert model.labels == shuffled
    bright = model.probabilities(np.full((1, 32, 32), 250, np.uint8))
    assert bright[0].argmax() == shuffled.index("happiness")


def test_own_model_without_its_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="tám nhãn"):
        load_expression(standins.own_expression(tmp_path / "e.onnx", labels=("happiness",) * 8))


def test_a_detector_is_no_expression_model(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="không phải mô hình biểu cảm"):
        load_expression(standins.yunet(tmp_path / "y.onnx"))


def test_an_unknown_number_of_classes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="5 giá trị"):
        load_expression(standins.hsemotion(tmp_path / "h.onnx", classes=5))


def test_labels_are_read_from_json_or_commas() -> None:
    assert parse_labels('["a", "b"]') == ("a", "b")
    assert parse_labels("a, b") == ("a", "b")
    assert parse_labels("") == ()
