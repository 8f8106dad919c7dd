"""What a citizen is about to file: kept as typed, gone on with anywhere, filed once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

from django.core.files.base import File
from django.db import transaction

from motcua.citizens.models import Citizen, HeldPaper, Upload
from motcua.citizens.rules import ConsentVia, Origin, why_not_reusable
from motcua.citizens.services import change_contact, introduce, papers, uploads
from motcua.dossiers import services as dossiers
from motcua.dossiers.models import Dossier
from motcua.dossiers.rules import Channel, ReturnWay
from motcua.dossiers.services import Tick
from motcua.kernel import audit
from motcua.kernel.clock import now, today
from motcua.kernel.phones import local
from motcua.organisation.models import Unit
from motcua.organisation.permissions import SYSTEM
from motcua.organisation.selectors import city
from motcua.portal.accepting import filed_online, units_for
from motcua.portal.errors import NotFound, NotValid
from motcua.portal.models import Draft, DraftPaper
from motcua.portal.services.sign_in import actor_of
from motcua.portal.wanting import lacking, mobile, papers_wanted
from motcua.procedures.errors import UnknownProcedure
from motcua.procedures.models import PaperRequirement, ProcedureVersion
from motcua.procedures.selectors import in_force

ABANDONED_AFTER = dt.timedelta(days=90)
TEXTS: Mapping[str, int] = {"subject": 500, "applicant_note": 300, "phone": 20}
"""What is typed, with its longest length."""


def begin(*, citizen: Citizen, code: str, unit_code: str = "") -> Draft:
    """A draft of this procedure; the one that the citizen already has, if any.

    Arguments:
        unit_code: where a new draft is to be filed; one that does not take it is left out.

    Raises:
        NotFound: there is no such procedure today.
        NotValid: it cannot be filed online.
    """
    version = to_file(code)
    if (open_one := open_draft(citizen, version)) is not None:
        return current(open_one)
    unit = next((each for each in units_for(version) if each.code == unit_code), None)
    return Draft.objects.create(
        citizen=citizen, version=version, unit=unit, phone=local(citizen.phone)
    )


def to_file(code: str) -> ProcedureVersion:
    """The version of this procedure that is filed online today. Raises as `begin`."""
    try:
        version = in_force(code)
    except UnknownProcedure:
        raise NotFound from None
    if not filed_online([version]):
        raise NotValid(
            "version", "Thủ tục này chưa nộp trực tuyến được. Xin đến Trung tâm, hoặc lấy số trước."
        )
    return version


def open_draft(citizen: Citizen, version: ProcedureVersion) -> Draft | None:
    """The citizen's draft of this procedure that is not filed yet."""
    return Draft.objects.filter(
        citizen=citizen, version__procedure=version.procedure, dossier=None
    ).first()


