"""What a citizen sends for a dossier that waits for a supplement: file by file, then the answer.

Files come by the protocol of `citizens`, as those of a draft do; what has come is kept when the
page is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.base import File
from django.db import transaction

from motcua.citizens.errors import NotKnownHere
from motcua.citizens.models import Citizen, HeldPaper, Upload
from motcua.citizens.rules import Origin, PaperState
from motcua.citizens.selectors import ALIKE, likeness
from motcua.citizens.services import introduce, papers, uploads
from motcua.citizens.services.common import known_citizen
from motcua.dossiers import services as dossiers
from motcua.dossiers.models import Dossier, SupplementRequest
from motcua.dossiers.services import Tick
from motcua.organisation.permissions import SYSTEM
from motcua.organisation.selectors import city
from motcua.portal.errors import NotFound, NotValid
from motcua.portal.models import SupplementPaper
from motcua.portal.services.drafts import hand_over
from motcua.portal.services.own import mine
from motcua.portal.services.sign_in import actor_of
from motcua.portal.speaking import said


@dataclass(frozen=True)
class Wanted:
    """One item of the notice and the file that was sent for it."""

    place: int
    what: str
    how: str
    held: HeldPaper | None


def wanted(notice: SupplementRequest) -> Sequence[Wanted]:
    """The items of a notice in order, each with what was sent."""
    sent = {row.item: row.held for row in _sent(notice)}
    return [
        Wanted(place, item["what"], item.get("how", ""), sent.get(place))
        for place, item in enumerate(notice.items)
    ]


def give_file(*, citizen: Citizen, code: str, item: int, content: File[bytes]) -> HeldPaper:
    """Keep a file for one item, sent in one go.

    Raises:
        NotFound: not the citizen's, nobody waits for a supplement, or no such item.
    """
    notice = _notice(citizen, code)
    paper = papers.store(
        **_way_in(citizen, notice, item, file_name=content.name or "tep"), content=content
    )
    SupplementPaper.objects.update_or_create(notice=notice, item=item, defaults={"held": paper})
    return paper


def begin_upload(*, citizen: Citizen, code: str, item: int, file_name: str, length: int) -> Upload:
    """Open a way in for a file that comes in pieces.

    Raises:
        NotFound: as `give_file`.
        citizens.errors.NotValid: a length that will never be taken.
    """
    notice = _notice(citizen, code)
    upload = uploads.begin(**_way_in(citizen, notice, item, file_name=file_name), length=length)
    SupplementPaper.objects.update_or_create(notice=notice, item=item, defaults={"upload": upload})
    return upload


def arrived(upload: Upload) -> Dossier | None:
    """The dossier for whose notice a complete upload came, with the paper now in its place."""
    row = (
        SupplementPaper.objects.select_related("notice__dossier")
        .filter(upload=upload, upload__paper__isnull=False)
        .first()
    )
    if row is None:
        return None
    SupplementPaper.objects.filter(pk=row.pk).update(held=upload.paper)
    return row.notice.dossier


def clear(*, citizen: Citizen, code: str, item: int) -> None:
    """Choose another file for this item; the one that was sent stays the citizen's.

    Raises:
        NotFound: as `give_file`.
    """
    _notice(citizen, code).sent.filter(item=item).delete()


def answer(*, citizen: Citizen, code: str, words: str) -> Dossier:
    """Hand over what was sent; the clock runs again.

    Raises:
        NotFound: not the citizen's.
        NotValid: nothing was sent, or a file cannot be used. What was sent is kept.
        dossiers.errors.DossierError: nobody waits for a supplement.
    """
    dossier = mine(citizen, code)
    notice = dossier.supplements.filter(answered_at=None).first()
    if notice is None:
        raise NotValid("answer", "Hồ sơ này không chờ bổ sung.")
    words = " ".join(words.split())
    sent = {row.item: row.held for row in _sent(notice) if row.held}
    if not sent and not words:
        raise NotValid("answer", "Gửi tệp, hoặc ghi đã bổ sung những gì.")
    refused = [paper for paper in sent.values() if paper.state == PaperState.REFUSED]
    if refused:
        raise NotValid(
            "answer", " ".join(f"{paper.file_name}: {said(paper.reason)}" for paper in refused)
        )
    with transaction.atomic():
        for paper in sent.values():
            hand_over(citizen, dossier, paper, reused=False)
        return dossiers.answer_supplement(
            actor=actor_of(citizen),
            dossier_id=dossier.pk,
            answer=words or "Đã gửi tệp qua cổng trực tuyến",
            papers=_ticks(dossier, notice, sent),
        )


def _notice(citizen: Citizen, code: str) -> SupplementRequest:
    notice = mine(citizen, code).supplements.filter(answered_at=None).first()
    if notice is None:
        raise NotFound
    return notice


def _sent(notice: SupplementRequest) -> list[SupplementPaper]:
    return list(notice.sent.select_related("held"))


def _way_in(
    citizen: Citizen, notice: SupplementRequest, item: int, *, file_name: str
) -> dict[str, Any]:
    """How a file for this item is kept: with the city, which must know the citizen for that."""
    if not 0 <= item < len(notice.items):
        raise NotFound
    here = city().pk
    try:
        known_citizen(here, citizen.pk)
    except NotKnownHere:
        introduce(
            actor=SYSTEM,
            unit_id=notice.dossier.unit_received_id,
            citizen_id=citizen.pk,
            to_unit_id=here,
            reason="Bổ sung trực tuyến",
        )
    return {
        "actor": actor_of(citizen),
        "unit_id": here,
        "file_name": file_name,
        "name": notice.items[item]["what"][:300],
        "origin": Origin.ONLINE,
        "citizen_id": citizen.pk,
        "origin_reference": notice.dossier.code,
    }


def _ticks(
    dossier: Dossier, notice: SupplementRequest, sent: Mapping[int, HeldPaper]
) -> dict[int, Tick]:
    """Which papers of the dossier's list the files are, by the likeness of their names."""
    rows = list(dossier.papers.all())
    found = {}
    for item, paper in sent.items():
        what = notice.items[item]["what"]
        best = max(rows, key=lambda row: likeness(row.requirement, what), default=None)
        if best is not None and likeness(best.requirement, what) >= ALIKE:
            found[best.order] = Tick(count=best.count, held_id=paper.pk)
    return found
