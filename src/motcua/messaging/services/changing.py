"""The one place where a message changes state, and wakes the job that moves it on."""

from __future__ import annotations

import datetime as dt

from procrastinate.contrib.django import app

from motcua.kernel import events, queues, stream
from motcua.messaging.events import DeliveryChanged
from motcua.messaging.models import Message
from motcua.messaging.rules import State, may_change

URGENT_QUEUE = queues.URGENT
ORDINARY_QUEUE = "messages"
URGENT_PRIORITY = 100


class WrongState(RuntimeError):
    """A change that the table of states does not allow; a mistake in the code."""


def live_channel(unit_id: int | None) -> str:
    """The live channel on which pages of this unit's messages listen."""
    return f"messages:{unit_id or 'city'}"


def change(message: Message, new: State, *, at: dt.datetime, reason: str = "") -> None:
    """Move a locked message on, tell the rooms above, and refresh open pages.

    Raises:
        WrongState: the table of states does not allow it.
    """
    if not may_change(State(message.state), new):
        raise WrongState(f"{message.state} -> {new}")
    message.state = new
    message.state_at = at
    message.reason = reason[:300]
    if new is State.HANDED_OVER and message.handed_over_at is None:
        message.handed_over_at = at
    message.save()
    tell(message, at=at)


def tell(message: Message, *, at: dt.datetime) -> None:
    """Publish where the message stands, to other rooms and to open pages."""
    events.publish(DeliveryChanged(message.pk, message.state, at))
    stream.announce(
        channel=live_channel(message.unit_id),
        kind="message_changed",
        data={"message": str(message.pk), "state": message.state},
    )


def wake(message: Message, *, at: dt.datetime) -> None:
    """Defer the sending job: at once (woken by NOTIFY on commit), or when it may be tried."""
    app.configure_task(
        "messaging.deliver",
        queue=URGENT_QUEUE if message.urgent else ORDINARY_QUEUE,
        priority=URGENT_PRIORITY if message.urgent else 0,
        schedule_at=message.not_before if message.not_before > at else None,
    ).defer(message_id=str(message.pk))
