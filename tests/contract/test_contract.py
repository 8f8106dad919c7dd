"""What may travel between counter and centre, and what has no place to travel in."""

from __future__ import annotations

import types
import typing
import uuid
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

import motcua_contract
from motcua_contract import Batch, Reading, parse_item
from motcua_contract.base import Message
from tests.service_quality import messages

MESSAGES = [
    value
    for value in vars(motcua_contract).values()
    if isinstance(value, type) and issubclass(value, BaseModel)
]
MANY_AS = {
    ("Batch", "items"),
    ("Envelope", "items"),
    ("Answer", "refused"),
    ("Answer", "signals"),
    ("Guidance", "counters"),
    ("CounterSettings", "sessions"),
    ("Health", "sources"),
    ("Summary", "curve"),
}
"""The only fields that hold more than one value; all hold bounded lists of messages."""


def test_every_message_is_closed_immutable_and_finite() -> None:
    for message in MESSAGES:
        assert issubclass(message, Message), message
        assert message.model_config["extra"] == "forbid"
        assert message.model_config["frozen"]
        assert message.model_config["allow_inf_nan"] is False


def test_only_named_fields_hold_lists_and_none_holds_bytes_or_mappings() -> None:
    found = set()
    for message in MESSAGES:
        for name, field in message.model_fields.items():
            for kind in kinds(field.annotation):
                assert kind not in {bytes, bytearray, dict, list, set}, (message, name)
                if kind is tuple:
                    found.add((message.__name__, name))
    assert found == MANY_AS


def kinds(annotation: Any) -> set[Any]:
    """Every class that an annotation is made of."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return kinds(typing.get_args(annotation)[0])
    if origin in {typing.Union, types.UnionType}:
        return set().union(*(kinds(part) for part in typing.get_args(annotation)))
    return {origin or annotation}


@pytest.mark.parametrize(
    "smuggled",
    [
        {"embedding": [0.1] * 128},
        {"picture": "iVBORw0KGgo="},
        {"expressions": [0.1] * 512},
        {"expressions": {"neutral": 1.0, "embedding": [0.1] * 128}},
        {"pleasant": [0.1] * 128},
        {"mood": "data:image/png;base64,iVBORw0KGgo="},
        {"problem": "x" * 5000},
        {"visit": "a face, in words"},
        {"sequence": 10**400},
        {"good_view": float("nan")},
        {"pleasant": float("inf")},
        {"negative": -0.1},
        {"pleasant": 1.1},
        {"present": "yes"},
        {"counter": "7"},
    ],
    ids=lambda smuggled: "-".join(smuggled),
)
def test_a_reading_has_no_place_for_a_picture_or_an_embedding(smuggled: dict[str, Any]) -> None:
    honest = messages.reading(1).model_dump()
    Reading.model_validate(honest)
    with pytest.raises(ValidationError):
        Reading.model_validate(honest | smuggled)


def test_the_largest_reading_is_smaller_than_any_picture_of_a_face() -> None:
    """480 bytes would hold 22 × 22 grey pixels, and every one of them is spoken for."""
    reading = messages.reading(2**53, visit=uuid.uuid4(), sequence=2**53)
    assert len(reading.model_dump_json()) < 480


def test_a_moment_needs_a_time_zone_and_a_plausible_year() -> None:
    raw = messages.reading(1).model_dump_json()
    at = messages.reading(1).at.isoformat().replace("+00:00", "Z")[:4]
    for wrong in ("1970", "9999"):
        with pytest.raises(ValidationError):
            parse_item(raw.replace(f'"at":"{at}', f'"at":"{wrong}').encode())


def test_messages_survive_the_wire_unchanged() -> None:
    visit = uuid.uuid4()
    batch = messages.batch(
        messages.reading(1, visit=visit),
        messages.visit_opened(1, visit),
        messages.visit_closed(1, visit),
        messages.visit_excluded(1, visit, messages.utc_now()),
        messages.irritation(1, visit, ended=messages.utc_now()),
        messages.health(),
        signals_after=7,
    )
    assert Batch.model_validate_json(batch.model_dump_json()) == batch
