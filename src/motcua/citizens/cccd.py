"""The QR code of the citizen card (CCCD, thẻ căn cước): read, check, never trust. Pure.

The code is plain text of seven fields between `|`: number, old identity card, name, birth
date, sex, residence, date of issue. Cards since 1/7/2024 carry more; they are dropped, since
nothing here needs them. The code is not signed and anybody can print one, so it only fills
the form: proof of identity is VNeID, the chip, or the officer's eyes on card and person.

Structure of the number: Decree 137/2015, article 13; Circular 59/2021/TT-BCA, article 4.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from motcua.citizens.provinces import PROVINCES
from motcua.kernel import personal_numbers
from motcua.kernel.clock import CITY

LONGEST = 2000
"""Characters of a scanned text that are looked at; real codes have fewer than 400."""
FEWEST_FIELDS = 6
_HEALTH_NUMBER = re.compile(r"[A-Z]{2}[0-9]{13}|[0-9]{10}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){3,}")
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_LOOKS_LIKE_BYTES = frozenset("?\ufffd\u0192\u00aa\u00b5\u00ba")
"""What scanners write for a letter that they do not know, and signs that count as letters but
stand in no Vietnamese name: they are the halves of letters that were typed byte by byte."""
_BESIDE_LETTERS = frozenset(" '’.-")


class CardError(ValueError):
    """The scanned text fills no form; the message says what to do instead."""

    code = "card_unreadable"


class HealthCard(CardError):
    """The code of a health insurance card (BHYT)."""

    code = "card_bhyt"

    def __init__(self) -> None:
        super().__init__(
            "Đây là mã của thẻ bảo hiểm y tế, không phải thẻ căn cước. Đề nghị quét mã trên "
            "thẻ căn cước, hoặc nhập tay."
        )


@dataclass(frozen=True)
class Card:
    """What a code says, as far as it could be read.

    Arguments:
        birth_date: None when day or month is 00 or the date cannot be.
        birth_year: also for those of whom only the year is known.
        sex: `nam`, `nu` or empty.
        damaged: the scanner lost letters of name or address; what it spoilt is empty and
            must be typed.
        repaired: the scanner had typed every letter byte by byte, and they could be put
            together again; a person should look at them.
    """

    number: str
    old_number: str
    full_name: str
    birth_date: dt.date | None
    birth_year: int | None
    sex: str
    address: str
    issued: dt.date | None
    damaged: bool
    repaired: bool = False


class Level(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    """Stands in the way until a person gives a reason why it is right all the same."""
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One thing to look at; `code` is for machines, `text` for the person at the screen."""

    level: Level
    code: str
    text: str


def parse(text: str) -> Card:
    """The card behind a scanned code, from a camera or a keyboard-wedge scanner.

    Byte-order mark, line ends and the tab that scanners add are dropped; letters are
    composed (NFC); place names stay as printed, since the card still carries the old ones.

    Raises:
        HealthCard: a health insurance card was scanned.
        CardError: not a citizen card's code.
    """
    text = text[:LONGEST].lstrip("\ufeff")
    whole = _put_together(text)
    cleaned = _UNPRINTED.sub("", unicodedata.normalize("NFC", whole)).replace("\u00d0", "Đ")
    fields = [" ".join(field.split()) for field in cleaned.split("|")]
    if _is_health_card(fields):
        raise HealthCard
    if len(fields) < FEWEST_FIELDS or not re.fullmatch(r"[0-9]{12}", fields[0]):
        raise CardError(
            "Mã vừa quét không phải mã trên thẻ căn cước. Quét lại mã QR trên thẻ, hoặc nhập tay."
        )
    number, old, name, born, sex, address, issued = [*fields, ""][:7]
    birth_date, birth_year = _birth(born)
    good_name, good_address = _is_name(name), not _LOOKS_LIKE_BYTES & set(address)
    return Card(
        number=number,
        old_number=old if re.fullmatch(r"[0-9]{9}|[0-9]{12}", old) else "",
        full_name=name[:120] if good_name else "",
        birth_date=birth_date,
        birth_year=birth_year,
        sex=_sex(sex, number),
        address=address[:300] if good_address else "",
        issued=_date(issued),
        damaged=not (good_name and good_address),
        repaired=whole != text,
    )


