"""The data that an installation begins with. Loading again adds what is new and undoes no edit."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from importlib import resources
from typing import Any

from django.db import transaction

from motcua.organisation.models import CalendarDay, Field, OpeningHours, Unit
from motcua.organisation.selectors import CITY_CODE

KINDS = {
    "phường": Unit.Kind.WARD,
    "xã": Unit.Kind.COMMUNE,
    "đặc khu": Unit.Kind.SPECIAL_ZONE,
}


@dataclass(frozen=True)
class Loaded:
    """How many rows each part added."""

    units: int
    fields: int
    calendar_days: int
    opening_hours: int


def load() -> Loaded:
    """Units, fields, the calendar and the opening hours, in one transaction."""
    with transaction.atomic():
        units = load_units()
        return Loaded(units, load_fields(), *load_calendar())


def load_units() -> int:
    """The city and its 168 units; returns how many were new.

    A unit is known by its code. Name, kind and former area follow the data file;
    everything that people fill in stays.
    """
    data = _read("units_hcmc.json")
    source = "Nghị quyết 1685/NQ-UBTVQH15; mã theo Quyết định 19/2025/QĐ-TTg"
    city = Unit(
        code=CITY_CODE,
        name="Thành phố Hồ Chí Minh",
        kind=Unit.Kind.CITY,
        source="Nghị quyết 202/2025/QH15",
        active=True,
    )
    wanted = [city] + [
        Unit(
            code=row["code"],
            # The spelling of the decrees ("Hòa"), where the source has the other ("Hoà").
            name=row["full_name_alt"] or row["full_name"],
            kind=KINDS[row["type"]],
            former_area=row["former_area"],
            source=source,
        )
        for row in data["units"]
    ]
    before = Unit.objects.count()
    Unit.objects.bulk_create(
        wanted,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "kind", "former_area", "source"],
    )
    return Unit.objects.count() - before


def load_fields() -> int:
    """The fields of the procedures of a commune; a field that exists is left alone."""
    known = set(Field.objects.values_list("code", flat=True))
    new = [Field(**row) for row in _read("fields.json")["fields"] if row["code"] not in known]
    return len(Field.objects.bulk_create(new))


def load_calendar() -> tuple[int, int]:
    """City-wide days and opening hours; returns how many of each were new.

    A year in which the city already has any day, and a city that already has any
    opening hours, are left alone: what was removed on screen must not come back.
    """
    data = _read("calendar.json")
    known = set(CalendarDay.objects.filter(unit=None).values_list("date__year", flat=True))
    days = [
        CalendarDay(**{**row, "date": dt.date.fromisoformat(row["date"])})
        for row in data["days"]
        if int(row["date"][:4]) not in known
    ]
    city = Unit.objects.get(code=CITY_CODE)
    hours = (
        []
        if city.opening_hours.exists()
        else [OpeningHours(unit=city, **row) for row in data["hours"]]
    )
    return (
        len(CalendarDay.objects.bulk_create(days)),
        len(OpeningHours.objects.bulk_create(hours)),
    )


def _read(name: str) -> Any:
    file = resources.files("motcua.organisation") / "data" / name
    return json.loads(file.read_text(encoding="utf-8"))
