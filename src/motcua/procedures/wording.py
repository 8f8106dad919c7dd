"""Where two texts differ, line by line and then word by word, for marking on screen. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

_WORDS = re.compile(r"\S+\s*|^\s+")
ALIKE = 0.5
"""Lines less alike than this are shown as one replaced by the other, not word by word."""
MOST_WORDS = 2_000


@dataclass(frozen=True)
class Piece:
    """A run of text: `kept` in both, `removed` from the first, or `added` by the second."""

    kind: str
    text: str


def pieces(before: str, after: str) -> list[Piece]:
    """The two texts as one, what is removed before what takes its place.

    Without the removed pieces it reads `after`, without the added ones `before`, but for the
    ends of lines.
    """
    old, new = before.splitlines(), after.splitlines()
    found: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [Piece("kept", f"{line}\n") for line in old[a:b]]
            continue
        for gone, come in zip_longest(old[a:b], new[c:d], fillvalue=""):
            found += [*_line(gone, come), Piece("kept", "\n")]
    return _joined(found)


def _line(before: str, after: str) -> Iterator[Piece]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if len(old) + len(new) > MOST_WORDS or matcher.ratio() < ALIKE:
        yield from _replaced(before, after)
        return
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            yield Piece("kept", "".join(old[a:b]))
        else:
            yield from _replaced("".join(old[a:b]), "".join(new[c:d]))


def _replaced(before: str, after: str) -> Iterator[Piece]:
    if before:
        yield Piece("removed", before)
    if after:
        yield Piece("added", after)


def _joined(found: Sequence[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    for piece in found:
        if joined and joined[-1].kind == piece.kind:
            joined[-1] = Piece(piece.kind, joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return joined
