"""The stand-in where no scanner is installed: it knows the harmless EICAR test file only."""

from __future__ import annotations

from typing import BinaryIO

from motcua.citizens.scanners.base import Scan, Scanner

# Written in two parts, so that no scanner takes this source for the test file itself.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-" + rb"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The test file that every scanner finds, as published by EICAR e.V."""


class Demo(Scanner):
    """Finds the test file, so that the way of an infected paper can be shown and tested."""

    real = False

    def scan(self, file: BinaryIO) -> Scan:
        file.seek(0)
        overlap = b""
        while piece := file.read(1024 * 1024):
            if EICAR in overlap + piece:
                return Scan("EICAR", "demo")
            overlap = piece[-len(EICAR) :]
        return Scan("", "demo")

    def check(self) -> str:
        return "chưa cài phần quét vi-rút: chỉ nhận ra tệp thử EICAR"
