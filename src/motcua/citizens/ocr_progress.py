"""A plug-in for OCRmyPDF that tells our process how many pages are done.

It runs inside OCRmyPDF's process and writes one line a page to standard error, after `MARK`.
"""

from __future__ import annotations

import sys
from typing import Any

try:
    from ocrmypdf import hookimpl
except ImportError:  # the extra `digitise` is not installed; nothing loads the plug-in then
    hookimpl = None

MARK = "motcua-pages-done "


class Pages:
    """OCRmyPDF's progress bar: counts pages during recognition, ignores its other steps."""

    def __init__(self, *, unit: str | None = None, **_: Any) -> None:
        self._counts = unit == "page"
        self._done = 0.0

    def __enter__(self) -> Pages:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def update(self, n: float = 1, *, completed: float | None = None) -> None:
        self._done = self._done + n if completed is None else completed
        if self._counts and self._done == int(self._done):
            print(f"{MARK}{int(self._done)}", file=sys.stderr, flush=True)


def get_progressbar_class() -> type[Pages]:
    return Pages


if hookimpl is not None:
    get_progressbar_class = hookimpl(get_progressbar_class)
