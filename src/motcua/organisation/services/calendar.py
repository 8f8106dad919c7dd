"""The working calendar: days that differ and opening hours, each with its source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise

from django.db import transaction

from motcua.kernel import events
from motcua.organisation.calendar import Hours
from motcua.organisation.errors import NotValid
from motcua.organisation.events import CalendarChanged
from motcua.organisation.models import CalendarDay, OpeningHours, Unit
from motcua.organisation.permissions import Actor
from motcua.organisation.selectors import own_days
from motcua.organisation.services.common import assign, authorise_edit, note, required

YEARS = range(2025, 2101)
"""Years that a day may lie in; anything else is a slip of the finger."""


def set_day(
    *,
    actor: Actor,
    unit_id: int,
    date: dt.date,
    kind: str,
    name: str,
    source: str,
    certain: bool = True,
) -> CalendarDay:
    """Say that a date differs from its weekday. Days of the city hold for every unit.

    Raises:
        Forbidden: the actor may not edit this unit's calendar.
        NotValid: no source is given; a calendar without sources cannot be checked.
    """
    with transaction.atomic():
        unit = Unit.objects.select_for_update().get(pk=unit_id)
        authorise_edit(actor, unit)
        if date.year not in YEARS:
            raise NotValid("date", "Năm không đúng. Nhập ngày dạng 24/11/2026.")
        if kind not in CalendarDay.Kind.values:
            raise NotValid("kind", "Chọn loại ngày.")
        values = {
            "kind": kind,
            "name": required("name", name, "Nhập tên ngày, ví dụ “Quốc khánh”."),
            "source": required("source", source, "Ghi số văn bản hoặc nơi quyết định."),
            "certain": certain,
        }
        owner = None if unit.kind == Unit.Kind.CITY else unit
        day = own_days(unit).filter(date=date).first()
        if day is None:
            day = CalendarDay.objects.create(unit=owner, date=date, **values)
            note("calendar.add_day", actor, day, day.unit_id, date=date, **values)
        elif changed := assign(day, values):
            day.save()
            note("calendar.change_day", actor, day, day.unit_id, date=date, changed=changed)
        events.publish(CalendarChanged(day.unit_id))
    return day


def remove_day(*, actor: Actor, unit_id: int, day_id: int) -> CalendarDay:
    """Let a date follow its weekday again; what it was stays in the audit log.

    Returns:
        the removed day, so that the screen can offer to put it back.
    """
    with transaction.atomic():
        unit = Unit.objects.select_for_update().get(pk=unit_id)
        authorise_edit(actor, unit)
        day = own_days(unit).get(pk=day_id)
        note(
            "calendar.remove_day",
            actor,
            day,
            day.unit_id,
            date=day.date,
            kind=day.kind,
            name=day.name,
            source=day.source,
        )
        day.delete()
        events.publish(CalendarChanged(day.unit_id))
    return day


def set_hours(*, actor: Actor, unit_id: int, hours: Sequence[Hours]) -> None:
    """Replace a unit's opening hours. None at all means: those of the city.

    Raises:
        NotValid: a session ends before it begins, or two on one weekday overlap; the
            field is `hours`.
    """
    ordered = sorted(hours)
    for each in ordered:
        if each.opens >= each.closes:
            raise NotValid(
                "hours",
                f"{_weekday(each)}: giờ đóng cửa {each.closes:%H:%M} phải sau "
                f"giờ mở cửa {each.opens:%H:%M}.",
            )
    for first, second in pairwise(ordered):
        if first.weekday == second.weekday and second.opens < first.closes:
            raise NotValid(
                "hours",
                f"{_weekday(first)}: buổi từ {second.opens:%H:%M} chồng lên buổi trước, "
                f"đến {first.closes:%H:%M} mới hết.",
            )
    with transaction.atomic():
        unit = Unit.objects.select_for_update().get(pk=unit_id)
        authorise_edit(actor, unit)
        if unit.kind == Unit.Kind.CITY and not ordered:
            raise NotValid("hours", "Giờ mặc định của thành phố phải có ít nhất một buổi.")
        before = [str(row) for row in unit.opening_hours.all()]
        unit.opening_hours.all().delete()
        rows = OpeningHours.objects.bulk_create(
            OpeningHours(
                unit=unit,
                weekday=each.weekday,
                opens=each.opens,
                closes=each.closes,
                counts_for_deadline=each.counts_for_deadline,
            )
            for each in ordered
        )
        note("calendar.set_hours", actor, unit, unit.pk, before=before, after=[*map(str, rows)])
        events.publish(CalendarChanged(None if unit.kind == Unit.Kind.CITY else unit.pk))


def _weekday(hours: Hours) -> str:
    return dict(OpeningHours.WEEKDAYS)[hours.weekday]
