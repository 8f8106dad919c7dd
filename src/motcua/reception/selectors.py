"""Reads of the queue that pages and other rooms share."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from motcua.kernel.clock import now, today
from motcua.organisation.duty import current_officer
from motcua.organisation.models import Counter, Unit
from motcua.reception import waiting
from motcua.reception.estimates import Estimate
from motcua.reception.models import Line, Pause, PriorityGroup, Ticket, Turn
from motcua.reception.rules import State, may_come_back
from motcua.reception.services import calling
from motcua.reception.services.common import settings_of

SHOWN_NEXT = 6
"""Numbers that the hall display announces as next."""


@dataclass(frozen=True)
class CounterNow:
    """One counter as the hall and the desk show it."""

    counter: Counter
    turn: Turn | None
    paused: bool
    seated: bool


@dataclass(frozen=True)
class Followed:
    """What the holder of a ticket sees."""

    ticket: Ticket
    ahead: int
    estimate: Estimate | None
    turn: Turn | None
    may_come_back: bool
    come_back_minutes: int


def active_unit(code: str) -> Unit | None:
    """The unit with this official code, if it uses the product."""
    return Unit.objects.filter(code=code, active=True).exclude(kind=Unit.Kind.CITY).first()


def offered_lines(unit_id: int) -> QuerySet[Line]:
    """What people may take numbers for, in the order shown: what an active counter serves."""
    served = Counter.objects.filter(unit=unit_id, active=True).values("fields")
    return Line.objects.filter(unit=unit_id, active=True, field__in=served)


def offered_groups(unit_id: int) -> QuerySet[PriorityGroup]:
    """Priority groups in use, in the order shown."""
    return PriorityGroup.objects.filter(unit=unit_id, active=True)


def counters_now(unit_id: int) -> list[CounterNow]:
    """The unit's counters in use, with whom each has."""
    turns = {
        turn.counter_id: turn
        for turn in Turn.objects.filter(
            counter__unit=unit_id, ended_at=None, ticket__day=today()
        ).select_related("ticket", "line")
    }
    paused = set(
        Pause.objects.filter(counter__unit=unit_id, until=None).values_list("counter", flat=True)
    )
    return [
        CounterNow(
            counter,
            turns.get(counter.pk),
            counter.pk in paused,
            current_officer(counter.pk) is not None,
        )
        for counter in Counter.objects.filter(unit=unit_id, active=True).order_by("number")
    ]


def waiting_in(unit_id: int) -> QuerySet[Ticket]:
    """Everybody who waits in the unit today, by place."""
    return (
        Ticket.objects.filter(unit=unit_id, day=today(), state=State.WAITING)
        .select_related("line", "priority", "for_counter")
        .order_by("place", "pk")
    )


def next_numbers(unit_id: int) -> list[Ticket]:
    """Those in front of the queue, for the hall: people with priority first, then by place."""
    return sorted(waiting_in(unit_id), key=lambda each: (each.priority_id is None, each.place))[
        :SHOWN_NEXT
    ]


def calls_of(unit_id: int) -> list[Turn]:
    """Whom the counters have now, the latest call first."""
    return list(
        Turn.objects.filter(counter__unit=unit_id, ended_at=None, ticket__day=today())
        .select_related("ticket", "counter")
        .order_by("-last_called_at")
    )


def absent_in(unit_id: int) -> list[Ticket]:
    """Those marked absent who may still come back, the latest first."""
    minutes = settings_of(unit_id).come_back_minutes
    since = now() - dt.timedelta(minutes=minutes)
    return list(
        Ticket.objects.filter(
            unit=unit_id, day=today(), state=State.NO_SHOW, missed_at__gte=since
        ).order_by("-missed_at")
    )


def followed(ticket: Ticket) -> Followed:
    """Where this ticket stands now."""
    rules = settings_of(ticket.unit_id)
    waits = ticket.state == State.WAITING and ticket.day == today()
    missed = ticket.missed_at if ticket.state == State.NO_SHOW else None
    return Followed(
        ticket=ticket,
        ahead=_ahead(ticket) if waits else 0,
        estimate=waiting.estimates_of(ticket.unit_id).get(ticket.pk) if waits else None,
        turn=Turn.objects.filter(ticket=ticket, ended_at=None).select_related("counter").first(),
        may_come_back=missed is not None
        and ticket.day == today()
        and may_come_back(missed, now(), rules.come_back_minutes),
        come_back_minutes=rules.come_back_minutes,
    )


def turn_at(counter_id: int, at: dt.datetime, grace: dt.timedelta = dt.timedelta()) -> Turn | None:
    """The turn that went on at a counter at this moment, or ended within `grace` before it.

    For what attaches to a visit: a camera's measurement, a rating. Who never came has none.
    """
    return (
        Turn.objects.filter(counter=counter_id, called_at__lte=at)
        .filter(Q(ended_at=None) | Q(ended_at__gte=at - grace))
        .exclude(end__in=[Turn.End.NO_SHOW, Turn.End.LEFT])
        .order_by("-called_at")
        .first()
    )


def turn_of(counter_id: int, visit_id: uuid.UUID) -> Turn | None:
    """This turn, if it is one of the counter's."""
    return Turn.objects.filter(pk=visit_id, counter=counter_id).first()


def desk_of(counter: Counter) -> tuple[Turn | None, bool, list[Ticket]]:
    """What an officer needs: whom the counter has, whether it pauses, whom it may call."""
    turn = (
        Turn.objects.filter(counter=counter, ended_at=None, ticket__day=today())
        .select_related("ticket", "line", "ticket__priority")
        .first()
    )
    paused = Pause.objects.filter(counter=counter, until=None).exists()
    mine = calling.waiting_for(counter).select_related("line", "priority")
    return turn, paused, list(mine)


def _ahead(ticket: Ticket) -> int:
    """How many of those whom this ticket's counters serve have an earlier place.

    People with priority who come later may still be called before; the estimate counts them.
    """
    shared = Line.objects.filter(
        unit=ticket.unit_id,
        field__counters__in=Counter.objects.filter(
            unit=ticket.unit_id, active=True, fields=ticket.line.field_id
        ),
    )
    before = waiting_in(ticket.unit_id).filter(line__in=shared)
    earlier = Q(place__lt=ticket.place) | Q(place=ticket.place, pk__lt=ticket.pk)
    if ticket.priority_id is not None:
        return before.filter(earlier, priority__isnull=False).count()
    return before.filter(earlier | Q(priority__isnull=False)).exclude(pk=ticket.pk).count()
