"""A phone and a mailbox in the product, for demonstration and rehearsal.

What is "sent" lands on the page `/dien-thoai/`. Some numbers misbehave on
purpose; what they cause runs through the same receipts, retries and screens
as with a real provider.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from procrastinate.contrib.django import app

from motcua.kernel import stream
from motcua.messaging.base import (
    Capabilities,
    Check,
    Fault,
    Handed,
    Outcome,
    Outgoing,
    Provider,
    Rejected,
    Uncertain,
)
from motcua.messaging.models import Attempt, DemoText, ProviderAccount
from motcua.messaging.rules import Channel, ReceiptState
from motcua.messaging.services import receipts


@dataclass(frozen=True)
class Behaviour:
    """How a demonstration number behaves.

    Arguments:
        refusals: tries that are refused before one is taken; -1 refuses every one.
        silent: takes so long that no answer comes.
        arrives: the text lands on the phone.
        receipts: receipt states in the order they come.
        after: seconds until the first receipt.
        early: the receipt comes before the hand-over is answered.
    """

    meaning: str
    refusals: int = 0
    fault: Fault = Fault.PROVIDER
    silent: bool = False
    arrives: bool = True
    receipts: tuple[ReceiptState, ...] = (ReceiptState.DELIVERED,)
    after: int = 0
    early: bool = False


_GOOD = Behaviour("Nhận tin bình thường")
_DELIVERED, _UNDELIVERED = ReceiptState.DELIVERED, ReceiptState.UNDELIVERED

MAGIC: Mapping[str, Behaviour] = {
    "+84900000001": Behaviour(
        "Số không tồn tại: bị từ chối ngay",
        refusals=-1,
        fault=Fault.RECIPIENT,
        arrives=False,
        receipts=(),
    ),
    "+84900000002": Behaviour("Nhà mạng bận hai lần, lần thứ ba nhận", refusals=2),
    "+84900000003": Behaviour(
        "Nhà mạng không trả lời nhưng tin vẫn tới, biên nhận đến sau", silent=True, after=10
    ),
    "+84900000004": Behaviour(
        "Nhà mạng không trả lời, không rõ tin tới hay chưa",
        silent=True,
        arrives=False,
        receipts=(),
    ),
    "+84900000005": Behaviour("Tới máy muộn 60 giây", after=60),
    "+84900000006": Behaviour(
        "Biên nhận đến ba lần, lần cuối trái ngược",
        receipts=(_DELIVERED, _DELIVERED, _UNDELIVERED),
    ),
    "+84900000007": Behaviour(
        "Máy tắt: nhà mạng báo không tới", arrives=False, receipts=(_UNDELIVERED,), after=5
    ),
    "+84900000008": Behaviour("Biên nhận đến trước khi nhà mạng trả lời", early=True),
    "+84900000009": Behaviour("Không bao giờ có biên nhận", receipts=()),
    "+84900000010": Behaviour(
        "Nhà mạng hỏng: lần nào cũng từ chối", refusals=-1, arrives=False, receipts=()
    ),
}
"""Demonstration numbers that behave badly; every other number receives normally."""


class _Demo(Provider):
    demonstration = True

    def check_config(self) -> list[Check]:
        return [
            Check(
                True,
                "Điện thoại minh hoạ: tin không rời khỏi hệ thống.",
                "Thêm nhà cung cấp thật trước khi dùng chính thức.",
            )
        ]

    def send(self, message: Outgoing) -> Outcome:
        behaviour = MAGIC.get(message.address, _GOOD)
        tries = Attempt.objects.filter(message_id=message.reference).count()
        if behaviour.refusals == -1 or tries <= behaviour.refusals:
            return Rejected(behaviour.fault, "demo", behaviour.meaning)
        if behaviour.arrives:
            arrive(message)
        if behaviour.early:
            receipt(
                provider_id=self.account.id,
                message_id=message.reference,
                address=message.address,
                state=behaviour.receipts[0],
            )
        else:
            for number, state in enumerate(behaviour.receipts):
                _schedule(self.account.id, message, state, behaviour.after + 2 * number)
        if behaviour.silent:
            time.sleep(self.account.timeout)
            return Uncertain("timeout", "Nhà cung cấp không trả lời trong thời gian chờ.")
        return Handed((message.reference,))


class DemoPhone(_Demo):
    """A telephone on a page of the product."""

    kind = "demo"
    label = "Điện thoại minh hoạ"
    channel = Channel.SMS
    capabilities = Capabilities(receipts=True, incoming=True)


class DemoEmail(_Demo):
    """A mailbox on the same page."""

    kind = "demo_email"
    label = "Hộp thư minh hoạ"
    channel = Channel.EMAIL
    capabilities = Capabilities(receipts=True)


def arrive(message: Outgoing) -> None:
    """Put the text on the phone, once."""
    _, created = DemoText.objects.get_or_create(
        reference=message.reference,
        defaults={
            "unit_id": message.unit_id,
            "channel": Channel.EMAIL if "@" in message.address else Channel.SMS,
            "address": message.address,
            "subject": message.subject,
            "text": message.text,
            "parts": message.layout.count,
        },
    )
    if created:
        stream.announce(channel=live_channel(message.unit_id), kind="phone_changed")


def live_channel(unit_id: int | None) -> str:
    """The live channel of a unit's demonstration phones."""
    return f"phones:{unit_id or 'city'}"


def _schedule(provider_id: int, message: Outgoing, state: ReceiptState, after: int) -> None:
    job = app.configure_task(
        "messaging.demo_receipt", schedule_in={"seconds": after} if after else None
    )
    job.defer(
        provider_id=provider_id,
        message_id=message.reference,
        address=message.address,
        state=state.value,
    )


def receipt(*, provider_id: int, message_id: str, address: str, state: ReceiptState) -> None:
    """The network's receipt, on the same way in as every provider's."""
    receipts.receive(
        provider=ProviderAccount.objects.get(pk=provider_id),
        reference=message_id,
        state=state,
        code="demo",
        hint=receipts.Hint(address=address, short_reference=uuid.UUID(message_id).int & 0xFFFF),
    )
