"""Asking for searchable copies, and making them in the worker."""

from __future__ import annotations

import logging

from django.core.files.storage import default_storage
from django.db import transaction

from motcua.citizens import ocr
from motcua.citizens.errors import NotReusable
from motcua.citizens.events import PaperDigitised
from motcua.citizens.models import Digitisation, HeldPaper
from motcua.citizens.rules import DigitisingState, Origin, PaperState
from motcua.citizens.services import keeping
from motcua.citizens.services.common import note, paper_here, paper_subject
from motcua.kernel import events, stream
from motcua.kernel.clock import now
from motcua.organisation.permissions import Actor, authorise

log = logging.getLogger(__name__)

OPEN = (DigitisingState.QUEUED, DigitisingState.WORKING)


def channel(unit_id: int) -> str:
    """The live channel on which a unit's pages hear of papers."""
    return f"unit:{unit_id}:papers"


@transaction.atomic
def ask(*, actor: Actor, unit_id: int, paper_id: int) -> Digitisation:
    """Have a searchable copy made; asking while one is being made is once.

    Raises:
        Forbidden: the actor may not store papers in this unit.
        NotKnownHere: the unit may not open the paper.
        NotReusable: it cannot be digitised; the message says why.
    """
    authorise(actor, "citizens.store_paper", unit_id)
    paper = HeldPaper.objects.select_for_update().get(pk=paper_here(unit_id, paper_id).pk)
    if paper.state != PaperState.USABLE:
        raise NotReusable("Chỉ số hoá giấy tờ dùng được.")
    if paper.mime not in ocr.DIGITISABLE:
        raise NotReusable("Chỉ số hoá được PDF và ảnh. Tệp Word: xuất sang PDF rồi tải lên.")
    if paper.copies.filter(origin=Origin.DIGITISED, state=PaperState.USABLE).exists():
        raise NotReusable("Giấy tờ này đã có bản số hoá.")
    if running := paper.digitisations.filter(state__in=OPEN).first():
        return running
    asked = Digitisation.objects.create(paper=paper, asked_by=actor.label)
    note("paper.digitise", actor, paper_subject(paper), unit_id)
    _announce(asked)
    from motcua.citizens import tasks  # the task calls back into this module

    tasks.digitise.configure(lock=f"citizens.digitise:{paper.unit_id}").defer(
        digitisation_id=asked.pk
    )
    return asked


def make(*, digitisation_id: int) -> None:
    """Do it. Runs as often as it likes: one that is done or has failed stays so."""
    asked = _begin(digitisation_id)
    if asked is None:
        return
    paper = asked.paper
    if lacking := ocr.missing():
        fail(asked, f"Máy chủ {lacking}. Báo quản trị hệ thống.")
        return
    try:
        with default_storage.open(str(paper.file.name)) as file:
            scan = file.read()
        made, text = ocr.searchable(
            scan, paper.mime, paper.pages or 1, lambda done: _progress(asked, done)
        )
    except ocr.OcrError as wrong:
        fail(asked, str(wrong))
        return
    except OSError:
        fail(asked, "Máy chủ không đọc được tệp hoặc hết chỗ. Báo quản trị hệ thống.")
        raise
    _finish(asked, made, text)


def _begin(digitisation_id: int) -> Digitisation | None:
    with transaction.atomic():
        asked = (
            Digitisation.objects.select_for_update(of=("self",))
            .select_related("paper")
            .get(pk=digitisation_id)
        )
        if asked.state not in OPEN:
            return None
        asked.state = DigitisingState.WORKING
        asked.pages_done = 0
        asked.moved_at = now()
        asked.save()
        _announce(asked)
    return asked


def _progress(asked: Digitisation, done: int) -> None:
    with transaction.atomic():
        Digitisation.objects.filter(pk=asked.pk, state=DigitisingState.WORKING).update(
            pages_done=done, moved_at=now()
        )
        _announce(asked)


def _finish(asked: Digitisation, made: bytes, text: str) -> None:
    with transaction.atomic():
        locked = Digitisation.objects.select_for_update().get(pk=asked.pk)
        if locked.state != DigitisingState.WORKING:
            return
        paper = asked.paper
        stem = paper.file_name.rpartition(".")[0] or paper.file_name
        copy = keeping.store_copy(
            actor=Actor(asked.asked_by),
            of=paper,
            content=made,
            file_name=f"{stem}-so-hoa.pdf",
            origin=Origin.DIGITISED,
            text=text,
        )
        locked.result = copy
        locked.state = DigitisingState.DONE
        locked.pages_done = paper.pages or 1
        locked.moved_at = now()
        locked.save()
        _announce(locked)
        events.publish(PaperDigitised(paper.pk, copy.pk))


def fail(asked: Digitisation, reason: str) -> None:
    """Write down why there is no copy; who asked may ask again."""
    log.warning("digitising paper %s failed: %s", asked.paper.public_id, reason)
    with transaction.atomic():
        Digitisation.objects.filter(pk=asked.pk, state=DigitisingState.WORKING).update(
            state=DigitisingState.FAILED, reason=reason[:300], moved_at=now()
        )
        _announce(asked)


def _announce(asked: Digitisation) -> None:
    for unit_id in asked.paper.access.values_list("unit_id", flat=True):
        stream.announce(
            channel=channel(unit_id), kind="paper", data={"paper": str(asked.paper.public_id)}
        )
