"""Small ONNX graphs with the layouts of real models, and pictures to feed them."""

from __future__ import annotations

import json
from pathlib import Path

import av
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from motcua_edge.vision.detect import Face
from motcua_edge.vision.expression import LABELS


def save(path: Path, graph: onnx.GraphProto, about: dict[str, str] | None = None) -> Path:
    """Write ``graph`` as a model file that onnxruntime of any recent version reads."""
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    helper.set_model_props(model, about or {})
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
    return path


def tensor(name: str, values: np.ndarray) -> onnx.TensorProto:
    return numpy_helper.from_array(values, name)


def constants_graph(
    image: str, shape: list[int | str], outputs: dict[str, np.ndarray]
) -> onnx.GraphProto:
    """A graph that ignores its picture (but for adding zero times its mean) and answers
    constants."""
    nodes = [
        helper.make_node("ReduceMean", [image], ["mean"], keepdims=0),
        helper.make_node("Mul", ["mean", "zero"], ["nothing"]),
    ]
    weights = [tensor("zero", np.zeros((), np.float32))]
    told = []
    for name, values in outputs.items():
        weights.append(tensor(f"{name}_value", values.astype(np.float32)))
        nodes.append(helper.make_node("Add", [f"{name}_value", "nothing"], [name]))
        told.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, list(values.shape)))
    given = helper.make_tensor_value_info(image, TensorProto.FLOAT, shape)
    return helper.make_graph(nodes, "standin", [given], told, weights)


LANDMARKS = [[20, 26], [40, 26], [30, 38], [22, 48], [38, 48]]


def own_detector(path: Path, *, threshold: str = "0.4") -> Path:
    """Our detector's layout: two overlapping boxes and one below the threshold."""
    outputs = {
        "boxes": np.array([[10, 10, 40, 50], [12, 11, 40, 50], [80, 80, 20, 20]]),
        "scores": np.array([0.8, 0.9, 0.1]),
        "landmarks": np.array([LANDMARKS, LANDMARKS, LANDMARKS]),
    }
    graph = constants_graph("image", [1, 3, "height", "width"], outputs)
    return save(path, graph, {"score_threshold": threshold})


def yunet(path: Path, *, side: int | str = 64, cells_of: int = 64) -> Path:
    """YuNet's layout with one certain face in the cell (column 3, row 2) of stride 16."""
    outputs = {}
    for stride in (8, 16, 32):
        cells = (cells_of // stride) ** 2
        for head, width in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10)):
            outputs[f"{head}_{stride}"] = np.zeros((1, cells, width))
    cell = 2 * (cells_of // 16) + 3
    outputs["cls_16"][0, cell] = 0.81
    outputs["obj_16"][0, cell] = 1.0
    outputs["bbox_16"][0, cell] = [0.5, 0.25, np.log(2.0), np.log(1.5)]
    outputs["kps_16"][0, cell] = np.arange(10) / 10
    return save(path, constants_graph("input", [1, 3, side, side], outputs))


def picture_mean_graph(
    image: str, shape: list[int | str], output: str, weights: np.ndarray, bias: np.ndarray
) -> onnx.GraphProto:
    """``output`` [n, k] = mean over the picture of each channel [n, c] @ weights [c, k] + bias."""
    nodes = [
        helper.make_node("ReduceMean", [image], ["means"], axes=[2, 3], keepdims=0),
        helper.make_node("MatMul", ["means", "weights"], ["raw"]),
        helper.make_node("Add", ["raw", "bias"], [output]),
    ]
    given = helper.make_tensor_value_info(image, TensorProto.FLOAT, shape)
    told = helper.make_tensor_value_info(output, TensorProto.FLOAT, [shape[0], len(bias)])
    parts = [tensor("weights", weights.astype(np.float32)), tensor("bias", bias.astype(np.float32))]
    return helper.make_graph(nodes, "standin", [given], [told], parts)


def own_expression(path: Path, *, side: int = 32, labels: tuple[str, ...] = LABELS) -> Path:
    """Our expression model's layout: the brighter the face, the happier; intensity likewise."""
    weights, bias = np.zeros((1, 8)), np.zeros(8)
    weights[0, labels.index("happiness")] = 0.1
    bias[labels.index("happiness")] = -12.8
    graph = picture_mean_graph("faces", ["n", 1, side, side], "logits", weights, bias)
    graph.node.append(helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1))
    graph.node.append(helper.make_node("Squeeze", ["means", "one"], ["flat"]))
    graph.node.append(helper.make_node("Div", ["flat", "full"], ["intensity"]))
    graph.initializer.append(tensor("one", np.array([1], np.int64)))
    graph.initializer.append(tensor("full", np.array(255, np.float32)))
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n", 8]))
    graph.output.append(helper.make_tensor_value_info("intensity", TensorProto.FLOAT, ["n"]))
    return save(
        path, graph, {"labels": json.dumps(labels), "input_size": str(side), "version": "stand-in"}
    )


