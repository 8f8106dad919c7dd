"""One dossier as its citizen sees it: what happens, who has it, what is missing, what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from motcua.dossiers import selectors
from motcua.dossiers.deadlines import Line
from motcua.dossiers.models import Dossier, Ending, Extension, Payment, SupplementRequest
from motcua.dossiers.rules import FINAL, IN_HAND, OWNERS, State, Where
from motcua.dossiers.selectors import Moment
from motcua.dossiers.services.telling import place_of_return
from motcua.kernel.clock import now
from motcua.organisation.models import Unit
from motcua.portal.rules import masked_name
from motcua.portal.services.looking_up import silent

WORDS: Mapping[State, str] = {
    State.SUBMITTED: "Hồ sơ đã nộp, đang chờ tiếp nhận",
    State.FORWARDED: "Hồ sơ đang trên đường đến cơ quan có thẩm quyền",
    State.RECEIVED: "Hồ sơ đã được tiếp nhận",
    State.PROCESSING: "Hồ sơ đang được giải quyết",
    State.PROPOSED: "Hồ sơ đang chờ lãnh đạo phê duyệt",
    State.APPROVED: "Kết quả đã được phê duyệt, đang vào sổ và đóng dấu",
    State.ISSUED: "Đã có kết quả",
    State.COMPLETED: "Đã trả kết quả",
    State.SUPPLEMENT: "Hồ sơ cần bổ sung",
    State.PAUSED: "Hồ sơ tạm dừng giải quyết",
    State.STOPPED: "Hồ sơ đã dừng giải quyết",
    State.REFUSED: "Hồ sơ bị từ chối",
    State.WITHDRAWN: "Hồ sơ đã được rút",
}

TONES: Mapping[State, str] = {
    State.ISSUED: "good",
    State.COMPLETED: "good",
    State.SUPPLEMENT: "attention",
    State.PAUSED: "attention",
    State.REFUSED: "urgent",
    State.STOPPED: "urgent",
}


@dataclass(frozen=True)
class Holder:
    """Who has to act next: a role and its place, never a person's name."""

    role: str
    place: str


@dataclass(frozen=True)
class Shown:
    """What the page of one dossier says.

    Arguments:
        applicant: initials and given name.
        why: the reasons of the promised day, one by one.
        late: the promise has passed and there is no result yet.
        collect: where the result waits; empty until there is one.
    """

    dossier: Dossier
    headline: str
    tone: str
    applicant: str
    holder: Holder | None
    moments: Sequence[Moment]
    why: Sequence[Line]
    late: bool
    extensions: Sequence[Extension]
    supplement: SupplementRequest | None
    payments: Sequence[Payment]
    collect: str
    unit_to_ask: Unit
    ending: Ending | None
    news_on: bool

    @property
    def promised_at(self) -> dt.datetime | None:
        return self.dossier.promised_at

    @property
    def open(self) -> bool:
        return self.dossier.state not in FINAL


def shown(dossier: Dossier) -> Shown:
    """Gather the page in a fixed number of queries."""
    state = State(dossier.state)
    promised = dossier.promised_at
    late = state in IN_HAND and promised is not None and promised < now()
    payments = dossier.payments.filter(Q(cancellation=None)).order_by("at")
    return Shown(
        dossier=dossier,
        headline=WORDS[state],
        tone="attention" if late else TONES.get(state, "info"),
        applicant=masked_name(dossier.applicant_name),
        holder=holder_of(dossier),
        moments=selectors.timeline(dossier, for_citizen=True),
        why=selectors.why_this_day(dossier),
        late=late,
        extensions=list(dossier.extensions.order_by("number")),
        supplement=dossier.supplements.filter(answered_at=None).first()
        if state is State.SUPPLEMENT
        else None,
        payments=list(payments),
        collect=place_of_return(dossier) if state is State.ISSUED else "",
        unit_to_ask=dossier.return_unit if state is State.ISSUED else dossier.unit_received,
        ending=Ending.objects.filter(dossier=dossier).first() if state in FINAL else None,
        news_on=not silent(dossier),
    )


def holder_of(dossier: Dossier) -> Holder | None:
    """The role that has to act next and where; the citizen where the clock waits for them."""
    if dossier.state in FINAL:
        return None
    rule = OWNERS[State(dossier.state)]
    if rule.waits_for_citizen:
        return Holder("Người nộp hồ sơ", "")
    unit = {
        Where.RECEIVING: dossier.unit_received,
        Where.COMPETENT: dossier.unit_competent,
        Where.RETURNING: dossier.return_unit,
    }[rule.where]
    at_desk = rule.where is Where.COMPETENT and dossier.department is not None
    place = f"{dossier.department}, {unit.name}" if at_desk else unit.name
    return Holder(rule.role.vietnamese, place)
