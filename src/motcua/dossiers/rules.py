"""The life of a dossier as tables: states, acts, who may do what where, and small decisions. Pure.

Sources: Decree 118/2025/NĐ-CP as amended by Decrees 367/2025 and 309/2026 (reception, one notice
of what is missing, forwarding, apology); Circular 03/2025/TT-VPCP, appendix I (forms 01 to 07).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from motcua.organisation.rules import LEADERS, Permissions, Role
from motcua.procedures import rules as procedures


class State(StrEnum):
    """Where a dossier stands."""

    SUBMITTED = "submitted"
    FORWARDED = "forwarded"
    RECEIVED = "received"
    PROCESSING = "processing"
    PROPOSED = "proposed"
    APPROVED = "approved"
    ISSUED = "issued"
    COMPLETED = "completed"
    SUPPLEMENT = "supplement"
    PAUSED = "paused"
    STOPPED = "stopped"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def vietnamese(self) -> str:
        return STATE_NAMES[self]


STATE_NAMES: Mapping[State, str] = {
    State.SUBMITTED: "Đã nộp, chờ tiếp nhận",
    State.FORWARDED: "Đã chuyển cơ quan có thẩm quyền",
    State.RECEIVED: "Đã tiếp nhận",
    State.PROCESSING: "Đang thụ lý",
    State.PROPOSED: "Trình duyệt",
    State.APPROVED: "Đã phê duyệt",
    State.ISSUED: "Đã phát hành, chờ trả kết quả",
    State.COMPLETED: "Hoàn thành",
    State.SUPPLEMENT: "Chờ bổ sung",
    State.PAUSED: "Tạm dừng",
    State.STOPPED: "Dừng giải quyết",
    State.REFUSED: "Từ chối",
    State.WITHDRAWN: "Đã rút",
}


class Act(StrEnum):
    """What can be done with a dossier."""

    SUBMIT = "submit"
    RECEIVE = "receive"
    FORWARD = "forward"
    ARRIVE = "arrive"
    HAND_OVER = "hand_over"
    TAKE = "take"
    ASK_SUPPLEMENT = "ask_supplement"
    ANSWER_SUPPLEMENT = "answer_supplement"
    PAUSE = "pause"
    RESUME = "resume"
    PROPOSE = "propose"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    ISSUE = "issue"
    RETURN_RESULT = "return_result"
    EXTEND = "extend"
    REFUSE = "refuse"
    STOP = "stop"
    WITHDRAW = "withdraw"


BACK = None
"""As a target: the state in which the dossier was when its clock was stopped."""

TRANSITIONS: Mapping[State, Mapping[Act, State | None]] = {
    State.SUBMITTED: {
        Act.RECEIVE: State.RECEIVED,
        Act.FORWARD: State.FORWARDED,
        Act.ASK_SUPPLEMENT: State.SUPPLEMENT,
        Act.REFUSE: State.REFUSED,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.FORWARDED: {
        Act.ARRIVE: State.RECEIVED,
        Act.ASK_SUPPLEMENT: State.SUPPLEMENT,
        Act.REFUSE: State.REFUSED,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.RECEIVED: {
        Act.HAND_OVER: State.RECEIVED,
        Act.TAKE: State.PROCESSING,
        Act.ASK_SUPPLEMENT: State.SUPPLEMENT,
        Act.EXTEND: State.RECEIVED,
        Act.REFUSE: State.REFUSED,
        Act.STOP: State.STOPPED,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.PROCESSING: {
        Act.HAND_OVER: State.PROCESSING,
        Act.ASK_SUPPLEMENT: State.SUPPLEMENT,
        Act.PAUSE: State.PAUSED,
        Act.PROPOSE: State.PROPOSED,
        Act.EXTEND: State.PROCESSING,
        Act.REFUSE: State.REFUSED,
        Act.STOP: State.STOPPED,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.PROPOSED: {
        Act.HAND_OVER: State.PROPOSED,
        Act.APPROVE: State.APPROVED,
        Act.SEND_BACK: State.PROCESSING,
        Act.EXTEND: State.PROPOSED,
        Act.REFUSE: State.REFUSED,
        Act.STOP: State.STOPPED,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.APPROVED: {
        Act.ISSUE: State.ISSUED,
        Act.SEND_BACK: State.PROCESSING,
        Act.EXTEND: State.APPROVED,
    },
    State.ISSUED: {Act.RETURN_RESULT: State.COMPLETED},
    State.SUPPLEMENT: {
        Act.ANSWER_SUPPLEMENT: BACK,
        Act.STOP: State.STOPPED,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.PAUSED: {
        Act.RESUME: BACK,
        Act.STOP: State.STOPPED,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.COMPLETED: {},
    State.STOPPED: {},
    State.REFUSED: {},
    State.WITHDRAWN: {},
}
"""State, act, next state. A result that is late is returned like any other."""

FIRST = State.SUBMITTED
FINAL = frozenset(state for state, acts in TRANSITIONS.items() if not acts)
OPEN = frozenset(State) - FINAL
WAITING = frozenset({State.SUPPLEMENT, State.PAUSED})
"""The clock stands: somebody outside has to do something."""
IN_HAND = frozenset({State.RECEIVED, State.PROCESSING, State.PROPOSED, State.APPROVED})
"""The clock runs: the result is promised and not made yet."""


class Where(StrEnum):
    """Which of a dossier's three units is meant."""

    RECEIVING = "receiving"
    COMPETENT = "competent"
    RETURNING = "returning"


