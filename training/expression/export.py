"""Calibrates a trained network and writes the file the product ships.

    python training/expression/export.py --weights training/expression/work/student.pt

Temperature and intensity scale are fitted on one half of the held-out data;
`evaluate.py` reports on the other half.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import data
import numpy as np
import onnx
import torch
from model import INPUT_SIZE, Block, ExpressionNet
from onnx import TensorProto, helper, numpy_helper
from scipy.optimize import minimize_scalar
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval
from train import load, predict, resized

SHIPPED = Path("src/motcua_edge/vision/models/expression.onnx")
VERSION = "1"
OPSET = 17

BROAD_SMILE = 0.8
"""Intensity given to the median FER+ face that all taggers called happy."""


def halves(faces: data.Faces) -> tuple[np.ndarray, np.ndarray]:
    """Rows for fitting and rows for reporting. People stay on one side; FER+
    pictures, which name nobody, alternate."""
    numbers = np.array([sum(i.encode()) for i in faces.identities])
    return np.flatnonzero(numbers % 2 == 0), np.flatnonzero(numbers % 2 == 1)


def fit_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """The divisor of the logits that makes the labels likeliest (Guo and others, 2017)."""
    z, y = torch.from_numpy(logits), torch.from_numpy(labels)
    loss = lambda t: float(nn.functional.cross_entropy(z / t, y))  # noqa: E731
    return float(minimize_scalar(loss, bounds=(0.2, 5.0), method="bounded").x)


def strength(logits: Tensor) -> Tensor:
    """Log-odds of "some expression" against "neutral": [n, 8] to [n].

    It keeps growing with the expression where the probability has long
    saturated, which is what a scale for "very happy" needs."""
    rest = logits[:, [i for i in range(len(data.LABELS)) if i != data.NEUTRAL]]
    return torch.logsumexp(rest, dim=1) - logits[:, data.NEUTRAL]


class Shipped(nn.Module):
    """Grey faces to calibrated probabilities and intensity, as the product calls it."""

    def __init__(self, net: ExpressionNet, temperature: float, scale: float) -> None:
        super().__init__()
        self.net, self.temperature, self.scale = net, temperature, scale

    def forward(self, faces: Tensor) -> tuple[Tensor, Tensor]:
        logits = self.net(faces) / self.temperature
        return logits.softmax(1), torch.sigmoid(strength(logits) / self.scale)


def folded(net: ExpressionNet) -> ExpressionNet:
    """Batch norms folded into the convolutions before them."""
    net.stem[0] = fuse_conv_bn_eval(net.stem[0], net.stem[1])
    net.stem[1] = nn.Identity()
    for block in net.blocks:
        assert isinstance(block, Block)
        block.conv1, block.norm1 = fuse_conv_bn_eval(block.conv1, block.norm1), nn.Identity()
        block.conv2, block.norm2 = fuse_conv_bn_eval(block.conv2, block.norm2), nn.Identity()
        if isinstance(block.shortcut, nn.Sequential):
            block.shortcut[1] = fuse_conv_bn_eval(block.shortcut[1], block.shortcut[2])
            block.shortcut[2] = nn.Identity()
    return net


def store_small(model: onnx.ModelProto) -> None:
    """Keep big convolution weights as int8 with one scale per output channel.

    Cast and Mul on constants are folded when a runtime loads the file, so the
    computation itself stays float32 and as fast as before."""
    graph = model.graph
    used = {node.input[1] for node in graph.node if node.op_type == "Conv"}
    nodes = []
    for tensor in [t for t in graph.initializer if t.name in used]:
        weights = numpy_helper.to_array(tensor)
        if weights.size < 4096:
            continue
        scale = np.abs(weights).max(axis=(1, 2, 3), keepdims=True) / 127 + 1e-12
        name = tensor.name
        whole = np.round(weights / scale).astype(np.int8)
        graph.initializer.remove(tensor)
        graph.initializer.extend(
            [
                numpy_helper.from_array(whole, f"{name}.int8"),
                numpy_helper.from_array(scale.astype(np.float32), f"{name}.scale"),
            ]
        )
        nodes += [
            helper.make_node("Cast", [f"{name}.int8"], [f"{name}.whole"], to=TensorProto.FLOAT),
            helper.make_node("Mul", [f"{name}.whole", f"{name}.scale"], [name]),
        ]
    for node in reversed(nodes):
        graph.node.insert(0, node)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=SHIPPED)
    options = parser.parse_args()
    torch.set_num_threads(1)
    net = load(options.weights)

    valid, votes = data.ferplus(options.data, "Valid")
    _, unseen = data.photographs(options.data)
    logits, labels = [], []
    for faces, images in (
        (valid, torch.from_numpy(valid.images)[:, None]),
        (unseen, resized(unseen.images, INPUT_SIZE)),
    ):
        fit, _ = halves(faces)
        fit = fit[faces.labels[fit] >= 0]
        logits.append(predict(net, images[fit]))
        labels.append(faces.labels[fit])
    temperature = fit_temperature(np.concatenate(logits), np.concatenate(labels))
    fit, _ = halves(valid)
    fit = fit[valid.labels[fit] >= 0]
    unanimous = votes[fit, data.HAPPY] == votes[fit].sum(1)
    smiles = strength(torch.from_numpy(logits[0][unanimous]) / temperature)
    scale = float(smiles.median()) / float(np.log(BROAD_SMILE / (1 - BROAD_SMILE)))
    print(f"temperature {temperature:.3f}, intensity scale {scale:.3f}")

    shipped = Shipped(folded(net), temperature, scale).eval()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        shipped,
        (torch.rand(2, 1, INPUT_SIZE, INPUT_SIZE) * 255,),
        str(options.out),
        input_names=["faces"],
        output_names=["probabilities", "intensity"],
        dynamic_axes={name: {0: "n"} for name in ("faces", "probabilities", "intensity")},
        opset_version=OPSET,
        dynamo=False,
    )
    model = onnx.load(options.out)
    store_small(model)
    facts = {
        "labels": ",".join(data.LABELS),
        "version": VERSION,
        "input_size": str(INPUT_SIZE),
        "author": "Một Cửa",
        "licence": "as the product; trained by Một Cửa, see docs/models/expression.md",
        "temperature": f"{temperature:.4f}",
        "intensity_scale": f"{scale:.4f}",
    }
    helper.set_model_props(model, facts)
    model.producer_name = "Một Cửa"
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, options.out)
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
