"""The result: drafted, approved, numbered and issued, returned."""

from __future__ import annotations

from django.db import transaction

from motcua.citizens.models import HeldPaper
from motcua.citizens.services.common import open_to
from motcua.dossiers.errors import NotNow, NotValid
from motcua.dossiers.models import Dossier, Result
from motcua.dossiers.provisions import Occasion
from motcua.dossiers.rules import Act, State
from motcua.dossiers.services.common import (
    CITIZEN,
    Party,
    authorise_act,
    locked,
    moment,
    move,
    party,
    written,
)
from motcua.dossiers.services.numbering import next_number
from motcua.dossiers.services.telling import tell
from motcua.kernel.clock import CITY
from motcua.organisation.permissions import Actor


def draft(dossier: Dossier, *, title: str, symbol: str, held_id: int | None) -> Result:
    """The draft of a locked dossier's result; an earlier one is withdrawn.

    Raises:
        NotValid: no title, or a file of somebody else.
    """
    title = written("title", title, "Ghi tên kết quả, ví dụ Giấy khai sinh.", 300)
    _check_file(dossier, held_id)
    dossier.results.filter(withdrawn_at=None).update(withdrawn_at=moment())
    return Result.objects.create(
        dossier=dossier,
        unit_id=dossier.unit_competent_id,
        title=title,
        symbol=symbol.strip()[:40],
        file_id=held_id,
        drafted_at=moment(),
    )


def current(dossier: Dossier) -> Result | None:
    """The result that holds."""
    return dossier.results.filter(withdrawn_at=None).order_by("-pk").first()


def approve(
    *,
    actor: Actor,
    dossier_id: int,
    note: str = "",
    signed_held_id: int | None = None,
    expected_version: int | None = None,
) -> Dossier:
    """The competent person agrees and signs.

    Arguments:
        signed_held_id: the digitally signed file (see `signing.sign_and_approve`); None when it was
            signed on paper.

    Raises:
        Forbidden: the actor does not decide in this unit.
        NotNow, ChangedMeanwhile: somebody else acted.
    """
    with transaction.atomic():
        dossier = locked(dossier_id, expected_version)
        unit = authorise_act(actor, Act.APPROVE, dossier)
        result = _needed(dossier, Act.APPROVE)
        result.signed_at = moment()
        result.signed_by = actor.person
        if signed_held_id is not None:
            _check_file(dossier, signed_held_id)
            result.file_id = signed_held_id
            result.signed_digitally = True
        result.save()
        giver = party(actor.person, None, dossier.unit_competent)
        dossier.holder = None
        taker = Party(f"Văn thư, {dossier.unit_competent.name}")
        move(dossier, Act.APPROVE, actor, unit_id=unit, note=note, hop=(giver, taker))
    return dossier


def number(*, actor: Actor, dossier_id: int, expected_version: int | None = None) -> Result:
    """Give an approved result its number, once: asked again, the same number comes back.

    The number is committed before the seal is made, because the seal shows it. A clerk's
    computer that dies in between finds the number waiting.

    Raises:
        Forbidden: the actor is no clerk of the unit.
        NotNow: it is not approved, or issued already.
    """
    with transaction.atomic():
        dossier = locked(dossier_id, expected_version)
        authorise_act(actor, Act.ISSUE, dossier)
        if dossier.state != State.APPROVED:
            raise NotNow(dossier, Act.ISSUE)
        return _number(_needed(dossier, Act.ISSUE))


def issue(
    *,
    actor: Actor,
    dossier_id: int,
    sealed_held_id: int | None = None,
    note: str = "",
    expected_version: int | None = None,
) -> Dossier:
    """Number, seal and issue an approved result, and tell the citizen that it is ready.

    Arguments:
        sealed_held_id: the digitally sealed file; None when the seal is on paper.

    Raises:
        Forbidden: the actor is no clerk of the unit.
        NotNow, ChangedMeanwhile: somebody else acted.
    """
    with transaction.atomic():
        dossier = locked(dossier_id, expected_version)
        unit = authorise_act(actor, Act.ISSUE, dossier)
        if dossier.state != State.APPROVED:
            raise NotNow(dossier, Act.ISSUE)
        at = moment()
        result = _number(_needed(dossier, Act.ISSUE))
        result.sealed_at = result.issued_at = at
        if sealed_held_id is not None:
            _check_file(dossier, sealed_held_id)
            result.file_id = sealed_held_id
            result.sealed_digitally = True
        result.save()
        if result.file is not None:
            open_to(result.file, dossier.return_unit_id, dossier.code)
        dossier.finished_at = at
        giver = party(actor.person, None, dossier.unit_competent)
        taker = party(None, unit=dossier.return_unit)
        event = move(
            dossier,
            Act.ISSUE,
            actor,
            unit_id=unit,
            note=note,
            detail={"number": result.full_number},
            hop=(giver, taker),
        )
        tell(dossier, Occasion.READY, event)
    return dossier


def return_result(
    *,
    actor: Actor,
    dossier_id: int,
    returned_to: str,
    note: str = "",
    expected_version: int | None = None,
) -> Dossier:
    """Give the result to the citizen, late or not.

    Arguments:
        returned_to: who took it; a post office's or locker's reference where nobody stood there.

    Raises:
        Forbidden: the actor does not receive in the unit that returns it.
        NotNow, ChangedMeanwhile: it is not issued, or was returned.
        NotValid: it does not say who took it.
    """
    returned_to = written("returned_to", returned_to, "Ghi họ tên người nhận kết quả.", 160)
    with transaction.atomic():
        dossier = locked(dossier_id, expected_version)
        unit = authorise_act(actor, Act.RETURN_RESULT, dossier)
        at = moment()
        dossier.returned_at = at
        giver = party(actor.person, unit=dossier.return_unit)
        move(dossier, Act.RETURN_RESULT, actor, unit_id=unit, note=note, hop=(giver, CITIZEN))
        dossier.results.filter(withdrawn_at=None).update(
            returned_at=at, returned_to=returned_to, returned_by=actor.person
        )
    return dossier


def _number(result: Result) -> Result:
    if result.number is None:
        at = moment()
        result.year = at.astimezone(CITY).year
        result.number = next_number(result.unit_id, "result", f"{result.year}:{result.symbol}")
        result.numbered_at = at
        result.save()
    return result


def _needed(dossier: Dossier, act: Act) -> Result:
    found = current(dossier)
    if found is None:
        raise NotNow(dossier, act)
    return found


def _check_file(dossier: Dossier, held_id: int | None) -> None:
    if held_id is None:
        return
    held = HeldPaper.objects.get(pk=held_id)
    if held.citizen_id not in {None, dossier.applicant_id}:
        raise NotValid("held", "Tệp này là của người khác.")
