"""What the queue's services share: settings, news, the record."""

from __future__ import annotations

from typing import Any

from motcua.kernel import audit, stream
from motcua.organisation.permissions import Actor
from motcua.reception.errors import TicketMoved
from motcua.reception.models import QueueSettings, Ticket
from motcua.reception.rules import STATE_NAMES, TRANSITIONS, Act, State

NEWS = "queue"
"""Kind of the news that tell open pages to fetch the queue again."""


def channel(unit_id: int) -> str:
    """Where pages of the unit's queue listen. It carries numbers and counters, nothing else."""
    return f"unit:{unit_id}:queue"


def settings_of(unit_id: int) -> QueueSettings:
    """The unit's settings, or the defaults, not saved."""
    return QueueSettings.objects.filter(unit=unit_id).first() or QueueSettings(unit_id=unit_id)


def tell(unit_id: int, kind: str = NEWS, **data: Any) -> None:
    """Tell open pages on commit."""
    stream.announce(channel=channel(unit_id), kind=kind, data=data)


def moved(ticket: Ticket, act: Act) -> State:
    """The state that the act leads to.

    Raises:
        TicketMoved: the ticket's present state does not allow it.
    """
    state = TRANSITIONS.get((State(ticket.state), act))
    if state is None:
        name = STATE_NAMES[State(ticket.state)].lower()
        raise TicketMoved(f"Số {ticket.label} hiện {name}. Trang đã được làm mới.")
    return state


def note(action: str, actor: Actor, ticket: Ticket, **detail: Any) -> None:
    """One entry of the audit log about a ticket; it names no citizen."""
    audit.record(
        action=f"ticket.{action}",
        actor=actor.label,
        subject=f"ticket:{ticket.pk}",
        unit_id=ticket.unit_id,
        detail={"number": ticket.label, **detail},
    )
