"""Papers: stored, replaced, assigned, shared, used again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.core.files.base import File
from django.db import transaction

from motcua.citizens.errors import NotKnownHere, NotReusable, NotValid
from motcua.citizens.models import Citizen, Consent, HeldPaper, PaperUse
from motcua.citizens.rules import ConsentVia, Origin, Purpose, why_not_reusable
from motcua.citizens.selectors import reusable
from motcua.citizens.services import keeping
from motcua.citizens.services.common import (
    citizen_subject,
    known_citizen,
    make_known,
    note,
    open_to,
    paper_here,
    paper_subject,
    tidy,
)
from motcua.citizens.services.keeping import judge, judged, store_copy
from motcua.kernel.clock import today
from motcua.organisation.permissions import Actor, authorise

__all__ = [
    "assign",
    "judge",
    "judged",
    "replace",
    "reusable",
    "reuse",
    "set_validity",
    "share",
    "store",
    "store_copy",
    "store_made",
]


def store(
    *,
    actor: Actor,
    unit_id: int,
    content: File[bytes] | bytes,
    file_name: str,
    name: str,
    origin: str,
    citizen_id: int | None = None,
    origin_reference: str = "",
    replaces_id: int | None = None,
    valid_from: dt.date | None = None,
    valid_until: dt.date | None = None,
) -> HeldPaper:
    """Keep the file, then judge it.

    Arguments:
        content: the bytes, or an open file of Django's.
        file_name: as the sender called it; only shown, never used as a path.
        name: which paper it is, for example `Giấy chứng sinh`.
        origin: a value of `rules.Origin`.
        origin_reference: the dossier's code, if it came with one.
        replaces_id: the refused or outdated paper in whose place this one comes.

    Returns:
        the paper, in state usable, or refused with a reason, or still stored when the virus
        scanner gives no answer (it is asked again every minute).

    Raises:
        Forbidden: the actor may not store papers in this unit.
        NotKnownHere: the unit has nothing to do with that citizen or replaced paper.
        NotValid: the name is missing or the dates contradict each other.
    """
    authorise(actor, "citizens.store_paper", unit_id)
    if replaces_id is not None:
        paper_here(unit_id, replaces_id)
    paper = keeping.keep(
        actor=actor,
        unit_id=unit_id,
        content=content,
        replaces_id=replaces_id,
        citizen=known_citizen(unit_id, citizen_id) if citizen_id is not None else None,
        columns={
            "name": tidy("name", name, 300, required="Nhập tên giấy tờ."),
            "file_name": keeping.shown_name(file_name),
            "origin": Origin(origin),
            "origin_reference": tidy("origin_reference", origin_reference, 80),
            **_validity(valid_from, valid_until),
        },
    )
    return keeping.judge(paper_id=paper.pk)


def store_made(
    *,
    actor: Actor,
    unit_id: int,
    content: bytes,
    verdict: Mapping[str, object],
    file_name: str,
    name: str,
    origin: str,
    citizen_id: int,
    origin_reference: str,
    replaces_id: int | None = None,
) -> HeldPaper:
    """Keep a document that the house made, within the transaction that says what it is.

    Arguments:
        verdict: of `judged(content)`, asked for before that transaction began.
        the others: as for `store`.

    Raises:
        Forbidden, NotKnownHere: as for `store`.
        NotReusable: what it replaces was replaced already.
        TransactionManagementError: there is no transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a made document belongs to an act")
    authorise(actor, "citizens.store_paper", unit_id)
    paper = keeping.keep(
        actor=actor,
        unit_id=unit_id,
        content=content,
        replaces_id=replaces_id,
        citizen=known_citizen(unit_id, citizen_id),
        columns={
            "name": name,
            "file_name": keeping.shown_name(file_name),
            "origin": Origin(origin),
            "origin_reference": origin_reference,
            **verdict,
        },
    )
    keeping.supersede(paper)
    return paper


def replace(
    *, actor: Actor, unit_id: int, paper_id: int, content: File[bytes] | bytes, file_name: str
) -> HeldPaper:
    """Put a better file in a paper's place; the old one stays to be seen.

    Raises:
        Forbidden, NotKnownHere: as for `store`.
        NotReusable: it was replaced already.
    """
    old = paper_here(unit_id, paper_id)
    return store(
        actor=actor,
        unit_id=unit_id,
        content=content,
        file_name=file_name,
        name=old.name,
        origin=old.origin,
        citizen_id=old.citizen_id,
        origin_reference=old.origin_reference,
        replaces_id=old.pk,
    )


