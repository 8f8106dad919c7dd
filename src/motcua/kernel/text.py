"""Vietnamese text: finding it however it was typed."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[a-z0-9]+")


def without_marks(text: str) -> str:
    """The text with every diacritic removed: `Đường Tháp Mười` becomes `Duong Thap Muoi`."""
    flat = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in flat if not unicodedata.combining(letter))


def folded(text: str) -> str:
    """What two spellings of one name share: no marks, no case, single spaces."""
    return " ".join(_WORD.findall(without_marks(text).lower()))


def matches(query: str, *texts: str) -> bool:
    """Whether every word of the query begins a word of the texts. An empty query matches all."""
    words = folded(" ".join(texts)).split()
    return all(any(word.startswith(wanted) for word in words) for wanted in folded(query).split())


def by_given_name(full_name: str) -> tuple[str, str]:
    """Key that sorts people as a Vietnamese list does: by given name, then by the whole name.

    A mark such as "(minh hoạ)" behind the name does not count.
    """
    words = folded(re.sub(r"\(.*?\)", "", full_name)).split()
    return (words[-1] if words else ""), " ".join(words)
