"""Filing: a dossier comes into being, with its code and the list of its papers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, models, transaction
from django.db.models import Func, Value

from motcua.citizens.models import Citizen, HeldPaper
from motcua.citizens.services.common import known_citizen, make_known
from motcua.dossiers import words
from motcua.dossiers.errors import NotNow, NotValid
from motcua.dossiers.models import Dossier, DossierPaper
from motcua.dossiers.rules import FINAL, Act, Channel, ReturnWay, State
from motcua.dossiers.services.common import (
    CITIZEN,
    authorise_act,
    locked,
    moment,
    party,
    record,
)
from motcua.dossiers.services.numbering import next_code
from motcua.dossiers.services.promises import respond_by
from motcua.kernel import audit
from motcua.kernel.clock import CITY
from motcua.organisation.models import Unit
from motcua.organisation.permissions import Actor, authorise
from motcua.procedures.models import PaperRequirement, ProcedureVersion


@dataclass(frozen=True)
class Tick:
    """What is there of one required paper: how many, and the held file if it was scanned."""

    ticked: bool = True
    count: int = 1
    held_id: int | None = None


def submit(
    *,
    actor: Actor,
    unit_id: int,
    version_id: int,
    applicant_id: int,
    channel: str,
    subject: str = "",
    applicant_note: str = "",
    unit_competent_id: int | None = None,
    return_unit_id: int | None = None,
    return_way: str = ReturnWay.COUNTER,
    copies: int = 1,
    papers: Mapping[int, Tick] | None = None,
    visit_reference: str = "",
    key: str | None = None,
    demonstration: bool = False,
) -> Dossier:
    """File a dossier in a unit; it gets its code and waits to be received.

    Arguments:
        version_id: the procedure as it is in force today.
        applicant_id: a citizen whom the unit knows.
        channel: a value of `rules.Channel`.
        unit_competent_id: the unit that decides, if another one (phi địa giới).
        return_unit_id: where the citizen wants the result; the receiving unit unless told.
        papers: by the order of the requirement; what is not named is not there.
        key: the same key files once, however often it is sent.

    Raises:
        Forbidden: the actor may not file in this unit.
        NotKnownHere: the unit has nothing to do with the citizen.
        NotValid: the procedure is not in force, or cannot be filed elsewhere.
        NoAgencyId: the unit cannot give codes yet.
    """
    authorise(actor, f"dossiers.{Act.SUBMIT}", unit_id)
    if key and (before := Dossier.objects.filter(filing_key=key).defer("search").first()):
        return before
    try:
        with transaction.atomic():
            return _file(
                actor,
                Unit.objects.get(pk=unit_id),
                _version(version_id),
                known_citizen(unit_id, applicant_id),
                papers or {},
                channel=Channel(channel),
                subject=" ".join(subject.split())[:500],
                applicant_note=" ".join(applicant_note.split())[:300],
                unit_competent_id=unit_competent_id or unit_id,
                return_unit_id=return_unit_id or unit_id,
                return_way=ReturnWay(return_way),
                copies=copies,
                visit_reference=visit_reference,
                filing_key=key or None,
                demonstration=demonstration,
            )
    except IntegrityError:
        # The same filing came twice in the same moment; the other one won.
        found = Dossier.objects.filter(filing_key=key).defer("search").first() if key else None
        if found is None:
            raise
        return found


def tick_papers(*, actor: Actor, dossier_id: int, papers: Mapping[int, Tick]) -> Dossier:
    """Say which papers are there, by their order in the list.

    Raises:
        Forbidden: the actor may neither receive nor take supplements here.
        NotNow: the dossier has ended.
        NotValid: a held paper of somebody else.
    """
    with transaction.atomic():
        dossier = locked(dossier_id)
        unit = authorise_act(actor, Act.ANSWER_SUPPLEMENT, dossier)
        if dossier.state in FINAL:
            raise NotNow(dossier, Act.ANSWER_SUPPLEMENT)
        rows = {row.order: row for row in dossier.papers.all()}
        for order, tick in papers.items():
            if (row := rows.get(order)) is not None:
                _apply(dossier, row, tick)
                row.save()
        audit.record(
            action="dossier.tick_papers",
            actor=actor.label,
            subject=f"dossier:{dossier.code}",
            unit_id=unit,
            detail={"papers": sorted(papers)},
        )
    return dossier


def search_vector(dossier: Dossier, phone: str) -> Func:
    """The words under which the dossier is found, as the database keeps them."""
    found = words.words_of(
        unit_ids=dossier.unit_ids,
        name=dossier.applicant_name,
        subject=dossier.subject,
        code=dossier.code,
        phone=phone,
    )
    return Func(
        Value(found, output_field=ArrayField(models.TextField())),
        function="array_to_tsvector",
        output_field=Dossier._meta.get_field("search"),
    )


def _version(version_id: int) -> ProcedureVersion:
    day = moment().astimezone(CITY).date()
    found = ProcedureVersion.objects.in_force(day).filter(pk=version_id).first()
    if found is None:
        raise NotValid("version", "Thủ tục này không còn hiệu lực: chọn lại thủ tục.")
    return found


def _file(
    actor: Actor,
    unit: Unit,
    version: ProcedureVersion,
    applicant: Citizen,
    papers: Mapping[int, Tick],
    **values: object,
) -> Dossier:
    at = moment()
    dossier = Dossier(
        state=State.SUBMITTED,
        version=version,
        applicant=applicant,
        applicant_name=applicant.full_name,
        unit_received=unit,
        submitted_at=at,
        due_at=respond_by(unit.pk, at),
        **values,
    )
    _check_units(dossier)
    # The counter's row stays locked from here on: everything that may fail or take time is done.
    dossier.code = next_code(unit, at.astimezone(CITY).date())
    dossier.search = search_vector(dossier, applicant.phone)
    dossier.save(force_insert=True)
    del dossier.search
    for row in _list(dossier, version):
        if (tick := papers.get(row.order)) is not None:
            _apply(dossier, row, tick)
        row.save()
    for other in set(dossier.unit_ids) - {unit.pk}:
        make_known(applicant, other)
    record(
        dossier,
        Act.SUBMIT,
        actor,
        None,
        unit_id=unit.pk,
        hop=(CITIZEN, party(actor.person, unit=unit)),
    )
    return dossier


def _check_units(dossier: Dossier) -> None:
    if dossier.elsewhere and dossier.version.location_independent is False:
        raise NotValid(
            "unit_competent", "Thủ tục này chỉ nộp được ở đơn vị có thẩm quyền giải quyết."
        )
    active = Unit.objects.filter(pk__in=dossier.unit_ids, active=True).count()
    if active != len(dossier.unit_ids):
        raise NotValid("unit_competent", "Đơn vị này chưa dùng hệ thống: chọn đơn vị khác.")


def _list(dossier: Dossier, version: ProcedureVersion) -> list[DossierPaper]:
    return [
        DossierPaper(
            dossier=dossier,
            order=paper.order,
            requirement=paper.name,
            form=paper.form,
            count=paper.copies or 1,
            needed=not paper.conditional,
        )
        for paper in PaperRequirement.objects.filter(version=version).order_by("order")
    ]


def _apply(dossier: Dossier, row: DossierPaper, tick: Tick) -> None:
    if tick.held_id is not None:
        held = HeldPaper.objects.get(pk=tick.held_id)
        if held.citizen_id not in {None, dossier.applicant_id}:
            raise NotValid("papers", "Giấy tờ này là của người khác.")
        row.held = held
    row.ticked = tick.ticked
    row.count = tick.count
