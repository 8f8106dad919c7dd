"""How forms write dates, moments, money and names. Pure."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import Any

from motcua.kernel.clock import CITY
from motcua.ui.formats import official_date

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_SCALES = ("", "nghìn", "triệu")
_BILLION = 1_000_000_000


def place_and_date(place: str, moment: dt.datetime) -> str:
    """`Bình Tiên, ngày 05 tháng 02 năm 2026`; without a place, `Ngày 05 …`."""
    day = date_words(moment.astimezone(CITY).date())
    return f"{place}, {day}" if place else day[0].upper() + day[1:]


def date_words(day: dt.date | None) -> str:
    """The date as documents write it; empty when not known, for a dotted line."""
    return "" if day is None else official_date(day)


def moment_words(moment: dt.datetime | None) -> str:
    """`14 giờ 05 phút, ngày 24 tháng 11 năm 2026`; empty when not known, for a dotted line."""
    if moment is None:
        return ""
    local = moment.astimezone(CITY)
    return f"{local:%H} giờ {local:%M} phút, {date_words(local.date())}"


def moment_short(moment: dt.datetime | None) -> str:
    """`14:05 24/11/2026`, for tables; empty when not known."""
    return "" if moment is None else f"{moment.astimezone(CITY):%H:%M %d/%m/%Y}"


def number_words(number: int) -> str:
    """A whole number as it is read aloud: 1005 is `một nghìn không trăm linh năm`.

    Raises:
        ValueError: the number is negative.
    """
    if number < 0:
        raise ValueError("only what is paid is written in words")
    if number >= _BILLION:
        billions, rest = divmod(number, _BILLION)
        above = f"{number_words(billions)} tỷ"
        return f"{above} {_below_a_billion(rest, after=True)}".rstrip()
    return _below_a_billion(number, after=False) or _DIGITS[0]


def money_words(dong: int) -> str:
    """`Tám nghìn đồng`, as receipts say after the figures."""
    said = f"{number_words(dong)} đồng"
    return said[0].upper() + said[1:]


def _below_a_billion(number: int, *, after: bool) -> str:
    """Groups of three digits from the left; `after` a larger unit none of them is shortened."""
    said: list[str] = []
    for scale in (2, 1, 0):
        group = number // 1000**scale % 1000
        if group:
            said.append(f"{_group(group, whole=after or bool(said))} {_SCALES[scale]}".rstrip())
    return " ".join(said)


def _group(group: int, *, whole: bool) -> str:
    hundreds, tens, units = group // 100, group // 10 % 10, group % 10
    said = [f"{_DIGITS[hundreds]} trăm"] if hundreds or whole else []
    if tens == 0:
        if units:
            said.append(f"linh {_DIGITS[units]}" if said else _DIGITS[units])
        return " ".join(said)
    said.append("mười" if tens == 1 else f"{_DIGITS[tens]} mươi")
    if units:
        spoken = {1: "mốt" if tens > 1 else "một", 4: "tư" if tens > 1 else "bốn", 5: "lăm"}
        said.append(spoken.get(units, _DIGITS[units]))
    return " ".join(said)


def clean(facts: Any) -> Any:
    """The same facts with every text composed (NFC) and free of what no paper can show."""
    if isinstance(facts, str):
        return "".join(filter(_shown, unicodedata.normalize("NFC", facts)))
    if isinstance(facts, dict):
        return {name: clean(value) for name, value in facts.items()}
    if isinstance(facts, list | tuple):
        return [clean(value) for value in facts]
    return facts


def _shown(letter: str) -> bool:
    return letter in "\n\t" or unicodedata.category(letter) not in {"Cc", "Cs", "Cn"}