def hsemotion(path: Path, *, classes: int, batch: int | str = "n", side: int = 224) -> Path:
    """HSEmotion's layout: logits that follow the normalised red, green and blue means."""
    weights = np.zeros((3, classes))
    weights[0, 0], weights[1, 1], weights[2, 2] = 1, 1, 1
    bias = np.arange(classes) / 10
    return save(path, picture_mean_graph("input", [batch, 3, side, side], "output", weights, bias))


class ScriptedDetector:
    """Answers what a function of nothing but the call's number says."""

    any_size = False

    def __init__(self, face_at: list[Face | None] | None = None) -> None:
        self.script = face_at
        self.seated = face(100, 80, 60)
        self.calls = 0

    def detect(self, frame: np.ndarray, share: float = 1.0) -> list[Face]:
        self.calls += 1
        if self.script is None:
            return [self.seated]
        answer = self.script[min(self.calls - 1, len(self.script) - 1)]
        return [answer] if answer is not None else []


class ScriptedExpression:
    """Answers one row of probabilities for every crop."""

    labels = LABELS

    def __init__(self, **shares: float) -> None:
        self.set(**shares)

    def set(self, **shares: float) -> None:
        self.row = row(**shares)

    def read(self, crops: object) -> tuple[np.ndarray, np.ndarray]:
        n = len(crops)  # type: ignore[arg-type]
        return np.tile(self.row, (n, 1)), np.full(n, self.row[1], np.float32)

    def probabilities(self, crops: object) -> np.ndarray:
        return self.read(crops)[0]


def row(**shares: float) -> np.ndarray:
    """Probabilities with these shares, the rest neutral."""
    values = np.zeros(8, np.float32)
    for label, share in shares.items():
        values[LABELS.index(label)] = share
    values[0] += 1 - values.sum()
    return values


def face(x: float, y: float, w: float, score: float = 0.9, *, yaw: float = 0.0) -> Face:
    """An upright frontal face in a box of ``w`` by 1.25 ``w``; ``yaw`` shifts its nose."""
    unit = w * 0.45
    cx, cy = x + w / 2, y + 0.5 * w
    points = (
        (cx - unit / 2, cy),
        (cx + unit / 2, cy),
        (cx + yaw * unit, cy + 0.6 * unit),
        (cx - 0.4 * unit, cy + 1.02 * unit),
        (cx + 0.4 * unit, cy + 1.02 * unit),
    )
    return Face(x, y, w, 1.25 * w, score, points)


def noise(width: int = 320, height: int = 240, seed: int = 0) -> np.ndarray:
    """A textured picture, uint8 [h, w, 3]: passes every quality gate anywhere."""
    random = np.random.default_rng(seed)
    coarse = random.integers(40, 216, (height // 8 + 1, width // 8 + 1), dtype=np.uint8)
    grey = np.kron(coarse, np.ones((8, 8), np.uint8))[:height, :width]
    return np.repeat(grey[..., None], 3, axis=2)


def write_video(
    path: Path,
    frames: list[np.ndarray],
    *,
    fps: int = 25,
    options: dict[str, str] | None = None,
) -> Path:
    """Encode BGR frames as H.264."""
    with av.open(str(path), "w", options=options or {}) as container:
        stream = container.add_stream(
            "libx264", rate=fps, options={"preset": "ultrafast", "g": "10"}
        )
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for pixels in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "bgr24")))
        container.mux(stream.encode())
    return path
