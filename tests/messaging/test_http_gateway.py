"""Stories with an HTTP gateway on this machine, and what it calls back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from motcua.messaging.models import InboundMessage, Message, ProviderAccount, Receipt
from motcua.messaging.rules import State, Verdict
from motcua.messaging.services import Recipient, delivery, watching
from tests.messaging.factories import provider_account, queued
from tests.peers.web import Gateway

pytestmark = pytest.mark.django_db


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with Gateway() as peer:
        yield peer


def http_account(gateway: Gateway, **options: str) -> ProviderAccount:
    settings = {"url": gateway.url, "sender": "TTPVHCC", "secret": "kin", **options}
    return provider_account("http", options=settings)


def esms_account(gateway: Gateway) -> ProviderAccount:
    settings = {"url": gateway.url, "user": "KHOA", "secret": "kin", "sender": "TTPVHCC"}
    return provider_account("esms", options=settings)


def state(message: Message) -> str:
    message.refresh_from_db()
    return message.state


def sent(text: str = "Hồ sơ", number: str = "0901234567") -> Message:
    message = queued(text, recipient=Recipient(phone=number))
    delivery.deliver(message.pk)
    return message


@pytest.mark.parametrize("method", ["json", "form", "get"])
def test_the_template_is_filled_and_the_gateways_reference_kept(
    gateway: Gateway, method: str
) -> None:
    http_account(gateway, method=method)
    message = sent()
    assert state(message) == State.HANDED_OVER
    assert gateway.requests == [
        {"to": "0901234567", "from": "TTPVHCC", "text": "Ho so", "id": str(message.pk)}
    ]
    assert message.attempts.get().references.get().reference == "G1"


def test_a_text_with_placeholders_and_quotes_travels_as_it_is(gateway: Gateway) -> None:
    http_account(gateway)
    sent('Mã {{secret}} và "ngoặc" \\ {{text}}')
    assert gateway.requests[0]["text"] == 'Ma {{secret}} va "ngoac" \\ {{text}}'


@pytest.mark.parametrize(
    ("status", "answer", "ends"),
    [
        (200, {"code": "0", "id": "1"}, State.HANDED_OVER),
        (200, {"code": "7"}, State.QUEUED),
        (200, {"code": "8"}, State.FAILED),
        (200, {"code": "9"}, State.FAILED),
        (200, "<html>", State.UNCERTAIN),
        (401, {}, State.QUEUED),
        (429, {}, State.QUEUED),
        (503, {}, State.QUEUED),
        (400, {}, State.FAILED),
        (500, {}, State.UNCERTAIN),
        (504, {}, State.UNCERTAIN),
    ],
)
def test_every_answer_means_taken_refused_or_unknown(
    gateway: Gateway, status: int, answer: Any, ends: State
) -> None:
    http_account(gateway, recipient_codes="8", content_codes="9")
    gateway.status, gateway.answer = status, answer
    assert state(sent()) == ends


def test_no_answer_in_time_is_uncertain_and_not_tried_again(gateway: Gateway) -> None:
    http_account(gateway)
    gateway.delay = 2.0
    message = sent()
    assert state(message) == State.UNCERTAIN
    watching.sweep()
    assert len(gateway.requests) == 1


def test_a_gateway_that_is_not_there_refuses_for_certain(gateway: Gateway) -> None:
    http_account(gateway, url="http://127.0.0.1:9/")
    assert state(sent()) == State.QUEUED


def test_esms_gets_its_fields_and_an_uncertain_try_is_repeated_under_the_same_request_id(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    esms_account(gateway)
    gateway.delay = 2.0
    message = sent()
    assert state(message) == State.UNCERTAIN
    gateway.delay, gateway.answer = 0.0, {"CodeResult": "124", "ErrorMessage": "Duplicate"}
    monkeypatch.setattr(watching, "REPEAT_AFTER", message.state_at - message.state_at)
    watching.sweep()
    assert state(message) == State.HANDED_OVER
    first, second = gateway.requests
    assert first == second
    assert first | {"CallbackUrl": ""} == {
        "ApiKey": "KHOA", "SecretKey": "kin", "Phone": "0901234567", "Content": "Ho so",
        "Brandname": "TTPVHCC", "SmsType": "2", "IsUnicode": "0", "Sandbox": "0",
        "RequestId": str(message.pk), "CallbackUrl": "",
    }  # fmt: skip


def test_a_repeat_that_is_refused_leaves_the_first_try_uncertain(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    esms_account(gateway)
    gateway.delay = 2.0
    message = sent()
    gateway.delay, gateway.answer = 0.0, {"CodeResult": "103"}
    monkeypatch.setattr(watching, "REPEAT_AFTER", message.state_at - message.state_at)
    watching.sweep()
    assert state(message) == State.UNCERTAIN


def test_esms_calls_back_what_became_of_a_message(gateway: Gateway, client: Client) -> None:
    account = esms_account(gateway)
    gateway.answer = {"CodeResult": "100", "SMSID": "abc"}
    message = sent()
    address = gateway.requests[0]["CallbackUrl"].split("/", 3)[3]
    fields = {"SMSID": "abc", "RequestId": str(message.pk), "TypeId": "2", "TotalSent": "1"}
    for more in ({"SendStatus": "7"}, {"SendStatus": "5", "SendSuccess": "1", "SendFailed": "0"}):
        assert client.get(f"/{address}", {**fields, **more}).status_code == 200
    assert state(message) == State.DELIVERED
    client.get(f"/{address}", {**fields, "SendStatus": "5", "SendFailed": "1"})
    assert state(message) == State.DELIVERED
    verdicts = Receipt.objects.filter(provider=account).order_by("pk")
    assert [receipt.verdict for receipt in verdicts] == ["interim", "applied", "late"]


class TestCallback:
    @pytest.fixture
    def address(self, gateway: Gateway) -> str:
        return reverse("messaging:callback", args=[http_account(gateway).callback_token])

    def test_a_receipt_about_an_unknown_message_is_kept(self, address: str, client: Client) -> None:
        answer = client.post(
            address, json.dumps({"id": "?\x00", "status": "delivered"}), "application/json"
        )
        assert answer.status_code == 200
        assert Receipt.objects.get().verdict == Verdict.UNMATCHED

    def test_a_text_from_a_phone_is_kept_once(self, address: str, client: Client) -> None:
        for _ in range(2):
            fields = {"from": "84901234567", "text": "1", "id": "mo-7"}
            assert client.post(address, fields).status_code == 200
        assert InboundMessage.objects.get().from_phone == "+84901234567"

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            ("", "application/json"),
            ("[]", "application/json"),
            ("{", "application/json"),
            ("\xff", "application/json"),
            ("x=1", "application/x-www-form-urlencoded"),
            ("x" * 20_000, "application/json"),
        ],
    )
    def test_what_cannot_be_read_is_refused_without_a_crash(
        self, address: str, client: Client, body: str, kind: str
    ) -> None:
        assert client.post(address, body.encode("latin-1"), kind).status_code == 400

    def test_a_wrong_address_is_refused(self, client: Client) -> None:
        address = reverse("messaging:callback", args=["doan-bua"])
        assert client.post(address, {"id": "1", "status": "delivered"}).status_code == 404
        assert Receipt.objects.count() == 0
