"""Rebuilds the shipped expression network from the data: train, distil, export, measure.

python training/expression/rebuild.py --data ../shared/data

These are the very runs that made the shipped weights; LOG.md has their times. Seeds
are fixed; compiled bfloat16 kernels of another machine still round differently.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
VOTES = "0.6"
"""Weight of the taggers' votes beside the first network's answers."""


def restart(start: Path, first: Path, **options: object) -> list[object]:
    """Arguments of a warm restart that also learns from the first network."""
    pairs = [(f"--{name.replace('_', '-')}", value) for name, value in options.items()]
    learn = ("--teachers", first, "--votes", VOTES)
    return ["train.py", "--start", start, *learn, *(part for pair in pairs for part in pair)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--work", type=Path, default=HERE / "work")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="a few steps of each, all kept in WORK/quick: tries the scripts, ships nothing",
    )
    options = parser.parse_args()
    work = options.work / "quick" if options.quick else options.work
    model, card = ROOT / "src/motcua_edge/vision/models", ROOT / "docs/models"
    if options.quick:
        model = card = work
    short = ["--steps", 3, "--stop-after", 1] if options.quick else []
    rough = ["--quick"] if options.quick else []
    first, second, third, last = (work / f"{n}.pt" for n in ("first", "second", "third", "last"))
    onnx = model / "expression.onnx"
    # Small input first: twice the epochs for the time, then the full input. Of the warm
    # restarts two were left early, with the rate still high, for the last one, whose rate
    # goes down to nothing.
    steps: list[list[object]] = [
        ["train.py", "--out", first, "--seed", 1, "--stages", "48:26", "64:8", *short],
        restart(first, first, out=second, seed=2, peak=0.05, stages="64:27", stop_after=9) + short,
        restart(second, first, out=third, seed=3, peak=0.03, stages="64:11", stop_after=2) + short,
        restart(third, first, out=last, seed=4, peak=0.024, stages="64:4") + short,
        ["export.py", "--weights", last, "--out", onnx],
        ["evaluate.py", "--model", onnx, "--out", card / "expression.json", *rough],
    ]
    for script, *arguments in steps:
        print(f"== {script}", *arguments, flush=True)
        command = [sys.executable, HERE / str(script), "--data", options.data, *arguments]
        subprocess.run([str(part) for part in command], check=True)


if __name__ == "__main__":
    main()