@transaction.atomic
def assign(*, actor: Actor, unit_id: int, paper_id: int, citizen_id: int) -> HeldPaper:
    """Say whose paper it is; once said, it stays.

    Raises:
        Forbidden: the actor may not store papers in this unit.
        NotKnownHere: the unit may not open the paper, or does not know the citizen.
        NotReusable: it belongs to somebody else already.
    """
    authorise(actor, "citizens.store_paper", unit_id)
    citizen = known_citizen(unit_id, citizen_id)
    paper = HeldPaper.objects.select_for_update().get(pk=paper_here(unit_id, paper_id).pk)
    if paper.citizen_id not in {None, citizen.pk}:
        raise NotReusable("Giấy tờ này đã ghi cho người khác.")
    if paper.citizen_id is None:
        paper.citizen = citizen
        paper.save(update_fields=["citizen"])
        note(
            "paper.assign",
            actor,
            paper_subject(paper),
            unit_id,
            citizen=citizen_subject(citizen),
        )
    return paper


@transaction.atomic
def set_validity(
    *,
    actor: Actor,
    unit_id: int,
    paper_id: int,
    valid_from: dt.date | None,
    valid_until: dt.date | None,
) -> HeldPaper:
    """Write down from when until when the paper counts, both days included.

    Raises:
        Forbidden, NotKnownHere: as for `assign`.
        NotValid: it would end before it begins.
    """
    authorise(actor, "citizens.store_paper", unit_id)
    paper = HeldPaper.objects.select_for_update().get(pk=paper_here(unit_id, paper_id).pk)
    dates = _validity(valid_from, valid_until)
    for column, value in dates.items():
        setattr(paper, column, value)
    paper.save(update_fields=list(dates))
    note(
        "paper.set_validity",
        actor,
        paper_subject(paper),
        unit_id,
        **{column: value.isoformat() if value else None for column, value in dates.items()},
    )
    return paper


@transaction.atomic
def share(*, actor: Actor, unit_id: int, paper_id: int, to_unit_id: int, reason: str) -> HeldPaper:
    """Let another unit open the paper, because the dossier it belongs to goes there.

    Arguments:
        reason: usually the dossier's code.

    Raises:
        Forbidden: the actor may not see papers in the unit that shares.
        NotKnownHere: that unit may not open the paper itself.
    """
    authorise(actor, "citizens.view", unit_id)
    paper = paper_here(unit_id, paper_id)
    open_to(paper, to_unit_id, reason)
    if paper.citizen:
        make_known(paper.citizen, to_unit_id)
    note("paper.share", actor, paper_subject(paper), unit_id, to_unit=to_unit_id, reason=reason)
    return paper


@transaction.atomic
def reuse(
    *, actor: Actor, unit_id: int, paper_id: int, used_for: str, consent_via: str
) -> PaperUse:
    """Use a held paper for another dossier with the person's consent; asking twice is once.

    Arguments:
        used_for: the dossier's code.
        consent_via: a value of `rules.ConsentVia`, how the person agreed just now. A consent
            that they gave before and did not withdraw is used where it covers this.

    Raises:
        Forbidden: the actor may not record consents in this unit.
        NotKnownHere: the unit has nothing to do with the paper's owner.
        NotReusable: the paper cannot be used today; the message says why.
    """
    authorise(actor, "citizens.record_consent", unit_id)
    if consent_via not in list(ConsentVia):
        raise NotValid("consent_via", "Chọn cách người dân đồng ý.")
    used_for = tidy("used_for", used_for, 80, required="Thiếu mã hồ sơ.")
    paper = HeldPaper.objects.select_for_update().filter(pk=paper_id).first()
    if paper is None or paper.citizen_id is None:
        raise NotKnownHere
    citizen = known_citizen(unit_id, paper.citizen_id)
    if already := PaperUse.objects.filter(paper=paper, used_for=used_for).first():
        return already
    if why := why_not_reusable(paper.facts, today()):
        raise NotReusable(why)
    use = PaperUse.objects.create(
        paper=paper,
        unit_id=unit_id,
        used_for=used_for,
        by_label=actor.label,
        consent=_consent(actor, unit_id, citizen, paper, used_for, consent_via),
    )
    open_to(paper, unit_id, used_for)
    note("paper.reuse", actor, paper_subject(paper), unit_id, used_for=used_for, via=consent_via)
    return use


def _consent(
    actor: Actor, unit_id: int, citizen: Citizen, paper: HeldPaper, used_for: str, via: str
) -> Consent:
    """The narrowest consent in force that covers this use, or a new one for this use alone."""
    held = Consent.objects.filter(
        citizen=citizen, purpose=Purpose.REUSE_PAPER, withdrawn_at=None
    ).select_for_update()
    for paper_covered, reference in ((paper, used_for), (paper, ""), (None, "")):
        if found := held.filter(paper=paper_covered, reference=reference).first():
            return found
    return Consent.objects.create(
        citizen=citizen,
        unit_id=unit_id,
        purpose=Purpose.REUSE_PAPER,
        paper=paper,
        reference=used_for,
        given_via=ConsentVia(via),
        recorded_by=actor.label,
    )


def _validity(since: dt.date | None, until: dt.date | None) -> dict[str, dt.date | None]:
    if since and until and until < since:
        raise NotValid("valid_until", "Ngày hết giá trị phải sau ngày bắt đầu.")
    return {"valid_from": since, "valid_until": until}
