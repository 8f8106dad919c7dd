"""Answers by SMS, from those who were told and from strangers."""

from __future__ import annotations

import pytest
from django.db import transaction

from motcua.alerts.models import Alert, Reply
from motcua.alerts.rules import State
from motcua.kernel import events
from motcua.kernel.clock import now
from motcua.kernel.models import AuditEntry
from motcua.messaging.events import MessageReceived
from motcua.messaging.models import Message
from tests.alerts.house import House
from tests.factories import PersonFactory


def sms(phone: str, text: str) -> Reply | None:
    """The reply kept for this incoming SMS."""
    before = set(Reply.objects.values_list("pk", flat=True))
    with transaction.atomic():
        events.publish(MessageReceived(None, phone, text, "demo", now()))
    return Reply.objects.exclude(pk__in=before).first()


def state_of(alert: Alert) -> str:
    return Alert.objects.get(pk=alert.pk).state


@pytest.mark.parametrize("written", ["{}", "0{}", "84{}"])
def test_a_one_takes_the_only_alert_however_the_provider_writes_the_number(
    house: House, written: str
) -> None:
    alert = house.alert()
    local = house.head.phone.removeprefix("+84")
    reply = sms(written.format(local) if written != "{}" else house.head.phone, "1")
    assert reply is not None
    assert reply.outcome == Reply.Outcome.ACKNOWLEDGED
    alert.refresh_from_db()
    assert (alert.acknowledged_by, alert.acknowledged_via) == (house.head, "sms")


def test_with_two_alerts_open_a_one_is_asked_back_and_takes_neither(house: House) -> None:
    first, second = house.alert("a"), house.alert("b")
    reply = sms(house.leader.phone, "1")
    assert reply is not None
    assert reply.outcome == Reply.Outcome.WHICH
    assert {state_of(first), state_of(second)} == {State.OPEN}
    question = Message.objects.get(key=f"alert-reply:{reply.pk}").text
    assert f"DA NHAN {first.pk}" in question
    assert f"DA NHAN {second.pk}" in question


def test_an_answer_with_a_code_takes_that_alert(house: House) -> None:
    first, second = house.alert("a"), house.alert("b")
    sms(house.leader.phone, f"Da nhan {second.pk}")
    assert (state_of(first), state_of(second)) == (State.OPEN, State.ACKNOWLEDGED)


def test_an_unknown_phone_takes_nothing_and_is_kept_on_record(house: House) -> None:
    alert = house.alert()
    reply = sms("+84999999999", f"DA NHAN {alert.pk}")
    assert reply is not None
    assert reply.outcome == Reply.Outcome.UNKNOWN_PHONE
    assert state_of(alert) == State.OPEN
    assert AuditEntry.objects.get(action="alert.refuse_reply").unit_id == house.counter.unit_id


def test_someone_who_was_not_told_cannot_take_it_by_its_code(house: House) -> None:
    alert = house.alert()
    stranger = PersonFactory()
    reply = sms(stranger.phone, f"DA NHAN {alert.pk}")
    assert reply is not None
    assert reply.outcome == Reply.Outcome.NOTHING_OPEN
    assert state_of(alert) == State.OPEN


def test_a_late_answer_is_kept_and_changes_nothing(house: House) -> None:
    alert = house.alert()
    sms(house.head.phone, "1")
    late = sms(house.leader.phone, "1")
    assert late is not None
    assert late.outcome == Reply.Outcome.ALREADY
    assert Alert.objects.get(pk=alert.pk).acknowledged_by == house.head


def test_words_that_are_no_answer_are_kept_only_while_an_alert_waits(house: House) -> None:
    house.alert()
    puzzled = sms(house.head.phone, "Quay nao vay?")
    assert puzzled is not None
    assert puzzled.outcome == Reply.Outcome.NOT_UNDERSTOOD
    assert sms("+84999999999", "Cho hoi gio lam viec") is None
