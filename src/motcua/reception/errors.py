"""What can be wrong with a request to the queue.

QueueError              the message is for the person at the screen
├── QueueClosed         no numbers are given now
├── NothingHere         the line or group is not offered
├── TooManyTickets      one phone or one place takes more than people would
├── ForeignNumber       a screen reports a number that it cannot have given
├── NotAtCounter        the officer does not sit at this counter
├── CounterBusy         somebody is at the counter already
├── CounterPaused       the counter takes a break
├── NobodyWaits         nobody whom this counter serves
├── TicketMoved         the ticket is no longer where the page showed it
└── IntakeClosed        what was being received is filed or put aside
"""

from __future__ import annotations


class QueueError(ValueError):
    """Something the person at the screen can put right."""

    code = "queue"


class QueueClosed(QueueError):
    """Outside the hours in which numbers are given."""

    code = "queue_closed"


class NothingHere(QueueError):
    """What was chosen is not offered here, or no longer."""

    code = "nothing_here"


class TooManyTickets(QueueError):
    """Held back; the holder of a ticket may follow or leave it."""

    code = "too_many_tickets"


class ForeignNumber(QueueError):
    """A number outside the blocks dealt to the unit's screens, or held by another ticket."""

    code = "foreign_number"


class NotAtCounter(QueueError):
    """Only who sits at a counter calls people there."""

    code = "not_at_counter"


class CounterBusy(QueueError):
    """One person at a time."""

    code = "counter_busy"


class CounterPaused(QueueError):
    """Calling ends the break only by the officer's own act."""

    code = "counter_paused"


class NobodyWaits(QueueError):
    """An empty queue."""

    code = "nobody_waits"


class TicketMoved(QueueError):
    """Somebody else acted first, or the act does not fit the state."""

    code = "ticket_moved"


class IntakeClosed(QueueError):
    """Two windows, or a colleague: it was filed or put aside meanwhile."""

    code = "intake_closed"

    def __init__(self) -> None:
        super().__init__("Lượt nhận hồ sơ này đã xong hoặc đã bỏ. Không ghi thêm được.")
