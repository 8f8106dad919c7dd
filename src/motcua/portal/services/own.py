"""What a citizen does with a dossier of their own: answer what is missing, take it back."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.files.base import File
from django.db import transaction

from motcua.citizens.errors import NotKnownHere
from motcua.citizens.models import Citizen, HeldPaper
from motcua.citizens.rules import Origin, PaperState
from motcua.citizens.selectors import ALIKE, likeness
from motcua.citizens.services import introduce, papers
from motcua.citizens.services.common import known_citizen
from motcua.dossiers import selectors
from motcua.dossiers import services as dossiers
from motcua.dossiers.models import Dossier, SupplementRequest
from motcua.dossiers.services import Tick
from motcua.organisation.permissions import SYSTEM
from motcua.organisation.selectors import city
from motcua.portal.errors import NotFound, NotValid
from motcua.portal.services.drafts import hand_over
from motcua.portal.services.sign_in import actor_of


def mine(citizen: Citizen, code: str) -> Dossier:
    """This dossier, if the citizen is its applicant.

    Raises:
        NotFound: it is somebody else's, or there is none.
    """
    found = selectors.by_code(code[:60])
    if found is None or found.applicant_id != citizen.pk:
        raise NotFound
    return found


def answer_supplement(
    *, citizen: Citizen, code: str, answer: str, files: Mapping[int, File[bytes]]
) -> Dossier:
    """Send what was asked for; the clock runs again when everything is judged usable.

    Arguments:
        files: by the place of the item in the notice, from 0.

    Raises:
        NotFound: not the citizen's.
        NotValid: nothing was sent, or a file cannot be used. What was sent is kept.
        dossiers.errors.DossierError: nobody waits for a supplement.
    """
    dossier = mine(citizen, code)
    notice = dossier.supplements.filter(answered_at=None).first()
    if notice is None:
        raise NotValid("answer", "Hồ sơ này không chờ bổ sung.")
    answer = " ".join(answer.split())
    if not files and not answer:
        raise NotValid("answer", "Gửi tệp, hoặc ghi đã bổ sung những gì.")
    sent = {at: _store(citizen, dossier, notice, at, file) for at, file in files.items()}
    refused = [paper for paper in sent.values() if paper.state == PaperState.REFUSED]
    if refused:
        raise NotValid(
            "answer", " ".join(f"{paper.file_name}: {paper.reason}" for paper in refused)
        )
    with transaction.atomic():
        for paper in sent.values():
            hand_over(citizen, dossier, paper, reused=False)
        return dossiers.answer_supplement(
            actor=actor_of(citizen),
            dossier_id=dossier.pk,
            answer=answer or "Đã gửi tệp qua cổng trực tuyến",
            papers=_ticks(dossier, notice, sent),
        )


def withdraw(*, citizen: Citizen, code: str, reason: str) -> Dossier:
    """Take the dossier back before it is decided.

    Raises:
        NotFound: not the citizen's.
        dossiers.errors.DossierError: it is decided already, or no reason was given.
    """
    dossier = mine(citizen, code)
    return dossiers.withdraw(actor=actor_of(citizen), dossier_id=dossier.pk, reason=reason)


def _store(
    citizen: Citizen, dossier: Dossier, notice: SupplementRequest, at: int, file: File[bytes]
) -> HeldPaper:
    if not 0 <= at < len(notice.items):
        raise NotFound
    here = city().pk
    try:
        known_citizen(here, citizen.pk)
    except NotKnownHere:
        introduce(
            actor=SYSTEM,
            unit_id=dossier.unit_received_id,
            citizen_id=citizen.pk,
            to_unit_id=here,
            reason="Bổ sung trực tuyến",
        )
    return papers.store(
        actor=actor_of(citizen),
        unit_id=here,
        content=file,
        file_name=file.name or "tep",
        name=notice.items[at]["what"][:300],
        origin=Origin.ONLINE,
        citizen_id=citizen.pk,
        origin_reference=dossier.code,
    )


def _ticks(
    dossier: Dossier, notice: SupplementRequest, sent: Mapping[int, HeldPaper]
) -> dict[int, Tick]:
    """Which papers of the dossier's list the files are, by the likeness of their names."""
    rows = list(dossier.papers.all())
    found = {}
    for at, paper in sent.items():
        what = notice.items[at]["what"]
        best = max(rows, key=lambda row: likeness(row.requirement, what), default=None)
        if best is not None and likeness(best.requirement, what) >= ALIKE:
            found[best.order] = Tick(count=best.count, held_id=paper.pk)
    return found
