"""Reads that pages and other rooms share: one dossier, its history in words, who may see it."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q, QuerySet

from motcua.dossiers.deadlines import Line
from motcua.dossiers.models import Dossier, Event, LeaderRequest
from motcua.dossiers.rules import ACTS, FINAL, OWNERS, Act, State, Where
from motcua.dossiers.services.common import RELATED, unit_of
from motcua.kernel.clock import CITY
from motcua.organisation.models import Person
from motcua.organisation.permissions import units_where

CITIZENS_WORDS: dict[Act, str] = {
    Act.SUBMIT: "Hồ sơ đã nộp.",
    Act.RECEIVE: "Hồ sơ đầy đủ, đã được tiếp nhận.",
    Act.FORWARD: "Hồ sơ đã được tiếp nhận và chuyển đến cơ quan có thẩm quyền.",
    Act.ARRIVE: "Cơ quan có thẩm quyền đã nhận hồ sơ.",
    Act.HAND_OVER: "Hồ sơ được chuyển cho người phụ trách khác.",
    Act.TAKE: "Cán bộ đã bắt đầu giải quyết hồ sơ.",
    Act.ASK_SUPPLEMENT: "Hồ sơ cần bổ sung. Thời gian chờ không tính vào thời hạn.",
    Act.ANSWER_SUPPLEMENT: "Đã nhận phần bổ sung, tiếp tục giải quyết.",
    Act.PAUSE: "Hồ sơ tạm dừng giải quyết.",
    Act.RESUME: "Hồ sơ được giải quyết tiếp.",
    Act.PROPOSE: "Kết quả đã trình lãnh đạo.",
    Act.SEND_BACK: "Kết quả được trả lại để hoàn chỉnh.",
    Act.APPROVE: "Lãnh đạo đã phê duyệt.",
    Act.ISSUE: "Đã có kết quả, mời ông/bà nhận.",
    Act.RETURN_RESULT: "Đã trả kết quả.",
    Act.EXTEND: "Trung tâm xin lỗi và hẹn lại ngày trả kết quả.",
    Act.REFUSE: "Hồ sơ bị từ chối. Lý do ghi trong Phiếu từ chối.",
    Act.STOP: "Đã dừng giải quyết hồ sơ.",
    Act.WITHDRAW: "Người nộp đã rút hồ sơ.",
}
"""What a citizen reads; no name of an officer, no internal note."""


def dossiers() -> QuerySet[Dossier]:
    """Dossiers with what pages show of them."""
    return Dossier.objects.select_related(*RELATED).defer("search")


def by_code(code: str) -> Dossier | None:
    """The dossier of this code, whoever asks: callers check who may see it."""
    return dossiers().filter(code=code.strip().upper()).first()


def visible_to(person: Person) -> Q:
    """Which dossiers the person may open: those with which a unit of theirs has to do."""
    units = units_where(person, "dossiers.view")
    if units is None:
        return Q()
    return Q(unit_received__in=units) | Q(unit_competent__in=units) | Q(return_unit__in=units)


def sees(person: Person, dossier: Dossier) -> bool:
    """Whether the person may open this dossier."""
    units = units_where(person, "dossiers.view")
    return units is None or bool(set(units) & set(dossier.unit_ids))


def qr_token(code: str) -> str:
    """What the QR on form 01 carries beside the code; whoever holds the paper may look it up.

    Derived from the code (HMAC-SHA-256, 96 bits), so that nothing is stored.
    """
    key = settings.SECRET_KEY.encode()
    digest = hmac.new(key, f"dossier:{code}".encode(), hashlib.sha256)
    return digest.hexdigest()[:24]


def by_token(code: str, token: str) -> Dossier | None:
    """The dossier if the token belongs to its code."""
    if not hmac.compare_digest(qr_token(code.strip().upper()).encode(), token.encode()):
        return None
    return by_code(code)


@dataclass(frozen=True)
class Moment:
    """One line of a timeline; `who` and `note` are empty in a citizen's."""

    at: dt.datetime
    act: Act
    text: str
    who: str = ""
    note: str = ""


def timeline(dossier: Dossier, *, for_citizen: bool = False) -> list[Moment]:
    """What happened, oldest first. A citizen's says it in plain words and names nobody."""
    found = dossier.events.select_related("person", "unit").order_by("revision")
    if for_citizen:
        return [Moment(event.at, Act(event.act), CITIZENS_WORDS[Act(event.act)]) for event in found]
    return [
        Moment(event.at, Act(event.act), ACTS[Act(event.act)].done, _who(event), event.note)
        for event in found
    ]


def _who(event: Event) -> str:
    if event.person is None:
        return {"link": "Người nộp, qua cổng trực tuyến", "device": "Thiết bị"}.get(
            event.actor.partition(":")[0], "Hệ thống"
        )
    return ", ".join(filter(None, [event.person.full_name, event.unit.name if event.unit else ""]))


def why_this_day(dossier: Dossier) -> list[Line]:
    """The reasons of the promised day, in order; as they were when it was promised.

    An extension adds its line to those of the promise before.
    """
    lines: list[Line] = []
    for event in dossier.events.order_by("revision"):
        why = event.detail.get("why")
        if not why:
            continue
        fresh = [Line(dt.date.fromisoformat(on), text) for on, text in why]
        counted_anew = event.act in {Act.RECEIVE, Act.ARRIVE} or (
            dossier.version.time_rule is not None
            and event.act != Act.EXTEND
            and dossier.extended_at is None
        )
        lines = fresh if counted_anew else [*lines, *fresh]
    return lines


@dataclass(frozen=True)
class Owner:
    """Who has to act next, in words: a person where one holds it, else a role and its place."""

    who: str
    place: str


def owner(dossier: Dossier) -> Owner | None:
    """Who has to act next; None for a dossier that has ended."""
    if dossier.state in FINAL:
        return None
    rule = OWNERS[State(dossier.state)]
    unit = {
        dossier.unit_received_id: dossier.unit_received,
        dossier.unit_competent_id: dossier.unit_competent,
        dossier.return_unit_id: dossier.return_unit,
    }[unit_of(dossier, rule.where)]
    if rule.waits_for_citizen:
        return Owner("Người nộp", "")
    if dossier.holder is not None:
        return Owner(dossier.holder.full_name, unit.name)
    at_desk = rule.where is Where.COMPETENT and dossier.department is not None
    place = f"{dossier.department}, {unit.name}" if at_desk else unit.name
    return Owner(rule.role.vietnamese, place)


def asked_in_words(request: LeaderRequest) -> list[str]:
    """What a leader is asked to agree to, line by line."""
    content = request.content
    lines = [
        ". ".join(filter(None, [item["what"], f"Lý do: {item['why']}", item.get("how", "")]))
        for item in content.get("items", [])
    ]
    if content.get("new_promise"):
        new = dt.datetime.fromisoformat(content["new_promise"]).astimezone(CITY)
        lines.append(f"Ngày hẹn mới: {new:%H:%M %d/%m/%Y}")
    named = {
        "reason": "Lý do",
        "basis": "Căn cứ",
        "guidance": "Hướng dẫn",
        "refund": "Hoàn phí, lệ phí",
    }
    lines += [f"{label}: {content[name]}" for name, label in named.items() if content.get(name)]
    if content.get("asked_by_citizen"):
        lines.append("Theo đề nghị của người nộp")
    return lines
