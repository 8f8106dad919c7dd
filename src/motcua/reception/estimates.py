"""How long somebody still waits, honestly: the queue itself is played forward many times. Pure.

Each play lets the open counters serve by the same rule that calls people (`rules.next_of`), with
lengths drawn from the recent turns of the same line, and lets people with priority keep arriving
about as often as they did in the last hour. What a ticket shows is the range in which four plays of
five ended, and what it rests on. Too few recent turns or no open counter give no range.

Thirty turns and one hour do not say how long turns are and how often people come, only about how
long and how often. So each play supposes other thirty turns, drawn with replacement from those seen
(Bayesian in effect: Rubin, The Bayesian bootstrap, 1981), and another rate. One supposition holds
for the whole play: its error does not cancel out over those ahead, and a long queue gets the wide
range that it deserves.
"""

from __future__ import annotations

import datetime as dt
import heapq
import math
import random
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from motcua.reception.rules import Weights, priority_next

FEWEST_TURNS = 8
"""Recent turns of a line that an estimate needs."""
PLAYS = 60
LOW, HIGH = 0.1, 0.9
STEP_MINUTES = 5
HORIZON_SECONDS = 6 * 3600.0
HOUR_SECONDS = 3600.0


@dataclass(frozen=True)
class Place:
    """A waiting ticket: its line, its counters where it is for one only, its class."""

    ticket_id: int
    line: int
    priority: bool = False
    only: int | None = None


@dataclass(frozen=True)
class Desk:
    """An open counter: lines it serves, its last calls, and how long its turn goes on already."""

    counter: int
    lines: frozenset[int]
    recent: tuple[bool, ...] = ()
    busy_line: int | None = None
    busy_seconds: float = 0.0


@dataclass(frozen=True)
class Queue:
    """Everything an estimate rests on.

    Arguments:
        waiting: in order of place.
        lengths: recent turns of each line, in seconds, from a call to the next possible one.
        arrivals: priority tickets of the last hour, by line.
    """

    waiting: Sequence[Place]
    desks: Sequence[Desk]
    lengths: Mapping[int, Sequence[float]]
    weights: Weights = field(default_factory=Weights)
    arrivals: Mapping[int, int] = field(default_factory=dict)


class Basis(StrEnum):
    """Whether there is a range, and if not, why."""

    ENOUGH = "enough"
    FEW_TURNS = "few_turns"
    NO_COUNTER = "no_counter"


@dataclass(frozen=True)
class Estimate:
    """Minutes from now until the call, as a range, and what it rests on."""

    basis: Basis
    low: int = 0
    high: int = 0
    turns: int = 0
    counters: int = 0


def estimates(queue: Queue, *, seed: int = 0, plays: int = PLAYS) -> dict[int, Estimate]:
    """The wait of everybody in the queue, by ticket."""
    chance = random.Random(seed)  # noqa: S311 - a simulation, nothing secret
    known = {line for line, turns in queue.lengths.items() if len(turns) >= FEWEST_TURNS}
    lines = {each.line for each in queue.waiting}
    reach = {line: _reach(line, queue.desks) for line in lines}
    counted = {line: sum(line in desk.lines for desk in queue.desks) for line in lines}
    found: dict[int, list[float]] = {each.ticket_id: [] for each in queue.waiting}
    playable = {line for line in lines if reach[line] and reach[line] <= known}
    if playable:
        for _ in range(plays):
            for ticket_id, waited in _play(_supposed(queue, chance), known, chance).items():
                found[ticket_id].append(waited)
    result = {}
    for each in queue.waiting:
        turns = min((len(queue.lengths.get(line, ())) for line in reach[each.line]), default=0)
        served = [d for d in queue.desks if _serves(d, each)]
        if not served:
            result[each.ticket_id] = Estimate(Basis.NO_COUNTER)
        elif each.line not in playable:
            result[each.ticket_id] = Estimate(Basis.FEW_TURNS, turns=turns)
        else:
            low, high = _range(found[each.ticket_id])
            result[each.ticket_id] = Estimate(
                Basis.ENOUGH, low, high, turns, min(counted[each.line], len(served))
            )
    return result


def _serves(desk: Desk, place: Place) -> bool:
    return place.line in desk.lines and place.only in (None, desk.counter)


def _reach(line: int, desks: Collection[Desk]) -> set[int]:
    """Lines whose turns decide how long this one waits: all that its counters serve."""
    serving = [desk for desk in desks if line in desk.lines]
    return set().union(*(desk.lines for desk in serving)) if serving else set()


def _range(waits: Sequence[float]) -> tuple[int, int]:
    ordered = sorted(waits)
    last = len(ordered) - 1
    low, high = ordered[math.floor(LOW * last)] / 60, ordered[math.ceil(HIGH * last)] / 60
    return (
        STEP_MINUTES * math.floor(low / STEP_MINUTES),
        STEP_MINUTES * max(1, math.ceil(high / STEP_MINUTES)),
    )


