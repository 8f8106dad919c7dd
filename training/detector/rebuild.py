"""Rebuilds the face detector from the data: label, train, train again on what was hard, evaluate.

python training/detector/rebuild.py --data DATA --teacher MODELS
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--teacher", type=Path, default=Path("../shared/models"))
    parser.add_argument("--work", type=Path, default=HERE / "work")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="few pictures and steps, all kept in WORK/quick: tries the scripts, ships nothing",
    )
    args = parser.parse_args()
    work = args.work / "quick" if args.quick else args.work
    model, card = ROOT / "src/motcua_edge/vision/models", ROOT / "docs/models"
    if args.quick:
        model = card = work
    onnx, first = model / "detector.onnx", work / "first.pt"
    few, short, alone = [], [], []
    if args.quick:
        few, short, alone = ["--every", 20], ["--steps", 10], ["--only-ours"]
    teacher = ["--teacher", args.teacher]
    steps: list[list[object]] = [
        ["data.py", *teacher, *few],
        ["expressive.py", *teacher, *few],
        ["train.py", "--output", first, *short],
        ["export.py", "--weights", first, "--output", work / "first.onnx"],
        ["hard.py", "--model", work / "first.onnx"],
        ["train.py", "--start", first, "--steps", 4500, "--rate", 1.5e-3, "--seed", 5, *short],
        ["export.py", "--output", onnx],
        ["evaluate.py", *teacher, "--model", onnx, "--output", card / "detector.json", *alone],
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    for script, *options in steps:
        print(f"== {script}", *options, flush=True)
        command = [sys.executable, HERE / str(script), "--data", args.data, "--work", work]
        subprocess.run([str(part) for part in command + options], check=True, env=environment)


if __name__ == "__main__":
    main()
