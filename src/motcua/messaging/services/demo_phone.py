"""Answering from the demonstration phone: the same way in as a reply from a real one."""

from __future__ import annotations

from django.db import transaction

from motcua.kernel import audit, phones, stream
from motcua.kernel.clock import now
from motcua.messaging.errors import UnknownProvider
from motcua.messaging.models import DemoText, ProviderAccount
from motcua.messaging.providers import demo
from motcua.messaging.rules import Channel
from motcua.messaging.services import inbound
from motcua.organisation.permissions import Actor, authorise


def answer(*, actor: Actor, address: str, text: str) -> DemoText:
    """Write an SMS from a demonstration phone to us.

    Raises:
        Forbidden: the phone belongs to a unit in which the actor may not use it.
        UnknownProvider: there is no demonstration phone.
    """
    last = DemoText.objects.filter(address=address, channel=Channel.SMS).order_by("-at").first()
    unit_id = last.unit_id if last else None
    authorise(actor, "messaging.demo_phone", unit_id)
    account = ProviderAccount.objects.filter(kind=demo.DemoPhone.kind, active=True).first()
    if account is None:
        raise UnknownProvider("Chưa bật điện thoại minh hoạ.")
    with transaction.atomic():
        sent = DemoText.objects.create(
            unit_id=unit_id,
            channel=Channel.SMS,
            address=address,
            outgoing=True,
            text=text,
            at=now(),
        )
        inbound.receive(provider=account, key=str(sent.pk), from_phone=address, text=text)
        audit.record(
            action="messaging.answer_demo_phone",
            actor=actor.label,
            subject=f"phone:{phones.masked(address)}",
            unit_id=unit_id,
        )
        stream.announce(channel=demo.live_channel(unit_id), kind="phone_changed")
    return sent
