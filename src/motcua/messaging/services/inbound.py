"""Replies: kept whole, once, and told to the rooms above."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from motcua.kernel import events, phones, stream
from motcua.kernel.clock import now
from motcua.messaging.events import MessageReceived
from motcua.messaging.models import InboundMessage, InboundPart, Message, ProviderAccount
from motcua.messaging.services.changing import live_channel
from motcua.messaging.services.receipts import storable

ANSWER_WINDOW = dt.timedelta(hours=72)
"""A reply is taken to answer the latest message to that number within this time."""
PARTS_KEPT = dt.timedelta(hours=24)


def receive(
    *, provider: ProviderAccount, key: str, from_phone: str, text: str, to: str = ""
) -> InboundMessage | None:
    """Keep one incoming SMS and publish it; None when this key was already kept.

    Arguments:
        key: the provider's name of this SMS, unique with that provider.
        from_phone: as the provider writes it; a sender that is no Vietnamese number is kept as is.
    """
    at = now()
    sender, text = _normalised(from_phone), storable(text)
    with transaction.atomic():
        answered = (
            Message.objects.filter(address=sender, queued_at__gt=at - ANSWER_WINDOW)
            .order_by("-queued_at")
            .first()
        )
        inbound = InboundMessage(
            provider=provider,
            key=storable(key)[:160],
            from_phone=sender,
            to=storable(to)[:40],
            text=text,
            answers=answered,
            unit_id=answered.unit_id if answered else provider.unit_id,
            received_at=at,
        )
        InboundMessage.objects.bulk_create([inbound], ignore_conflicts=True)
        if not InboundMessage.objects.filter(pk=inbound.pk).exists():
            return None
        events.publish(
            MessageReceived(answered.pk if answered else None, sender, text, provider.name, at)
        )
        stream.announce(
            channel=live_channel(inbound.unit_id),
            kind="message_received",
            data={"inbound": str(inbound.pk)},
        )
    return inbound


def receive_part(
    *,
    provider: ProviderAccount,
    from_phone: str,
    group: int,
    total: int,
    number: int,
    text: str,
    to: str = "",
) -> InboundMessage | None:
    """Keep one part of a long SMS; when the last is here, receive the whole."""
    at = now()
    sender = _normalised(from_phone)
    with transaction.atomic():
        same = InboundPart.objects.filter(
            provider=provider, from_phone=sender, group=group, total=total
        )
        # A phone reuses its 256 group numbers: what is old belongs to an SMS that never completed.
        same.filter(received_at__lt=at - PARTS_KEPT).delete()
        InboundPart.objects.bulk_create(
            [
                InboundPart(
                    provider=provider,
                    from_phone=sender,
                    group=group,
                    total=total,
                    number=number,
                    text=storable(text),
                    received_at=at,
                )
            ],
            ignore_conflicts=True,
        )
        parts = list(same.select_for_update().order_by("number"))
        if len(parts) < total:
            return None
        whole = "".join(part.text for part in parts)
        first = min(part.received_at for part in parts)
        same.delete()
        return receive(
            provider=provider,
            key=f"{sender}:{group}:{total}:{first.timestamp():.3f}",
            from_phone=sender,
            text=whole,
            to=to,
        )


def _normalised(phone: str) -> str:
    try:
        return phones.normalise(phone)
    except phones.PhoneError:
        return storable(phone)[:40]
