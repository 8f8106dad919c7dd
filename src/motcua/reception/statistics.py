"""The day's figures of a queue, each with what it counts."""

from __future__ import annotations

import datetime as dt
import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from motcua.kernel.clock import CITY
from motcua.reception.models import Ticket, Turn
from motcua.reception.rules import State

FEWEST = 5
"""Below it a median says more about single people than about the queue."""


@dataclass(frozen=True)
class Waits:
    """How long people waited from taking a number to the first call, in minutes.

    `median` and `ninetieth` are None below FEWEST calls.
    """

    name: str
    taken: int
    called: int
    median: float | None
    ninetieth: float | None
    no_shows: int
    left: int
    not_called: int


@dataclass(frozen=True)
class Day:
    """One day of one unit's queue."""

    whole: Waits
    lines: list[Waits]
    served: int
    serving_median: float | None
    out_of_order: int
    by_hour: list[tuple[str, float | None, int]]


def day_of(unit_id: int, day: dt.date) -> Day:
    """The figures of a day; people still in the queue count as taken, not as called."""
    tickets = list(Ticket.objects.filter(unit=unit_id, day=day).select_related("line"))
    turns = Turn.objects.filter(ticket__unit=unit_id, ticket__day=day)
    done = turns.filter(end__in=[Turn.End.DONE, Turn.End.TRANSFERRED])
    lengths = [
        (ended - called).total_seconds() / 60
        for called, ended in done.values_list("called_at", "ended_at")
        if ended
    ]
    by_line: dict[str, list[Ticket]] = defaultdict(list)
    for ticket in tickets:
        by_line[str(ticket.line)].append(ticket)
    return Day(
        whole=_waits("Tất cả", tickets),
        lines=[_waits(name, some) for name, some in sorted(by_line.items())],
        served=sum(ticket.state == State.DONE for ticket in tickets),
        serving_median=statistics.median(lengths) if len(lengths) >= FEWEST else None,
        out_of_order=turns.exclude(out_of_order="").count(),
        by_hour=_by_hour(tickets),
    )


def ninetieth(values: Sequence[float]) -> float:
    """The smallest value that nine of ten do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[math.ceil(0.9 * len(ordered)) - 1]


def _waits(name: str, tickets: Sequence[Ticket]) -> Waits:
    minutes = _minutes(tickets)
    enough = len(minutes) >= FEWEST
    return Waits(
        name=name,
        taken=len(tickets),
        called=len(minutes),
        median=statistics.median(minutes) if enough else None,
        ninetieth=ninetieth(minutes) if enough else None,
        no_shows=sum(ticket.state == State.NO_SHOW for ticket in tickets),
        left=sum(ticket.state == State.LEFT for ticket in tickets),
        not_called=sum(not ticket.called_at and ticket.state != State.LEFT for ticket in tickets),
    )


def _minutes(tickets: Iterable[Ticket]) -> list[float]:
    return [
        (ticket.called_at - ticket.taken_at).total_seconds() / 60
        for ticket in tickets
        if ticket.called_at
    ]


def _by_hour(tickets: Sequence[Ticket]) -> list[tuple[str, float | None, int]]:
    """Median wait of those who came in each hour, and how many came."""
    hours: dict[int, list[Ticket]] = defaultdict(list)
    for ticket in tickets:
        hours[ticket.taken_at.astimezone(CITY).hour].append(ticket)
    if not hours:
        return []
    rows = []
    for hour in range(min(hours), max(hours) + 1):
        minutes = _minutes(hours.get(hour, []))
        middle = statistics.median(minutes) if len(minutes) >= FEWEST else None
        rows.append((f"{hour:02d} giờ", middle, len(hours.get(hour, []))))
    return rows
