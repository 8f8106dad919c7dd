"""From the bytes of a request to items: unpacked within bounds, judged one by one. No database.

A batch that is sound, as nearly every batch is, is parsed in one go. Otherwise its items are
parsed singly, so that a bad one is refused alone and the others are kept.
"""

from __future__ import annotations

import datetime as dt
import json
import zlib
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from motcua_contract import (
    MAX_BATCH_BYTES,
    SCHEMA,
    Batch,
    Envelope,
    Item,
    parse_item,
)

REASON_LENGTH = 300


class BatchRefused(ValueError):
    """The whole batch cannot be taken; `status` is the HTTP answer, `code` is for machines.

    Nothing of it was stored. Sending the same bytes again changes nothing.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass(frozen=True)
class BadItem:
    """An item that is not one of the messages. What it held is not kept."""

    position: int
    sequence: int | None
    kind: str
    code: str
    reason: str
    size: int


@dataclass(frozen=True)
class Parsed:
    """A batch after parsing: the good items with their places, and the bad ones."""

    sent_at: dt.datetime
    signals_after: int | None
    items: list[tuple[int, Item]]
    bad: list[BadItem] = field(default_factory=list)


def unpack(body: bytes, encoding: str) -> bytes:
    """The JSON of a request body.

    Arguments:
        encoding: the Content-Encoding header; `gzip`, `identity` or empty.

    Raises:
        BatchRefused: unknown encoding, too large before or after unpacking, or broken.
    """
    if len(body) > MAX_BATCH_BYTES:
        raise _too_large()
    if encoding in {"", "identity"}:
        return body
    if encoding != "gzip":
        raise BatchRefused(415, "unknown_encoding", "Chỉ nhận nội dung gzip hoặc không nén.")
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(body, MAX_BATCH_BYTES + 1)
    except zlib.error as wrong:
        raise BatchRefused(400, "broken_gzip", "Nội dung nén bị hỏng.") from wrong
    if len(plain) > MAX_BATCH_BYTES:
        raise _too_large()
    if not unpacker.eof or unpacker.unused_data:
        raise BatchRefused(400, "broken_gzip", "Nội dung nén bị đứt hoặc thừa.")
    return plain


def parse(plain: bytes) -> Parsed:
    """The items of a batch's JSON.

    Raises:
        BatchRefused: not a batch of this schema version at all.
    """
    try:
        batch = Batch.model_validate_json(plain)
    except ValidationError:
        return _parse_singly(plain)
    return Parsed(batch.sent_at, batch.signals_after, list(enumerate(batch.items)))


def _parse_singly(plain: bytes) -> Parsed:
    try:
        envelope = Envelope.model_validate_json(plain)
    except ValidationError as wrong:
        if any(error["loc"] == ("schema_version",) for error in wrong.errors()):
            raise BatchRefused(
                422, "unknown_schema", f"Trung tâm nhận phiên bản thông điệp {SCHEMA}."
            ) from wrong
        raise BatchRefused(422, "malformed", _reason(wrong)) from wrong
    items: list[tuple[int, Item]] = []
    bad: list[BadItem] = []
    for position, given in enumerate(envelope.items):
        raw = json.dumps(given).encode()
        try:
            items.append((position, parse_item(raw)))
        except ValidationError as wrong:
            bad.append(_bad(position, given, len(raw), _reason(wrong)))
    return Parsed(envelope.sent_at, envelope.signals_after, items, bad)


def _bad(position: int, given: Any, size: int, reason: str) -> BadItem:
    known = given if isinstance(given, dict) else {}
    sequence, kind = known.get("sequence"), known.get("kind")
    return BadItem(
        position,
        sequence if type(sequence) is int and 0 < sequence <= 2**53 else None,
        kind[:20] if isinstance(kind, str) and kind.isidentifier() else "",
        "malformed",
        reason,
        size,
    )


def _reason(wrong: ValidationError) -> str:
    """Where and what, in few words; never the value, which may be anything."""
    first = wrong.errors(include_url=False, include_context=False, include_input=False)[0]
    # A forbidden field's name is the sender's own text: only places of the contract are named.
    if first["type"] == "extra_forbidden":
        return "unknown field"
    if first["type"].startswith("union_tag"):
        return "unknown kind"
    place = ".".join(str(part) for part in first["loc"][:4])
    return f"{place}: {first['msg']}"[:REASON_LENGTH]


def _too_large() -> BatchRefused:
    return BatchRefused(413, "too_large", f"Mỗi lần gửi tối đa {MAX_BATCH_BYTES} byte.")
