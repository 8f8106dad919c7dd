"""Receiving: the dossier is complete; the clock starts where it is decided."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from motcua.citizens.services.common import open_to
from motcua.dossiers.errors import Incomplete, NotValid
from motcua.dossiers.models import Dossier
from motcua.dossiers.provisions import Occasion
from motcua.dossiers.rules import Act
from motcua.dossiers.services.common import (
    Party,
    authorise_act,
    locked,
    moment,
    move,
    party,
    written,
)
from motcua.dossiers.services.promises import SetByHand, forward_by, set_first, why
from motcua.dossiers.services.telling import tell
from motcua.organisation.models import Counter, Department
from motcua.organisation.permissions import Actor

ELSEWHERE_PROMISES = (
    "Hồ sơ này do cơ quan khác giải quyết, nơi đó hẹn ngày trả khi nhận hồ sơ. Để trống ô này."
)


def receive(
    *,
    actor: Actor,
    dossier_id: int,
    expected_version: int | None = None,
    promised_at: dt.datetime | None = None,
    promise_reason: str = "",
    although_incomplete: str = "",
    note: str = "",
) -> Dossier:
    """Receive a complete dossier (form 01).

    Where this unit decides, the clock starts now and the department in charge gets it. Where
    another one does, it is routed there at once; its clock starts when that unit receives it.

    Arguments:
        promised_at, promise_reason: only for a procedure whose time the catalogue does not know.
        although_incomplete: why it is received although a paper is missing.

    Raises:
        Forbidden: the actor may not receive in this unit.
        NotNow, ChangedMeanwhile: somebody else acted.
        Incomplete: papers are missing.
        PromiseUnknown, NotValid, NoCalendar: see `promises.set_first`. A promise for what another
            unit decides is NotValid, too.
    """
    with transaction.atomic():
        dossier = locked(dossier_id, expected_version)
        act = Act.FORWARD if dossier.elsewhere else Act.RECEIVE
        unit = authorise_act(actor, act, dossier)
        missing = missing_papers(dossier)
        if missing and not although_incomplete.strip():
            raise Incomplete(missing)
        if dossier.elsewhere and promised_at is not None:
            raise NotValid("promised_at", ELSEWHERE_PROMISES)
        at = moment()
        dossier.received_at = at
        desk = party(actor.person, unit=dossier.unit_received)
        if although_incomplete:
            note = " ".join(filter(None, [note, f"Nhận khi còn thiếu: {although_incomplete}"]))
        if dossier.elsewhere:
            dossier.forward_by = dossier.due_at = forward_by(dossier.unit_received_id, at)
            _open_papers(dossier)
            to = party(None, unit=dossier.unit_competent)
            move(dossier, act, actor, unit_id=unit, note=note, hop=(desk, to))
            return dossier
        _start(dossier, actor, act, unit, desk, _by_hand(promised_at, promise_reason), note)
    return dossier


def arrive(
    *,
    actor: Actor,
    dossier_id: int,
    expected_version: int | None = None,
    promised_at: dt.datetime | None = None,
    promise_reason: str = "",
    note: str = "",
) -> Dossier:
    """The unit that decides receives what another one took in; its clock starts now.

    Raises: as `receive`.
    """
    with transaction.atomic():
        dossier = locked(dossier_id, expected_version)
        unit = authorise_act(actor, Act.ARRIVE, dossier)
        desk = party(None, unit=dossier.unit_received)
        by_hand = _by_hand(promised_at, promise_reason)
        _start(dossier, actor, Act.ARRIVE, unit, desk, by_hand, note)
    return dossier


def missing_papers(dossier: Dossier) -> list[str]:
    """Papers that are needed and not there."""
    rows = dossier.papers.filter(needed=True, ticked=False).order_by("order")
    return list(rows.values_list("requirement", flat=True))


def department_in_charge(unit_id: int, field_id: int) -> Department | None:
    """The department in charge of the counter that serves the field; None if no counter does."""
    counter = (
        Counter.objects.filter(unit_id=unit_id, active=True, fields=field_id)
        .select_related("department")
        .order_by("number")
        .first()
    )
    return counter.department if counter else None


def _start(
    dossier: Dossier,
    actor: Actor,
    act: Act,
    unit: int,
    desk: Party,
    by_hand: SetByHand | None,
    note: str,
) -> None:
    dossier.competent_received_at = moment()
    promise = set_first(dossier, by_hand)
    dossier.department = department_in_charge(dossier.unit_competent_id, dossier.version.field_id)
    to = party(None, dossier.department, dossier.unit_competent)
    event = move(
        dossier,
        act,
        actor,
        unit_id=unit,
        note=note,
        detail={"why": why(promise), "promised_at": promise.at.isoformat()},
        hop=(desk, to),
    )
    tell(dossier, Occasion.ACCEPTED, event)


def _open_papers(dossier: Dossier) -> None:
    """Let the unit that decides open the files that came with the dossier."""
    for row in dossier.papers.exclude(held=None).select_related("held"):
        if row.held is not None:
            open_to(row.held, dossier.unit_competent_id, dossier.code)


def _by_hand(promised_at: dt.datetime | None, reason: str) -> SetByHand | None:
    if promised_at is None:
        return None
    return SetByHand(promised_at, written("promise_reason", reason, "Ghi căn cứ của ngày hẹn."))
