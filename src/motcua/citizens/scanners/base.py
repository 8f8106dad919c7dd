"""What every scanner is."""

from __future__ import annotations

import abc
from dataclasses import dataclass
from typing import BinaryIO


class ScannerError(Exception):
    """The scanner gave no verdict: the file waits and is tried again."""


@dataclass(frozen=True)
class Scan:
    """A verdict: `found` names what was found and is empty for a clean file."""

    found: str
    by: str


class Scanner(abc.ABC):
    """Says whether a file carries something harmful."""

    real: bool = True
    """Whether a verdict protects anybody; the demonstration's does not."""

    @abc.abstractmethod
    def scan(self, file: BinaryIO) -> Scan:
        """Look through the file from its beginning. Called outside any transaction of ours.

        Raises:
            ScannerError: no verdict.
        """

    @abc.abstractmethod
    def check(self) -> str:
        """One sentence about a scanner that works.

        Raises:
            ScannerError: it does not; the message says why.
        """
