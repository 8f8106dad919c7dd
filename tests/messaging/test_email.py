"""Stories with a mail server on this machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from motcua.messaging.models import Message
from motcua.messaging.rules import Channel, State
from motcua.messaging.services import Recipient, delivery
from tests.messaging.factories import provider_account, queued
from tests.peers.mail import MailServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as peer:
        options = {
            "host": "127.0.0.1",
            "port": str(peer.port),
            "security": "none",
            "sender": "Một Cửa <motcua@example.vn>",
        }
        provider_account("email", options=options)
        yield peer


def sent() -> Message:
    message = queued(
        "Kính gửi ông/bà,\n.\nHồ sơ đã có kết quả.",
        subject="Kết quả hồ sơ",
        channel=Channel.EMAIL,
        recipient=Recipient(email="dan@example.vn"),
    )
    delivery.deliver(message.pk)
    message.refresh_from_db()
    return message


def test_a_letter_arrives_whole_with_an_id_that_stays_the_same(server: MailServer) -> None:
    message = sent()
    assert message.state == State.HANDED_OVER
    (letter,) = server.letters
    assert letter["Message-ID"] == f"<{message.pk}@example.vn>"
    assert letter["To"] == "dan@example.vn"
    body = letter.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert body.decode().splitlines() == ["Kính gửi ông/bà,", ".", "Hồ sơ đã có kết quả."]


@pytest.mark.parametrize(
    ("answers", "ends"),
    [
        ({"RCPT": "550 no such user"}, State.FAILED),
        ({"RCPT": "451 try later"}, State.QUEUED),
        ({"MAIL": "421 too busy"}, State.QUEUED),
        ({"DATA": "452 disk full"}, State.QUEUED),
        ({"END": "452 disk full"}, State.QUEUED),
        ({"END": "554 looks like spam"}, State.FAILED),
    ],
)
def test_every_refusal_means_later_or_never(
    server: MailServer, answers: dict[str, str], ends: State
) -> None:
    server.answers = answers
    assert sent().state == ends


def test_silence_after_the_letter_is_uncertain(server: MailServer) -> None:
    server.drop_after_data = True
    assert sent().state == State.UNCERTAIN
    assert len(server.letters) == 1


def test_no_server_is_tried_again_later() -> None:
    options = {"host": "127.0.0.1", "port": "9", "security": "none", "sender": "a@example.vn"}
    provider_account("email", options=options)
    assert sent().state == State.QUEUED
