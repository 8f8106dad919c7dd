"""Reads that other rooms and the screens share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from motcua.kernel.clock import now, today
from motcua.organisation.calendar import Hours, WorkingCalendar
from motcua.organisation.devices import OFFLINE_AFTER
from motcua.organisation.models import (
    Absence,
    CalendarDay,
    Counter,
    Device,
    OpeningHours,
    Person,
    RoleAssignment,
    Unit,
)
from motcua.organisation.rules import Role

CITY_CODE = "79"
"""Code of Thành phố Hồ Chí Minh among the provinces (General Statistics Office)."""


def city() -> Unit:
    """The city above the units.

    Raises:
        Unit.DoesNotExist: the units were never loaded (`motcua install` loads them).
    """
    return Unit.objects.get(code=CITY_CODE)


def calendar_of(unit_id: int) -> WorkingCalendar:
    """The unit's working calendar as the pure rules want it.

    Opening hours are the unit's own, or the city's where it has none. A unit's
    own row for a date goes before the city's.
    """
    return calendars_of([unit_id])[unit_id]


def calendars_of(unit_ids: Iterable[int]) -> dict[int, WorkingCalendar]:
    """As `calendar_of` for many units, in two queries."""
    wanted = set(unit_ids)
    hours: dict[int | None, list[Hours]] = {}
    for row in OpeningHours.objects.filter(Q(unit__in=wanted) | Q(unit__code=CITY_CODE)):
        unit = None if row.unit_id not in wanted else row.unit_id
        hours.setdefault(unit, []).append(
            Hours(row.weekday, row.opens, row.closes, row.counts_for_deadline)
        )
    shared: dict[dt.date, bool] = {}
    own: dict[int, dict[dt.date, bool]] = {unit: {} for unit in wanted}
    for day in CalendarDay.objects.filter(Q(unit__in=wanted) | Q(unit=None)):
        days = shared if day.unit_id is None else own[day.unit_id]
        days[day.date] = day.kind == CalendarDay.Kind.WORKING_DAY
    default = hours.get(None, [])
    return {
        unit: WorkingCalendar(tuple(sorted(hours.get(unit, default))), {**shared, **own[unit]})
        for unit in wanted
    }


def own_days(unit: Unit) -> QuerySet[CalendarDay]:
    """The days that this unit itself set. The city's hold for all and carry no unit."""
    if unit.kind == Unit.Kind.CITY:
        return CalendarDay.objects.filter(unit=None)
    return CalendarDay.objects.filter(unit=unit)


def holders(unit_id: int, role: Role, department_id: int | None = None) -> QuerySet[RoleAssignment]:
    """Who holds this role in the unit today; for a department's head, name the department."""
    found = RoleAssignment.objects.in_force().filter(unit_id=unit_id, role=role)
    if department_id is not None:
        found = found.filter(department_id=department_id)
    return found.select_related("person", "department")


def absent(person_ids: Iterable[int], day: dt.date | None = None) -> dict[int, Absence]:
    """The absence of each of these people who is away on this day (today unless told)."""
    day = day or today()
    away = Absence.objects.select_related("covered_by").filter(
        person__in=list(person_ids), since__lte=day, until__gte=day
    )
    return {absence.person_id: absence for absence in away}


def offline_devices(unit_id: int | None = None, at: dt.datetime | None = None) -> QuerySet[Device]:
    """Enrolled devices that have been silent for longer than OFFLINE_AFTER.

    Whether that is worth an alarm depends on the unit's opening hours
    (`calendar_of(unit).is_open`) and is for the caller to say.
    """
    silent = (at or now()) - OFFLINE_AFTER
    found = Device.objects.filter(
        Q(last_seen=None) | Q(last_seen__lt=silent),
        enrolled_at__isnull=False,
        revoked_at=None,
        unit__active=True,
    )
    return found if unit_id is None else found.filter(unit_id=unit_id)


def people_of(unit_id: int) -> QuerySet[Person]:
    """Everybody who holds or held a role in the unit."""
    return Person.objects.filter(roles__unit_id=unit_id).distinct()


def active_counters(unit_id: int) -> QuerySet[Counter]:
    """The unit's counters that are in use, with their fields and department."""
    return (
        Counter.objects.filter(unit_id=unit_id, active=True)
        .select_related("department")
        .prefetch_related("fields")
    )
