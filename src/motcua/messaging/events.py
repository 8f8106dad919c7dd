"""News of this room for the rooms above."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class MessageReceived:
    """Somebody answered or wrote by SMS.

    `message_id` is the latest message sent to that number, if there is one
    recent enough to be what is being answered.
    """

    message_id: uuid.UUID | None
    from_phone: str
    text: str
    provider: str
    at: dt.datetime


@dataclass(frozen=True)
class DeliveryChanged:
    """A message came into another state; `state` is a value of `rules.State`."""

    message_id: uuid.UUID
    state: str
    at: dt.datetime
