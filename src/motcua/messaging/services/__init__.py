"""Every write of the room, by its name. `queue` is what other rooms call."""

from motcua.messaging.rules import Channel
from motcua.messaging.services.queueing import Recipient, queue

__all__ = ["Channel", "Recipient", "queue"]