_OFFICER = frozenset({Role.OFFICER})
_WORKERS = frozenset({Role.OFFICER, Role.SPECIALIST})
_DECIDERS = frozenset({Role.CENTRE_LEADER, Role.COMMITTEE_LEADER})
_DOOR = (Where.RECEIVING,)
_DESK = (Where.COMPETENT,)
_BOTH = (Where.RECEIVING, Where.COMPETENT)


@dataclass(frozen=True)
class ActRule:
    """Who may do an act, and its words.

    Arguments:
        button: the verb on screen.
        done: what the timeline says afterwards.
        roles: who may do it in one of the units of `where`.
        of_holder: in hand, only the holder does it, who covers for them, or the head.
    """

    button: str
    done: str
    roles: frozenset[Role]
    where: tuple[Where, ...]
    of_holder: bool = False


ACTS: Mapping[Act, ActRule] = {
    Act.SUBMIT: ActRule("Ghi hồ sơ nộp", "Nộp hồ sơ", _OFFICER, _DOOR),
    Act.RECEIVE: ActRule("Tiếp nhận hồ sơ", "Tiếp nhận hồ sơ", _OFFICER, _DOOR),
    Act.FORWARD: ActRule(
        "Tiếp nhận và chuyển cơ quan có thẩm quyền",
        "Tiếp nhận, chuyển cơ quan có thẩm quyền",
        _OFFICER,
        _DOOR,
    ),
    Act.ARRIVE: ActRule("Nhận hồ sơ chuyển đến", "Cơ quan có thẩm quyền nhận", _OFFICER, _DESK),
    Act.HAND_OVER: ActRule("Bàn giao", "Bàn giao hồ sơ", _WORKERS | LEADERS, _DESK, of_holder=True),
    Act.TAKE: ActRule("Nhận thụ lý", "Nhận thụ lý", _WORKERS, _DESK),
    Act.ASK_SUPPLEMENT: ActRule(
        "Yêu cầu bổ sung", "Yêu cầu bổ sung (Mẫu 02)", _WORKERS | LEADERS, _BOTH, of_holder=True
    ),
    Act.ANSWER_SUPPLEMENT: ActRule("Nhận bổ sung", "Người nộp đã bổ sung", _WORKERS, _BOTH),
    Act.PAUSE: ActRule("Tạm dừng", "Tạm dừng giải quyết", _WORKERS, _DESK, of_holder=True),
    Act.RESUME: ActRule("Giải quyết tiếp", "Giải quyết tiếp", _WORKERS, _DESK),
    Act.PROPOSE: ActRule(
        "Trình duyệt",
        "Trình duyệt",
        _WORKERS | {Role.DEPARTMENT_HEAD},
        _DESK,
        of_holder=True,
    ),
    Act.SEND_BACK: ActRule("Trả lại để sửa", "Trả lại để sửa", _DECIDERS | {Role.CLERK}, _DESK),
    Act.APPROVE: ActRule("Phê duyệt", "Phê duyệt", _DECIDERS, _DESK),
    Act.ISSUE: ActRule("Phát hành", "Cấp số, phát hành kết quả", frozenset({Role.CLERK}), _DESK),
    Act.RETURN_RESULT: ActRule("Trả kết quả", "Trả kết quả", _OFFICER, (Where.RETURNING,)),
    Act.EXTEND: ActRule("Xin lỗi và gia hạn", "Xin lỗi và gia hạn (Mẫu 04)", LEADERS, _DESK),
    Act.REFUSE: ActRule("Từ chối", "Từ chối (Mẫu 03)", _DECIDERS, _BOTH),
    Act.STOP: ActRule("Dừng giải quyết", "Dừng giải quyết (Mẫu 05)", _DECIDERS, _DESK),
    Act.WITHDRAW: ActRule("Ghi nhận rút hồ sơ", "Người nộp rút hồ sơ", _OFFICER, _BOTH),
}