def check(
    number: str,
    *,
    today: dt.date,
    birth_date: dt.date | None = None,
    birth_year: int | None = None,
    sex: str = "",
) -> list[Finding]:
    """What speaks against this number, in the order in which a person should look at it.

    Arguments:
        number: as typed; anything but twelve digits is the only finding then.
        sex: `nam`, `nu` or empty.
    """
    try:
        number = personal_numbers.normalise(number)
    except personal_numbers.PersonalNumberError as wrong:
        return [Finding(Level.ERROR, "not_twelve_digits", str(wrong))]
    found = []
    if number[:3] not in PROVINCES:
        found.append(
            Finding(
                Level.WARNING,
                "unknown_place",
                f"Mã nơi đăng ký khai sinh {number[:3]} không có trong danh mục tỉnh, thành. "
                "Kiểm tra lại; người khai sinh ở nước ngoài có mã riêng.",
            )
        )
    carried = personal_numbers.birth_year(number)
    if carried > today.year:
        found.append(
            Finding(
                Level.ERROR,
                "born_in_the_future",
                f"Theo số định danh, người này sinh năm {carried}, sau năm nay.",
            )
        )
    year = birth_date.year if birth_date else birth_year
    if birth_date and birth_date > today:
        found.append(Finding(Level.ERROR, "birth_date_ahead", "Ngày sinh ở sau hôm nay."))
    if year is not None and year != carried:
        found.append(
            Finding(
                Level.ERROR,
                "birth_year_differs",
                f"Số định danh ghi năm sinh {carried}, ngày sinh đã nhập là năm {year}.",
            )
        )
    if sex and (sex == "nam") is not personal_numbers.is_male(number):
        said = "nam" if personal_numbers.is_male(number) else "nữ"
        found.append(
            Finding(
                Level.ERROR,
                "sex_differs",
                f"Số định danh ghi giới tính {said}, khác với giới tính đã nhập.",
            )
        )
    return found


def errors(findings: list[Finding]) -> list[Finding]:
    """Those that need a reason before going on."""
    return [finding for finding in findings if finding.level is Level.ERROR]


def _is_health_card(fields: list[str]) -> bool:
    """BHYT codes begin with the insurance number and carry the name in hexadecimal UTF-8."""
    return (
        len(fields) > 1
        and bool(_HEALTH_NUMBER.fullmatch(fields[0]))
        and bool(_HEX.fullmatch(fields[1]))
    )


def _put_together(text: str) -> str:
    """Undo a scanner that types UTF-8 byte by byte in the Western code page: `Nguyá»…n`.

    Text that is not entirely of that kind comes back as it is.
    """
    try:
        return b"".join(map(_byte, text)).decode("utf-8")
    except UnicodeError:
        return text


def _byte(letter: str) -> bytes:
    """The byte for which Windows shows this letter; it shows the five unused ones unchanged."""
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")


def _is_name(text: str) -> bool:
    """Whether every sign can stand in a person's name."""
    return not _LOOKS_LIKE_BYTES & set(text) and all(
        letter.isalpha() or letter in _BESIDE_LETTERS for letter in text
    )


def _birth(text: str) -> tuple[dt.date | None, int | None]:
    if not re.fullmatch(r"[0-9]{8}", text):
        return (None, int(text)) if re.fullmatch(r"(?:19|20)[0-9]{2}", text) else (None, None)
    date = _date(text)
    year = int(text[4:])
    return date, year if 1850 <= year <= 2400 else None


def _date(text: str) -> dt.date | None:
    """`ddMMyyyy`; None for 00 as day or month, and for dates that do not exist."""
    if not re.fullmatch(r"[0-9]{8}", text):
        return None
    try:
        return dt.datetime.strptime(text, "%d%m%Y").replace(tzinfo=CITY).date()
    except ValueError:
        return None


def _sex(text: str, number: str) -> str:
    """From the word; where the scanner spoilt `Nữ`, from the number itself."""
    word = text.casefold()
    if word == "nam":
        return "nam"
    if word == "nữ" or word == "nu":
        return "nu"
    if word.startswith("n"):
        return "nam" if personal_numbers.is_male(number) else "nu"
    return ""
