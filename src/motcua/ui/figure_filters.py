"""Template filters for figures and times; ``{% load ui %}`` brings them along."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from motcua.ui import formats
from motcua.ui.language import current

register = template.Library()


@register.filter
def number(value: formats.Number | None, decimals: int = 0) -> str:
    """``1.234.567``; ``{{ x|number:1 }}`` for one decimal."""
    return formats.number(value, decimals, current())


@register.filter
def money(value: int | None) -> str:
    """``8.000 đồng``."""
    return formats.money(value, current())


@register.filter
def percent_of(part: formats.Number, whole: formats.Number) -> str:
    """``{{ satisfied|percent_of:rated }}``; always show the denominator beside it."""
    return formats.percent(part, whole, current())


def _local(value: Any) -> Any:
    return timezone.localtime(value) if isinstance(value, datetime) and value.tzinfo else value


@register.filter
def day(value: date | datetime | None) -> SafeString | str:
    """``24/11/2026`` as a ``<time>``, in local time."""
    local = _local(value)
    if local is None:
        return formats.NO_VALUE
    machine = local.date() if isinstance(local, datetime) else local
    return format_html('<time datetime="{}">{}</time>', machine.isoformat(), formats.day(local))


@register.filter
def long_day(value: date | datetime | None) -> str:
    """``Thứ Ba, 24/11/2026``."""
    return formats.long_day(_local(value), current())


@register.filter
def clock(value: datetime | None) -> SafeString | str:
    """``14:05`` as a ``<time>``, in local time."""
    local = _local(value)
    if local is None:
        return formats.NO_VALUE
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), formats.clock(local))


@register.filter
def day_and_time(value: datetime | None) -> SafeString | str:
    """``24/11/2026 14:05`` as a ``<time>``, in local time."""
    local = _local(value)
    if local is None:
        return formats.NO_VALUE
    text = f"{formats.day(local)} {formats.clock(local)}"
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), text)


@register.filter
def duration(value: timedelta | formats.Number | None, parts: int = 2) -> str:
    """``3 phút 20 giây`` from a timedelta or seconds."""
    return formats.duration(value, current(), parts)


@register.filter
def working_days_left(days: int) -> str:
    """``còn 2 ngày làm việc`` from a number of working days."""
    return formats.working_days_left(days, current())


@register.filter
def relative(moment: datetime | None, now: datetime | None = None) -> SafeString | str:
    """``5 phút trước`` with the full time on hover; give ``now`` where the clock is frozen."""
    if moment is None:
        return formats.NO_VALUE
    local = timezone.localtime(moment)
    words = formats.relative(local, timezone.localtime(now or timezone.now()), current())
    full = f"{formats.day(local)} {formats.clock(local)}"
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), full, words)
