"""Numbers, money, dates and durations as people read them. Pure functions.

Vietnamese writes ``1.234.567`` and ``2,5``; English ``1,234,567`` and ``2.5``. Every
function takes the language, so that a page and the text message it sends can differ.
Durations are rounded down, never up: nobody is told that more time is left than there is.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

NO_VALUE: Final = "—"
"""Shown where a figure does not exist. Never a zero, which would be a claim."""

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR

Number = int | float | Decimal


def official_date(day: date) -> str:
    """``ngày 05 tháng 02 năm 2026``: days, and the months 1 and 2, in two digits.

    Decree 30/2020/NĐ-CP, annex I.
    """
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def number(value: Number | None, decimals: int = 0, lang: str = "vi") -> str:
    """A number with its thousands parted: ``1.234.567``; with ``decimals`` digits ``2,5``.

    Halves are rounded away from zero, as people do by hand.
    """
    if value is None:
        return NO_VALUE
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    if exact == 0:
        exact = abs(exact)
    text = f"{exact:,.{decimals}f}"
    if lang == "vi":
        text = text.translate(str.maketrans(",.", ".,"))
    return text.replace("-", "−")


def money(dong: int | None, lang: str = "vi") -> str:
    """Whole đồng: ``8.000 đồng``. The space does not break."""
    if dong is None:
        return NO_VALUE
    return f"{number(dong, lang=lang)}\u00a0{'đồng' if lang == 'vi' else 'VND'}"


def percent(part: Number, whole: Number, lang: str = "vi", decimals: int = 0) -> str:
    """``part`` of ``whole`` as a percentage; no value when ``whole`` is nought."""
    if not whole:
        return NO_VALUE
    return f"{number(Decimal(str(part)) * 100 / Decimal(str(whole)), decimals, lang)}%"


def day(value: date | None) -> str:
    """``24/11/2026``; a datetime must already be in local time."""
    return NO_VALUE if value is None else f"{value:%d/%m/%Y}"


_WEEKDAYS: Final = {
    "vi": ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def long_day(value: date | None, lang: str = "vi") -> str:
    """``Thứ Ba, 24/11/2026``."""
    if value is None:
        return NO_VALUE
    return f"{_WEEKDAYS[lang][value.weekday()]}, {day(value)}"


def clock(value: datetime | time | None) -> str:
    """``14:05``; a datetime must already be in local time."""
    return NO_VALUE if value is None else f"{value:%H:%M}"


_UNITS: Final = {
    "vi": (("ngày", "ngày"), ("giờ", "giờ"), ("phút", "phút"), ("giây", "giây")),
    "en": (("day", "days"), ("hour", "hours"), ("minute", "minutes"), ("second", "seconds")),
}


def duration(length: timedelta | Number | None, lang: str = "vi", parts: int = 2) -> str:
    """How long, in words: ``3 phút 20 giây``, ``2 ngày 4 giờ``.

    Arguments:
        length: a timedelta or seconds, not negative; fractions of a second are dropped.
        parts: how many units at most, beginning with the largest that is not nought.
    """
    if length is None:
        return NO_VALUE
    rest = int(length.total_seconds() if isinstance(length, timedelta) else length)
    if rest < 0:
        raise ValueError("a duration is not negative")
    words: list[str] = []
    first: int | None = None
    for index, size in enumerate((_DAY, _HOUR, _MINUTE, 1)):
        count, rest = divmod(rest, size)
        if count and first is None:
            first = index
        if count and first is not None and index < first + parts:
            words.append(_counted(count, index, lang))
    return " ".join(words) or _counted(0, 3, lang)


def _counted(count: int, unit: int, lang: str) -> str:
    one, many = _UNITS[lang][unit]
    return f"{number(count, lang=lang)} {one if count == 1 else many}"


def working_days_left(days: int, lang: str = "vi") -> str:
    """``còn 2 ngày làm việc``, ``hết hạn hôm nay``, ``quá hạn 3 ngày làm việc``.

    Arguments:
        days: working days until the promised day, counted by the calendar; nought is today.
    """
    if lang == "vi":
        if days == 0:
            return "hết hạn hôm nay"
        phrase = "còn" if days > 0 else "quá hạn"
        return f"{phrase} {number(abs(days))} ngày làm việc"
    if days == 0:
        return "due today"
    noun = "working day" if abs(days) == 1 else "working days"
    return f"{number(abs(days), lang=lang)} {noun} {'left' if days > 0 else 'overdue'}"


def relative(moment: datetime, now: datetime, lang: str = "vi") -> str:
    """When, as one would say it: ``vừa xong``, ``5 phút trước``, ``hôm qua lúc 14:05``.

    Arguments:
        moment, now: aware, both in the reader's time zone.

    From the day before yesterday on, and for anything ahead that is not today, the date.
    """
    seconds = int((now - moment).total_seconds())
    if 0 <= seconds < 45:
        return "vừa xong" if lang == "vi" else "just now"
    if 0 <= seconds < _HOUR:
        ago = duration(max(seconds, _MINUTE), lang, parts=1)
        return f"{ago} trước" if lang == "vi" else f"{ago} ago"
    at = f"{'lúc' if lang == 'vi' else 'at'} {clock(moment)}"
    days = (now.date() - moment.date()).days
    if days == 0:
        return f"{'hôm nay' if lang == 'vi' else 'today'} {at}"
    if days == 1:
        return f"{'hôm qua' if lang == 'vi' else 'yesterday'} {at}"
    return f"{day(moment)} {at}"
