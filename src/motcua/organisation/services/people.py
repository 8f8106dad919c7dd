"""People: who they are, which roles they hold, how they get in.

One ward's administrator looks after people who work only there. Whoever also
works elsewhere, or in the city, is looked after by the city (`rules.manages`).
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q

from motcua.kernel import phones
from motcua.kernel.clock import today
from motcua.organisation import access, rules
from motcua.organisation.errors import NotValid
from motcua.organisation.models import Department, Person, RoleAssignment, Unit
from motcua.organisation.permissions import Actor, Forbidden, authorise, units_where
from motcua.organisation.rules import IN_A_DEPARTMENT, Role
from motcua.organisation.services.common import assign, note, required

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")
_READABLE = "23456789abcdefghjkmnpqrstuvwxyz"


@dataclass(frozen=True)
class NewPassword:
    """A person with the password to hand over, shown once and changed at the first sign-in."""

    person: Person
    password: str


def add_person(
    *,
    actor: Actor,
    unit_id: int,
    username: str,
    full_name: str,
    role: Role,
    department: Department | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
    **contact: str,
) -> NewPassword:
    """Add somebody with their first role and a one-time password.

    Arguments:
        contact: `title`, `phone`, `second_phone`, `email`, each optional.

    Raises:
        Forbidden: the actor may not look after people in this unit.
        NotValid: what was typed cannot be; the field is named.
    """
    authorise(actor, "organisation.manage_people", unit_id)
    username = username.strip().lower()
    if not _USERNAME.fullmatch(username):
        raise NotValid(
            "username",
            "Tên đăng nhập gồm 3 đến 40 chữ thường không dấu, số, dấu chấm hoặc gạch.",
        )
    with transaction.atomic():
        if Person.objects.filter(username__iexact=username).exists():
            raise NotValid("username", "Tên đăng nhập này đã có người dùng. Chọn tên khác.")
        person = Person(username=username, must_change_password=True)
        assign(person, _details(full_name, contact))
        password = _one_time_password()
        person.set_password(password)
        person.save()
        note("person.add", actor, person, unit_id, username=username, full_name=person.full_name)
        grant_role(
            actor=actor,
            person_id=person.pk,
            unit_id=unit_id,
            role=role,
            department=department,
            since=since,
            until=until,
        )
    return NewPassword(person, password)


def change_person(*, actor: Actor, person_id: int, full_name: str, **contact: str) -> Person:
    """Edit a person's name, title, phones and e-mail."""
    with transaction.atomic():
        person = looked_after(actor, person_id)
        changed = assign(person, _details(full_name, contact))
        if changed:
            person.save()
            for secret in changed.keys() & {"phone", "second_phone"}:
                changed[secret] = [phones.masked(number) for number in changed[secret]]
            note_everywhere(actor, person, "person.change", changed=changed)
    return person


