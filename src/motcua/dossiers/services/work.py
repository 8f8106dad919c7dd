"""From the department's tray to the leader's table: hand over, take, pause, propose, send back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from motcua.dossiers.errors import DossierError, HeldByAnother, NotValid
from motcua.dossiers.models import Dossier, Pause
from motcua.dossiers.rules import Act, State
from motcua.dossiers.services.common import (
    authorise_act,
    check_holder,
    covers,
    locked,
    moment,
    move,
    party,
    written,
)
from motcua.dossiers.services.results import draft
from motcua.dossiers.services.supplements import start_clock
from motcua.organisation.models import Department, Person, RoleAssignment
from motcua.organisation.permissions import Actor, authorise
from motcua.organisation.rules import Role


def hand_over(
    *,
    actor: Actor,
    dossier_id: int,
    to_person_id: int | None = None,
    to_department_id: int | None = None,
    note: str = "",
    expected_version: int | None = None,
) -> Dossier:
    """Give a dossier to a colleague or to a department of the unit that decides.

    Raises:
        Forbidden: the actor may not hand over in that unit.
        NotNow, ChangedMeanwhile, HeldByAnother: a colleague has it.
        NotValid: nobody was named, or somebody who does not work there.
    """
    with transaction.atomic():
        dossier = locked(dossier_id, expected_version)
        unit = authorise_act(actor, Act.HAND_OVER, dossier)
        check_holder(actor, Act.HAND_OVER, dossier)
        giver = party(dossier.holder or actor.person, dossier.department, dossier.unit_competent)
        _give(dossier, to_person_id, to_department_id)
        taker = party(dossier.holder, dossier.department, dossier.unit_competent)
        move(dossier, Act.HAND_OVER, actor, unit_id=unit, note=note, hop=(giver, taker))
    return dossier


@dataclass(frozen=True)
class Refused:
    """A dossier that was not handed over, and why."""

    code: str
    why: str


def hand_over_many(
    *,
    actor: Actor,
    unit_id: int,
    dossier_ids: Sequence[int],
    to_person_id: int,
    note: str,
) -> tuple[list[Dossier], list[Refused]]:
    """Hand over what one colleague holds to another, each dossier by itself.

    Returns:
        those handed over, and those that were not: somebody was quicker, or they have ended.

    Raises:
        Forbidden: the actor leads nobody in this unit.
        NotValid: no reason was given.
    """
    authorise(actor, "dossiers.hand_over_many", unit_id)
    note = written("note", note, "Ghi lý do bàn giao.")
    done: list[Dossier] = []
    refused: list[Refused] = []
    # In one order for everybody, so that two bulk hand-overs never wait for each other.
    for dossier_id in sorted(set(dossier_ids)):
        try:
            done.append(
                hand_over(actor=actor, dossier_id=dossier_id, to_person_id=to_person_id, note=note)
            )
        except DossierError as wrong:
            refused.append(
                Refused(Dossier.objects.values_list("code").get(pk=dossier_id)[0], str(wrong))
            )
    return done, refused


def take(*, actor: Actor, dossier_id: int, expected_version: int | None = None) -> Dossier:
    """Begin to work on a dossier of one's department; from now on it is in one's hands.

    Raises:
        Forbidden: the actor does not work on dossiers in that unit, or in that department.
        NotNow, ChangedMeanwhile: somebody else took it.
        HeldByAnother: it was handed to a colleague.
    """
    with transaction.atomic():
        dossier = locked(dossier_id, expected_version)
        unit = authorise_act(actor, Act.TAKE, dossier)
        person = actor.person
        if person is not None:
            if dossier.holder is not None and not (
                dossier.holder_id == person.pk or covers(person, dossier.holder)
            ):
                raise HeldByAnother(dossier.holder.full_name)
            _check_department(dossier, person)
        giver = party(None, dossier.department, dossier.unit_competent)
        dossier.holder = dossier.specialist = person
        taker = party(person, dossier.department, dossier.unit_competent)
        move(dossier, Act.TAKE, actor, unit_id=unit, hop=(giver, taker))
    return dossier


def pause(
    *, actor: Actor, dossier_id: int, reason: str, expected_version: int | None = None
) -> Dossier:
    """Stop the clock because somebody outside must act first, such as paying a tax.

    Raises:
        Forbidden, NotNow, ChangedMeanwhile, HeldByAnother: as for `hand_over`.
        NotValid: no reason was given.
    """
    reason = written("reason", reason, "Ghi đang chờ việc gì, của ai.")
    with transaction.atomic():
        dossier = locked(dossier_id, expected_version)
        unit = authorise_act(actor, Act.PAUSE, dossier)
        check_holder(actor, Act.PAUSE, dossier)
        dossier.resumes_to = dossier.state
        move(dossier, Act.PAUSE, actor, unit_id=unit, note=reason)
        Pause.objects.create(dossier=dossier, reason=reason, start=moment())
    return dossier


def resume(
    *, actor: Actor, dossier_id: int, note: str = "", expected_version: int | None = None
) -> Dossier:
    """Let the clock run again; the promise moves by the time that it stood.

    Raises:
        Forbidden, NotNow, ChangedMeanwhile: as for `hand_over`.
        NoCalendar: the calendar is empty.
    """
    with transaction.atomic():
        dossier = locked(dossier_id, expected_version)
        unit = authorise_act(actor, Act.RESUME, dossier)
        start_clock(dossier, actor, Act.RESUME, unit, note)
    return dossier


def propose(
    *,
    actor: Actor,
    dossier_id: int,
    title: str,
    symbol: str = "",
    held_id: int | None = None,
    to_person_id: int | None = None,
    note: str = "",
    expected_version: int | None = None,
) -> Dossier:
    """Lay the draft result before a leader.

    Arguments:
        title: what the result is, such as `Giấy xác nhận tình trạng hôn nhân`.
        symbol: what stands behind its number, such as `GXN-UBND`.
        held_id: the draft as a held paper; None while it is only on paper.
        to_person_id: the leader who is to sign; None leaves it to whoever is there.

    Raises:
        Forbidden, NotNow, ChangedMeanwhile, HeldByAnother: as for `hand_over`.
        NotValid: no title, or somebody who does not decide in this unit.
    """
    with transaction.atomic():
        dossier = locked(dossier_id, expected_version)
        unit = authorise_act(actor, Act.PROPOSE, dossier)
        check_holder(actor, Act.PROPOSE, dossier)
        giver = party(actor.person, dossier.department, dossier.unit_competent)
        draft(dossier, title=title, symbol=symbol, held_id=held_id)
        dossier.specialist = dossier.specialist or dossier.holder or actor.person
        dossier.holder = _leader(dossier, to_person_id)
        taker = party(dossier.holder, None, dossier.unit_competent)
        move(dossier, Act.PROPOSE, actor, unit_id=unit, note=note, hop=(giver, taker))
    return dossier


def send_back(
    *, actor: Actor, dossier_id: int, note: str, expected_version: int | None = None
) -> Dossier:
    """Give it back to the specialist, with what is to be put right.

    Raises:
        Forbidden, NotNow, ChangedMeanwhile: as for `hand_over`.
        NotValid: it does not say what is wrong.
    """
    note = written("note", note, "Ghi cần sửa gì.")
    with transaction.atomic():
        dossier = locked(dossier_id, expected_version)
        unit = authorise_act(actor, Act.SEND_BACK, dossier)
        giver = party(actor.person, None, dossier.unit_competent)
        dossier.holder = dossier.specialist
        dossier.results.filter(withdrawn_at=None).update(withdrawn_at=moment())
        taker = party(dossier.holder, dossier.department, dossier.unit_competent)
        move(dossier, Act.SEND_BACK, actor, unit_id=unit, note=note, hop=(giver, taker))
    return dossier


def _give(dossier: Dossier, person_id: int | None, department_id: int | None) -> None:
    if person_id is None and department_id is None:
        raise NotValid("to_person", "Chọn người hoặc phòng nhận.")
    if department_id is not None:
        found = Department.objects.filter(
            pk=department_id, unit_id=dossier.unit_competent_id, active=True
        ).first()
        if found is None:
            raise NotValid("to_department", "Phòng nhận phải thuộc đơn vị giải quyết.")
        dossier.department = found
        dossier.holder = None
    if person_id is not None:
        held = RoleAssignment.objects.in_force().filter(
            person_id=person_id, unit_id=dossier.unit_competent_id
        )
        assignment = held.select_related("person", "department").first()
        if assignment is None:
            raise NotValid("to_person", "Người nhận phải đang làm việc ở đơn vị giải quyết.")
        dossier.holder = assignment.person
        if dossier.state != State.PROPOSED:
            dossier.specialist = assignment.person
            dossier.department = assignment.department or dossier.department


def _check_department(dossier: Dossier, person: Person) -> None:
    """A specialist takes what belongs to their own department; an officer what any counter may."""
    held = RoleAssignment.objects.in_force().filter(
        person=person, unit_id=dossier.unit_competent_id
    )
    if dossier.department_id is None or held.filter(role=Role.OFFICER).exists():
        return
    if not held.filter(department_id=dossier.department_id).exists():
        assert dossier.department is not None
        raise HeldByAnother(dossier.department.name)


def _leader(dossier: Dossier, person_id: int | None) -> Person | None:
    if person_id is None:
        return None
    deciders = {Role.CENTRE_LEADER, Role.COMMITTEE_LEADER}
    found = (
        RoleAssignment.objects.in_force()
        .filter(person_id=person_id, unit_id=dossier.unit_competent_id, role__in=deciders)
        .select_related("person")
        .first()
    )
    if found is None:
        raise NotValid("to_person", "Chọn lãnh đạo của đơn vị giải quyết.")
    return found.person
