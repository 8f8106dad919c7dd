"""How a dossier is found by what people type. Pure.

Every word carries the unit for which it holds, as `u12nguyen`, so that a search within one unit
reads only that unit's share of the index, however common the word is in the city. Numbers carry a
letter: `p` for the last four digits of the telephone, `n` for the number within the day.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from motcua.kernel.text import folded

_CODE = re.compile(r"(?:(?P<unit>[a-z0-9.]+)-)?(?P<day>[0-9]{6})-(?P<number>[0-9]{4,})", re.I)
_DIGITS = re.compile(r"[0-9]+")
PHONE_DIGITS = 4


def words_of(
    *, unit_ids: Iterable[int], name: str, subject: str, code: str, phone: str
) -> list[str]:
    """The words under which a dossier stands in the index."""
    plain = {*folded(name).split(), *folded(subject).split()}
    plain.add(f"n{code.rpartition('-')[2]}")
    if len(phone) >= PHONE_DIGITS:
        plain.add(f"p{phone[-PHONE_DIGITS:]}")
    return sorted(f"u{unit}{word}" for unit in set(unit_ids) for word in plain)


@dataclass(frozen=True)
class Typed:
    """What somebody looks for.

    Arguments:
        code: a whole dossier code, in capitals.
        day_code: `261123-0042`, a code without its unit.
        personal_number: twelve digits.
        words: the rest, folded; the last one may be unfinished.
    """

    code: str = ""
    day_code: str = ""
    personal_number: str = ""
    words: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        return not (self.code or self.day_code or self.personal_number or self.words)


def read(typed: str) -> Typed:
    """Understand what was typed: a code, a number, or words."""
    text = typed.strip()
    if found := _CODE.fullmatch(text):
        if found["unit"]:
            return Typed(code=text.upper())
        return Typed(day_code=text)
    digits = re.sub(r"[\s.]", "", text)
    if re.fullmatch(r"[0-9]{12}", digits):
        return Typed(personal_number=digits)
    if re.fullmatch(r"\+?[0-9]{9,11}", digits):
        return Typed(words=(digits[-PHONE_DIGITS:],))
    return Typed(words=tuple(folded(text).split()))


def query(words: Sequence[str], unit_ids: Sequence[int]) -> str:
    """A tsquery: every word in the same unit; the last word may go on.

    Words are letters a to z and digits only, so nothing needs quoting.
    """
    units = [
        " & ".join(_term(word, unit, last=word is words[-1]) for word in words) for unit in unit_ids
    ]
    return " | ".join(f"({unit})" for unit in units)


def _term(word: str, unit: int, *, last: bool) -> str:
    rest = ":*" if last else ""
    if not _DIGITS.fullmatch(word):
        return f"u{unit}{word}{rest}"
    kinds = [f"u{unit}{word}"]
    if len(word) == PHONE_DIGITS:
        kinds.append(f"u{unit}p{word}")
    kinds.append(f"u{unit}n{word:0>4}")
    return f"({' | '.join(kinds)})"


def day_of_code(day_code: str) -> dt.date | None:
    """The day in `261123-0042`; None where there is no such day."""
    try:
        return dt.datetime.strptime(day_code[:6], "%y%m%d").date()  # noqa: DTZ007 - a date
    except ValueError:
        return None