def grant_role(
    *,
    actor: Actor,
    person_id: int,
    unit_id: int,
    role: Role,
    department: Department | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> RoleAssignment:
    """Have the person hold a role in a unit, from today or the given day on.

    A role that the person held before and lost is revived with the new dates.

    Raises:
        Forbidden: the actor may not give this role away in this unit.
        NotValid: a head without a department, a foreign department, dates in the wrong order.
    """
    since = since or today()
    if until and until < since:
        raise NotValid("until", "Ngày kết thúc phải sau ngày bắt đầu.")
    with transaction.atomic():
        unit = Unit.objects.get(pk=unit_id)
        authorise(actor, "organisation.manage_people", unit.pk)
        _check_grantable(actor, unit, role)
        if role in IN_A_DEPARTMENT and department is None:
            raise NotValid("department", f"{role.vietnamese} phải thuộc một phòng: chọn phòng.")
        if department and department.unit_id != unit.pk:
            raise NotValid("department", "Phòng phải thuộc đơn vị này.")
        person = Person.objects.select_for_update().get(pk=person_id)
        if person.roles.exists():
            _check_looked_after(actor, person)
        assignment, new = RoleAssignment.objects.get_or_create(
            person=person,
            role=role,
            unit=unit,
            department=department,
            defaults={"since": since, "until": until},
        )
        if not new:
            assign(assignment, {"since": min(since, assignment.since), "until": until})
            assignment.save()
        access.changed(person.pk)
        note(
            "person.grant_role",
            actor,
            person,
            unit.pk,
            role=str(role),
            department=department.name if department else None,
            since=assignment.since,
            until=until,
        )
    return assignment


def end_role(*, actor: Actor, assignment_id: int) -> RoleAssignment:
    """Take a role away at once; the row stays as history.

    Raises:
        NotValid: a unit would be left without an administrator.
    """
    with transaction.atomic():
        assignment = RoleAssignment.objects.select_for_update().get(pk=assignment_id)
        authorise(actor, "organisation.manage_people", assignment.unit_id)
        person = looked_after(actor, assignment.person_id)
        _keep_an_administrator(person, RoleAssignment.objects.filter(pk=assignment.pk))
        if assign(assignment, {"until": today() - dt.timedelta(days=1)}):
            assignment.save(update_fields=["until"])
            access.changed(person.pk)
            note("person.end_role", actor, person, assignment.unit_id, role=assignment.role)
    return assignment


def set_person_active(*, actor: Actor, person_id: int, active: bool) -> Person:
    """Lock somebody out of the system or let them in again; what they did stays.

    Raises:
        NotValid: one's own account, or a unit's last administrator.
    """
    with transaction.atomic():
        person = looked_after(actor, person_id)
        if not active and actor.person and actor.person.pk == person.pk:
            raise NotValid("person", "Không khoá được tài khoản của chính mình.")
        if not active:
            _keep_an_administrator(person, person.roles.all())
        if assign(person, {"is_active": active}):
            person.save(update_fields=["is_active"])
            access.changed(person.pk)
            note_everywhere(actor, person, "person.unlock" if active else "person.lock")
    return person


def issue_password(*, actor: Actor, person_id: int) -> NewPassword:
    """A new one-time password for somebody who forgot theirs; their open sessions end."""
    with transaction.atomic():
        person = looked_after(actor, person_id)
        password = _one_time_password()
        person.set_password(password)
        person.must_change_password = True
        person.save(update_fields=["password", "must_change_password"])
        access.changed(person.pk)
        note_everywhere(actor, person, "person.issue_password")
    return NewPassword(person, password)


def reveal_phone(*, actor: Actor, person_id: int, unit_id: int) -> list[str]:
    """A colleague's phone numbers in full; that they were looked at is on the record.

    Returns:
        the numbers in E.164, at most two.

    Raises:
        Forbidden: the actor may not see numbers of this unit.
        Person.DoesNotExist: the person never held a role in this unit.
    """
    authorise(actor, "organisation.reveal_phone", unit_id)
    with transaction.atomic():
        person = Person.objects.filter(roles__unit_id=unit_id).distinct().get(pk=person_id)
        note("person.reveal_phone", actor, person, unit_id)
    return [number for number in (person.phone, person.second_phone) if number]


def may_look_after(actor: Actor, person: Person) -> bool:
    """Whether the actor may change this person's account."""
    if actor.person is None:
        return True
    mine = units_where(actor.person, "organisation.manage_people")
    return rules.manages(None if mine is None else frozenset(mine), _units_of(person))


def _units_of(person: Person) -> frozenset[int]:
    held = person.roles.filter(Q(until=None) | Q(until__gte=today()))
    # Somebody whose every role has ended still belongs to where they were.
    units = held.values_list("unit_id", flat=True) or person.roles.values_list("unit_id", flat=True)
    return frozenset(units)


def _check_looked_after(actor: Actor, person: Person) -> None:
    if not may_look_after(actor, person):
        raise Forbidden("organisation.manage_people")


def looked_after(actor: Actor, person_id: int) -> Person:
    """The person, locked, if the actor may change their account.

    Raises:
        Forbidden: they are looked after elsewhere.
    """
    person = Person.objects.select_for_update().get(pk=person_id)
    _check_looked_after(actor, person)
    return person


def _check_grantable(actor: Actor, unit: Unit, role: Role) -> None:
    if actor.person is None:
        return
    held = {
        held for held, where in actor.person.active_roles() if where == unit.pk or held is Role.CITY
    }
    if role not in rules.grantable(frozenset(held), unit.kind == Unit.Kind.CITY):
        raise Forbidden("organisation.manage_people")


def _keep_an_administrator(person: Person, ending: Any) -> None:
    """Refuse to end the roles by which some active unit still has an administrator."""
    keys = {Role.ADMINISTRATOR, Role.CITY}
    for role, unit_id in ending.filter(role__in=keys, unit__active=True).values_list(
        "role", "unit_id"
    ):
        # Locked, so that two administrators cannot lock each other out at the same moment.
        Unit.objects.select_for_update(no_key=True).get(pk=unit_id)
        in_force = RoleAssignment.objects.in_force().filter(unit_id=unit_id, role=role)
        if in_force.filter(person=person).exists() and not in_force.exclude(person=person).exists():
            raise NotValid(
                "person",
                f"{person.full_name} là {Role(role).vietnamese.lower()} duy nhất của đơn vị. "
                "Thêm một người khác vào vai trò này trước.",
            )


def _details(full_name: str, contact: dict[str, str]) -> dict[str, str]:
    values = {"full_name": required("full_name", full_name, "Nhập họ và tên.")}
    values["title"] = " ".join(contact.get("title", "").split())
    for field in ("phone", "second_phone"):
        typed = contact.get(field, "").strip()
        try:
            values[field] = phones.normalise_mobile(typed) if typed else ""
        except phones.PhoneError as wrong:
            raise NotValid(field, str(wrong)) from wrong
    if values["phone"] and values["phone"] == values["second_phone"]:
        raise NotValid("second_phone", "Hai số giống nhau. Bỏ trống hoặc nhập một số khác.")
    values["email"] = contact.get("email", "").strip().lower()
    if values["email"]:
        try:
            validate_email(values["email"])
        except ValidationError as wrong:
            raise NotValid(
                "email", "Địa chỉ e-mail không đúng, ví dụ “ten@tphcm.gov.vn”."
            ) from wrong
    return values


def _one_time_password() -> str:
    """Twelve letters in three groups, 59 bits: read out over a desk, typed once."""
    letters = [secrets.choice(_READABLE) for _ in range(12)]
    return "-".join("".join(letters[start : start + 4]) for start in (0, 4, 8))


def note_everywhere(actor: Actor, person: Person, action: str, **detail: Any) -> None:
    """One entry for each unit that the person works in, so that each one's log is whole."""
    for unit_id in sorted(_units_of(person)):
        note(action, actor, person, unit_id, **detail)
