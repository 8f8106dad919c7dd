"""What keeps the store in order without anybody asking."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import transaction

from motcua.citizens.models import Digitisation, HeldPaper, Upload
from motcua.citizens.rules import DigitisingState, PaperState
from motcua.citizens.services import digitising, keeping, uploads
from motcua.kernel.clock import CITY, now
from motcua.organisation.permissions import Actor

log = logging.getLogger(__name__)

WAITS_AT_LEAST = dt.timedelta(seconds=30)
"""A paper is judged by the request that stored it; only what that left behind is taken up."""
DIGITISING_SILENT = dt.timedelta(minutes=15)
"""Work that reports no page for so long has lost its worker: a page may take 90 seconds."""
ORPHAN_AFTER = dt.timedelta(days=2)
AT_ONCE = 200


def judge_waiting() -> int:
    """Judge papers that wait; how many were decided. Stops at the first without an answer."""
    waiting = HeldPaper.objects.filter(
        state=PaperState.STORED, stored_at__lt=now() - WAITS_AT_LEAST
    ).order_by("stored_at")
    decided = 0
    for paper_id in waiting.values_list("pk", flat=True)[:AT_ONCE]:
        if keeping.judge(paper_id=paper_id).state == PaperState.STORED:
            break
        decided += 1
    return decided


def finish_uploads() -> int:
    """Make papers of uploads whose last piece arrived just before a server stopped."""
    waiting = Upload.objects.complete().filter(moved_at__lt=now() - WAITS_AT_LEAST)
    complete = list(waiting[:AT_ONCE])
    for upload in complete:
        uploads.finish(actor=Actor(upload.owner), upload_id=upload.pk)
    return len(complete)


def release_digitising() -> int:
    """Give up work whose worker is gone, so that a person can ask again; how many."""
    silent = Digitisation.objects.filter(
        state=DigitisingState.WORKING, moved_at__lt=now() - DIGITISING_SILENT
    )
    for asked in silent:
        digitising.fail(asked, "Việc số hoá bị ngắt giữa chừng. Bấm “Số hoá lại”.")
    return len(silent)


def forget_abandoned_uploads() -> int:
    """Drop uploads that stopped moving and never became a paper; how many."""
    old = Upload.objects.filter(paper=None, moved_at__lt=now() - uploads.ABANDONED_AFTER)
    count = 0
    for upload in old[:1000]:
        with transaction.atomic():
            gone, _ = old.filter(pk=upload.pk).delete()
        if gone:
            uploads.part_of(upload).unlink(missing_ok=True)
            count += 1
    return count


def forget_files_without_row() -> int:
    """Remove files that a broken-off transaction left behind; how many.

    Nobody can see them: they are not papers, and personal data should not lie about.
    """
    folder = Path(default_storage.path("papers"))
    before = now() - ORPHAN_AFTER
    count = 0
    for path in folder.glob("*/*/*") if folder.exists() else ():
        if dt.datetime.fromtimestamp(path.stat().st_mtime, tz=CITY) >= before:
            continue
        name = path.relative_to(folder.parent).as_posix()
        if not HeldPaper.objects.filter(file=name).exists():
            path.unlink(missing_ok=True)
            log.info("removed a file without a row: %s", uuid.UUID(path.name))
            count += 1
    return count
