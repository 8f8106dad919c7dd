"""Suppression, decoding and the layouts of detectors users may bring."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_edge.vision.detect import (
    OWN_LONGEST,
    fit_inside,
    iou,
    load_detector,
    suppress,
    to_multiple,
)
from motcua_edge.vision.errors import BadModel, SourceMissing
from motcua_edge.vision.picture import shrink

from . import standins

boxes = st.lists(
    st.tuples(*[st.floats(0, 200, width=32)] * 2, *[st.floats(1, 80, width=32)] * 2),
    min_size=1,
    max_size=25,
)


@given(boxes, st.integers(0, 2**31))
def test_kept_boxes_overlap_little_and_every_dropped_one_has_a_stronger_neighbour(
    rows: list[tuple[float, ...]], seed: int
) -> None:
    table = np.array(rows, np.float32)
    scores = np.random.default_rng(seed).random(len(rows)).astype(np.float32)
    kept = suppress(table, scores, 0.3)
    for place, i in enumerate(kept):
        others = table[list(kept[:place])]
        assert not len(others) or iou(others, table[i]).max() <= 0.3
    for i in set(range(len(rows))) - set(kept):
        rivals = [j for j in kept if scores[j] >= scores[i]]
        assert iou(table[rivals], table[i]).max() > 0.3
    assert list(scores[kept]) == sorted(scores[kept], reverse=True)


@given(st.integers(1, 700), st.integers(1, 700))
def test_padding_reaches_the_next_multiple_and_keeps_the_picture_in_the_corner(
    height: int, width: int
) -> None:
    frame = np.full((height, width, 3), 9, np.uint8)
    padded = to_multiple(frame, 32)
    assert padded.shape[0] % 32 == padded.shape[1] % 32 == 0
    assert 0 <= padded.shape[0] - height < 32
    assert (padded[:height, :width] == 9).all()
    assert padded.sum() == frame.sum()


def test_fitting_inside_keeps_proportions() -> None:
    canvas, scale = fit_inside(np.full((480, 640, 3), 7, np.uint8), 320, 320)
    assert scale == 0.5
    assert canvas.shape == (320, 320, 3)
    assert canvas[:240].min() == 7
    assert canvas[240:].max() == 0


def test_overlapping_and_weak_boxes_of_our_own_layout_are_dropped(tmp_path: Path) -> None:
    found = load_detector(standins.own_detector(tmp_path / "d.onnx")).detect(
        np.zeros((64, 64, 3), np.uint8)
    )
    assert [round(face.score, 2) for face in found] == [0.9]


def test_a_large_frame_is_also_searched_smaller_and_answers_in_its_own_pixels(
    tmp_path: Path,
) -> None:
    detector = load_detector(standins.own_detector(tmp_path / "d.onnx"))
    found = detector.detect(np.zeros((OWN_LONGEST, OWN_LONGEST * 2, 3), np.uint8))
    # The stand-in answers the same box at every scale, so the half size shows it twice as large.
    assert sorted((face.x, face.y, face.w, face.h) for face in found) == [
        (12, 11, 40, 50),
        (24, 22, 80, 100),
    ]
    assert sorted(face.landmarks[0] for face in found) == [(20, 26), (40, 52)]


@pytest.mark.parametrize("width", [60, 120, 200, 300, 400, 450])
def test_a_face_is_found_once_from_far_away_to_filling_the_frame(
    portrait: np.ndarray, width: int
) -> None:
    scale = width / 110  # her face is about 110 pixels wide and has its middle at (180, 120)
    side = round(400 * scale)
    grown = np.pad(shrink(portrait, side, side), ((480, 480), (640, 640), (0, 0)))
    x, y = round(180 * scale) + 640, round(120 * scale) + 480
    frame = grown[y - 240 : y + 240, x - 320 : x + 320]
    (face,) = load_detector().detect(frame)
    assert face.w == pytest.approx(width, rel=0.25)


def test_threshold_comes_from_the_file(tmp_path: Path) -> None:
    strict = load_detector(standins.own_detector(tmp_path / "d.onnx", threshold="0.95"))
    assert strict.detect(np.zeros((64, 64, 3), np.uint8)) == []


def test_yunet_of_fixed_size_is_fed_a_fitted_frame_and_answers_in_its_pixels(
    tmp_path: Path,
) -> None:
    detector = load_detector(standins.yunet(tmp_path / "y.onnx"))
    assert not detector.any_size
    (face,) = detector.detect(np.zeros((128, 96, 3), np.uint8))  # fitted at half size
    assert face.score == pytest.approx(0.9)
    # Cell (3, 2) of stride 16: centre (3.5, 2.25) * 16, size 32 x 24, all doubled.
    assert (face.x, face.y, face.w, face.h) == pytest.approx((80, 48, 64, 48))
    assert face.landmarks[1] == pytest.approx(((3 + 0.2) * 32, (2 + 0.3) * 32))


def test_yunet_of_free_size_is_fed_the_padded_frame(tmp_path: Path) -> None:
    detector = load_detector(standins.yunet(tmp_path / "y.onnx", side="side"))
    assert detector.any_size
    (face,) = detector.detect(np.zeros((60, 50, 3), np.uint8))
    assert (face.x, face.y, face.w, face.h) == pytest.approx((40, 24, 32, 24))


def test_a_file_that_is_not_onnx_gets_a_plain_sentence(tmp_path: Path) -> None:
    broken = tmp_path / "hong.onnx"
    broken.write_bytes(b"\x08\x07not a model")
    with pytest.raises(BadModel, match="hong.onnx"):
        load_detector(broken)


def test_a_model_for_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="không phải mô hình tìm khuôn mặt"):
        load_detector(standins.hsemotion(tmp_path / "h.onnx", classes=8))


def test_a_missing_model_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing, match="khong-co.onnx"):
        load_detector(tmp_path / "khong-co.onnx")
