"""Signing and sealing a result: keys are asked outside of any transaction, the act comes last.

The signed file is kept in the transaction of the act that it is for. A process killed on the way,
or a colleague who was quicker, leaves no signed file that nobody approved: at worst a number
waits for its seal, and trying again goes on from there.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from motcua.citizens.models import HeldPaper
from motcua.citizens.rules import Origin, PaperState
from motcua.citizens.services import papers
from motcua.dossiers.errors import ChangedMeanwhile, NotNow, NotValid
from motcua.dossiers.models import Dossier, Result
from motcua.dossiers.rules import TRANSITIONS, Act, State
from motcua.dossiers.selectors import dossiers
from motcua.dossiers.services import results
from motcua.dossiers.services.common import authorise_act, locked
from motcua.organisation.permissions import Actor
from motcua.signatures import selectors as keys
from motcua.signatures import services as signatures


def sign_and_approve(
    *, actor: Actor, dossier_id: int, note: str = "", expected_version: int | None = None
) -> Dossier:
    """Approve with the actor's own digital signature on the draft.

    Raises:
        Forbidden, NotNow, ChangedMeanwhile: as `results.approve`.
        NotValid: there is no file to sign, or no key of the actor's.
        SignatureError: the key cannot be used, or the file cannot carry a signature.
        CitizensError: the signed file cannot be kept now.
    """
    dossier, result, draft = _ready(actor, dossier_id, Act.APPROVE, expected_version)
    person = actor.person
    key = keys.signer_of(person, dossier.unit_competent_id) if person else None
    if key is None:
        raise NotValid("sign", "Anh/chị chưa có chữ ký số dùng được ở đơn vị này.")
    signed = signatures.sign(
        actor=actor,
        unit_id=dossier.unit_competent_id,
        document=draft,
        identity_id=key.pk,
        reason=f"Phê duyệt hồ sơ {dossier.code}",
    )
    verdict = papers.judged(signed)
    with transaction.atomic():
        locked(dossier.pk, dossier.revision)
        held = papers.store_made(
            **_made(actor, dossier, result, Origin.DRAFT, "da-ky"), content=signed, verdict=verdict
        )
        return results.approve(
            actor=actor, dossier_id=dossier.pk, note=note, signed_held_id=held.pk
        )


def seal_and_issue(
    *,
    actor: Actor,
    dossier_id: int,
    seal_id: int,
    note: str = "",
    expected_version: int | None = None,
) -> Dossier:
    """Number, seal digitally and issue. The number is committed first, because the seal names it.

    Raises:
        Forbidden, NotNow, ChangedMeanwhile: as `results.issue`.
        NotValid: there is no file to seal.
        SignatureError: the seal cannot be used.
        CitizensError: the sealed file cannot be kept now.
    """
    dossier, result, signed = _ready(actor, dossier_id, Act.ISSUE, expected_version)
    result = results.number(actor=actor, dossier_id=dossier.pk, expected_version=dossier.revision)
    sealed = signatures.seal(
        actor=actor,
        unit_id=dossier.unit_competent_id,
        document=signed,
        identity_id=seal_id,
        reason=f"Phát hành, số {result.full_number}",
    )
    verdict = papers.judged(sealed)
    with transaction.atomic():
        locked(dossier.pk, dossier.revision)
        held = papers.store_made(
            **_made(actor, dossier, result, Origin.RESULT, "da-phat-hanh"),
            content=sealed,
            verdict=verdict,
        )
        return results.issue(actor=actor, dossier_id=dossier.pk, sealed_held_id=held.pk, note=note)


def usable(held: HeldPaper) -> HeldPaper:
    """The paper, if it can be used.

    Raises:
        NotValid: it was refused, or is still being checked.
    """
    if held.state == PaperState.REFUSED:
        raise NotValid("file", held.reason)
    if held.state != PaperState.USABLE:
        raise NotValid("file", "Tệp đã lưu, đang kiểm tra vi-rút: đợi một phút rồi làm lại.")
    return held


def _ready(
    actor: Actor, dossier_id: int, act: Act, expected_version: int | None
) -> tuple[Dossier, Result, bytes]:
    """Everything that would refuse the act afterwards refuses before a key is asked."""
    dossier = dossiers().get(pk=dossier_id)
    authorise_act(actor, act, dossier)
    if expected_version is not None and dossier.revision != expected_version:
        last = dossier.events.select_related("person").order_by("-revision")[0]
        raise ChangedMeanwhile(dossier, last)
    result = results.current(dossier)
    if act not in TRANSITIONS[State(dossier.state)] or result is None:
        raise NotNow(dossier, act)
    if result.file is None:
        raise NotValid("file", "Kết quả chưa có tệp: ký, đóng dấu trên bản giấy.")
    with result.file.file.open("rb") as file:
        return dossier, result, file.read()


def _made(
    actor: Actor, dossier: Dossier, result: Result, origin: Origin, stage: str
) -> dict[str, Any]:
    """How the next version of the result's file is held; it takes the place of the one before."""
    return {
        "actor": actor,
        "unit_id": dossier.unit_competent_id,
        "file_name": f"{dossier.code}-{stage}.pdf",
        "name": result.title,
        "origin": origin,
        "citizen_id": dossier.applicant_id,
        "origin_reference": dossier.code,
        "replaces_id": result.file_id,
    }
