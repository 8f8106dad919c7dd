"""How a text becomes SMS parts: alphabet, length, and where it is cut.

GSM 7-bit default alphabet and its extension table are those of 3GPP TS 23.038,
section 6.2.1; the room left by the concatenation header (6 octets, hence 153
septets or 67 UCS-2 units) that of 3GPP TS 23.040, section 9.2.3.24.1.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

GSM_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""Character by septet value; 0x1B is the escape and stands for no character."""

GSM_EXTENSION = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}
"""Characters that cost two septets: the escape and this value."""

ESCAPE = 0x1B
_BASIC_VALUE = {char: value for value, char in enumerate(GSM_BASIC) if value != ESCAPE}
_EXTENSION_CHAR = {value: char for char, value in GSM_EXTENSION.items()}
MAX_PARTS = 255
"""The concatenation header counts in one octet."""


class TooLong(ValueError):
    """The text needs more parts than one message may have."""

    code = "message_too_long"


class Alphabet(StrEnum):
    """The two alphabets of SMS that Vietnamese networks carry."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"

    @property
    def single(self) -> int:
        """Units that one SMS alone holds (septets, or 16-bit units)."""
        return 160 if self is Alphabet.GSM7 else 70

    @property
    def concatenated(self) -> int:
        """Units that each part of a longer message holds."""
        return 153 if self is Alphabet.GSM7 else 67

    @property
    def vietnamese(self) -> str:
        return "GSM 7-bit" if self is Alphabet.GSM7 else "UCS-2 (có dấu)"


@dataclass(frozen=True)
class Layout:
    """A text as it will travel: its alphabet and its parts, none of which cuts a character."""

    alphabet: Alphabet
    parts: tuple[str, ...]
    units: int

    @property
    def count(self) -> int:
        return len(self.parts)


def without_diacritics(text: str) -> str:
    """The text as Vietnamese write it without marks: `Hồ sơ đã có` becomes `Ho so da co`."""
    bare = text.replace("đ", "d").replace("Đ", "D")
    decomposed = unicodedata.normalize("NFD", bare)
    kept = "".join(char for char in decomposed if unicodedata.category(char) != "Mn")
    return unicodedata.normalize("NFC", kept).translate(_PLAIN_PUNCTUATION)


_PLAIN_PUNCTUATION = str.maketrans(
    {"–": "-", "—": "-", "“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "\u00a0": " "}
)


def width(char: str, alphabet: Alphabet) -> int:
    """Units that one character takes: 1, or 2 for extension characters and astral ones."""
    if alphabet is Alphabet.GSM7:
        return 2 if char in GSM_EXTENSION else 1
    return 2 if ord(char) > 0xFFFF else 1


def alphabet_of(text: str) -> Alphabet:
    """GSM 7-bit if every character is in it, else UCS-2 for the whole message."""
    if all(char in _BASIC_VALUE or char in GSM_EXTENSION for char in text):
        return Alphabet.GSM7
    return Alphabet.UCS2


def lay_out(text: str) -> Layout:
    """Cut a text into the parts that are billed and sent.

    Raises:
        TooLong: more than 255 parts.
    """
    text = unicodedata.normalize("NFC", text)
    alphabet = alphabet_of(text)
    units = sum(width(char, alphabet) for char in text)
    if units <= alphabet.single:
        return Layout(alphabet, (text,), units)
    parts: list[str] = []
    current: list[str] = []
    used = 0
    for char in text:
        need = width(char, alphabet)
        if used + need > alphabet.concatenated:
            parts.append("".join(current))
            current, used = [], 0
        current.append(char)
        used += need
    parts.append("".join(current))
    if len(parts) > MAX_PARTS:
        raise TooLong(f"Tin nhắn dài {len(parts)} phần, nhiều nhất {MAX_PARTS} phần.")
    return Layout(alphabet, tuple(parts), units)


def encode(text: str, alphabet: Alphabet) -> bytes:
    """Octets of the text: unpacked septets (one an octet, as SMPP carries them) or UTF-16-BE."""
    if alphabet is Alphabet.UCS2:
        return text.encode("utf-16-be")
    octets = bytearray()
    for char in text:
        if char in GSM_EXTENSION:
            octets += bytes((ESCAPE, GSM_EXTENSION[char]))
        else:
            octets.append(_BASIC_VALUE[char])
    return bytes(octets)


def decode(octets: bytes, alphabet: Alphabet) -> str:
    """The text of received octets; what cannot be read becomes U+FFFD, never an exception."""
    if alphabet is Alphabet.UCS2:
        return octets.decode("utf-16-be", errors="replace")
    text = []
    escaped = False
    for octet in octets:
        if escaped:
            text.append(_EXTENSION_CHAR.get(octet, " "))
            escaped = False
        elif octet == ESCAPE:
            escaped = True
        else:
            text.append(GSM_BASIC[octet] if octet < len(GSM_BASIC) else "\ufffd")
    return "".join(text)
