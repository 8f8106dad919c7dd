"""Papers: kept first, judged after, replaced, assigned, shared, used again.

A file's bytes and row are committed before anybody asks whether they are any good, so a
refused file stays visible with its reason. Judging opens the file and has it scanned; where
the caller holds no transaction, neither does the scanner's answer wait inside one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from typing import BinaryIO

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import transaction

from motcua.citizens import content
from motcua.citizens.errors import NotKnownHere, NotReusable, NotValid
from motcua.citizens.models import Citizen, Consent, HeldPaper, PaperUse
from motcua.citizens.rules import ConsentVia, Origin, PaperState, Purpose, why_not_reusable
from motcua.citizens.scanners import scanner
from motcua.citizens.scanners.base import ScannerError
from motcua.citizens.selectors import reusable
from motcua.citizens.services.common import (
    citizen_subject,
    known_citizen,
    make_known,
    note,
    open_to,
    paper_subject,
    tidy,
)
from motcua.kernel.clock import now, today
from motcua.organisation.permissions import Actor, authorise

__all__ = [
    "assign",
    "judge",
    "replace",
    "reusable",
    "reuse",
    "set_validity",
    "share",
    "store",
    "store_copy",
]

log = logging.getLogger(__name__)


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
    paper = _keep(
        actor=actor,
        unit_id=unit_id,
        content=content,
        replaces_id=replaces_id,
        citizen=known_citizen(unit_id, citizen_id) if citizen_id is not None else None,
        columns={
            "name": tidy("name", name, 300, required="Nhập tên giấy tờ."),
            "file_name": _shown_name(file_name),
            "origin": Origin(origin),
            "origin_reference": tidy("origin_reference", origin_reference, 80),
            **_validity(valid_from, valid_until),
        },
    )
    return judge(paper_id=paper.pk)


def replace(
    *, actor: Actor, unit_id: int, paper_id: int, content: File[bytes] | bytes, file_name: str
) -> HeldPaper:
    """Put a better file in a paper's place; the old one stays to be seen.

    Raises:
        Forbidden, NotKnownHere: as for `store`.
        NotReusable: it was replaced already.
    """
    old = _paper_here(unit_id, paper_id)
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


def store_copy(
    *, actor: Actor, of: HeldPaper, content: bytes, file_name: str, origin: str, text: str = ""
) -> HeldPaper:
    """Keep another form of a held paper, such as its searchable PDF, beside it and judge it.

    For the room itself and for rooms above that made the copy from bytes they could open.
    """
    paper = _keep(
        actor=actor,
        unit_id=of.unit_id,
        content=content,
        replaces_id=None,
        citizen=of.citizen,
        columns={
            "name": of.name,
            "file_name": _shown_name(file_name),
            "origin": Origin(origin),
            "origin_reference": of.origin_reference,
            "valid_from": of.valid_from,
            "valid_until": of.valid_until,
            "copy_of": of,
            "text": text,
        },
    )
    return judge(paper_id=paper.pk)


def judge(*, paper_id: int) -> HeldPaper:
    """Decide about a stored paper; one that is decided already stays as it is."""
    paper = HeldPaper.objects.get(pk=paper_id)
    if paper.state != PaperState.STORED:
        return paper
    try:
        with paper.file.open("rb") as file:
            verdict = _verdict(file.file, paper.size)
    except FileNotFoundError:
        verdict = {
            "state": PaperState.REFUSED,
            "reason": "Tệp chưa đến đủ. Gửi lại tệp này.",
        }
    except ScannerError as wrong:
        log.warning("paper %s waits for the virus scanner: %s", paper.public_id, wrong)
        return paper
    with transaction.atomic():
        locked = HeldPaper.objects.select_for_update().get(pk=paper_id)
        if locked.state == PaperState.STORED:
            for column, value in verdict.items():
                setattr(locked, column, value)
            locked.judged_at = now()
            locked.save()
            if locked.state == PaperState.REFUSED:
                note(
                    "paper.refuse",
                    Actor(locked.stored_by),
                    paper_subject(locked),
                    locked.unit_id,
                    reason=locked.reason,
                )
    return locked


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
    paper = HeldPaper.objects.select_for_update().get(pk=_paper_here(unit_id, paper_id).pk)
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
    paper = HeldPaper.objects.select_for_update().get(pk=_paper_here(unit_id, paper_id).pk)
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
    paper = _paper_here(unit_id, paper_id)
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


def _keep(
    *,
    actor: Actor,
    unit_id: int,
    content: File[bytes] | bytes,
    replaces_id: int | None,
    citizen: Citizen | None,
    columns: dict[str, object],
) -> HeldPaper:
    """Bytes to the private storage, then the row: a row always has its bytes."""
    given = ContentFile(content) if isinstance(content, bytes) else content
    digest, size = hashlib.sha256(), 0
    given.seek(0)
    while piece := given.read(1024 * 1024):
        digest.update(piece)
        size += len(piece)
    given.seek(0)
    with transaction.atomic():
        if replaces_id is not None:
            replaced = HeldPaper.objects.select_for_update().filter(pk=replaces_id).first()
            if replaced is None:
                raise NotKnownHere
            if hasattr(replaced, "replaced_by"):
                raise NotReusable("Giấy tờ này đã có bản thay thế.")
        paper = HeldPaper(
            unit_id=unit_id,
            citizen=citizen,
            stored_by=actor.label,
            sha256=digest.hexdigest(),
            size=size,
            replaces_id=replaces_id,
            **columns,
        )
        paper.file.save(str(paper.public_id), given, save=False)
        paper.save()
        open_to(paper, unit_id, "nơi nhận giấy tờ")
        note(
            "paper.store",
            actor,
            paper_subject(paper),
            unit_id,
            name=paper.name,
            size=size,
            sha256=paper.sha256,
            citizen=citizen_subject(citizen) if citizen else None,
        )
    return paper


def _verdict(file: BinaryIO, size: int) -> dict[str, object]:
    limit = settings.PAPER_BYTES
    if size == 0:
        return _refused("Tệp rỗng. Chọn lại tệp rồi gửi.")
    if size > limit:
        megabytes = f"{size / 1024 / 1024:.1f}".replace(".", ",")
        return _refused(
            f"Tệp nặng {megabytes} MB, quá {limit // (1024 * 1024)} MB. Giảm dung lượng hoặc "
            "tách thành nhiều tệp rồi gửi lại."
        )
    scan = scanner().scan(file)
    if scan.found:
        return {
            **_refused("Tệp có mã độc. Không mở tệp này; gửi bản khác từ máy sạch."),
            "scanned_by": f"{scan.by}: {scan.found}"[:120],
        }
    seen = content.examine(file, settings.PAPER_TYPES)
    return {
        "state": PaperState.REFUSED if seen.refusal else PaperState.USABLE,
        "reason": seen.refusal,
        "mime": seen.mime,
        "pages": seen.pages,
        "scanned_by": scan.by,
    }


def _refused(reason: str) -> dict[str, object]:
    return {"state": PaperState.REFUSED, "reason": reason}


def _paper_here(unit_id: int, paper_id: int) -> HeldPaper:
    """The paper, if this unit may open it."""
    found = HeldPaper.objects.filter(pk=paper_id, access__unit_id=unit_id).first()
    if found is None:
        raise NotKnownHere
    return found


def _validity(since: dt.date | None, until: dt.date | None) -> dict[str, dt.date | None]:
    if since and until and until < since:
        raise NotValid("valid_until", "Ngày hết giá trị phải sau ngày bắt đầu.")
    return {"valid_from": since, "valid_until": until}


def _shown_name(file_name: str) -> str:
    """The last part of the name, without control characters, at most 200 characters."""
    last = file_name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter for letter in last if letter.isprintable()).strip()
    return kept[-200:] or "tep"
