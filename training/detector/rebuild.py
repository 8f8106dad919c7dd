"""Rebuilds the face detector from the data: label, train, export, evaluate.

python training/detector/rebuild.py --data DATA --teacher MODELS
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
    parser.add_argument("--teacher", type=Path, default=Path("../shared/models"))
    parser.add_argument("--work", type=Path, default=HERE / "work")
    args = parser.parse_args()
    data, work = ["--data", str(args.data)], ["--work", str(args.work)]
    teacher = ["--teacher", str(args.teacher)]
    for script, options in (
        ("data.py", data + teacher + work),
        ("train.py", data + work),
        ("export.py", data + work),
        ("evaluate.py", data + teacher + work),
    ):
        print(f"== {script}", flush=True)
        subprocess.run([sys.executable, str(HERE / script), *options], check=True)


if __name__ == "__main__":
    main()
