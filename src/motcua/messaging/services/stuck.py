"""What a person does about a message that did not arrive."""

from __future__ import annotations

import uuid

from django.db import transaction

from motcua.kernel import audit
from motcua.kernel.clock import now
from motcua.messaging.errors import NotStuck
from motcua.messaging.models import Message
from motcua.messaging.rules import Channel, State
from motcua.messaging.services.changing import change, tell, wake
from motcua.messaging.services.queueing import Recipient, queue
from motcua.organisation.permissions import Actor, authorise

RESENDABLE = frozenset({State.UNCERTAIN, State.UNDELIVERED, State.EXPIRED, State.FAILED})


def resend(*, actor: Actor, message_id: uuid.UUID) -> Message:
    """Send again what a person decides should go again, and return the message that goes.

    A message that still waits is tried at once. One that ended, or about which
    nobody knows, stays as it is in the record, and a new message goes out: the
    person accepts that the recipient may get it twice.

    Raises:
        NotStuck: it arrived, is on its way, or was already sent again.
    """
    with transaction.atomic():
        message = Message.objects.select_for_update().get(pk=message_id)
        authorise(actor, "messaging.resend", message.unit_id)
        at = now()
        if message.state == State.QUEUED:
            message.not_before = at
            message.save(update_fields=["not_before"])
            wake(message, at=at)
            going = message
        elif message.state in RESENDABLE and not message.resent_as.exists():
            going = _copy(message)
            message.attended_at = at
            message.save(update_fields=["attended_at"])
            tell(message, at=at)
        else:
            raise NotStuck("Tin này không cần gửi lại: đã tới, đang gửi hoặc đã được gửi lại rồi.")
        audit.record(
            action="messaging.resend",
            actor=actor.label,
            subject=f"message:{message.pk}",
            unit_id=message.unit_id,
            detail={"state": message.state, "as": str(going.pk)},
        )
    return going


def _copy(message: Message) -> Message:
    sms = message.channel == Channel.SMS
    fresh = queue(
        unit_id=message.unit_id,
        purpose=message.purpose,
        recipient=Recipient(
            phone=message.address if sms else "",
            email="" if sms else message.address,
            person_id=message.person_id,
            label=message.label,
        ),
        channel=Channel(message.channel),
        text=message.text,
        subject=message.subject,
        urgent=message.urgent,
        key=f"resend:{message.pk}",
    )
    fresh.resend_of = message
    fresh.save(update_fields=["resend_of"])
    return fresh


def attend(*, actor: Actor, message_id: uuid.UUID) -> Message:
    """Take a message off the stuck list: somebody told the recipient otherwise.

    Raises:
        NotStuck: it is not on the list.
    """
    with transaction.atomic():
        message = Message.objects.select_for_update().get(pk=message_id)
        authorise(actor, "messaging.resend", message.unit_id)
        at = now()
        if not message.stuck(at):
            raise NotStuck("Tin này không nằm trong danh sách cần xem.")
        message.attended_at = at
        message.save(update_fields=["attended_at"])
        audit.record(
            action="messaging.attend",
            actor=actor.label,
            subject=f"message:{message.pk}",
            unit_id=message.unit_id,
            detail={"state": message.state},
        )
        tell(message, at=at)
    return message


def cancel(*, actor: Actor, message_id: uuid.UUID) -> Message:
    """Stop a message that was not handed over yet.

    Raises:
        NotStuck: it is past stopping.
    """
    with transaction.atomic():
        message = Message.objects.select_for_update().get(pk=message_id)
        authorise(actor, "messaging.resend", message.unit_id)
        if message.state != State.QUEUED:
            raise NotStuck("Tin đã gửi đi hoặc đã xong, không huỷ được.")
        audit.record(
            action="messaging.cancel",
            actor=actor.label,
            subject=f"message:{message.pk}",
            unit_id=message.unit_id,
        )
        change(message, State.CANCELLED, at=now(), reason="Có người huỷ.")
    return message


def reveal_address(*, actor: Actor, message_id: uuid.UUID) -> str:
    """The recipient's whole number or address; that somebody looked is on the record."""
    with transaction.atomic():
        message = Message.objects.get(pk=message_id)
        authorise(actor, "messaging.reveal_phone", message.unit_id)
        audit.record(
            action="messaging.reveal_phone",
            actor=actor.label,
            subject=f"message:{message.pk}",
            unit_id=message.unit_id,
        )
    return message.address
