"""Ends without a result: refused (form 03), stopped (form 05), withdrawn by the citizen."""

from __future__ import annotations

from django.db import transaction

from motcua.dossiers.models import Dossier, Ending
from motcua.dossiers.provisions import Occasion
from motcua.dossiers.rules import Act
from motcua.dossiers.services.common import (
    CITIZEN,
    authorise_act,
    locked,
    moment,
    move,
    party,
    written,
)
from motcua.dossiers.services.telling import tell
from motcua.organisation.permissions import Actor


def refuse(
    *,
    actor: Actor,
    dossier_id: int,
    reason: str,
    basis: str,
    guidance: str = "",
    expected_version: int | None = None,
) -> Dossier:
    """Refuse to take or to decide it. Only a leader does; others ask by `requests.ask_leader`.

    Arguments:
        basis: the provision on which the refusal stands.
        guidance: what the citizen can do instead.

    Raises:
        Forbidden: the actor does not lead a unit concerned.
        NotNow, ChangedMeanwhile: somebody else acted.
        NotValid: no reason or basis.
    """
    reason = written("reason", reason, "Ghi lý do từ chối.", 1000)
    basis = written("basis", basis, "Ghi căn cứ: văn bản, điều, khoản.")
    return _end(
        actor,
        dossier_id,
        Act.REFUSE,
        Occasion.REFUSED,
        expected_version,
        reason=reason,
        basis=basis,
        guidance=guidance.strip()[:1000],
    )


def stop(
    *,
    actor: Actor,
    dossier_id: int,
    reason: str,
    asked_by_citizen: bool = False,
    refund: str = "",
    basis: str = "",
    expected_version: int | None = None,
) -> Dossier:
    """Stop working on it for good. Only a leader does; others ask by `requests.ask_leader`.

    Raises:
        Forbidden: the actor does not lead the unit that decides.
        NotNow, ChangedMeanwhile: somebody else acted.
        NotValid: no reason.
    """
    return _end(
        actor,
        dossier_id,
        Act.STOP,
        Occasion.STOPPED,
        expected_version,
        reason=written("reason", reason, "Ghi lý do dừng giải quyết.", 1000),
        basis=basis.strip()[:500],
        asked_by_citizen=asked_by_citizen,
        refund=refund.strip()[:300],
    )


def withdraw(
    *,
    actor: Actor,
    dossier_id: int,
    reason: str,
    refund: str = "",
    expected_version: int | None = None,
) -> Dossier:
    """The citizen takes the dossier back before a decision was made.

    Raises:
        Forbidden: the actor receives in no unit concerned.
        NotNow, ChangedMeanwhile: it is decided already, or has ended.
        NotValid: no reason.
    """
    return _end(
        actor,
        dossier_id,
        Act.WITHDRAW,
        Occasion.STOPPED,
        expected_version,
        reason=written("reason", reason, "Ghi lý do người nộp rút hồ sơ.", 1000),
        asked_by_citizen=True,
        refund=refund.strip()[:300],
    )


def _end(
    actor: Actor,
    dossier_id: int,
    act: Act,
    occasion: Occasion,
    expected_version: int | None,
    **values: object,
) -> Dossier:
    with transaction.atomic():
        dossier = locked(dossier_id, expected_version)
        unit = authorise_act(actor, act, dossier)
        at = moment()
        stage = dossier.state
        dossier.pauses.filter(end=None).update(end=at)
        dossier.supplements.filter(answered_at=None).update(answered_at=at)
        dossier.leader_requests.filter(decided_at=None).update(
            decided_at=at, granted=False, answer="Hồ sơ đã kết thúc."
        )
        dossier.finished_at = at
        giver = party(dossier.holder or actor.person, dossier.department, dossier.unit_competent)
        dossier.holder = None
        reason = str(values["reason"])
        event = move(dossier, act, actor, unit_id=unit, note=reason, hop=(giver, CITIZEN))
        Ending.objects.create(
            dossier=dossier, act=act, stage=stage, at=at, by=actor.person, **values
        )
        tell(dossier, occasion, event, reason=reason[:160])
    return dossier
