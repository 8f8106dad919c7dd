"""Personal identification numbers: checked, encrypted at rest, findable, masked.

The number's structure is that of Decree 137/2015, article 13, and Circular
59/2021/TT-BCA, article 4: three digits for the place of birth registration,
one for century and sex, two for the year of birth, six at random, no checksum.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import models

_TWELVE = re.compile(r"[0-9]{12}")


class PersonalNumberError(ValueError):
    """The number cannot be right; the message is for the person who typed it."""

    code = "personal_number_invalid"


def normalise(typed: str) -> str:
    """The twelve digits.

    Raises:
        PersonalNumberError: anything but twelve digits.
    """
    digits = re.sub(r"[\s.]", "", typed)
    if not _TWELVE.fullmatch(digits):
        raise PersonalNumberError("Số định danh cá nhân gồm đúng 12 chữ số.")
    return digits


def birth_year(number: str) -> int:
    """Year of birth that the number carries."""
    return 1900 + 100 * (int(number[3]) // 2) + int(number[4:6])


def is_male(number: str) -> bool:
    """Sex that the number carries."""
    return int(number[3]) % 2 == 0


def masked(number: str) -> str:
    """What may be shown: `079*****0123`."""
    return f"{number[:3]}*****{number[-4:]}" if number else ""


def search_key(number: str) -> bytes:
    """A keyed hash by which a stored number is found without decrypting any (HMAC-SHA-256)."""
    key = base64.urlsafe_b64decode(settings.FIELD_KEY)
    return hmac.new(key, b"search:" + number.encode(), hashlib.sha256).digest()


if TYPE_CHECKING:
    _Text = models.TextField[str | None, str | None]
else:
    _Text = models.TextField


class EncryptedTextField(_Text):
    """Text that the database stores only encrypted (Fernet: AES-128-CBC with HMAC-SHA-256)."""

    def get_prep_value(self, value: str | None) -> str | None:
        if not value:
            return value
        return Fernet(settings.FIELD_KEY).encrypt(value.encode()).decode()

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        if not value:
            return value
        try:
            return Fernet(settings.FIELD_KEY).decrypt(value.encode()).decode()
        except InvalidToken as wrong:
            raise PersonalNumberError(
                "Không giải mã được dữ liệu: khoá MOTCUA_FIELD_KEY không phải khoá đã mã hoá."
            ) from wrong
