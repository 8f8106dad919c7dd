"""What the queue tells this room: whose visit a measurement and a rating belong to.

A camera that follows the queue opens and closes its visits at the officer's calls. Every camera
visit and every rating carries the turn at the counter in which it fell, so that lengths, moods
and answers of one turn lie side by side. The turn leads to a number on a slip, never to a person.
"""

from __future__ import annotations

import datetime as dt
import uuid

from motcua.kernel import stream
from motcua.reception import selectors
from motcua.reception.events import TicketCalled, VisitFinished, VisitMissed
from motcua.service_quality import guidance
from motcua.service_quality.models import CounterTuning, Rating, Visit
from motcua_contract import SignalKind

ASKED_FOR = dt.timedelta(minutes=2)
"""How long after a visit the tablet asks for its rating."""


def tablet_channel(counter_id: int) -> str:
    """Where the counter's tablet listens."""
    return f"counter:{counter_id}:tablet"


def on_called(event: TicketCalled) -> None:
    """Somebody is on their way to the counter."""
    _signal(event.counter_id, SignalKind.VISIT_OPENED, event.at)
    stream.announce(channel=tablet_channel(event.counter_id), kind="visit_called")


def on_finished(event: VisitFinished) -> None:
    """The visit is over: the camera closes it, the tablet asks how it was."""
    _signal(event.counter_id, SignalKind.VISIT_CLOSED, event.at)
    stream.announce(
        channel=tablet_channel(event.counter_id),
        kind="visit_finished",
        data={
            "visit": str(event.visit_id),
            "seconds": int(ASKED_FOR.total_seconds()),
            "at": int(event.at.timestamp()),
        },
    )


def on_missed(event: VisitMissed) -> None:
    """Nobody came: the camera closes what it opened, the tablet asks nobody."""
    _signal(event.counter_id, SignalKind.VISIT_CLOSED, event.at)


def turn_of_visit(visit: Visit) -> uuid.UUID | None:
    """The turn in which a camera's visit fell, at its middle where its beginning fell in none."""
    turn = selectors.turn_at(visit.counter_id, visit.opened_at)
    if turn is None and visit.closed_at is not None:
        middle = visit.opened_at + (visit.closed_at - visit.opened_at) / 2
        turn = selectors.turn_at(visit.counter_id, middle)
    return turn.pk if turn else None


def turn_of_rating(
    counter_id: int, at: dt.datetime, asked: uuid.UUID | None, grace: dt.timedelta
) -> uuid.UUID | None:
    """The turn that a rating of this moment is about, unless it is rated already.

    Arguments:
        asked: the turn for which the tablet asked, when it did. The next person may have been
            called meanwhile; the answer is still about the one asked for.
        grace: somebody who rates after getting up still rates the turn that ended this recently.
    """
    turn = selectors.turn_of(counter_id, asked) if asked else None
    if turn is None or turn.ended_at is None or not turn.ended_at <= at <= turn.ended_at + grace:
        turn = selectors.turn_at(counter_id, at, grace)
    if turn is None or Rating.objects.filter(queue_visit_id=turn.pk).exists():
        return None
    return turn.pk


def _signal(counter_id: int, kind: SignalKind, at: dt.datetime) -> None:
    if CounterTuning.objects.filter(pk=counter_id, follow_queue=True).exists():
        guidance.signal(counter_id=counter_id, kind=kind, at=at)
