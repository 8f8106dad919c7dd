"""Nothing leaves the house for people who do not exist, whichever provider is switched on."""

from __future__ import annotations

from typing import Any

import pytest

from motcua.messaging.models import DemoText, Message
from motcua.messaging.rules import Channel, State
from motcua.messaging.services import Recipient, delivery
from tests.messaging.factories import number_of, provider_account, queued, smpp_account
from tests.peers.mail import MailServer
from tests.peers.smsc import Smsc

pytestmark = pytest.mark.django_db

INVENTED = Recipient(phone="+84990000101")


def delivered(**fields: Any) -> Message:
    message = queued(**fields)
    delivery.deliver(message.pk)
    message.refresh_from_db()
    return message


def test_a_real_provider_gets_no_invented_number_and_people_see_why(smsc: Smsc) -> None:
    smpp_account(smsc.port)
    refused = delivered(recipient=INVENTED)
    assert refused.state == State.FAILED
    assert "minh hoạ" in refused.reason
    assert not refused.attempts.exists()
    sent = delivered(recipient=Recipient(phone="+84901234567"))
    assert sent.state == State.HANDED_OVER
    assert [len(smsc.texts_to(number_of(each))) for each in (refused, sent)] == [0, 1]


@pytest.mark.parametrize("_", range(5))
def test_beside_a_real_provider_the_demonstration_phone_takes_them_all(_: int, smsc: Smsc) -> None:
    smpp_account(smsc.port, weight=99)
    provider_account("demo", weight=1)
    message = delivered(recipient=INVENTED)
    assert message.state == State.HANDED_OVER
    assert message.provider.kind == "demo"
    assert DemoText.objects.filter(reference=message.pk).exists()
    assert smsc.taken == []


def test_a_message_pinned_to_a_real_provider_is_refused_as_well(smsc: Smsc) -> None:
    account = smpp_account(smsc.port)
    provider_account("demo")
    assert delivered(recipient=INVENTED, pin_to=account).state == State.FAILED
    assert smsc.taken == []


def test_a_real_mail_server_gets_no_letter_to_a_domain_for_examples() -> None:
    with MailServer() as server:
        options = {"host": "127.0.0.1", "port": str(server.port), "security": "none"}
        provider_account("email", options={**options, "sender": "motcua@binhtien.gov.vn"})
        letter = {"channel": Channel.EMAIL, "subject": "Cảnh báo"}
        refused = delivered(recipient=Recipient(email="lanhdao@phuong.example"), **letter)
        sent = delivered(recipient=Recipient(email="lanhdao@binhtien.gov.vn"), **letter)
    assert (refused.state, sent.state) == (State.FAILED, State.HANDED_OVER)
    assert [each["To"] for each in server.letters] == ["lanhdao@binhtien.gov.vn"]
