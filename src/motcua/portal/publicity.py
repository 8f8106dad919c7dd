"""What a unit shows to everybody: figures with what they rest on, and dossiers by code only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count, F, Q, Sum

from motcua.dossiers.cursors import Cursor, Slice
from motcua.dossiers.models import Dossier
from motcua.dossiers.rules import IN_HAND, WAITING, State
from motcua.kernel.clock import now, start_of_day, today
from motcua.organisation.duty import current_officer
from motcua.organisation.models import Counter, Unit
from motcua.organisation.selectors import active_counters
from motcua.portal.models import Publicity
from motcua.portal.rules import share
from motcua.portal.shown import WORDS
from motcua.reception.models import Ticket
from motcua.reception.rules import State as Queue
from motcua.reception.selectors import counters_now, waiting_in
from motcua.service_quality.models import RatingDay

PERIOD = dt.timedelta(days=30)
LONGEST_PROCEDURE = dt.timedelta(days=365)
"""What is due in the period was decided at most this long before it began."""
FRESH_SECONDS = 600
"""The figures of thirty days are counted at most this often a unit."""
PAGE = 50
LEFT_OUT = frozenset({State.WITHDRAWN, State.STOPPED}) | WAITING
"""States in which nobody at the unit can be late: the citizen ended it, or the clock stands."""


@dataclass(frozen=True)
class Figure:
    """A share of a whole. `percent` is None where the whole is too small to show."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        part = share(self.part, self.whole)
        return None if part is None else round(100 * part)


@dataclass(frozen=True)
class Satisfaction:
    """Touches of the faces of the tablets."""

    good: Figure
    fair: int
    poor: int


@dataclass(frozen=True)
class QueueNow:
    """Today's numbers and nothing of people."""

    given: int
    waiting: int
    served: int


@dataclass(frozen=True)
class CounterShown:
    """A counter, what it serves, the number it has, who is on duty."""

    counter: Counter
    fields: Sequence[str]
    number: str
    officer: str


@dataclass(frozen=True)
class Row:
    """A dossier by its code."""

    code: str
    state: str
    promised_at: dt.datetime | None
    late: bool


def choice_of(unit_id: int) -> Publicity:
    """What the unit chose to show; everything unless it said otherwise."""
    return Publicity.objects.filter(unit=unit_id).first() or Publicity(unit_id=unit_id)


def on_time(unit_id: int) -> Figure:
    """Of the dossiers whose result was due in the last thirty days, how many had it in time.

    The time is that of the procedure: what was extended with an apology counts as late. What was
    withdrawn or stopped, or waits for its applicant, is left out.
    """
    found: tuple[int, int] | None = cache.get(f"portal.on_time.{unit_id}")
    if found is None:
        found = _on_time(unit_id)
        cache.set(f"portal.on_time.{unit_id}", found, FRESH_SECONDS)
    return Figure(*found)


def _on_time(unit_id: int) -> tuple[int, int]:
    until = now()
    due = Dossier.objects.filter(
        unit_competent=unit_id,
        first_promised_at__gte=until - PERIOD,
        first_promised_at__lt=until,
    ).exclude(state__in=LEFT_OUT)
    # Two queries, because each reads one stretch of the index of decisions and no row at all.
    decided = Q(finished_at__gte=until - PERIOD - LONGEST_PROCEDURE)
    found = [
        due.filter(which).aggregate(
            whole=Count("first_promised_at"),
            part=Count("first_promised_at", filter=Q(finished_at__lte=F("first_promised_at"))),
        )
        for which in (decided, Q(finished_at=None))
    ]
    return sum(each["part"] for each in found), sum(each["whole"] for each in found)


def satisfaction(unit_id: int) -> Satisfaction:
    """What citizens said at the tablets in the last thirty days."""
    sums = RatingDay.objects.filter(
        counter__unit=unit_id, start__gte=start_of_day(today() - PERIOD)
    ).aggregate(good=Sum("good"), fair=Sum("fair"), poor=Sum("poor"))
    good, fair, poor = (sums[name] or 0 for name in ("good", "fair", "poor"))
    return Satisfaction(Figure(good, good + fair + poor), fair, poor)


def queue(unit_id: int) -> QueueNow:
    """How many numbers were given today, wait, were served."""
    tickets = Ticket.objects.filter(unit=unit_id, day=today())
    return QueueNow(
        given=tickets.count(),
        waiting=waiting_in(unit_id).count(),
        served=tickets.filter(state=Queue.DONE).count(),
    )


def counters(unit_id: int, *, names: bool) -> list[CounterShown]:
    """Counters in use with their fields; who sits there now, if the unit shows names."""
    turns = {each.counter.pk: each.turn for each in counters_now(unit_id)}
    found = []
    for counter in active_counters(unit_id).prefetch_related("fields").order_by("number"):
        turn = turns.get(counter.pk)
        person = current_officer(counter.pk) if names else None
        found.append(
            CounterShown(
                counter=counter,
                fields=[field.name for field in counter.fields.all()],
                number=turn.ticket.label if turn else "",
                officer=person.full_name if person else "",
            )
        )
    return found


def dossiers(unit_id: int, after: Cursor | None) -> Slice[Row]:
    """Dossiers filed in the unit in the last thirty days, newest first, by code only."""
    among = Dossier.objects.filter(unit_received=unit_id, submitted_at__gte=now() - PERIOD)
    if after is not None:
        among = among.filter(after.before("submitted_at"))
    columns = ("pk", "code", "state", "promised_at", "finished_at", "submitted_at")
    rows = list(among.order_by("-submitted_at", "-pk").values(*columns)[: PAGE + 1])
    moment = now()
    shown = [
        Row(
            code=row["code"],
            state=WORDS[State(row["state"])],
            promised_at=row["promised_at"],
            late=_late(row, moment),
        )
        for row in rows[:PAGE]
    ]
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Slice(shown, str(Cursor(last["submitted_at"], last["pk"])) if last else "")


def _late(row: Mapping[str, Any], moment: dt.datetime) -> bool:
    """Decided after the promise, or still in hand; while the clock stands nothing is late."""
    promised, state = row["promised_at"], row["state"]
    if promised is None or state in LEFT_OUT:
        return False
    if row["finished_at"] is not None:
        return bool(row["finished_at"] > promised)
    return state in IN_HAND and moment > promised


def units() -> list[Unit]:
    """Units that take part, by name."""
    return list(Unit.objects.filter(active=True).exclude(kind=Unit.Kind.CITY).order_by("name"))
