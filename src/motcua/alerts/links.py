"""One-tap links: short enough for an SMS, signed, expiring, without personal data."""

from __future__ import annotations

import datetime as dt
import hmac
import string

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

LIFETIME = dt.timedelta(hours=24)
"""How long a link acknowledges. Later it says where to look instead."""

_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_SIGNATURE_LETTERS = 14
"""83 bits: out of reach of guessing over the network within the lifetime."""


class Forged(ValueError):
    """The token was not made here."""

    code = "link_forged"


def url(notice_id: int) -> str:
    """The full address for the person of this notice, as their phone reaches it."""
    return settings.PUBLIC_URL + reverse("alerts:link", args=[token(notice_id)])


def token(notice_id: int) -> str:
    """The notice's number and a signature over it."""
    return f"{_letters(notice_id)}-{_signature(notice_id)}"


def notice_of(value: str) -> int:
    """The notice a token names.

    Raises:
        Forged: the token is malformed or its signature does not fit.
    """
    number, _, signature = value.partition("-")
    if not number or len(number) > 11 or not all(letter in _ALPHABET for letter in number):
        raise Forged(value)
    notice_id = _number(number)
    if not hmac.compare_digest(signature.encode(), _signature(notice_id).encode()):
        raise Forged(value)
    return notice_id


def _signature(notice_id: int) -> str:
    digest = salted_hmac("motcua.alerts.link", str(notice_id), algorithm="sha256").digest()
    return _letters(int.from_bytes(digest, "big"))[-_SIGNATURE_LETTERS:]


def _letters(number: int) -> str:
    found = ""
    while number:
        number, rest = divmod(number, len(_ALPHABET))
        found = _ALPHABET[rest] + found
    return found or _ALPHABET[0]


def _number(letters: str) -> int:
    value = 0
    for letter in letters:
        value = value * len(_ALPHABET) + _ALPHABET.index(letter)
    return value