def _supposed(queue: Queue, chance: random.Random) -> Queue:
    """The queue if turns were a little other than those that happened to be seen."""
    lengths = {
        line: chance.choices(turns, k=len(turns)) for line, turns in queue.lengths.items() if turns
    }
    return replace(queue, lengths=lengths)


def _play(queue: Queue, known: set[int], chance: random.Random) -> dict[int, float]:
    """One way the queue might go: seconds until the call, by ticket."""
    classes = {
        flag: deque(p for p in queue.waiting if p.priority is flag) for flag in (True, False)
    }
    recent = {desk.counter: list(desk.recent) for desk in queue.desks}
    free: list[tuple[float, int]] = []
    for at, desk in enumerate(queue.desks):
        if desk.lines & known:
            heapq.heappush(free, (_remaining(desk, queue, chance), at))
    coming = _arrivals(queue, chance)
    waits: dict[int, float] = {}
    open_tickets = len(queue.waiting)
    while free and len(waits) < open_tickets:
        moment, at = heapq.heappop(free)
        if moment > HORIZON_SECONDS:
            break
        while coming and coming[0][0] <= moment:
            classes[True].append(Place(0, coming.popleft()[1], priority=True))
        desk = queue.desks[at]
        place = _take(classes, desk, recent[desk.counter], queue.weights)
        if place is None:
            if coming:
                heapq.heappush(free, (coming[0][0], at))
            continue
        if place.ticket_id:
            waits[place.ticket_id] = moment
        recent[desk.counter].insert(0, place.priority)
        lengths = queue.lengths.get(place.line) or (0.0,)
        heapq.heappush(free, (moment + chance.choice(lengths), at))
    return {p.ticket_id: waits.get(p.ticket_id, HORIZON_SECONDS) for p in queue.waiting}


def _take(
    classes: Mapping[bool, deque[Place]], desk: Desk, recent: Sequence[bool], weights: Weights
) -> Place | None:
    heads = {
        flag: next((p for p in line if _serves(desk, p)), None) for flag, line in classes.items()
    }
    flag = priority_next(recent, weights) if heads[True] and heads[False] else bool(heads[True])
    place = heads[flag]
    if place is not None:
        classes[flag].remove(place)
    return place


def _remaining(desk: Desk, queue: Queue, chance: random.Random) -> float:
    """Seconds until the counter can call: of past turns that lasted this long, the rest."""
    if desk.busy_line is None:
        return 0.0
    lengths = queue.lengths.get(desk.busy_line) or ()
    longer = [each - desk.busy_seconds for each in lengths if each > desk.busy_seconds]
    # Longer than any before: what is left is not known, so it is as open as a new turn.
    return chance.choice(longer or list(lengths) or [0.0])


def _arrivals(queue: Queue, chance: random.Random) -> deque[tuple[float, int]]:
    """Moments and lines of priority tickets still to come, as a Poisson process."""
    moments: list[tuple[float, int]] = []
    for line, seen in queue.arrivals.items():
        # What a count of one hour leaves open: the Gamma posterior under Jeffreys' prior.
        rate = chance.gammavariate(seen + 0.5, 1 / HOUR_SECONDS)
        at = chance.expovariate(rate) if rate > 0 else HORIZON_SECONDS
        while at < HORIZON_SECONDS:
            moments.append((at, line))
            at += chance.expovariate(rate)
    return deque(sorted(moments))


def as_text(estimate: Estimate, language: str = "vi") -> str:
    """The range in words, or why there is none."""
    english = language == "en"
    if estimate.basis is Basis.NO_COUNTER:
        return "No counter is open for this yet" if english else "Chưa có quầy nào mở cho việc này"
    if estimate.basis is Basis.FEW_TURNS:
        return "Not enough data yet" if english else "Chưa đủ dữ liệu"
    if estimate.low == 0:
        return f"Under {estimate.high} minutes" if english else f"Dưới {estimate.high} phút"
    if english:
        return f"About {estimate.low} to {estimate.high} minutes"
    return f"Khoảng {estimate.low} đến {estimate.high} phút"


def basis_text(estimate: Estimate, language: str = "vi") -> str:
    """What the range rests on."""
    if estimate.basis is not Basis.ENOUGH:
        return ""
    if language == "en":
        return f"From the last {estimate.turns} visits and {estimate.counters} open counter(s)."
    return f"Dựa trên {estimate.turns} lượt gần đây và {estimate.counters} quầy đang mở."


def length(
    called_at: dt.datetime, ended_at: dt.datetime, next_called_at: dt.datetime | None
) -> float:
    """Seconds that a turn kept its counter, with the paperwork after it.

    The pause before the next call counts when it is short; a long one was an empty hall.
    """
    end = ended_at
    if next_called_at is not None and next_called_at - ended_at <= PAPERWORK:
        end = max(ended_at, next_called_at)
    return (end - called_at).total_seconds()


PAPERWORK = dt.timedelta(minutes=3)
