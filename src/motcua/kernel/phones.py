"""Vietnamese telephone numbers, as people type them and as gateways want them."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import PhoneNumberType

DEMONSTRATION = "+84990000"
"""Beginning of the numbers of invented people. Viet Nam sets no numbers aside for fiction;
0990 is a well-formed mobile prefix under which no operator was known to serve anybody in
November 2026. That is not certain, so a provider that reaches real phones refuses them."""

_OLD_MOBILE = re.compile(r"^(?:\+?84|0084|0)1[2689]\d{8}$")
_NOISE = re.compile(r"[\s.\-()]")


class PhoneError(ValueError):
    """A number that cannot be called or texted; the message is for the person who typed it."""

    code = "phone_invalid"


def normalise(typed: str) -> str:
    """The number in E.164, such as `+84901234567`.

    Raises:
        PhoneError: not a Vietnamese number, or one of the 11-digit mobile
            numbers that were renumbered in 2018.
    """
    compact = _NOISE.sub("", typed)
    if _OLD_MOBILE.match(compact):
        raise PhoneError("Số 11 chữ số đã đổi sang 10 chữ số từ năm 2018, đề nghị nhập số mới.")
    if compact.startswith("84") and len(compact) == 11:
        compact = "+" + compact
    try:
        number = phonenumbers.parse(compact, "VN")
    except phonenumbers.NumberParseException:
        raise PhoneError("Số điện thoại gồm 10 chữ số, bắt đầu bằng 0.") from None
    if number.country_code != 84 or not phonenumbers.is_valid_number(number):
        raise PhoneError("Số điện thoại không đúng: kiểm tra lại từng chữ số.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normalise_mobile(typed: str) -> str:
    """As `normalise`, for a number that must be able to receive SMS.

    Raises:
        PhoneError: also for landlines and service numbers.
    """
    value = normalise(typed)
    if phonenumbers.number_type(phonenumbers.parse(value)) not in {
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
    }:
        raise PhoneError("Số này không nhận được tin nhắn: cần số di động.")
    return value


def is_demonstration(number: str) -> bool:
    """Whether the number belongs to an invented person and must reach no real phone."""
    return number.startswith(DEMONSTRATION)


def local(number: str) -> str:
    """The number as people read it out: `0901 234 567`."""
    if not number.startswith("+84"):
        return number
    digits = "0" + number.removeprefix("+84")
    return f"{digits[:4]} {digits[4:7]} {digits[7:]}"


def masked(number: str) -> str:
    """What may be shown on a screen: `090***4567`; an empty string stays empty."""
    local = "0" + number.removeprefix("+84") if number.startswith("+84") else number
    return f"{local[:3]}***{local[-4:]}" if len(local) >= 9 else "***" if local else ""
