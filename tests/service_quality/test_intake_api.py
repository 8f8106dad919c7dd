"""The device API over HTTP: who is let in, what is too much, and what is said."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from pydantic import BaseModel

from motcua.kernel.models import AuditEntry
from motcua.organisation import devices
from motcua.organisation.models import Counter, Device
from motcua.organisation.permissions import SYSTEM
from motcua.service_quality import api, guidance, intake
from motcua.service_quality.models import Reading
from motcua_contract import MAX_BATCH_BYTES, MAX_ITEMS, Answer, Guidance, SignalKind
from tests.factories import CounterFactory, OpeningHoursFactory, enrolled_device
from tests.service_quality import messages

pytestmark = pytest.mark.django_db

BATCHES = "/api/device/v1/batches"
GUIDANCE = "/api/device/v1/guidance"
ENROLMENTS = "/api/device/v1/enrolments"


@pytest.fixture
def token(counter: Counter, same_thread: None) -> str:
    return enrolled_device(counter)[1]


def post(client: Client, token: str, body: BaseModel | bytes, **headers: str) -> Any:
    raw = body if isinstance(body, bytes) else body.model_dump_json().encode()
    return client.post(
        BATCHES,
        raw,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", **headers},
    )


def test_a_machine_trades_its_code_for_a_token_once(
    client: Client, counter: Counter, same_thread: None
) -> None:
    waiting = devices.create(
        actor=SYSTEM, unit_id=counter.unit_id, kind="camera", name="Camera 1", counters=[counter]
    )
    asked = {"code": waiting.code.lower(), "machine": "quay-1"}
    first = client.post(ENROLMENTS, asked, content_type="application/json")
    assert first.status_code == 201
    given = first.json()
    assert (given["device"], given["unit"]) == ("Camera 1", counter.unit.name)
    batch = messages.batch(messages.reading(counter.pk))
    assert post(client, given["token"], batch).status_code == 200
    again = client.post(ENROLMENTS, asked, content_type="application/json")
    assert again.status_code == 403
    assert again.json()["code"] == "enrolment_refused"
    assert AuditEntry.objects.filter(action="device.enrol_refused").exists()


def test_a_batch_may_come_compressed_or_plain(client: Client, token: str, counter: Counter) -> None:
    for encode, headers in ((gzip.compress, {"Content-Encoding": "gzip"}), (bytes, {})):
        batch = messages.batch(messages.reading(counter.pk)).model_dump_json().encode()
        response = post(client, token, encode(batch), **headers)
        assert response.status_code == 200
        assert Answer.model_validate_json(response.content).accepted == 1
    assert Reading.objects.count() == 2


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic YWJj", "Bearer \x7f"])
def test_without_a_known_token_nothing_is_taken(
    client: Client, token: str, counter: Counter, header: str
) -> None:
    response = client.post(
        BATCHES,
        messages.batch(messages.reading(counter.pk)).model_dump_json(),
        content_type="application/json",
        headers={"Authorization": header} if header else {},
    )
    assert response.status_code == 401
    assert response.json()["code"] == "unknown_device"
    assert not Reading.objects.exists()


def test_a_revoked_device_is_turned_away_at_once(
    client: Client, token: str, counter: Counter
) -> None:
    device = Device.objects.get()
    devices.revoke(actor=SYSTEM, device_id=device.pk)
    batch = messages.batch(messages.reading(counter.pk))
    assert post(client, token, batch).status_code == 401
    assert client.get(GUIDANCE, headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_tablet_cannot_pose_as_a_camera(
    client: Client, counter: Counter, same_thread: None
) -> None:
    _, token = enrolled_device(counter, kind=Device.Kind.TABLET)
    response = post(client, token, messages.batch(messages.reading(counter.pk)))
    assert (response.status_code, response.json()["code"]) == (403, "wrong_kind")


@pytest.mark.parametrize(
    ("body", "encoding", "status", "code"),
    [
        (b"", "", 422, "malformed"),
        (b"{", "", 422, "malformed"),
        (b"[]", "", 422, "malformed"),
        (b"\xff\xfe", "", 422, "malformed"),
        (
            b'{"schema_version":2,"sent_at":"2026-11-23T00:00:00Z","items":[{}]}',
            "",
            422,
            "unknown_schema",
        ),
        (b'{"schema_version":1,"sent_at":"2026-11-23T00:00:00Z","items":[]}', "", 422, "malformed"),
        (
            b'{"schema_version":1,"sent_at":"2026-11-23T00:00:00","items":[{}]}',
            "",
            422,
            "malformed",
        ),
        (b"x" * (MAX_BATCH_BYTES + 1), "", 413, "too_large"),
        (b"x" * (3 * MAX_BATCH_BYTES), "", 413, "too_large"),
        (gzip.compress(b" " * (MAX_BATCH_BYTES + 1), mtime=0), "gzip", 413, "too_large"),
        (gzip.compress(b" " * 100_000_000, mtime=0), "gzip", 413, "too_large"),
        (gzip.compress(b"{}", mtime=0)[:-6], "gzip", 400, "broken_gzip"),
        (gzip.compress(b"{}", mtime=0) + b"tail", "gzip", 400, "broken_gzip"),
        (b"not gzip", "gzip", 400, "broken_gzip"),
        (b"{}", "br", 415, "unknown_encoding"),
        (
            b'{"schema_version":1,"sent_at":"2026-11-23T00:00:00Z","items":' + b"[" * 5000,
            "",
            422,
            "malformed",
        ),
    ],
    ids=lambda value: None if isinstance(value, int) else str(value)[:24] or "none",
)
def test_what_is_no_batch_is_named_and_nothing_is_stored(
    client: Client, token: str, body: bytes, encoding: str, status: int, code: str
) -> None:
    headers = {"Content-Encoding": encoding} if encoding else {}
    response = post(client, token, body, **headers)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert not Reading.objects.exists()


@pytest.mark.parametrize(
    "item",
    [
        "{}",
        "[]",
        "null",
        "7",
        '"x"',
        '{"kind":"reading"}',
        '{"kind":"picture"}',
        '{"kind":["reading"]}',
        '{"kind":"health","sequence":1e400}',
        '{"kind":"reading","sequence":' + "9" * 400 + "}",
    ],
)
def test_an_item_that_is_nothing_is_refused_beside_a_good_one(
    client: Client, token: str, counter: Counter, item: str
) -> None:
    good = messages.batch(messages.reading(counter.pk)).model_dump_json()
    response = post(client, token, good.replace('"items":[', f'"items":[{item},').encode())
    assert response.status_code == 200
    answer = response.json()
    assert answer["accepted"] == 1
    assert [(each["position"], each["code"]) for each in answer["refused"]] == [(0, "malformed")]


def test_too_many_items_are_not_a_batch(client: Client, token: str, counter: Counter) -> None:
    one = messages.reading(counter.pk).model_dump_json()
    body = messages.batch(messages.reading(counter.pk)).model_dump_json()
    body = body.replace('"items":[', '"items":[' + f"{one}," * MAX_ITEMS)
    packed = gzip.compress(body.encode(), mtime=0)
    response = post(client, token, packed, **{"Content-Encoding": "gzip"})
    assert response.status_code == 422


def test_when_too_many_wait_the_device_is_asked_to_come_back(
    client: Client, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, token = enrolled_device(counter)
    monkeypatch.setattr(api, "intake_threads", api.Threads(threads=1, waiting=-1))
    response = post(client, token, messages.batch(messages.reading(counter.pk)))
    assert (response.status_code, response.json()["code"]) == (503, "busy")
    assert int(response["Retry-After"]) >= 1


def test_without_the_database_the_device_is_asked_to_come_back(
    client: Client, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(**_: object) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(devices, "authenticate", lambda token: gone())
    response = post(client, "any", messages.batch(messages.reading(counter.pk)))
    assert (response.status_code, response.json()["code"]) == (503, "busy")


def test_guidance_says_where_to_look_and_when(client: Client, counter: Counter, token: str) -> None:
    OpeningHoursFactory(unit=counter.unit, weekday=0, opens="07:30", closes="11:30")
    response = client.get(GUIDANCE, headers={"Authorization": f"Bearer {token}"})
    given = Guidance.model_validate_json(response.content)
    (settings,) = given.counters
    assert (settings.counter, settings.number) == (counter.pk, counter.number)
    assert settings.enabled
    assert len(settings.sessions) == 2
    assert settings.region.width == 1.0
    same = client.get(
        GUIDANCE,
        headers={"Authorization": f"Bearer {token}", "If-None-Match": response["ETag"]},
    )
    assert same.status_code == 304
    counter.region_width = 0.5
    counter.save()
    changed = client.get(
        GUIDANCE,
        headers={"Authorization": f"Bearer {token}", "If-None-Match": response["ETag"]},
    )
    assert changed.status_code == 200
    assert changed["ETag"] != response["ETag"]


def test_signals_come_back_with_the_next_batch_and_only_those_of_ones_own_counters(
    client: Client, counter: Counter, token: str
) -> None:
    first = guidance.signal(counter_id=counter.pk, kind=SignalKind.VISIT_OPENED)
    guidance.signal(counter_id=CounterFactory().pk, kind=SignalKind.VISIT_OPENED)
    second = guidance.signal(counter_id=counter.pk, kind=SignalKind.EXCLUDE_VISIT)

    def heard(after: int | None) -> list[int]:
        batch = messages.batch(messages.reading(counter.pk), signals_after=after)
        return [each["id"] for each in post(client, token, batch).json()["signals"]]

    assert heard(None) == []
    assert heard(0) == [first.pk, second.pk]
    assert heard(first.pk) == [second.pk]


def test_the_description_names_every_message(client: Client) -> None:
    described = json.loads(client.get("/api/device/v1/openapi.json").content)
    assert set(described["paths"]) == {BATCHES, GUIDANCE, ENROLMENTS}
    assert {"Batch", "Reading", "Irritation", "Answer"} <= set(described["components"]["schemas"])


def test_what_the_whole_suite_sends_is_parsed_in_one_go(counter: Counter) -> None:
    """Guards the quick path: a good batch never falls back to item by item."""
    parsed = intake.parse(messages.batch(messages.reading(counter.pk)).model_dump_json().encode())
    assert parsed.bad == []
