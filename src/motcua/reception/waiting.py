"""The expected wait of everybody in a unit's queue, from the database, kept for some seconds."""

from __future__ import annotations

import datetime as dt
import time
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Count

from motcua.kernel.clock import now, start_of_day, today
from motcua.organisation.models import Counter, CounterDuty
from motcua.reception.estimates import Desk, Estimate, Place, Queue, estimates, length
from motcua.reception.models import Line, Pause, Ticket, Turn
from motcua.reception.rules import State
from motcua.reception.services.calling import recent_calls
from motcua.reception.services.common import settings_of

TURNS = 30
"""The latest turns of a line on which an estimate rests at most."""
DAYS = 14
"""Older turns say little about today."""
KEPT_SECONDS = 10.0
LAST_HOUR = dt.timedelta(hours=1)

_kept: dict[int, tuple[float, dict[int, Estimate]]] = {}


def estimates_of(unit_id: int) -> dict[int, Estimate]:
    """Expected wait by ticket, at most KEPT_SECONDS old: a hundred phones ask at once."""
    kept = _kept.get(unit_id)
    if kept and kept[0] > time.monotonic():
        return kept[1]
    found = estimates(queue_of(unit_id), seed=unit_id)
    _kept[unit_id] = time.monotonic() + KEPT_SECONDS, found
    return found


def forget() -> None:
    """Have every estimate worked out anew."""
    _kept.clear()


def queue_of(unit_id: int) -> Queue:
    """The unit's queue as the pure estimate wants it."""
    moment = now()
    lines = list(Line.objects.filter(unit=unit_id).values_list("pk", "field_id"))
    waiting = Ticket.objects.filter(unit=unit_id, day=today(), state=State.WAITING)
    lately = Ticket.objects.filter(
        unit=unit_id, taken_at__gte=moment - LAST_HOUR, priority__isnull=False
    )
    weights = settings_of(unit_id).weights
    return Queue(
        waiting=[
            Place(each.pk, each.line_id, each.priority_id is not None, each.for_counter_id)
            for each in waiting.order_by("place", "pk")
        ],
        desks=[
            _desk(counter, lines, moment, 2 * (weights.priority + weights.ordinary))
            for counter in open_counters(unit_id)
        ],
        lengths={pk: recent_lengths(pk) for pk, _ in lines},
        weights=weights,
        arrivals=dict(lately.order_by().values_list("line_id").annotate(Count("pk"))),
    )


def open_counters(unit_id: int) -> list[Counter]:
    """Counters where an officer sits today and that are not paused."""
    seated = CounterDuty.objects.filter(until=None, since__gte=start_of_day(today()))
    paused = Pause.objects.filter(until=None)
    return list(
        Counter.objects.filter(unit=unit_id, active=True, pk__in=seated.values("counter"))
        .exclude(pk__in=paused.values("counter"))
        .prefetch_related("fields")
        .order_by("number")
    )


def recent_lengths(line_id: int) -> list[float]:
    """Seconds that the latest ended turns of a line kept their counters; absences count too."""
    since = now() - dt.timedelta(days=DAYS)
    turns = (
        Turn.objects.filter(line=line_id, ended_at__isnull=False, called_at__gte=since)
        .exclude(end=Turn.End.FORGOTTEN)
        .order_by("-called_at")
        .values_list("counter_id", "called_at", "ended_at")[:TURNS]
    )
    return [
        length(called, ended, following)
        for (_, called, ended), following in zip(turns, _following(turns), strict=True)
        if ended is not None
    ]


def _following(
    turns: Iterable[tuple[int, dt.datetime, dt.datetime | None]],
) -> list[dt.datetime | None]:
    """The next call at the same counter after each of these turns."""
    found = list(turns)
    if not found:
        return []
    calls: dict[int, list[dt.datetime]] = defaultdict(list)
    counters = {counter for counter, _, _ in found}
    since = min(called for _, called, _ in found)
    for counter, called in (
        Turn.objects.filter(counter__in=counters, called_at__gte=since)
        .order_by("called_at")
        .values_list("counter_id", "called_at")
    ):
        calls[counter].append(called)
    return [
        next((call for call in calls[counter] if call > called), None)
        for counter, called, _ in found
    ]


def _desk(
    counter: Counter, lines: Iterable[tuple[int, int]], moment: dt.datetime, many: int
) -> Desk:
    served = {field.pk for field in counter.fields.all()}
    turn = Turn.objects.filter(counter=counter, ended_at=None).first()
    return Desk(
        counter=counter.pk,
        lines=frozenset(pk for pk, field_id in lines if field_id in served),
        recent=tuple(recent_calls(counter.pk, many)),
        busy_line=turn.line_id if turn else None,
        busy_seconds=(moment - turn.called_at).total_seconds() if turn else 0.0,
    )
