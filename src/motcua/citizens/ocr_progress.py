"""A plug-in for OCRmyPDF that tells our process how many pages are done.

Only OCRmyPDF's own process loads it, so the product imports nothing of the extra `digitise`.
It writes one line a page to standard error, after `ocr.MARK`.
"""

from __future__ import annotations

import sys
from typing import Any

from ocrmypdf import hookimpl

from motcua.citizens.ocr import MARK


class Pages:
    """OCRmyPDF's progress bar: counts pages during recognition, ignores its other steps."""

    def __init__(self, *, desc: str | None = None, **_: Any) -> None:
        self._counts = desc == "OCR"
        self._done = 0.0

    def __enter__(self) -> Pages:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def update(self, n: float = 1, *, completed: float | None = None) -> None:
        """A page counts half when it is read and half when its text is laid beneath it."""
        self._done = self._done + n if completed is None else completed
        if self._counts and self._done == int(self._done):
            print(f"{MARK}{int(self._done)}", file=sys.stderr, flush=True)


@hookimpl
def get_progressbar_class() -> type[Pages]:
    """The class that OCRmyPDF uses for each of its steps."""
    return Pages
