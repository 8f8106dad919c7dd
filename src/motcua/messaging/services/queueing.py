"""Queueing: the row first, the sending after commit."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from motcua.kernel import phones
from motcua.kernel.clock import CITY, now
from motcua.messaging import encoding
from motcua.messaging.errors import BadRecipient
from motcua.messaging.models import Message, ProviderAccount, UnitPreference
from motcua.messaging.rules import (
    RECIPIENT_WINDOW,
    Channel,
    State,
    quiet_until,
    recipient_wait,
)
from motcua.messaging.services.changing import tell, wake


@dataclass(frozen=True)
class Recipient:
    """Who gets a message.

    Arguments:
        person_id: a member of staff; None for a citizen, to whom quiet hours apply.
        label: what screens call them, such as a title; no personal numbers.
    """

    phone: str = ""
    email: str = ""
    person_id: int | None = None
    label: str = ""


def queue(
    *,
    unit_id: int | None,
    purpose: str,
    recipient: Recipient,
    channel: Channel,
    text: str,
    key: str,
    urgent: bool = False,
    subject: str = "",
    pin_to: ProviderAccount | None = None,
) -> Message:
    """Write a message down and have it sent once the caller's transaction commits.

    Idempotent: the same key gives back the first message and sends nothing again.
    A recipient who cannot be reached gets a failed message, not an exception, so
    that one bad number never stops the others and a person sees it on screen.

    Arguments:
        purpose: why it is sent, as `room.reason`; filters and reports group by it.
        key: unique name of this message, such as `alert:<id>:<level>:<person>:sms`.
        urgent: goes before all others, ignores quiet hours and hourly limits.
        pin_to: the only account that may carry it; None lets weights decide.
    """
    at = now()
    message = Message(
        key=key,
        unit_id=unit_id,
        purpose=purpose,
        channel=channel,
        person_id=recipient.person_id,
        label=recipient.label[:120],
        subject=subject[:200],
        text=text,
        urgent=urgent,
        queued_at=at,
        state_at=at,
        not_before=at,
        provider=pin_to,
        pinned=pin_to is not None,
    )
    try:
        message.address = address_of(recipient, channel)
        encoding.lay_out(text)
    except (BadRecipient, encoding.TooLong) as wrong:
        message.address = (recipient.phone if channel == Channel.SMS else recipient.email)[:254]
        message.state, message.reason = State.FAILED, str(wrong)
    with transaction.atomic():
        if message.state == State.QUEUED and not urgent:
            message.not_before = _earliest(message, at)
        Message.objects.bulk_create([message], ignore_conflicts=True)
        stored = Message.objects.get(key=key)
        if stored.pk != message.pk:
            return stored
        tell(message, at=at)
        if message.state == State.QUEUED:
            wake(message, at=at)
    return message


def address_of(recipient: Recipient, channel: Channel) -> str:
    """Where the message goes on this channel: E.164, or an e-mail address.

    Raises:
        BadRecipient: there is none, or it cannot receive.
    """
    if channel == Channel.SMS:
        if not recipient.phone:
            raise BadRecipient("Người nhận chưa có số di động.")
        try:
            return phones.normalise_mobile(recipient.phone)
        except phones.PhoneError as wrong:
            raise BadRecipient(str(wrong)) from wrong
    try:
        validate_email(recipient.email)
    except ValidationError as wrong:
        raise BadRecipient("Người nhận chưa có địa chỉ thư điện tử đúng.") from wrong
    return recipient.email


def preference(unit_id: int | None) -> UnitPreference:
    """The unit's preferences, or the defaults."""
    if unit_id is not None and (found := UnitPreference.objects.filter(unit_id=unit_id).first()):
        return found
    fresh = UnitPreference()
    fresh.clean_fields(exclude=["unit"])
    return fresh


def _earliest(message: Message, at: dt.datetime) -> dt.datetime:
    """When hourly limit and quiet hours let this message go."""
    prefers = preference(message.unit_id)
    earlier = Message.objects.filter(
        address=message.address,
        channel=message.channel,
        urgent=False,
        not_before__gt=at - RECIPIENT_WINDOW,
    ).exclude(state=State.CANCELLED)
    due = (
        recipient_wait(
            list(earlier.values_list("not_before", flat=True)),
            limit=prefers.hourly_limit,
            at=at,
        )
        or at
    )
    if message.person_id is None and message.channel == Channel.SMS:
        # Times from the database come in UTC; quiet hours are the city's.
        return quiet_until(due.astimezone(CITY), prefers.quiet_hours) or due
    return due
