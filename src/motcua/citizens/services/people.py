"""People: found or added, changed, shown. Each look-up by number is on the record."""

from __future__ import annotations

import datetime as dt
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from motcua.citizens import cccd
from motcua.citizens.errors import AnotherName, Inconsistent, NotValid, TooManyLookUps
from motcua.citizens.models import Citizen
from motcua.citizens.rules import LOOK_UP_WINDOW, LOOK_UPS_WITHOUT_RESULT
from motcua.citizens.services.common import (
    citizen_subject,
    known_citizen,
    make_known,
    note,
    tidy,
)
from motcua.kernel import personal_numbers, phones
from motcua.kernel.clock import now, today
from motcua.kernel.models import AuditEntry
from motcua.kernel.text import folded
from motcua.organisation.permissions import Actor, authorise

OLDEST = 1850


@transaction.atomic
def find_or_add(
    *,
    actor: Actor,
    unit_id: int,
    full_name: str,
    personal_number: str = "",
    birth_date: dt.date | None = None,
    birth_year: int | None = None,
    sex: str = "",
    address: str = "",
    phone: str = "",
    email: str = "",
    override_reason: str = "",
) -> Citizen:
    """The person with this number, or else a new row; from now on the unit knows them.

    Somebody already held keeps what is known; only what was empty is filled. Without a number,
    the same person is one whom this unit knows by the same name, birth date and telephone.

    Arguments:
        birth_year: where only the year is known; ignored when `birth_date` is given.
        sex: `nam`, `nu` or empty.
        override_reason: why number, birth date, sex or name are right although they disagree.

    Raises:
        Forbidden: the actor may not receive people in this unit.
        NotValid: a field cannot be; `Inconsistent` where fields contradict the number.
        AnotherName: the number is held by somebody of another name.
    """
    authorise(actor, "citizens.look_up", unit_id)
    facts = _facts(full_name, birth_date, birth_year, sex, address, phone, email)
    reason = tidy("override_reason", override_reason, 300)
    number = _number(personal_number)
    if number:
        _hold_against_number(number, facts, reason)
    held = _held(unit_id, number, facts)
    if held is None:
        held, added = _add(unit_id, number, facts)
    else:
        added = False
    if added:
        note("citizen.add", actor, citizen_subject(held), unit_id, **_said(reason))
    else:
        _agree_on_name(held, str(facts["full_name"]), reason)
        filled = _fill(held, facts)
        note("citizen.find", actor, citizen_subject(held), unit_id, filled=filled, **_said(reason))
    make_known(held, unit_id)
    return held


@transaction.atomic
def find_by_number(*, actor: Actor, unit_id: int, number: str) -> Citizen | None:
    """The person with this whole number, known to the unit from now on; None if nobody has it.

    Raises:
        Forbidden: the actor may not look people up in this unit.
        NotValid: not twelve digits.
        TooManyLookUps: the actor found nobody too often within the hour.
    """
    authorise(actor, "citizens.look_up", unit_id)
    number = _number(number, required=True)
    if _misses(actor, unit_id) >= LOOK_UPS_WITHOUT_RESULT:
        raise TooManyLookUps
    found = Citizen.objects.filter(number_key=personal_numbers.search_key(number)).first()
    if found is None:
        note("citizen.look_up_missed", actor, "citizen:", unit_id)
        return None
    make_known(found, unit_id)
    note("citizen.look_up", actor, citizen_subject(found), unit_id)
    return found


@transaction.atomic
def introduce(*, actor: Actor, unit_id: int, citizen_id: int, to_unit_id: int, reason: str) -> None:
    """Let another unit know the citizen, for example because their dossier goes there.

    Raises:
        Forbidden: the actor may not see people in the unit that introduces.
        NotKnownHere: that unit does not know the citizen itself.
    """
    authorise(actor, "citizens.view", unit_id)
    citizen = known_citizen(unit_id, citizen_id)
    make_known(citizen, to_unit_id)
    note(
        "citizen.introduce",
        actor,
        citizen_subject(citizen),
        unit_id,
        to_unit=to_unit_id,
        reason=tidy("reason", reason, 200),
    )


@transaction.atomic
def change_contact(
    *,
    actor: Actor,
    unit_id: int,
    citizen_id: int,
    phone: str | None = None,
    email: str | None = None,
    address: str | None = None,
) -> Citizen:
    """Change how the person is reached; None leaves a value as it is.

    Raises:
        Forbidden: the actor may not change people in this unit.
        NotKnownHere: the unit has nothing to do with this citizen.
        NotValid: a field cannot be.
    """
    authorise(actor, "citizens.edit", unit_id)
    known_citizen(unit_id, citizen_id)
    citizen = Citizen.objects.select_for_update().get(pk=citizen_id)
    wanted = {
        "phone": None if phone is None else _phone(phone),
        "email": None if email is None else _email(email),
        "address": None if address is None else tidy("address", address, 300),
    }
    changed = sorted(
        name
        for name, value in wanted.items()
        if value is not None and getattr(citizen, name) != value
    )
    for name in changed:
        setattr(citizen, name, wanted[name])
    if changed:
        citizen.save(update_fields=changed)
        note("citizen.change", actor, citizen_subject(citizen), unit_id, changed=changed)
    return citizen