ASKED_OF_A_LEADER = frozenset({Act.REFUSE, Act.STOP, Act.EXTEND, Act.ASK_SUPPLEMENT})
"""Whoever works on the dossier proposes these and a leader decides; a supplement only from the
second one on."""

SECOND_SUPPLEMENT = "dossiers.second_supplement"

PERMISSIONS: Permissions = {
    **{f"dossiers.{act}": rule.roles for act, rule in ACTS.items()},
    "dossiers.view": _WORKERS | LEADERS | {Role.CLERK},
    "dossiers.ask_leader": _WORKERS | {Role.DEPARTMENT_HEAD},
    SECOND_SUPPLEMENT: _DECIDERS,
    "dossiers.hand_over_many": LEADERS,
    "dossiers.take_fee": _OFFICER,
    "dossiers.cancel_receipt": _OFFICER | {Role.CENTRE_LEADER},
    "dossiers.edit_provisions": frozenset({Role.CITY}),
}


@dataclass(frozen=True)
class Owner:
    """Who has to act next on a dossier in a state; `waits_for_citizen` says that they watch."""

    role: Role
    where: Where
    waits_for_citizen: bool = False


OWNERS: Mapping[State, Owner] = {
    State.SUBMITTED: Owner(Role.OFFICER, Where.RECEIVING),
    State.FORWARDED: Owner(Role.OFFICER, Where.COMPETENT),
    State.RECEIVED: Owner(Role.SPECIALIST, Where.COMPETENT),
    State.PROCESSING: Owner(Role.SPECIALIST, Where.COMPETENT),
    State.PROPOSED: Owner(Role.COMMITTEE_LEADER, Where.COMPETENT),
    State.APPROVED: Owner(Role.CLERK, Where.COMPETENT),
    State.ISSUED: Owner(Role.OFFICER, Where.RETURNING),
    State.SUPPLEMENT: Owner(Role.OFFICER, Where.RECEIVING, waits_for_citizen=True),
    State.PAUSED: Owner(Role.SPECIALIST, Where.COMPETENT, waits_for_citizen=True),
}


def target(state: State, act: Act, resumes_to: str = "") -> State | None:
    """The state after this act; None when the table does not allow it.

    Arguments:
        resumes_to: where a dossier whose clock stands was before.
    """
    acts = TRANSITIONS[state]
    if act not in acts:
        return None
    after = acts[act]
    return State(resumes_to) if after is BACK else after


class Channel(StrEnum):
    """How a dossier came."""

    COUNTER = "counter"
    ONLINE = "online"
    POST = "post"
    KIOSK = "kiosk"
    POINT = "point"

    @property
    def vietnamese(self) -> str:
        return {
            Channel.COUNTER: "Trực tiếp tại quầy",
            Channel.ONLINE: "Trực tuyến",
            Channel.POST: "Bưu chính công ích",
            Channel.KIOSK: "ATM hồ sơ",
            Channel.POINT: "Điểm tiếp nhận khu dân cư",
        }[self]

    @property
    def fee_channel(self) -> procedures.Channel:
        """What the catalogue of prices calls it; a kiosk and a point stand for the counter."""
        return {
            Channel.ONLINE: procedures.Channel.ONLINE,
            Channel.POST: procedures.Channel.POST,
        }.get(self, procedures.Channel.COUNTER)


class ReturnWay(StrEnum):
    """How the citizen wishes to have the result."""

    COUNTER = "counter"
    POST = "post"
    ONLINE = "online"
    KIOSK = "kiosk"

    @property
    def vietnamese(self) -> str:
        return {
            ReturnWay.COUNTER: "Nhận tại quầy",
            ReturnWay.POST: "Qua bưu chính",
            ReturnWay.ONLINE: "Bản điện tử",
            ReturnWay.KIOSK: "Tại ATM hồ sơ",
        }[self]


CODE_DIGITS = 4


def code(agency_id: str, day: dt.date, number: int) -> str:
    """`{unit}-{YYMMDD}-{NNNN}`; more than 9.999 a day simply take more digits."""
    return f"{agency_id}-{day:%y%m%d}-{number:0{CODE_DIGITS}d}"
