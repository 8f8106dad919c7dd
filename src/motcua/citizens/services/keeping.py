"""A file's way in: kept first, judged after.

A file's bytes and row are committed before anybody asks whether they are any good, so a
refused file stays visible with its reason. Judging opens the file and has it scanned; where
the caller holds no transaction, the scanner's answer is not waited for inside one.

What the house makes itself goes the other way round: `judged` first, with no transaction open,
then `keep` inside the one that says what the document is for. It is held exactly if that holds.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from typing import BinaryIO

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction

from motcua.citizens import content
from motcua.citizens.errors import NotKnownHere, NotReady, NotReusable
from motcua.citizens.events import PaperJudged
from motcua.citizens.models import Citizen, HeldPaper
from motcua.citizens.rules import Origin, PaperState
from motcua.citizens.scanners import scanner
from motcua.citizens.scanners.base import ScannerError
from motcua.citizens.services.common import citizen_subject, note, open_to, paper_subject
from motcua.kernel import events
from motcua.kernel.clock import now
from motcua.organisation.permissions import Actor

log = logging.getLogger(__name__)

MEGABYTE = 1024 * 1024


def keep(
    *,
    actor: Actor,
    unit_id: int,
    content: File[bytes] | bytes,
    citizen: Citizen | None,
    columns: Mapping[str, object],
    replaces_id: int | None = None,
) -> HeldPaper:
    """Bytes to the private storage, then the row, so that a row always has its bytes.

    Where the caller's transaction is rolled back afterwards, the bytes are left without a row:
    nobody can see them, and `housekeeping` removes them.
    """
    given = ContentFile(content) if isinstance(content, bytes) else content
    sha256, size = _digest(given)
    paper = HeldPaper(
        unit_id=unit_id,
        citizen=citizen,
        stored_by=actor.label,
        sha256=sha256,
        size=size,
        replaces_id=replaces_id,
        **columns,
    )
    paper.file.save(str(paper.public_id), given, save=False)
    try:
        with transaction.atomic():
            _not_replaced_yet(replaces_id)
            paper.save()
            open_to(paper, unit_id, "nơi nhận giấy tờ")
            note(
                "paper.store",
                actor,
                paper_subject(paper),
                unit_id,
                name=paper.name,
                size=size,
                sha256=sha256,
                citizen=citizen_subject(citizen) if citizen else None,
            )
    except BaseException:
        paper.file.delete(save=False)
        raise
    return paper


def store_copy(
    *, actor: Actor, of: HeldPaper, content: bytes, file_name: str, origin: str, text: str = ""
) -> HeldPaper:
    """Keep another form of a held paper beside it, such as its searchable PDF, and judge it.

    For this room, and for rooms above that made the copy from bytes which they could open.
    """
    paper = keep(
        actor=actor,
        unit_id=of.unit_id,
        content=content,
        citizen=of.citizen,
        columns={
            "name": of.name,
            "file_name": shown_name(file_name),
            "origin": Origin(origin),
            "origin_reference": of.origin_reference,
            "valid_from": of.valid_from,
            "valid_until": of.valid_until,
            "copy_of": of,
            "text": text,
        },
    )
    for access in of.access.exclude(unit_id=of.unit_id):
        open_to(paper, access.unit_id, access.reason)
    return judge(paper_id=paper.pk)


def judged(made: bytes) -> dict[str, object]:
    """Columns of a usable paper for bytes that the house made itself. Keeps nothing.

    Raises:
        NotReady: the virus scanner gives no answer, or the bytes are no paper that is kept.
    """
    try:
        verdict = _verdict(ContentFile(made), len(made))
    except ScannerError as wrong:
        log.warning("a made document waits for the virus scanner: %s", wrong)
        raise NotReady("Máy quét vi-rút chưa trả lời. Chưa có gì thay đổi: bấm lại sau.") from wrong
    if verdict["state"] == PaperState.REFUSED:
        raise NotReady(str(verdict["reason"]))
    return {**verdict, "judged_at": now()}


def judge(*, paper_id: int) -> HeldPaper:
    """Decide about a stored paper; one that is decided already stays as it is."""
    paper = HeldPaper.objects.get(pk=paper_id)
    if paper.state != PaperState.STORED:
        return paper
    try:
        with default_storage.open(str(paper.file.name)) as file:
            verdict = _verdict(file, paper.size)
    except FileNotFoundError:
        verdict = _refused("Tệp không còn trong kho. Gửi lại tệp này.")
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
            else:
                supersede(locked)
            events.publish(PaperJudged(locked.pk, locked.state, locked.reason))
    return locked


def shown_name(file_name: str) -> str:
    """The last part of a file's name, without control characters, at most 200 characters."""
    last = file_name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter for letter in last if letter.isprintable()).strip()
    return kept[-200:] or "tep"


def too_large(size: int) -> str:
    """Why a file of so many bytes is not taken; empty when it is."""
    limit = settings.PAPER_BYTES
    if size <= limit:
        return ""
    megabytes = f"{size / MEGABYTE:.1f}".replace(".", ",")
    return (
        f"Tệp nặng {megabytes} MB, quá {limit // MEGABYTE} MB. Giảm dung lượng hoặc tách "
        "thành nhiều tệp rồi gửi lại."
    )


def _digest(given: File[bytes]) -> tuple[str, int]:
    sha256, size = hashlib.sha256(), 0
    given.seek(0)
    while piece := given.read(MEGABYTE):
        sha256.update(piece)
        size += len(piece)
    given.seek(0)
    return sha256.hexdigest(), size


def _not_replaced_yet(paper_id: int | None) -> None:
    if paper_id is None:
        return
    replaced = HeldPaper.objects.select_for_update().filter(pk=paper_id).first()
    if replaced is None:
        raise NotKnownHere
    if hasattr(replaced, "replaced_by"):
        raise NotReusable("Giấy tờ này đã có bản thay thế.")


def supersede(better: HeldPaper) -> None:
    """What a usable paper replaces, and what that replaced, is used no more."""
    older = better.replaces
    while older is not None:
        older.superseded = True
        older.save(update_fields=["superseded"])
        older = older.replaces


def _verdict(file: File[bytes], size: int) -> dict[str, object]:
    if size == 0:
        return _refused("Tệp rỗng. Chọn lại tệp rồi gửi.")
    if reason := too_large(size):
        return _refused(reason)
    opened: BinaryIO = file.file  # type: ignore[assignment] # Django's own wrapper is untyped
    scan = scanner().scan(opened)
    if scan.found:
        return {
            **_refused("Tệp có mã độc. Không mở tệp này; gửi bản khác từ máy sạch."),
            "scanned_by": f"{scan.by}: {scan.found}"[:120],
        }
    seen = content.examine(opened, settings.PAPER_TYPES)
    return {
        "state": PaperState.REFUSED if seen.refusal else PaperState.USABLE,
        "reason": seen.refusal,
        "mime": seen.mime,
        "pages": seen.pages,
        "scanned_by": scan.by,
    }


def _refused(reason: str) -> dict[str, object]:
    return {"state": PaperState.REFUSED, "reason": reason}
