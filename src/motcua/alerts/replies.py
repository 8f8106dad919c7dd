"""SMS that come back: which of them take an alert, and a record of those that do not."""

from __future__ import annotations

import logging

from django.db import transaction
from django.db.models import Q

from motcua.alerts import selectors, services, texts
from motcua.alerts.models import Alert, Reply
from motcua.kernel import audit
from motcua.kernel.phones import PhoneError, masked, normalise
from motcua.messaging.events import MessageReceived
from motcua.messaging.services import Channel, Recipient, queue
from motcua.organisation.models import Person
from motcua.organisation.permissions import Actor

log = logging.getLogger(__name__)


def receive(event: MessageReceived) -> None:
    """Take the alert that an SMS answers, or keep on record why it was not taken.

    Only the phone of somebody who was told can take an alert. A text that does not look
    like an answer, from someone who was told nothing, is none of this room's business.
    """
    answer = texts.read_answer(event.text)
    phone = _number(event.from_phone)
    told = list(selectors.told_by_sms(phone)) if phone else []
    if answer is None:
        if any(alert.unanswered for alert in told):
            _keep(event, Reply.Outcome.NOT_UNDERSTOOD, person=selectors.person_with(phone))
        return
    if not told:
        _refuse(event, phone, answer)
        return
    waiting = [alert for alert in told if alert.unanswered]
    if answer.code is not None:
        _answer_named(event, phone, answer.code, told)
    elif len(waiting) > 1:
        _ask_which(event, phone, waiting)
    elif waiting:
        _take(event, phone, waiting[0])
    else:
        _keep(event, Reply.Outcome.ALREADY, alert=told[0], person=selectors.person_with(phone))


def _answer_named(event: MessageReceived, phone: str, code: int, told: list[Alert]) -> None:
    alert = next((alert for alert in told if alert.pk == code), None)
    if alert is None:
        _keep(event, Reply.Outcome.NOTHING_OPEN, person=selectors.person_with(phone))
    else:
        _take(event, phone, alert)


def _take(event: MessageReceived, phone: str, alert: Alert) -> None:
    person = selectors.told_people(alert).filter(Q(phone=phone) | Q(second_phone=phone)).first()
    assert person is not None  # the alert was found through this very phone
    try:
        _, taken = services.acknowledge(
            alert_id=alert.pk,
            actor=Actor(f"phone:{person.pk}"),
            via=Alert.Via.SMS,
            person_id=person.pk,
        )
    except services.AlertClosed:
        taken = False
    outcome = Reply.Outcome.ACKNOWLEDGED if taken else Reply.Outcome.ALREADY
    _keep(event, outcome, alert=alert, person=person)


def _ask_which(event: MessageReceived, phone: str, waiting: list[Alert]) -> None:
    """Several alerts wait for this person: ask rather than guess."""
    person = selectors.person_with(phone)
    reply = _keep(event, Reply.Outcome.WHICH, person=person)
    choices = ", ".join(f"DA NHAN {alert.pk}" for alert in waiting[:5])
    queue(
        unit_id=waiting[0].unit_id,
        purpose="alert.which",
        recipient=Recipient(phone=phone, person_id=person.pk if person else None),
        channel=Channel.SMS,
        text=f"Dang co {len(waiting)} canh bao. Tra loi mot trong cac cau: {choices}",
        key=f"alert-reply:{reply.pk}",
        urgent=True,
    )


def _refuse(event: MessageReceived, phone: str, answer: texts.Answer) -> None:
    """An answer from a phone that nobody told: changes nothing, stays on record."""
    known = selectors.person_with(phone)
    alert = Alert.objects.filter(pk=answer.code).first() if answer.code else None
    outcome = Reply.Outcome.NOTHING_OPEN if known else Reply.Outcome.UNKNOWN_PHONE
    reply = _keep(event, outcome, alert=alert, person=known)
    if known is None:
        log.warning("refused an alert reply from %s, kept as reply %s", masked(phone), reply.pk)
        audit.record(
            action="alert.refuse_reply",
            actor="phone:unknown",
            subject=f"alert_reply:{reply.pk}",
            unit_id=alert.unit_id if alert else None,
        )


def _number(typed: str) -> str:
    try:
        return normalise(typed)
    except PhoneError:
        return ""


def _keep(
    event: MessageReceived,
    outcome: Reply.Outcome,
    *,
    alert: Alert | None = None,
    person: Person | None = None,
) -> Reply:
    with transaction.atomic():
        return Reply.objects.create(
            at=event.at,
            from_phone=event.from_phone[:30],
            text=event.text[:500],
            provider=event.provider,
            message_id=event.message_id,
            alert=alert,
            person=person,
            outcome=outcome,
        )
