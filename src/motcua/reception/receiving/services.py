"""Every write while an officer receives somebody, and the one that makes a dossier of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.base import File
from django.db import transaction

from motcua.citizens.models import HeldPaper
from motcua.citizens.rules import ConsentVia, Origin, PaperState
from motcua.citizens.selectors import reusable
from motcua.citizens.services import papers
from motcua.citizens.services.common import known_citizen
from motcua.dossiers import services as dossiers
from motcua.dossiers.models import Dossier
from motcua.dossiers.rules import Channel
from motcua.dossiers.services import Tick
from motcua.kernel import audit
from motcua.kernel.clock import now, today
from motcua.organisation.permissions import Actor, authorise
from motcua.procedures.models import PaperRequirement, ProcedureVersion
from motcua.reception.errors import IntakeClosed, NothingHere
from motcua.reception.models import Intake, Turn

ACTION = "reception.receive"
PAPER_NAME = 300
LONGEST = 2000
"""Letters kept of one answer as typed; the form itself says what is too long."""


@dataclass(frozen=True)
class Ending:
    """What the last button says beside the answers kept so far.

    Arguments:
        receive: whether the dossier is complete; otherwise it is only filed, so that what is
            missing can be asked for on its own page.
        although_incomplete: why it is received with a paper missing.
        promised_at, promise_reason: only where the catalogue does not know the time.
    """

    receive: bool = True
    although_incomplete: str = ""
    promised_at: dt.datetime | None = None
    promise_reason: str = ""


@transaction.atomic
def start(*, actor: Actor, unit_id: int, citizen_id: int) -> Intake:
    """Begin to receive somebody, in the turn of whom the officer has called.

    Raises:
        Forbidden: the actor receives nothing in this unit.
        NotKnownHere: the unit has nothing to do with this citizen.
    """
    authorise(actor, ACTION, unit_id)
    applicant = known_citizen(unit_id, citizen_id)
    assert actor.person is not None, "only people sit at counters"
    turn = Turn.objects.filter(
        officer=actor.person, ended_at=None, counter__unit_id=unit_id
    ).first()
    return Intake.objects.create(
        unit_id=unit_id, officer=actor.person, turn=turn, applicant=applicant
    )


@transaction.atomic
def choose(*, actor: Actor, intake_id: uuid.UUID, version_id: int) -> Intake:
    """Say for which procedure; what was ticked for another one is forgotten.

    Raises:
        NothingHere: the procedure is not in force today.
        IntakeClosed: it was finished or put aside meanwhile.
    """
    intake = _open(actor, intake_id)
    version = ProcedureVersion.objects.in_force(today()).filter(pk=version_id).first()
    if version is None:
        raise NothingHere("Thủ tục này không còn hiệu lực. Chọn lại thủ tục.")
    if intake.version_id != version.pk:
        intake.papers = {}
    intake.version = version
    return _kept(intake)


@transaction.atomic
def write(
    *, actor: Actor, intake_id: uuid.UUID, answers: Mapping[str, str], ticked: set[int]
) -> Intake:
    """Keep the form as it stands, right or wrong; it is judged when it is finished.

    Raises:
        IntakeClosed: it was finished or put aside meanwhile.
    """
    intake = _open(actor, intake_id)
    # PostgreSQL's JSON holds no NUL; nobody types one, but scanners and attackers do.
    intake.answers = {name: typed.replace("\0", "")[:LONGEST] for name, typed in answers.items()}
    for order in _orders(intake):
        entry = _entry(intake, order)
        entry["ticked"] = order in ticked or entry["held"] is not None
    return _kept(intake)


def attach(
    *, actor: Actor, intake_id: uuid.UUID, order: int, content: File[bytes], file_name: str
) -> HeldPaper:
    """Store a scanned paper for the applicant and put it beside its line.

    The file is kept even if it turns out to be unusable; then the line stays as it was.

    Raises:
        NothingHere: the procedure asks for no such paper.
        IntakeClosed: it was finished or put aside meanwhile.
    """
    with transaction.atomic():
        intake = _open(actor, intake_id)
        name = _requirement(intake, order)
    stored = papers.store(
        actor=actor,
        unit_id=intake.unit_id,
        citizen_id=intake.applicant_id,
        content=content,
        file_name=file_name,
        name=name[:PAPER_NAME],
        origin=Origin.COUNTER,
    )
    if stored.state != PaperState.REFUSED:
        with transaction.atomic():
            intake = _open(actor, intake_id)
            _entry(intake, order).update(ticked=True, held=stored.pk, via="")
            _kept(intake)
    return stored


@transaction.atomic
def use_held(*, actor: Actor, intake_id: uuid.UUID, order: int, paper_id: int, via: str) -> Intake:
    """Take a paper that is held already, as the person agrees just now.

    The use itself is recorded when the dossier has its code.

    Raises:
        NothingHere: no such line, or the paper is not one of the person's that may be used.
        IntakeClosed: it was finished or put aside meanwhile.
    """
    intake = _open(actor, intake_id)
    wanted = _requirement(intake, order)
    offered = {offer.paper.pk for offer in reusable(intake.applicant_id, today(), wanted)}
    if paper_id not in offered or via not in list(ConsentVia):
        raise NothingHere("Giấy tờ này không dùng lại được cho mục đã chọn.")
    _entry(intake, order).update(ticked=True, held=paper_id, via=via)
    return _kept(intake)


@transaction.atomic
def detach(*, actor: Actor, intake_id: uuid.UUID, order: int) -> Intake:
    """Take the file off its line; the paper itself stays in the person's store.

    Raises:
        NothingHere: the procedure asks for no such paper.
        IntakeClosed: it was finished or put aside meanwhile.
    """
    intake = _open(actor, intake_id)
    _requirement(intake, order)
    _entry(intake, order).update(ticked=False, held=None, via="")
    return _kept(intake)


@transaction.atomic
def drop(*, actor: Actor, intake_id: uuid.UUID) -> Intake:
    """Put it aside for good: the person went away or came for something else.

    Raises:
        IntakeClosed: it was finished or put aside meanwhile.
    """
    intake = _open(actor, intake_id)
    intake.dropped_at = now()
    intake.save(update_fields=["dropped_at"])
    audit.record(
        action="intake.drop",
        actor=actor.label,
        subject=f"intake:{intake.pk}",
        unit_id=intake.unit_id,
    )
    return intake


@transaction.atomic
def finish(
    *, actor: Actor, intake_id: uuid.UUID, filing: Mapping[str, Any], ending: Ending
) -> Dossier:
    """File the dossier, record each reuse, and receive it if it is complete: all or nothing.

    Pressing the button twice answers with the same dossier.

    Arguments:
        filing: checked answers, as `dossiers.services.submit` takes them.

    Raises:
        NothingHere: no procedure was chosen.
        IntakeClosed: it was put aside meanwhile.
        DossierError, CitizensError: why it cannot be filed or received; nothing has happened.
    """
    intake = _locked(actor, intake_id)
    if intake.dossier is not None:
        return intake.dossier
    if intake.dropped_at is not None:
        raise IntakeClosed
    if intake.version is None:
        raise NothingHere("Chọn thủ tục trước.")
    dossier = dossiers.submit(
        actor=actor,
        unit_id=intake.unit_id,
        version_id=intake.version.pk,
        applicant_id=intake.applicant_id,
        channel=Channel.COUNTER,
        papers={
            int(order): Tick(entry["ticked"], held_id=entry["held"])
            for order, entry in intake.papers.items()
            if entry["ticked"]
        },
        visit_reference=str(intake.turn_id or ""),
        key=f"intake:{intake.pk}",
        demonstration=intake.applicant.demonstration,
        **filing,
    )
    for entry in intake.papers.values():
        if entry["held"] and entry["via"]:
            papers.reuse(
                actor=actor,
                unit_id=intake.unit_id,
                paper_id=entry["held"],
                used_for=dossier.code,
                consent_via=entry["via"],
            )
    if ending.receive:
        dossier = dossiers.receive(
            actor=actor,
            dossier_id=dossier.pk,
            although_incomplete=ending.although_incomplete,
            promised_at=ending.promised_at,
            promise_reason=ending.promise_reason,
        )
    intake.dossier = dossier
    intake.changed_at = now()
    intake.save(update_fields=["dossier", "changed_at"])
    return dossier


def _locked(actor: Actor, intake_id: uuid.UUID) -> Intake:
    intake = (
        Intake.objects.select_for_update(of=("self",))
        .select_related("version__procedure", "version__field", "applicant", "dossier")
        .get(pk=intake_id)
    )
    authorise(actor, ACTION, intake.unit_id)
    return intake


def _open(actor: Actor, intake_id: uuid.UUID) -> Intake:
    intake = _locked(actor, intake_id)
    if not intake.open:
        raise IntakeClosed
    return intake


def _kept(intake: Intake) -> Intake:
    intake.changed_at = now()
    intake.save(update_fields=["version", "answers", "papers", "changed_at"])
    return intake


def _orders(intake: Intake) -> list[int]:
    return list(
        PaperRequirement.objects.filter(version=intake.version_id).values_list("order", flat=True)
    )


def _requirement(intake: Intake, order: int) -> str:
    found = PaperRequirement.objects.filter(version=intake.version_id, order=order).first()
    if found is None:
        raise NothingHere("Thủ tục này không yêu cầu giấy tờ đó.")
    return found.name


def _entry(intake: Intake, order: int) -> dict[str, Any]:
    found: dict[str, Any] = intake.papers.setdefault(
        str(order), {"ticked": False, "held": None, "via": ""}
    )
    return found
