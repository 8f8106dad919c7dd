"""Writes trained weights as the ONNX file that the camera engine loads.

The graph holds normalisation and decoding, so a caller needs only to feed pixels and
suppress overlaps:

    image      float32 [1, 3, H, W]  BGR 0..255; H, W multiples of 32
    boxes      float32 [m, 4]        x, y, w, h in pixels of the input
    scores     float32 [m]           0..1
    landmarks  float32 [m, 5, 2]     right eye, left eye, nose tip, right and left mouth corner
                                     (the subject's right: left in the picture)
"""

from __future__ import annotations

import argparse
from pathlib import Path

import onnx
import onnxruntime
import torch
from data import load_scenes, read_zip
from model import Detector, FaceNet
from peers import Ours
from threshold import choose_threshold

HERE = Path(__file__).parent
OPSET = 17
AGREEMENT = 1e-3
"""Largest difference, in pixels or probability, allowed between torch and ONNX."""


def export(net: FaceNet, path: Path, *, version: str, score_threshold: float | None) -> None:
    """Write `net` to `path` and check that onnxruntime computes the same.

    Without a threshold the file states none, and is not fit to ship.
    Raises ValueError where the written graph disagrees with the network.
    """
    detector = Detector(net.float().eval())
    example = torch.rand(1, 3, 256, 320) * 255
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        detector,
        (example,),
        str(path),
        input_names=["image"],
        output_names=["boxes", "scores", "landmarks"],
        dynamic_axes={
            "image": {2: "height", 3: "width"},
            "boxes": {0: "candidates"},
            "scores": {0: "candidates"},
            "landmarks": {0: "candidates"},
        },
        opset_version=OPSET,
        dynamo=False,
    )
    graph = onnx.load(path)
    notes = {
        "version": version,
        "author": "Một Cửa",
        "landmarks": "right_eye,left_eye,nose_tip,right_mouth_corner,left_mouth_corner",
    }
    if score_threshold is not None:
        notes["score_threshold"] = f"{score_threshold:.3f}"
    onnx.helper.set_model_props(graph, notes)
    onnx.checker.check_model(graph)
    onnx.save(graph, path)
    _check_agreement(detector.eval(), path)  # the exporter may leave it in training mode


def _check_agreement(detector: Detector, path: Path) -> None:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    for height, width in ((256, 320), (480, 640), (96, 160)):
        image = torch.rand(1, 3, height, width) * 255
        with torch.no_grad():
            expected = detector(image)
        for want, got in zip(expected, session.run(None, {"image": image.numpy()}), strict=True):
            difference = float((want - torch.from_numpy(got)).abs().max())
            if want.shape != got.shape or difference > AGREEMENT:
                raise ValueError(f"{path}: differs by {difference:.4f} at {width}x{height}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", type=Path, help="default: WORK/weights.pt")
    parser.add_argument(
        "--output",
        type=Path,
        default=HERE.parents[1] / "src/motcua_edge/vision/models/detector.onnx",
    )
    parser.add_argument("--version", default="1.0")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--work", type=Path, default=HERE / "work")
    args = parser.parse_args()
    net = FaceNet()
    net.load_state_dict(torch.load(args.weights or args.work / "weights.pt", weights_only=True))
    export(net, args.output, version=args.version, score_threshold=None)

    images = read_zip(args.data / "detection/scenes_train.zip")
    scenes = [s for s in load_scenes(args.work) if s.split == "validation"]
    rooms = [images[s.file] for s in scenes if s.kind == "negative"]
    threshold = choose_threshold(Ours(args.output), rooms)
    export(net, args.output, version=args.version, score_threshold=threshold)
    print(f"{args.output}: {args.output.stat().st_size / 1e3:.0f} kB, threshold {threshold}")


if __name__ == "__main__":
    main()
