"""Files that come in pieces over slow networks, and go on where they broke off.

    begin(length) → upload, offset 0
    append(offset, piece) → offset + len(piece)       as often as needed
    at offset = length the paper is stored and judged

A piece that does not continue exactly where the last one ended is refused with the offset at
which to go on; so a piece whose answer got lost is never taken twice. Bytes lie in a file of
their own on the disk that all web servers share.
"""

from __future__ import annotations

import datetime as dt
import os
import uuid
from pathlib import Path

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from motcua.citizens.errors import NotKnownHere, NotValid, UploadError
from motcua.citizens.models import Upload
from motcua.citizens.rules import Origin
from motcua.citizens.services import keeping
from motcua.citizens.services.common import known_citizen, paper_here, tidy
from motcua.kernel.clock import now
from motcua.organisation.permissions import Actor, authorise

ABANDONED_AFTER = dt.timedelta(days=2)
LARGEST_PIECE = 8 * 1024 * 1024


@transaction.atomic
def begin(
    *,
    actor: Actor,
    unit_id: int,
    file_name: str,
    name: str,
    length: int,
    origin: str,
    citizen_id: int | None = None,
    origin_reference: str = "",
    replaces_id: int | None = None,
) -> Upload:
    """Open a way in for a file of `length` bytes; arguments otherwise as for `papers.store`.

    Raises:
        Forbidden: the actor may not store papers in this unit.
        NotKnownHere: the unit has nothing to do with that citizen or replaced paper.
        NotValid: no name, or a length that will never be taken: nobody should wait for that.
    """
    authorise(actor, "citizens.store_paper", unit_id)
    if length < 1:
        raise NotValid("length", "Tệp rỗng. Chọn lại tệp rồi gửi.")
    if reason := keeping.too_large(length):
        raise NotValid("length", reason)
    if citizen_id is not None:
        known_citizen(unit_id, citizen_id)
    if replaces_id is not None:
        paper_here(unit_id, replaces_id)
    return Upload.objects.create(
        unit_id=unit_id,
        citizen_id=citizen_id,
        owner=actor.label,
        name=tidy("name", name, 300, required="Nhập tên giấy tờ."),
        file_name=keeping.shown_name(file_name),
        origin=Origin(origin),
        origin_reference=tidy("origin_reference", origin_reference, 80),
        length=length,
        replaces_id=replaces_id,
    )


def append(*, actor: Actor, upload_id: uuid.UUID, offset: int, piece: bytes) -> Upload:
    """Add bytes at `offset`; the last ones make it a paper.

    Raises:
        Forbidden: the actor lost the right to store papers in this unit.
        NotKnownHere: no such upload of this actor.
        UploadError: the piece does not begin at the offset reached, or goes beyond the length.
    """
    with transaction.atomic():
        upload = _mine(actor, upload_id, lock=True)
        if offset != upload.offset:
            raise UploadError("Phần gửi không nối tiếp phần đã nhận.", upload.offset)
        if len(piece) > LARGEST_PIECE or offset + len(piece) > upload.length:
            raise UploadError("Phần gửi dài hơn tệp đã báo.", upload.offset)
        _write(upload, piece)
        upload.offset += len(piece)
        upload.moved_at = now()
        upload.save(update_fields=["offset", "moved_at"])
    return finish(actor=actor, upload_id=upload_id)


def finish(*, actor: Actor, upload_id: uuid.UUID) -> Upload:
    """Make a complete upload a paper; does nothing more to one that is a paper already.

    Also the way back for a client, or a server, that stopped between the last piece and this.

    Raises:
        Forbidden, NotKnownHere: as for `append`.
    """
    with transaction.atomic():
        upload = _mine(actor, upload_id, lock=True)
        if upload.offset < upload.length or upload.paper_id is not None:
            return upload
        with part_of(upload).open("rb") as arrived:
            upload.paper = keeping.keep(
                actor=actor,
                unit_id=upload.unit_id,
                content=File(arrived),
                citizen=upload.citizen,
                replaces_id=upload.replaces_id,
                columns={
                    "name": upload.name,
                    "file_name": upload.file_name,
                    "origin": Origin(upload.origin),
                    "origin_reference": upload.origin_reference,
                },
            )
        upload.save(update_fields=["paper"])
        transaction.on_commit(lambda: part_of(upload).unlink(missing_ok=True))
    assert upload.paper is not None
    upload.paper = keeping.judge(paper_id=upload.paper.pk)
    return upload


def find(*, actor: Actor, upload_id: uuid.UUID) -> Upload:
    """How far an upload of this actor is.

    Raises:
        Forbidden, NotKnownHere: as for `append`.
    """
    return _mine(actor, upload_id)


def _mine(actor: Actor, upload_id: uuid.UUID, *, lock: bool = False) -> Upload:
    among = Upload.objects.select_for_update(of=("self",)) if lock else Upload.objects
    found = among.select_related("citizen", "paper").filter(pk=upload_id, owner=actor.label).first()
    if found is None:
        raise NotKnownHere
    authorise(actor, "citizens.store_paper", found.unit_id)
    return found


def part_of(upload: Upload) -> Path:
    """Where the bytes lie that have arrived so far."""
    return Path(default_storage.path(f"uploads/{upload.pk}"))


def _write(upload: Upload, piece: bytes) -> None:
    """Put the piece at its place on the disk. What a cut transaction left behind is overwritten."""
    path = part_of(upload)
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        file.seek(upload.offset)
        file.write(piece)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())
