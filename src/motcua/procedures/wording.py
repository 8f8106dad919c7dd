"""Where two texts differ, word by word, for marking on screen. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_TOKENS = re.compile(r"\s+|[^\s]+")
LARGEST = 4_000_000
"""Pairs of words that are compared at most; the time grows with them (0.5 s or so here)."""


@dataclass(frozen=True)
class Piece:
    """A run of words: `kept` in both texts, `removed` from the first, or `added` by the second."""

    kind: str
    text: str


def pieces(before: str, after: str) -> list[Piece]:
    """The two texts as one, removed words before those that take their place."""
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    if len(old) * len(new) > LARGEST:
        return [Piece("removed", before), Piece("added", after)]
    found: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece("kept", "".join(old[a:b])))
            continue
        if a < b:
            found.append(Piece("removed", "".join(old[a:b])))
        if c < d:
            found.append(Piece("added", "".join(new[c:d])))
    return found
