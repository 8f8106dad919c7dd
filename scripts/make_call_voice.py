"""Make the pieces of the spoken call with espeak-ng, for an installation without a better voice.

    python scripts/make_call_voice.py .motcua/call-voice

Writes one WAV for each entry of `motcua.reception.voice.PIECES`. A person of the centre who reads
the same words into files of the same names is understood better: espeak-ng forms its sounds by
rule, and its six tones are plain and somewhat metallic. The display plays whatever lies there, and
only the chime where a piece is missing.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from motcua.reception.voice import PIECES

WORDS_A_MINUTE = 130
"""Slower than speech: a hall echoes, and many who listen are old."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="HOME/call-voice of the installation")
    parser.add_argument("--voice", default="vi", help="vi, vi-vn-x-central or vi-vn-x-south")
    given = parser.parse_args()
    program = shutil.which("espeak-ng")
    if program is None:
        sys.exit("espeak-ng is not installed (apt install espeak-ng)")
    given.folder.mkdir(parents=True, exist_ok=True)
    for name, words in PIECES.items():
        subprocess.run(
            [
                program,
                *("-v", given.voice, "-s", str(WORDS_A_MINUTE), "-a", "180"),
                *("-w", str(given.folder / f"{name}.wav"), words),
            ],
            check=True,
        )
    print(f"{len(PIECES)} pieces in {given.folder}")


if __name__ == "__main__":
    main()