@transaction.atomic
def reveal_number(*, actor: Actor, unit_id: int, citizen_id: int, reason: str) -> str:
    """The whole number, once, on the record.

    Raises:
        Forbidden: the actor may not see numbers in this unit.
        NotKnownHere: the unit has nothing to do with this citizen.
        NotValid: no reason was given.
    """
    authorise(actor, "citizens.reveal_number", unit_id)
    citizen = known_citizen(unit_id, citizen_id)
    reason = tidy("reason", reason, 300, required="Ghi lý do cần xem đủ số định danh.")
    note("citizen.reveal_number", actor, citizen_subject(citizen), unit_id, reason=reason)
    return citizen.personal_number or ""


def _facts(
    full_name: str,
    birth_date: dt.date | None,
    birth_year: int | None,
    sex: str,
    address: str,
    phone: str,
    email: str,
) -> dict[str, str | dt.date | int | None]:
    if sex not in {"", *Citizen.Sex.values}:
        raise NotValid("sex", "Chọn Nam hoặc Nữ.")
    year = birth_date.year if birth_date else birth_year
    if birth_date and birth_date > today():
        raise NotValid("birth_date", "Ngày sinh ở sau hôm nay.")
    if year is not None and not OLDEST <= year <= today().year:
        raise NotValid("birth_year", "Năm sinh không đúng.")
    name = unicodedata.normalize("NFC", full_name)
    return {
        "full_name": tidy("full_name", name, 120, required="Nhập họ và tên."),
        "birth_date": birth_date,
        "birth_year": year,
        "sex": sex,
        "address": tidy("address", address, 300),
        "phone": _phone(phone),
        "email": _email(email),
    }


def _number(typed: str, *, required: bool = False) -> str:
    if not typed.strip() and not required:
        return ""
    try:
        number = personal_numbers.normalise(typed)
    except personal_numbers.PersonalNumberError as wrong:
        raise NotValid("personal_number", str(wrong)) from None
    if not number.isascii():
        raise NotValid("personal_number", "Số định danh cá nhân gồm đúng 12 chữ số.")
    return number


def _hold_against_number(
    number: str, facts: dict[str, str | dt.date | int | None], reason: str
) -> None:
    date, year = facts["birth_date"], facts["birth_year"]
    assert date is None or isinstance(date, dt.date)
    assert year is None or isinstance(year, int)
    findings = cccd.errors(
        cccd.check(number, today=today(), birth_date=date, birth_year=year, sex=str(facts["sex"]))
    )
    if findings and not reason:
        raise Inconsistent(findings)


def _held(
    unit_id: int, number: str, facts: dict[str, str | dt.date | int | None]
) -> Citizen | None:
    if number:
        key = personal_numbers.search_key(number)
        return Citizen.objects.select_for_update().filter(number_key=key).first()
    born = facts["birth_date"]
    if not (isinstance(born, dt.date) and facts["phone"]):
        return None
    return (
        Citizen.objects.select_for_update(of=("self",))
        .filter(
            known_at__unit_id=unit_id,
            name_folded=folded(str(facts["full_name"])),
            birth_date=born,
            phone=facts["phone"],
        )
        .first()
    )


def _add(
    unit_id: int, number: str, facts: dict[str, str | dt.date | int | None]
) -> tuple[Citizen, bool]:
    """A new row; if another counter added the same number a moment ago, theirs."""
    try:
        with transaction.atomic():
            return (
                Citizen.objects.create(personal_number=number, created_unit_id=unit_id, **facts),
                True,
            )
    except IntegrityError:
        key = personal_numbers.search_key(number)
        return Citizen.objects.select_for_update().get(number_key=key), False


def _agree_on_name(held: Citizen, name: str, reason: str) -> None:
    if folded(name) == held.name_folded:
        return
    if not reason:
        raise AnotherName(held.full_name)
    held.full_name = name
    held.save(update_fields=["full_name"])


def _fill(held: Citizen, facts: dict[str, str | dt.date | int | None]) -> list[str]:
    """Take over what was not known yet; say which fields."""
    empty = sorted(name for name, value in facts.items() if value and not getattr(held, name))
    for name in empty:
        setattr(held, name, facts[name])
    if empty:
        held.save(update_fields=empty)
    return empty


def _said(reason: str) -> dict[str, str]:
    return {"reason": reason} if reason else {}


def _misses(actor: Actor, unit_id: int) -> int:
    return AuditEntry.objects.filter(
        unit_id=unit_id,
        at__gte=now() - LOOK_UP_WINDOW,
        action="citizen.look_up_missed",
        actor=actor.label,
    ).count()


def _phone(typed: str) -> str:
    try:
        return phones.normalise(typed) if typed.strip() else ""
    except phones.PhoneError as wrong:
        raise NotValid("phone", str(wrong)) from None


def _email(typed: str) -> str:
    address = typed.strip()
    if not address:
        return ""
    try:
        validate_email(address)
    except ValidationError:
        raise NotValid("email", "Địa chỉ e-mail không đúng, ví dụ ten@vidu.vn.") from None
    if len(address) > 254:
        raise NotValid("email", "Nhập tối đa 254 ký tự.")
    return address
