"""Counters: what they serve, who is in charge, what the camera sees, whether it is on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from motcua.kernel import events
from motcua.organisation.errors import NotValid
from motcua.organisation.events import CounterChanged
from motcua.organisation.models import Counter, Department, Field, Unit
from motcua.organisation.permissions import Actor
from motcua.organisation.services.common import assign, authorise_edit, note, required

SMALLEST_REGION = 0.1
"""Narrowest region of interest, as a fraction of the picture: a face must fit in."""


@dataclass(frozen=True)
class Region:
    """Region of interest as fractions of the picture, from its top left corner."""

    x: float = 0.0
    y: float = 0.0
    width: float = 1.0
    height: float = 1.0

    def checked(self) -> Region:
        """The region rounded to thousandths.

        Raises:
            NotValid: it leaves the picture or is too small for a face.
        """
        region = Region(*(round(value, 3) for value in (self.x, self.y, self.width, self.height)))
        if min(region.width, region.height) < SMALLEST_REGION:
            raise NotValid("region", "Vùng quan sát quá nhỏ: mỗi chiều ít nhất 10% khung hình.")
        if (
            min(region.x, region.y) < 0
            or region.x + region.width > 1.0005
            or region.y + region.height > 1.0005
        ):
            raise NotValid("region", "Vùng quan sát vượt ra ngoài khung hình.")
        return region


def add_counter(
    *,
    actor: Actor,
    unit_id: int,
    number: int,
    name: str,
    fields: Sequence[Field],
    department: Department | None,
    region: Region | None = None,
    camera_enabled: bool = True,
) -> Counter:
    """Add a counter to a unit.

    Raises:
        Forbidden: the actor may not edit this unit.
        NotValid: the number is taken, no field, a department of another unit, a bad region.
    """
    with transaction.atomic():
        unit = Unit.objects.select_for_update().get(pk=unit_id)
        authorise_edit(actor, unit)
        counter = Counter(unit=unit, camera_enabled=camera_enabled)
        values = _checked(unit, None, number, name, fields, department, region or Region())
        for attribute, value in values.items():
            setattr(counter, attribute, value)
        counter.save()
        counter.fields.set(fields)
        note(
            "counter.add",
            actor,
            counter,
            unit.pk,
            number=number,
            name=counter.name,
            fields=[field.code for field in fields],
            department=counter.department.name,
        )
        events.publish(CounterChanged(counter.pk))
    return counter


def change_counter(
    *,
    actor: Actor,
    counter_id: int,
    number: int,
    name: str,
    fields: Sequence[Field],
    department: Department | None,
    region: Region | None = None,
    camera_enabled: bool | None = None,
) -> Counter:
    """Edit a counter. Region and camera switch stay as they are unless given."""
    with transaction.atomic():
        counter, unit = _locked(counter_id)
        authorise_edit(actor, unit)
        values = _checked(
            unit, counter, number, name, fields, department, region or Region(*counter.region)
        )
        if camera_enabled is not None:
            values["camera_enabled"] = camera_enabled
        changed = assign(counter, values)
        before = sorted(counter.fields.values_list("code", flat=True))
        after = sorted(field.code for field in fields)
        if before != after:
            counter.fields.set(fields)
            changed["fields"] = [before, after]
        if changed:
            counter.save()
            note("counter.change", actor, counter, unit.pk, changed=changed)
            events.publish(CounterChanged(counter.pk))
    return counter


def set_camera(*, actor: Actor, counter_id: int, enabled: bool) -> Counter:
    """Switch the counter's camera on or off at once."""
    return _switch(actor, counter_id, "camera_enabled", enabled, "camera_on", "camera_off")


def set_counter_active(*, actor: Actor, counter_id: int, active: bool) -> Counter:
    """Close a counter down or open it again; what it did stays.

    Raises:
        NotValid: its department was closed meanwhile and nobody would be in charge.
    """
    return _switch(actor, counter_id, "active", active, "reopen", "close")


def _switch(
    actor: Actor, counter_id: int, attribute: str, value: bool, when_on: str, when_off: str
) -> Counter:
    with transaction.atomic():
        counter, unit = _locked(counter_id)
        authorise_edit(actor, unit)
        if attribute == "active" and value and not counter.department.active:
            raise NotValid(
                "counter",
                f"{counter.department.name} đã ngừng. Giao quầy cho phòng khác rồi mở lại.",
            )
        if assign(counter, {attribute: value}):
            counter.save(update_fields=[attribute])
            note(f"counter.{when_on if value else when_off}", actor, counter, unit.pk)
            events.publish(CounterChanged(counter.pk))
    return counter


def _locked(counter_id: int) -> tuple[Counter, Unit]:
    counter = Counter.objects.select_for_update(of=("self",)).get(pk=counter_id)
    return counter, counter.unit


def _checked(
    unit: Unit,
    counter: Counter | None,
    number: int,
    name: str,
    fields: Sequence[Field],
    department: Department | None,
    region: Region,
) -> dict[str, Any]:
    if number < 1:
        raise NotValid("number", "Số quầy bắt đầu từ 1.")
    others = unit.counters.exclude(pk=counter.pk if counter else 0)
    if others.filter(number=number).exists():
        raise NotValid("number", f"Đơn vị đã có quầy số {number}. Chọn số khác.")
    if not fields:
        raise NotValid("fields", "Chọn ít nhất một lĩnh vực.")
    if department is None or department.unit_id != unit.pk or not department.active:
        raise NotValid("department", "Chọn phòng đang hoạt động của đơn vị.")
    region = region.checked()
    return {
        "number": number,
        "name": required("name", name, "Nhập tên quầy, ví dụ “Hộ tịch”."),
        "department": department,
        "region_x": region.x,
        "region_y": region.y,
        "region_width": region.width,
        "region_height": region.height,
    }
