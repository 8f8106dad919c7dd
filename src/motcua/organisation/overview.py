"""Reads that only this room's pages need; other rooms read `selectors`."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import Http404

from motcua.kernel.text import by_given_name
from motcua.organisation import devices
from motcua.organisation.models import (
    CalendarDay,
    Counter,
    Department,
    Device,
    Field,
    OpeningHours,
    Person,
    RoleAssignment,
    Unit,
)
from motcua.organisation.rules import Role
from motcua.organisation.selectors import CITY_CODE, holders, own_days, people_of


@dataclass(frozen=True)
class Missing:
    """Something without which a unit cannot work yet, and the page where it is put right."""

    text: str
    page: str


@dataclass(frozen=True)
class DeviceState:
    """How a device is, in words, with the tone of its badge."""

    text: str
    tone: str
    icon: str = ""


def missing_parts(unit: Unit) -> list[Missing]:
    """What a ward or commune still lacks so that every warning reaches somebody."""
    if unit.kind == Unit.Kind.CITY:
        return []
    counters = list(unit.counters.filter(active=True).select_related("department"))
    heads = {holder.department_id for holder in department_heads(unit.pk)}
    leaders = holders(unit.pk, Role.CENTRE_LEADER)
    found = []
    if not holders(unit.pk, Role.ADMINISTRATOR):
        found.append(Missing("Chưa có quản trị của đơn vị.", "people"))
    if not unit.departments.filter(active=True):
        found.append(Missing("Chưa có phòng nào.", "departments"))
    if not counters:
        found.append(Missing("Chưa có quầy nào.", "counters"))
    if not leaders:
        found.append(
            Missing("Chưa có lãnh đạo Trung tâm: không ai nhận tin cảnh báo đầu tiên.", "people")
        )
    for leader in leaders:
        if not leader.person.phone:
            found.append(Missing(f"{leader.person} chưa có số di động nhận tin.", "people"))
    for name, pk in {
        counter.department.name: counter.department_id for counter in counters
    }.items():
        if pk not in heads:
            found.append(Missing(f"{name} phụ trách quầy nhưng chưa có trưởng phòng.", "people"))
    return found


def department_heads(unit_id: int) -> QuerySet[RoleAssignment]:
    """Who heads which department of the unit today."""
    return holders(unit_id, Role.DEPARTMENT_HEAD)


def staff(unit_id: int) -> list[tuple[Person, list[RoleAssignment]]]:
    """Everybody who holds a role in the unit now or later, then those who did or are locked."""
    held: dict[int, list[RoleAssignment]] = defaultdict(list)
    in_force = RoleAssignment.objects.in_force().filter(unit_id=unit_id)
    for assignment in in_force.select_related("department"):
        held[assignment.person_id].append(assignment)
    people = sorted(
        people_of(unit_id),
        key=lambda person: (person.pk not in held, by_given_name(person.full_name)),
    )
    return [(person, held[person.pk]) for person in people]


def roles_in(unit_id: int, person_id: int) -> QuerySet[RoleAssignment]:
    """The person's roles in this unit, also those that ended or have not begun."""
    return (
        RoleAssignment.objects.filter(unit_id=unit_id, person_id=person_id)
        .select_related("department")
        .order_by("-until", "since")
    )


def works_elsewhere(unit_id: int, person_id: int) -> bool:
    """Whether the person holds a role in another unit; which one is not this unit's business."""
    held = RoleAssignment.objects.in_force().filter(person_id=person_id)
    return held.exclude(unit_id=unit_id).exists()


def field_or_404(pk: int) -> Field:
    """The field of work with this key."""
    field = Field.objects.filter(pk=pk).first()
    if field is None:
        raise Http404
    return field


def counters_under_the_same_camera(counter: Counter) -> list[Counter]:
    """Other counters in the picture of a camera that watches this one."""
    cameras = counter.devices.filter(kind=Device.Kind.CAMERA, revoked_at=None)
    found = Counter.objects.filter(devices__in=cameras, active=True).exclude(pk=counter.pk)
    return list(found.distinct())


def device_state(device: Device, at: dt.datetime) -> DeviceState:
    """How the device is at this moment."""
    if device.revoked_at:
        return DeviceState("Đã thu hồi", "neutral")
    if device.enrolled_at is None:
        if device.enrolment_expires and device.enrolment_expires > at:
            return DeviceState("Chờ nhập mã", "info", "clock")
        return DeviceState("Mã đã hết hạn", "attention", "alert")
    if devices.is_offline(device, at):
        return DeviceState("Mất liên lạc", "attention", "alert")
    return DeviceState("Đang hoạt động", "good", "check")


def heads_by_department(unit_id: int) -> dict[int | None, Person]:
    """The person in charge of each department that has one."""
    return {holder.department_id: holder.person for holder in department_heads(unit_id)}


def open_departments(unit: Unit) -> QuerySet[Department]:
    """The departments that counters and people can be given to."""
    return unit.departments.filter(active=True)


def days_in_force(unit: Unit, year: int) -> list[CalendarDay]:
    """The year's days that differ for this unit; its own row hides the city's for a date."""
    rows = CalendarDay.objects.filter(Q(unit=None) | Q(unit=unit), date__year=year)
    by_date: dict[dt.date, CalendarDay] = {}
    for day in sorted(rows, key=lambda row: row.unit_id is not None):
        by_date[day.date] = day
    return sorted(by_date.values(), key=lambda day: day.date)


def day_of(unit: Unit, date: dt.date | None) -> tuple[CalendarDay | None, CalendarDay | None]:
    """The unit's own row for a date, and the city's where the unit has none of its own."""
    if date is None:
        return None, None
    own = own_days(unit).filter(date=date).first()
    return own, None if own else CalendarDay.objects.filter(unit=None, date=date).first()


def hours_in_force(unit: Unit) -> list[OpeningHours]:
    """The unit's opening hours, or the city's where it has none of its own."""
    own = list(unit.opening_hours.order_by("weekday", "opens"))
    return own or list(
        OpeningHours.objects.filter(unit__code=CITY_CODE).order_by("weekday", "opens")
    )
