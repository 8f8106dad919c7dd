"""A leader's yes: whoever works on a dossier asks, the leader decides, the act follows at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from motcua.dossiers.errors import DecidedMeanwhile, NotNow, NotValid
from motcua.dossiers.models import Dossier, LeaderRequest
from motcua.dossiers.rules import (
    ASKED_OF_A_LEADER,
    SECOND_SUPPLEMENT,
    TRANSITIONS,
    Act,
    State,
    Where,
)
from motcua.dossiers.services import endings, promises
from motcua.dossiers.services.common import (
    check_holder,
    live_channel,
    locked,
    moment,
    unit_of,
    written,
)
from motcua.dossiers.services.supplements import Item, checked, needs_leader, send_notice
from motcua.kernel import audit, stream
from motcua.organisation.permissions import Actor, Forbidden, authorise, may


def ask_leader(
    *,
    actor: Actor,
    dossier_id: int,
    act: Act,
    reason: str,
    content: Mapping[str, Any],
    expected_version: int | None = None,
) -> LeaderRequest:
    """Ask a leader to refuse, stop, extend, or let ask for a supplement once more.

    Arguments:
        content: what the act is called with: `{"reason", "basis", "guidance"}` for a refusal,
            `{"reason", "asked_by_citizen", "refund"}` for a stop, `{"new_promise", "reason"}` with
            an ISO moment for an extension, `{"items": [{"what", "why", "how"}]}` for a supplement.

    Raises:
        Forbidden: the actor works on dossiers in no unit concerned.
        NotNow, ChangedMeanwhile, HeldByAnother: a colleague has it.
        NotValid: no reason, an act that needs no leader, or a request that waits already.
    """
    reason = written("reason", reason, "Ghi lý do đề nghị.")
    with transaction.atomic():
        dossier = locked(dossier_id, expected_version)
        unit = _unit_where(actor, dossier)
        check_holder(actor, Act.ASK_SUPPLEMENT, dossier)
        if act not in TRANSITIONS[State(dossier.state)]:
            raise NotNow(dossier, act)
        if act not in ASKED_OF_A_LEADER or (
            act is Act.ASK_SUPPLEMENT and not needs_leader(dossier)
        ):
            raise NotValid("act", "Việc này không cần đề nghị lãnh đạo.")
        if dossier.leader_requests.filter(decided_at=None).exists():
            raise NotValid("act", "Hồ sơ đang có một đề nghị chờ lãnh đạo trả lời.")
        _check_content(act, content)
        request = LeaderRequest.objects.create(
            dossier=dossier,
            act=act,
            content=dict(content),
            reason=reason,
            asked_at=moment(),
            asked_by=actor.person,
            unit_id=unit,
        )
        _note("dossier.ask_leader", actor, dossier, unit, act=act)
    return request


def decide(*, actor: Actor, request_id: int, granted: bool, answer: str = "") -> LeaderRequest:
    """Say yes, and the act is done in the leader's name; or no, with a reason.

    Raises:
        Forbidden: the actor may not do the act itself.
        DecidedMeanwhile: another leader answered, or the dossier has ended.
        NotNow: the dossier moved on so that the act is impossible.
        NotValid: a no without a reason; or what the act itself refuses.
    """
    with transaction.atomic():
        dossier_id = LeaderRequest.objects.values_list("dossier_id", flat=True).get(pk=request_id)
        dossier = locked(dossier_id)
        request = LeaderRequest.objects.select_related("asked_by", "decided_by").get(pk=request_id)
        act = Act(request.act)
        authorise(actor, action_of(act), request.unit_id)
        if request.decided_at is not None:
            raise DecidedMeanwhile(request)
        if not granted:
            answer = written("answer", answer, "Ghi lý do không đồng ý.")
        request.decided_at = moment()
        request.decided_by = actor.person
        request.granted = granted
        request.answer = answer[:500]
        # Before the act: an ending closes whatever request still waits.
        request.save()
        if granted:
            _do(actor, dossier, request)
        _note("dossier.leader_decides", actor, dossier, request.unit_id, act=act, granted=granted)
    return request


def action_of(act: Act) -> str:
    """The permission that a leader needs for a request about this act."""
    return SECOND_SUPPLEMENT if act is Act.ASK_SUPPLEMENT else f"dossiers.{act}"


def _do(actor: Actor, dossier: Dossier, request: LeaderRequest) -> None:
    content = dict(request.content)
    act = Act(request.act)
    if act is Act.REFUSE:
        endings.refuse(actor=actor, dossier_id=dossier.pk, **content)
    elif act is Act.STOP:
        endings.stop(actor=actor, dossier_id=dossier.pk, **content)
    elif act is Act.EXTEND:
        new_promise = dt.datetime.fromisoformat(content.pop("new_promise"))
        promises.extend(actor=actor, dossier_id=dossier.pk, new_promise=new_promise, **content)
    else:
        send_notice(
            dossier,
            actor,
            [Item(**item) for item in content["items"]],
            asker=request.asked_by,
            leader=actor.person,
            reason_again=request.reason,
        )


_CONTENT: Mapping[Act, frozenset[str]] = {
    Act.REFUSE: frozenset({"reason", "basis", "guidance"}),
    Act.STOP: frozenset({"reason", "basis", "asked_by_citizen", "refund"}),
    Act.EXTEND: frozenset({"reason", "new_promise"}),
    Act.ASK_SUPPLEMENT: frozenset({"items"}),
}


def _check_content(act: Act, content: Mapping[str, Any]) -> None:
    if not set(content) <= _CONTENT[act]:
        raise NotValid("content", "Đề nghị có nội dung không dùng được.")
    if act is Act.ASK_SUPPLEMENT:
        checked([Item(**item) for item in content.get("items", [])])
        return
    written("reason", str(content.get("reason", "")), "Ghi lý do.", 1000)
    if act is Act.REFUSE:
        written("basis", str(content.get("basis", "")), "Ghi căn cứ: văn bản, điều, khoản.")
    if act is Act.EXTEND and not content.get("new_promise"):
        raise NotValid("new_promise", "Chọn ngày hẹn mới.")


def _unit_where(actor: Actor, dossier: Dossier) -> int:
    """The unit whose leaders decide: the competent one unless only the receiving one is theirs."""
    units = [unit_of(dossier, where) for where in (Where.COMPETENT, Where.RECEIVING)]
    if actor.person is None:
        return units[0]
    for unit in units:
        if may(actor.person, "dossiers.ask_leader", unit):
            return unit
    raise Forbidden("dossiers.ask_leader")


def _note(action: str, actor: Actor, dossier: Dossier, unit: int, **detail: Any) -> None:
    audit.record(
        action=action,
        actor=actor.label,
        subject=f"dossier:{dossier.code}",
        unit_id=unit,
        detail=detail,
    )
    stream.announce(
        channel=live_channel(unit),
        kind="dossier",
        data={"code": dossier.code, "state": dossier.state},
    )
