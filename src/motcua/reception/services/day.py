"""The end of a day: nothing of the queue outlives its midnight."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from motcua.kernel import audit
from motcua.kernel.clock import start_of_day, today
from motcua.organisation.permissions import SYSTEM
from motcua.reception.models import NumberBlock, NumberSeries, Pause, Ticket, Turn
from motcua.reception.rules import IN_QUEUE, TRANSITIONS, Act, State
from motcua.reception.services.common import tell

NUMBERS_KEPT = dt.timedelta(days=7)
"""Series and blocks of earlier days; a screen without network for longer is dated to arrival."""


def end_days_before(day: dt.date) -> int:
    """Close what earlier days left open, and return how many tickets that were.

    Who was never called is recorded as such, not as absent. A turn nobody ended is closed at
    its day's midnight and counts in no figure about lengths.
    """
    left = Ticket.objects.filter(day__lt=day, state__in=IN_QUEUE)
    units = sorted(set(left.values_list("unit_id", flat=True)))
    ended = sum(_end_unit(unit_id, day) for unit_id in units)
    midnight = start_of_day(day)
    Pause.objects.filter(until=None, since__lt=midnight).update(until=midnight)
    for kept in (NumberSeries, NumberBlock):
        kept.objects.filter(day__lt=day - NUMBERS_KEPT).delete()
    return ended


def end_forgotten_days() -> int:
    """As `end_days_before` today."""
    return end_days_before(today())


@transaction.atomic
def _end_unit(unit_id: int, day: dt.date) -> int:
    tickets = Ticket.objects.select_for_update().filter(
        unit=unit_id, day__lt=day, state__in=IN_QUEUE
    )
    for ticket in tickets:
        midnight = start_of_day(ticket.day + dt.timedelta(days=1))
        Turn.objects.filter(ticket=ticket, ended_at=None).update(
            ended_at=midnight, end=Turn.End.FORGOTTEN
        )
        ticket.state = TRANSITIONS[State(ticket.state), Act.END_DAY]
        ticket.ended_at = midnight
        if ticket.state == State.NO_SHOW:
            ticket.missed_at = midnight
        ticket.save(update_fields=["state", "ended_at", "missed_at"])
    count = len(tickets)
    if count:
        audit.record(
            action="queue.end_day",
            actor=SYSTEM.label,
            subject=f"unit:{unit_id}",
            unit_id=unit_id,
            detail={"tickets": count},
        )
        tell(unit_id)
    return count
