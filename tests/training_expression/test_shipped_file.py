"""What the engine relies on in the shipped expression network."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

ROOT = Path(__file__).parents[2]
FILE = ROOT / "src/motcua_edge/vision/models/expression.onnx"
FIGURES = ROOT / "docs/models/expression.json"
CARD = ROOT / "docs/models/expression.md"
LABELS = "neutral,happiness,surprise,sadness,anger,disgust,fear,contempt"


@pytest.fixture(scope="module")
def network() -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    return ort.InferenceSession(FILE, options, providers=["CPUExecutionProvider"])


def side(network: ort.InferenceSession) -> int:
    return int(network.get_modelmeta().custom_metadata_map["input_size"])


def scenery(network: ort.InferenceSession, n: int) -> np.ndarray:
    """Smooth random pictures [n, 1, s, s]: not faces, but with light and edges."""
    rng = np.random.default_rng(7)
    s = side(network)
    coarse = rng.uniform(40, 200, (n, 1, s // 8, s // 8)).astype(np.float32)
    return coarse.repeat(8, 2).repeat(8, 3)


def test_file_is_smaller_than_three_megabytes() -> None:
    assert FILE.stat().st_size < 3_000_000


def test_file_names_its_labels_size_version_and_author(network: ort.InferenceSession) -> None:
    facts = network.get_modelmeta().custom_metadata_map
    assert facts["labels"] == LABELS
    assert facts["author"] == "Một Cửa"
    assert facts["version"]
    assert facts["licence"]
    assert network.get_inputs()[0].shape[1:] == [1, side(network), side(network)]


@pytest.mark.parametrize("n", [1, 2, 9])
def test_any_number_of_faces_gives_probabilities_and_intensities(
    network: ort.InferenceSession, n: int
) -> None:
    p, intensity = network.run(["probabilities", "intensity"], {"faces": scenery(network, n)})
    assert p.shape == (n, 8)
    assert p.dtype == np.float32
    np.testing.assert_allclose(p.sum(1), 1, atol=1e-5)
    assert intensity.shape == (n,)
    assert ((intensity >= 0) & (intensity <= 1)).all()


def test_a_face_is_read_the_same_alone_and_in_a_batch(network: ort.InferenceSession) -> None:
    faces = scenery(network, 4)
    together = network.run(["probabilities"], {"faces": faces})[0]
    alone = [network.run(["probabilities"], {"faces": faces[i : i + 1]})[0][0] for i in range(4)]
    np.testing.assert_allclose(together, alone, atol=1e-4)


def test_brightness_and_contrast_of_a_picture_hardly_matter(
    network: ort.InferenceSession,
) -> None:
    faces = scenery(network, 6)
    bright = network.run(["probabilities"], {"faces": faces})[0]
    dim = network.run(["probabilities"], {"faces": faces * 0.5 + 10})[0]
    assert np.abs(bright - dim).max() < 0.15


def test_an_even_grey_picture_gives_finite_numbers(network: ort.InferenceSession) -> None:
    flat = np.full((1, 1, side(network), side(network)), 128, np.float32)
    p, intensity = network.run(None, {"faces": flat})
    assert np.isfinite(p).all()
    assert np.isfinite(intensity).all()


def test_card_quotes_the_figures_that_were_measured_on_this_file() -> None:
    figures = json.loads(FIGURES.read_text(encoding="utf-8"))
    card = CARD.read_text(encoding="utf-8")
    assert figures["model_bytes"] == FILE.stat().st_size
    for split in ("ferplus_valid", "photos_unseen"):
        for name in ("accuracy_8", "accuracy_4", "neutral_called_negative"):
            value = figures[split]["all"][name][0]
            assert f"{100 * value:.1f}" in card, f"{split} {name} = {value}"
