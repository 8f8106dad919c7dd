"""Units, departments and fields of work."""

from __future__ import annotations

from django.db import transaction

from motcua.organisation.errors import NotValid
from motcua.organisation.models import Counter, Department, Field, Unit
from motcua.organisation.permissions import Actor, authorise
from motcua.organisation.selectors import city
from motcua.organisation.services.common import assign, authorise_edit, note, required


def change_unit(*, actor: Actor, unit_id: int, address: str, hotline: str, agency_id: str) -> Unit:
    """Edit what a unit says about itself. Its name and code are the decree's, not ours."""
    with transaction.atomic():
        unit = Unit.objects.select_for_update().get(pk=unit_id)
        authorise_edit(actor, unit)
        changed = assign(
            unit,
            {
                "address": address.strip(),
                "hotline": hotline.strip(),
                "agency_id": agency_id.strip().upper(),
            },
        )
        if changed:
            unit.save()
            note("unit.change", actor, unit, unit.pk, changed=changed)
    return unit


def set_unit_active(*, actor: Actor, unit_id: int, active: bool) -> Unit:
    """Let a unit take part in the system or stop; its data stay.

    Raises:
        Forbidden: the actor is not the city.
        NotValid: the city itself cannot be switched off.
    """
    with transaction.atomic():
        unit = Unit.objects.select_for_update().get(pk=unit_id)
        authorise(actor, "organisation.manage_city", unit.pk)
        if unit.kind == Unit.Kind.CITY:
            raise NotValid("unit", "Không ngừng được đơn vị thành phố.")
        if assign(unit, {"active": active}):
            unit.save(update_fields=["active"])
            note("unit.activate" if active else "unit.deactivate", actor, unit, unit.pk)
    return unit


def add_department(*, actor: Actor, unit_id: int, name: str, kind: str) -> Department:
    """Add a department to a unit."""
    with transaction.atomic():
        unit = Unit.objects.select_for_update().get(pk=unit_id)
        authorise_edit(actor, unit)
        department = Department(unit=unit, **_department(unit, name, kind))
        department.save()
        note("department.add", actor, department, unit.pk, name=department.name, kind=kind)
    return department


def change_department(*, actor: Actor, department_id: int, name: str, kind: str) -> Department:
    """Rename a department or change what it is."""
    with transaction.atomic():
        department, unit = _locked_department(department_id)
        authorise_edit(actor, unit)
        changed = assign(department, _department(unit, name, kind, besides=department.pk))
        if changed:
            department.save()
            note("department.change", actor, department, unit.pk, changed=changed)
    return department


def set_department_active(*, actor: Actor, department_id: int, active: bool) -> Department:
    """Close a department or open it again.

    Raises:
        NotValid: counters in use are still in its charge, so that nobody would be told.
    """
    with transaction.atomic():
        department, unit = _locked_department(department_id)
        authorise_edit(actor, unit)
        served = Counter.objects.filter(department=department, active=True)
        if not active and served.exists():
            names = ", ".join(f"quầy {counter.number}" for counter in served)
            raise NotValid(
                "department",
                f"{department.name} đang phụ trách {names}. Giao các quầy đó cho phòng khác trước.",
            )
        if assign(department, {"active": active}):
            department.save(update_fields=["active"])
            action = "department.reopen" if active else "department.close"
            note(action, actor, department, unit.pk, name=department.name)
    return department


def add_field(*, actor: Actor, code: str, name: str) -> Field:
    """Add a field of work for the whole city."""
    authorise(actor, "organisation.manage_city", city().pk)
    code = required("code", code, "Nhập mã, ví dụ “lao-dong”.").lower()
    name = required("name", name, "Nhập tên lĩnh vực.")
    with transaction.atomic():
        if Field.objects.filter(code=code).exists():
            raise NotValid("code", "Mã này đã có. Chọn mã khác.")
        field = Field.objects.create(code=code, name=name)
        note("field.add", actor, field, None, name=name)
    return field


def change_field(*, actor: Actor, field_id: int, name: str, active: bool) -> Field:
    """Rename a field or take it out of use; counters that serve it keep it."""
    authorise(actor, "organisation.manage_city", city().pk)
    name = required("name", name, "Nhập tên lĩnh vực.")
    with transaction.atomic():
        field = Field.objects.select_for_update().get(pk=field_id)
        changed = assign(field, {"name": name, "active": active})
        if changed:
            field.save()
            note("field.change", actor, field, None, changed=changed)
    return field


def _locked_department(department_id: int) -> tuple[Department, Unit]:
    department = Department.objects.select_for_update().get(pk=department_id)
    return department, department.unit


def _department(unit: Unit, name: str, kind: str, besides: int = 0) -> dict[str, str]:
    name = required("name", name, "Nhập tên phòng, ví dụ “Phòng Văn hóa - Xã hội”.")
    if kind not in Department.Kind.values:
        raise NotValid("kind", "Chọn loại phòng.")
    if unit.departments.filter(name__iexact=name).exclude(pk=besides).exists():
        raise NotValid("name", "Đơn vị đã có phòng tên này.")
    return {"name": name, "kind": kind}
