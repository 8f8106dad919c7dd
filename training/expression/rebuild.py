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
    work = options.work
    first, second, third, last = (work / f"{n}.pt" for n in ("first", "second", "third", "last"))
    learn = ("--teachers", first, "--votes", 0.6)
    steps: list[tuple[object, ...]] = [
        # Small input first: twice the epochs for the time, then the full input.
        ("train.py", "--out", first, "--seed", 1, "--stages", "48:26", "64:8"),
        # Warm restarts that also learn from the first network. Two were left early,
        # with the rate still high, for the last one, whose rate goes down to nothing.
        (
            "train.py",
            "--out",
            second,
            "--start",
            first,
            "--seed",
            2,
            "--peak",
            0.05,
            "--stages",
            "64:27",
            "--stop-after",
            9,
            *learn,
        ),
        (
            "train.py",
            "--out",
            third,
            "--start",
            second,
            "--seed",
            3,
            "--peak",
            0.03,
            "--stages",
            "64:11",
            "--stop-after",
            2,
            *learn,
        ),
        (
            "train.py",
            "--out",
            last,
            "--start",
            third,
            "--seed",
            4,
            "--peak",
            0.024,
            "--stages",
            "64:4",
            *learn,
        ),
        ("export.py", "--weights", last),
        ("evaluate.py", "--out", "docs/models/expression.json"),
    ]
    for script, *arguments in steps:
        print(f"== {script}", *arguments, flush=True)
        command = [sys.executable, HERE / str(script), "--data", options.data, *arguments]
        subprocess.run([str(part) for part in command], check=True)


if __name__ == "__main__":
    main()
