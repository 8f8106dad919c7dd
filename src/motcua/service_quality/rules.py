"""Who may do what here, and the life of an incident as a table. Pure: no clock, no database."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from motcua.organisation.rules import LEADERS, Permissions, Role

PERMISSIONS: Permissions = {
    "service_quality.view_incidents": LEADERS,
    "service_quality.handle_incident": LEADERS,
    "service_quality.add_side": frozenset({Role.OFFICER}),
    "service_quality.call_for_help": frozenset({Role.OFFICER}),
    "service_quality.view_band": LEADERS,
    "service_quality.view_coaching": LEADERS,
    "service_quality.open_counters": LEADERS | {Role.OFFICER, Role.ADMINISTRATOR},
    "service_quality.tune_counter": frozenset({Role.ADMINISTRATOR, Role.CENTRE_LEADER}),
    "service_quality.edit_counter_pages": frozenset({Role.ADMINISTRATOR, Role.CENTRE_LEADER}),
}


class State(StrEnum):
    """Where an incident stands."""

    OPENED = "opened"
    ESCALATED = "escalated"
    ACKNOWLEDGED = "acknowledged"
    BEING_HANDLED = "being_handled"
    CLOSED = "closed"


class Act(StrEnum):
    """What can happen to an incident."""

    ACKNOWLEDGE = "acknowledge"
    HANDLE = "handle"
    ESCALATE = "escalate"
    CLOSE = "close"


TRANSITIONS: Mapping[tuple[State, Act], State] = {
    (State.OPENED, Act.ACKNOWLEDGE): State.ACKNOWLEDGED,
    (State.OPENED, Act.ESCALATE): State.ESCALATED,
    (State.ESCALATED, Act.ESCALATE): State.ESCALATED,
    (State.ESCALATED, Act.ACKNOWLEDGE): State.ACKNOWLEDGED,
    (State.ACKNOWLEDGED, Act.HANDLE): State.BEING_HANDLED,
    (State.ACKNOWLEDGED, Act.ESCALATE): State.ESCALATED,
    (State.ACKNOWLEDGED, Act.CLOSE): State.CLOSED,
    (State.BEING_HANDLED, Act.ESCALATE): State.ESCALATED,
    (State.BEING_HANDLED, Act.CLOSE): State.CLOSED,
}

STATE_NAMES: Mapping[State, str] = {
    State.OPENED: "Mới mở, đang báo",
    State.ESCALATED: "Đã báo lên cấp trên",
    State.ACKNOWLEDGED: "Đã có người nhận",
    State.BEING_HANDLED: "Đang xử lý",
    State.CLOSED: "Đã xử lý xong",
}

OWNERS: Mapping[State, str] = {
    State.OPENED: "những người được báo ở cấp 1",
    State.ESCALATED: "những người được báo ở cấp sau cùng",
    State.ACKNOWLEDGED: "người đã nhận",
    State.BEING_HANDLED: "người đang xử lý",
}
"""Who must move it on, in every state that is not final."""

WAITING = frozenset({State.OPENED, State.ESCALATED})
"""Nobody has taken it yet."""


class Cause(StrEnum):
    """What opened an incident."""

    IRRITATION = "irritation"
    POOR_RATING = "poor_rating"
    CITIZEN_BUTTON = "citizen_button"
    OFFICER_BUTTON = "officer_button"


CAUSE_NAMES: Mapping[Cause, str] = {
    Cause.IRRITATION: "Camera nhận thấy người dân không hài lòng",
    Cause.POOR_RATING: "Người dân chấm không hài lòng",
    Cause.CITIZEN_BUTTON: "Người dân bấm nút cần giúp",
    Cause.OFFICER_BUTTON: "Cán bộ đề nghị hỗ trợ",
}

SAID_IN_MESSAGES: Mapping[Cause, str] = {
    Cause.IRRITATION: "người dân có biểu hiện không hài lòng",
    Cause.POOR_RATING: "người dân chấm không hài lòng",
    Cause.CITIZEN_BUTTON: "người dân bấm nút cần giúp",
    Cause.OFFICER_BUTTON: "cán bộ đề nghị hỗ trợ",
}
"""One clause for the SMS; names nobody."""


class Outcome(StrEnum):
    """How an incident ended."""

    REASSURED = "reassured"
    APOLOGISED = "apologised"
    OFFICER_CHANGED = "officer_changed"
    SOLVED = "solved"
    EXPLAINED = "explained"
    ANSWER_LATER = "answer_later"
    CITIZEN_LEFT = "citizen_left"
    FALSE_ALARM = "false_alarm"


OUTCOME_NAMES: Mapping[Outcome, str] = {
    Outcome.REASSURED: "Trấn an",
    Outcome.APOLOGISED: "Xin lỗi",
    Outcome.OFFICER_CHANGED: "Đổi cán bộ",
    Outcome.SOLVED: "Giải quyết tại chỗ",
    Outcome.EXPLAINED: "Hướng dẫn lại thủ tục",
    Outcome.ANSWER_LATER: "Hẹn trả lời sau",
    Outcome.CITIZEN_LEFT: "Người dân đã ra về",
    Outcome.FALSE_ALARM: "Báo động sai",
}

QUIET_PERIOD = dt.timedelta(minutes=5)
"""Signs at one counter within this time that name no visit are taken for the same upset."""


@dataclass(frozen=True)
class Known:
    """An incident of the counter that a new sign might belong to."""

    incident_id: int
    visit_id: uuid.UUID | None
    opened_at: dt.datetime
    closed_at: dt.datetime | None


def belongs_to(
    known: Iterable[Known], *, cause: Cause, visit_id: uuid.UUID | None, at: dt.datetime
) -> int | None:
    """The incident that a new sign adds to; None when it opens one of its own.

    An open incident takes every sign of its visit, and within QUIET_PERIOD signs of no
    known visit. A closed one takes only what a camera still sees of the same visit
    shortly after: a person who presses a button again wants to be heard again.
    """
    for each in sorted(known, key=lambda incident: incident.opened_at, reverse=True):
        same_visit = visit_id is not None and each.visit_id == visit_id
        if each.closed_at is None:
            unknown = visit_id is None or each.visit_id is None
            if same_visit or (unknown and abs(at - each.opened_at) <= QUIET_PERIOD):
                return each.incident_id
        elif same_visit and cause is Cause.IRRITATION and at - each.closed_at <= QUIET_PERIOD:
            return each.incident_id
    return None
