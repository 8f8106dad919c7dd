"""Who may do what here, the life of a ticket as a table, and who is called next. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from motcua.organisation.calendar import Session
from motcua.organisation.rules import LEADERS, Permissions, Role

PERMISSIONS: Permissions = {
    "reception.call": frozenset({Role.OFFICER}),
    "reception.give_ticket": frozenset({Role.OFFICER, Role.HELPER}),
    "reception.receive": frozenset({Role.OFFICER}),
    "reception.set_up": frozenset({Role.ADMINISTRATOR, Role.CENTRE_LEADER}),
    "reception.view_day": LEADERS | {Role.ADMINISTRATOR},
}


class State(StrEnum):
    """Where a ticket stands."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    DONE = "done"
    NO_SHOW = "no_show"
    LEFT = "left"
    UNSERVED = "unserved"


class Act(StrEnum):
    """What can happen to a ticket."""

    CALL = "call"
    RECALL = "recall"
    START = "start"
    FINISH = "finish"
    TRANSFER = "transfer"
    MISS = "miss"
    COME_BACK = "come_back"
    LEAVE = "leave"
    END_DAY = "end_day"


TRANSITIONS: Mapping[tuple[State, Act], State] = {
    (State.WAITING, Act.CALL): State.CALLED,
    (State.WAITING, Act.LEAVE): State.LEFT,
    (State.WAITING, Act.END_DAY): State.UNSERVED,
    (State.CALLED, Act.RECALL): State.CALLED,
    (State.CALLED, Act.START): State.SERVING,
    (State.CALLED, Act.FINISH): State.DONE,
    (State.CALLED, Act.TRANSFER): State.WAITING,
    (State.CALLED, Act.MISS): State.NO_SHOW,
    (State.CALLED, Act.LEAVE): State.LEFT,
    (State.CALLED, Act.END_DAY): State.NO_SHOW,
    (State.SERVING, Act.FINISH): State.DONE,
    (State.SERVING, Act.TRANSFER): State.WAITING,
    (State.SERVING, Act.END_DAY): State.DONE,
    (State.NO_SHOW, Act.COME_BACK): State.WAITING,
}

STATE_NAMES: Mapping[State, str] = {
    State.WAITING: "Đang chờ",
    State.CALLED: "Đang gọi",
    State.SERVING: "Đang phục vụ",
    State.DONE: "Đã xong",
    State.NO_SHOW: "Vắng mặt",
    State.LEFT: "Đã rời hàng",
    State.UNSERVED: "Hết ngày chưa được gọi",
}

OWNERS: Mapping[State, str] = {
    State.WAITING: "cán bộ các quầy nhận việc này",
    State.CALLED: "cán bộ đã gọi",
    State.SERVING: "cán bộ đang phục vụ",
}
"""Who must move it on, in every state that is not final."""

IN_QUEUE = frozenset({State.WAITING, State.CALLED, State.SERVING})

LAST_ORDINARY = 900
"""Numbers above it belong to ticket screens without network, so the two can never meet."""
LAST_SPARE = 999


@dataclass(frozen=True)
class Weights:
    """So many priority calls in a row, then so many ordinary ones, while both wait."""

    priority: int = 3
    ordinary: int = 1

    def __post_init__(self) -> None:
        if self.priority < 1 or self.ordinary < 1:
            raise ValueError("each class must be called at least once in a round")


@dataclass(frozen=True, order=True)
class Waiting:
    """Somebody in the queue. Sorts by place; the id parts two who came at one moment."""

    place: dt.datetime
    ticket_id: int
    priority: bool = False


def priority_next(recent: Sequence[bool], weights: Weights) -> bool:
    """Whether a counter calls a priority ticket next, when both classes wait.

    Arguments:
        recent: the counter's calls today, latest first; True for a priority call.

    A round is `weights.priority` priority calls, then `weights.ordinary` ordinary ones.
    A run of ordinary calls made while nobody with priority waited closes a round.
    """
    if not recent:
        return True
    run = next((at for at, each in enumerate(recent) if each != recent[0]), len(recent))
    if recent[0]:
        return run < weights.priority
    owed = run < len(recent) and run < weights.ordinary
    return not owed


def next_of(waiting: Iterable[Waiting], recent: Sequence[bool], weights: Weights) -> Waiting | None:
    """Who is called next by a counter; None when nobody waits.

    Arguments:
        waiting: those whom this counter can serve.
        recent: as for `priority_next`.

    Within a class the earlier place goes first. Of any `weights.priority + weights.ordinary`
    calls in a row made while somebody ordinary waits, at least one is ordinary; whoever has k
    ordinary people before them is called within (k + 1) such rounds. Nobody starves.
    """
    heads: dict[bool, Waiting] = {}
    for each in waiting:
        if each.priority not in heads or each < heads[each.priority]:
            heads[each.priority] = each
    if len(heads) == 2:
        return heads[priority_next(recent, weights)]
    return next(iter(heads.values()), None)


def may_recall(calls: int, recalls: int) -> bool:
    """Whether somebody called this often may be called once more."""
    return calls < 1 + recalls


def may_miss(calls: int, recalls: int) -> bool:
    """Nobody is marked absent on a single call, unless the unit set that there is no other."""
    return calls >= 1 + min(1, recalls)


def may_come_back(missed_at: dt.datetime, at: dt.datetime, minutes: int) -> bool:
    """Whether somebody marked absent still has their place."""
    return at - missed_at <= dt.timedelta(minutes=minutes)


def gives_numbers(sessions: Iterable[Session], at: dt.datetime, *, before: int, until: int) -> bool:
    """Whether numbers are given out at this moment.

    Arguments:
        sessions: the day's reception sessions.
        before: minutes before a session from which numbers are given.
        until: minutes before its end at which that stops.
    """
    return any(
        each.start - dt.timedelta(minutes=before) <= at < each.end - dt.timedelta(minutes=until)
        for each in sessions
    )
