"""How items travel: in batches upward, with one answer downward."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from motcua_contract.base import Message, Moment, Sequence
from motcua_contract.guidance import MAX_SIGNALS, Signal, SignalId
from motcua_contract.items import (
    Health,
    Irritation,
    Reading,
    VisitClosed,
    VisitExcluded,
    VisitOpened,
)

SCHEMA = 1
"""Version of these messages. A change that an older centre would refuse raises it."""
MAX_ITEMS = 500
MAX_BATCH_BYTES = 1_000_000
"""Of the JSON after decompression; the compressed body may not be larger either."""

Item = Annotated[
    Reading | VisitOpened | VisitClosed | VisitExcluded | Irritation | Health,
    Field(discriminator="kind"),
]
_ITEM: TypeAdapter[Item] = TypeAdapter(Item)


class Batch(Message):
    """Items of one device, oldest first within their urgency.

    `sent_at` is the device's clock at the moment of sending: the centre measures from it how
    far that clock is off, and corrects every `at` of the batch by as much. `signals_after` is
    the last signal the device acted on; the answer carries those since.
    """

    schema_version: Literal[1] = 1
    sent_at: Moment
    signals_after: SignalId | None = None
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=MAX_ITEMS)]


class Envelope(Message):
    """A batch whose items have not been looked at: so that a bad one can be refused alone."""

    schema_version: Literal[1]
    sent_at: Moment
    signals_after: SignalId | None = None
    items: Annotated[tuple[Any, ...], Field(min_length=1, max_length=MAX_ITEMS)]


def parse_item(raw: bytes) -> Item:
    """One item from its JSON.

    Raises:
        pydantic.ValidationError: it is not one of the messages.
    """
    return _ITEM.validate_json(raw)


class Refusal(Message):
    """An item the centre will never take. The device sets it aside and does not send it again."""

    sequence: Sequence | None
    position: Annotated[int, Field(ge=0, lt=MAX_ITEMS)]
    """Place in the batch, for items whose sequence could not be read."""
    code: str
    reason: str


class Answer(Message):
    """What became of a batch. Every item that is not refused is safely stored."""

    accepted: int
    duplicates: int
    """Items stored before: delivered twice, kept once."""
    refused: tuple[Refusal, ...]
    received_at: Moment
    clock_offset_seconds: float
    """Centre's clock less device's, as measured by this batch."""
    signals: Annotated[tuple[Signal, ...], Field(max_length=MAX_SIGNALS)] = ()
    guidance_version: str
    """When it differs from the one the device has, there is news to fetch."""