def mine(citizen: Citizen, public_id: uuid.UUID) -> Draft:
    """This draft of the citizen.

    Raises:
        NotFound: it is somebody else's, or there is none.
    """
    found = (
        Draft.objects.select_related("version__procedure", "unit", "dossier", "citizen")
        .filter(citizen=citizen, public_id=public_id)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def current(draft: Draft) -> Draft:
    """The draft of the version that holds today; a new version asks for its papers anew.

    Files that were sent stay the citizen's and are offered again.
    """
    if draft.dossier_id is not None:
        return draft
    try:
        version = in_force(draft.version.procedure.code)
    except UnknownProcedure:
        return draft
    if version.pk != draft.version_id:
        with transaction.atomic():
            draft.papers.all().delete()
            draft.version = version
            draft.save(update_fields=["version"])
    return draft


def save(
    *, citizen: Citizen, public_id: uuid.UUID, typed: Mapping[str, str], unit: Unit | None
) -> Draft:
    """Keep what was typed, right or not; what is wrong is said when it is filed.

    Raises:
        NotFound: not the citizen's, or filed already.
    """
    with transaction.atomic():
        draft = _open(citizen, public_id)
        for name, longest in TEXTS.items():
            if name in typed:
                setattr(draft, name, typed[name].replace("\0", "")[:longest])
        if typed.get("return_way") in list(ReturnWay):
            draft.return_way = typed["return_way"]
        draft.unit = unit
        draft.saved_at = now()
        draft.save()
    return draft


def give_file(
    *, citizen: Citizen, public_id: uuid.UUID, order: int, content: File[bytes], file_name: str
) -> DraftPaper:
    """Keep a file for one paper of the draft, sent in one go.

    Raises:
        NotFound: not the citizen's, filed already, or no such paper.
    """
    draft = _open(citizen, public_id, lock=False)
    requirement = _requirement(draft, order)
    paper = papers.store(
        actor=actor_of(citizen),
        unit_id=city().pk,
        content=content,
        file_name=file_name,
        name=requirement.name[:300],
        origin=Origin.ONLINE,
        citizen_id=citizen.pk,
    )
    return _give(draft, order, held=paper)


def begin_upload(
    *, citizen: Citizen, public_id: uuid.UUID, order: int, file_name: str, length: int
) -> Upload:
    """Open a way in for a file that comes in pieces; it is linked to the paper when complete.

    Raises:
        NotFound: as `give_file`.
        citizens.errors.NotValid: a length that will never be taken.
    """
    draft = _open(citizen, public_id, lock=False)
    requirement = _requirement(draft, order)
    upload = uploads.begin(
        actor=actor_of(citizen),
        unit_id=city().pk,
        file_name=file_name,
        name=requirement.name[:300],
        length=length,
        origin=Origin.ONLINE,
        citizen_id=citizen.pk,
    )
    DraftPaper.objects.update_or_create(draft=draft, order=order, defaults={"upload": upload})
    return upload


def arrived(upload: Upload) -> Draft | None:
    """The draft for which a complete upload came, with the paper now in its place."""
    row = DraftPaper.objects.select_related("draft").filter(upload=upload).first()
    if row is None or upload.paper is None:
        return row.draft if row else None
    if row.held_id != upload.paper.pk:
        _give(row.draft, row.order, held=upload.paper)
    return row.draft


def reuse(*, citizen: Citizen, public_id: uuid.UUID, order: int, paper_id: uuid.UUID) -> DraftPaper:
    """Use a paper that is already held, with the consent that this act is.

    Raises:
        NotFound: the paper is somebody else's, or as `give_file`.
        NotValid: it cannot be used today.
    """
    draft = _open(citizen, public_id, lock=False)
    _requirement(draft, order)
    paper = HeldPaper.objects.filter(citizen=citizen, public_id=paper_id).first()
    if paper is None:
        raise NotFound
    if why := why_not_reusable(paper.facts, today()):
        raise NotValid("papers", why)
    return _give(draft, order, held=paper, reused=True)


def bring(*, citizen: Citizen, public_id: uuid.UUID, order: int) -> DraftPaper:
    """The citizen hands this one in on paper. Raises as `give_file`."""
    draft = _open(citizen, public_id, lock=False)
    _requirement(draft, order)
    return _give(draft, order, brought=True)


def clear(*, citizen: Citizen, public_id: uuid.UUID, order: int) -> None:
    """Nothing chosen for this paper any more; a file that was sent stays the citizen's."""
    draft = _open(citizen, public_id, lock=False)
    draft.papers.filter(order=order).delete()


@transaction.atomic
def drop(*, citizen: Citizen, public_id: uuid.UUID) -> None:
    """Forget the draft; a help that goes on for it sees nothing any more. Raises as `save`."""
    draft = _open(citizen, public_id)
    draft.delete()
    audit.record(
        action="portal.draft_drop",
        actor=actor_of(citizen).label,
        subject=f"citizen:{citizen.public_id}",
    )


def submit(*, citizen: Citizen, public_id: uuid.UUID) -> Dossier:
    """File it. However often it is sent, one dossier comes of it.

    Raises:
        NotFound: not the citizen's.
        NotValid: something is still lacking; the message names it.
        dossiers.errors.DossierError: the unit cannot take it.
    """
    with transaction.atomic():
        draft = _locked(citizen, public_id)
        if draft.dossier is not None:
            return draft.dossier
        if lacks := lacking(draft):
            raise NotValid(lacks[0].anchor, " ".join(map(str, lacks)))
        assert draft.unit is not None
        actor, here = actor_of(citizen), city().pk
        change_contact(actor=SYSTEM, unit_id=here, citizen_id=citizen.pk, phone=mobile(draft.phone))
        introduce(
            actor=SYSTEM,
            unit_id=here,
            citizen_id=citizen.pk,
            to_unit_id=draft.unit.pk,
            reason="Nộp hồ sơ trực tuyến",
        )
        wanted = papers_wanted(draft)
        dossier = dossiers.submit(
            actor=actor,
            unit_id=draft.unit.pk,
            version_id=draft.version_id,
            applicant_id=citizen.pk,
            channel=Channel.ONLINE,
            subject=draft.subject,
            applicant_note=draft.applicant_note,
            return_way=draft.return_way,
            papers={
                each.requirement.order: Tick(held_id=each.held.pk) for each in wanted if each.held
            },
            key=f"portal:{draft.public_id}",
            demonstration=citizen.demonstration,
        )
        for each in wanted:
            if each.held and each.given:
                hand_over(citizen, dossier, each.held, reused=each.given.reused)
        draft.dossier = dossier
        draft.save(update_fields=["dossier"])
    return dossier


def hand_over(citizen: Citizen, dossier: Dossier, paper: HeldPaper, *, reused: bool) -> None:
    """Let the units of the dossier open the paper; a reused one with the consent for that."""
    here = city().pk
    if reused:
        here = dossier.unit_received_id
        papers.reuse(
            actor=actor_of(citizen),
            unit_id=here,
            paper_id=paper.pk,
            used_for=dossier.code,
            consent_via=ConsentVia.ONLINE,
        )
    for unit in set(dossier.unit_ids) - {here}:
        papers.share(
            actor=SYSTEM, unit_id=here, paper_id=paper.pk, to_unit_id=unit, reason=dossier.code
        )


def forget() -> int:
    """Remove drafts that nobody touched for long and that were never filed."""
    old = Draft.objects.filter(dossier=None, saved_at__lt=now() - ABANDONED_AFTER)
    return old.delete()[1].get("portal.Draft", 0)


def _locked(citizen: Citizen, public_id: uuid.UUID) -> Draft:
    found = (
        Draft.objects.select_for_update(of=("self",))
        .select_related("version__procedure", "unit", "dossier")
        .filter(citizen=citizen, public_id=public_id)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def _open(citizen: Citizen, public_id: uuid.UUID, *, lock: bool = True) -> Draft:
    found = _locked(citizen, public_id) if lock else mine(citizen, public_id)
    if found.dossier_id is not None:
        raise NotFound
    return found


def _requirement(draft: Draft, order: int) -> PaperRequirement:
    found = draft.version.requirements.filter(order=order).first()
    if found is None:
        raise NotFound
    return found


def _give(
    draft: Draft,
    order: int,
    *,
    held: HeldPaper | None = None,
    reused: bool = False,
    brought: bool = False,
) -> DraftPaper:
    row, _ = DraftPaper.objects.update_or_create(
        draft=draft,
        order=order,
        defaults={"held": held, "reused": reused, "brought": brought},
    )
    Draft.objects.filter(pk=draft.pk).update(saved_at=now())
    return row
