"""Recorded pieces from which the hall display puts a spoken call together, where there are any.

A machine whose browser has a Vietnamese voice of its own speaks with that. Else the display plays
the pieces from the folder `call-voice` of the installation: recorded by a person, or made by
`scripts/make_call_voice.py`. Without either the chime calls alone.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

DIGITS = {
    "0": "không",
    "1": "một",
    "2": "hai",
    "3": "ba",
    "4": "bốn",
    "5": "năm",
    "6": "sáu",
    "7": "bảy",
    "8": "tám",
    "9": "chín",
}
LETTERS = {
    "a": "a",
    "b": "bê",
    "c": "xê",
    "d": "đê",
    "e": "e",
    "f": "ép",
    "g": "giê",
    "h": "hát",
    "j": "di",
    "k": "ca",
    "l": "lờ",
    "m": "mờ",
    "n": "nờ",
    "p": "pê",
    "q": "cu",
    "r": "rờ",
    "s": "sờ",
    "t": "tê",
    "u": "u",
    "v": "vê",
    "w": "vê kép",
    "x": "ích",
    "y": "y dài",
    "z": "dét",
}
PIECES = {"moi-so": "Mời số", "den-quay": "đến quầy số", **DIGITS, **LETTERS}
"""File name without ending, and the words to be spoken in it."""


def folder() -> Path:
    """Where the recordings of this installation lie."""
    return Path(settings.HOME) / "call-voice"


def available() -> bool:
    """Whether every piece is there; half a call would be worse than a chime."""
    return all((folder() / f"{name}.wav").is_file() for name in PIECES)


def piece(name: str) -> Path | None:
    """The file of one piece, by its name in PIECES."""
    path = folder() / f"{name}.wav"
    return path if name in PIECES and path.is_file() else None
