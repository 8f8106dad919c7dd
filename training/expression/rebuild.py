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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--work", type=Path, default=HERE / "work")
    options = parser.parse_args()
    first, second, last = (str(options.work / f"{n}.pt") for n in ("first", "second", "last"))
    learn = ["--teachers", first, "--votes", "0.6"]
    steps: list[tuple[str, list[str]]] = [
        # Small input first: twice the epochs for the time, then the full input.
        ("train.py", ["--out", first, "--seed", "1", "--stages", "48:26", "64:8"]),
        # A warm restart that also learns from the first network, left early for
        # a shorter one whose rate goes down to nothing.
        (
            "train.py",
            ["--out", second, "--seed", "2", "--stages", "64:27", "--stop-after", "9"]
            + ["--start", first, "--peak", "0.05", *learn],
        ),
        (
            "train.py",
            ["--out", last, "--seed", "3", "--stages", "64:11"]
            + ["--start", second, "--peak", "0.03", *learn],
        ),
        ("export.py", ["--weights", last]),
        ("evaluate.py", ["--out", "docs/models/expression.json"]),
    ]
    for script, arguments in steps:
        print(f"== {script} {' '.join(arguments)}", flush=True)
        command = [sys.executable, str(HERE / script), "--data", str(options.data), *arguments]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
