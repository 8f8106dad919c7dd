"""The row comes first; what happens to a message from then on."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from motcua.kernel import events
from motcua.kernel.clock import CITY
from motcua.messaging.events import DeliveryChanged
from motcua.messaging.models import Attempt, Message, Receipt
from motcua.messaging.rules import Channel, State
from motcua.messaging.services import Recipient, delivery, watching
from motcua.messaging.services.accounts import set_preference
from motcua.organisation.permissions import SYSTEM
from tests.factories import PersonFactory, UnitFactory
from tests.messaging.conftest import run_jobs
from tests.messaging.factories import provider_account, queued

pytestmark = pytest.mark.django_db

EVENING = dt.datetime(2026, 11, 24, 22, 0, tzinfo=CITY)
MORNING = dt.datetime(2026, 11, 25, 7, 0, tzinfo=CITY)


def jobs() -> list[ProcrastinateJob]:
    return list(ProcrastinateJob.objects.filter(task_name="messaging.deliver").order_by("id"))


def state(message: Message) -> str:
    message.refresh_from_db()
    return message.state


def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """States of every change published from now on."""
    states: list[str] = []
    handlers = {DeliveryChanged: [lambda event: states.append(event.state)]}
    monkeypatch.setattr(events, "_handlers", {**events._handlers, **handlers})
    return states


def test_the_same_key_is_one_message_and_one_job() -> None:
    first = queued(key="alert:1")
    again = queued(key="alert:1", text="another text")
    assert again.pk == first.pk
    assert (Message.objects.count(), len(jobs())) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_when_the_callers_transaction_fails() -> None:
    before = jobs()  # other tests' processes may have left some in this database
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queued()
        raise ZeroDivisionError
    assert (Message.objects.count(), jobs()) == (0, before)


def test_urgent_messages_go_before_all_others() -> None:
    queued()
    queued(urgent=False, recipient=Recipient(phone="0901234567", person_id=PersonFactory().pk))
    urgent, ordinary = jobs()
    assert (urgent.queue_name, urgent.priority) == ("urgent", 100)
    assert (ordinary.queue_name, ordinary.priority) == ("messages", 0)


@pytest.mark.parametrize(
    ("recipient", "channel"),
    [
        (Recipient(phone=""), Channel.SMS),
        (Recipient(phone="02838212345"), Channel.SMS),
        (Recipient(phone="01234567890"), Channel.SMS),
        (Recipient(email="khong-phai-thu"), Channel.EMAIL),
    ],
)
def test_a_recipient_who_cannot_be_reached_is_a_failed_message_not_an_exception(
    recipient: Recipient, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = heard(monkeypatch)
    message = queued(recipient=recipient, channel=channel)
    assert (message.state, states, jobs()) == (State.FAILED, ["failed"], [])
    assert message.reason


def test_a_citizen_is_not_texted_at_night_but_an_urgent_alert_goes_out() -> None:
    with time_machine.travel(EVENING, tick=False):
        assert queued(urgent=False).not_before == MORNING
        assert queued(urgent=True).not_before == EVENING


def test_staff_and_mail_know_no_quiet_hours() -> None:
    with time_machine.travel(EVENING, tick=False):
        staff = Recipient(phone="0901234567", person_id=PersonFactory().pk)
        assert queued(urgent=False, recipient=staff).not_before == EVENING
        mail = Recipient(email="dan@example.vn")
        message = queued(urgent=False, recipient=mail, channel=Channel.EMAIL)
        assert message.not_before == EVENING


def test_the_hourly_limit_postpones_all_but_urgent_messages() -> None:
    unit = UnitFactory()
    set_preference(actor=SYSTEM, unit_id=unit.pk, hourly_limit=2)
    noon = dt.datetime(2026, 11, 24, 12, 0, tzinfo=CITY)
    citizen = Recipient(phone="0901234567")
    with time_machine.travel(noon, tick=False):
        due = [
            queued(urgent=False, unit_id=unit.pk, recipient=citizen).not_before for _ in range(5)
        ]
        assert queued(unit_id=unit.pk, recipient=citizen).not_before == noon
    hour = dt.timedelta(hours=1)
    assert due == [noon, noon, noon + hour, noon + hour, noon + 2 * hour]


def test_marks_are_kept_or_dropped_as_unit_and_provider_say() -> None:
    unit = UnitFactory()
    account = provider_account(unit_id=unit.pk)
    plain, marked = queued("Hồ sơ", unit_id=unit.pk), queued("Hồ sơ", unit_id=unit.pk)
    delivery.deliver(plain.pk)
    set_preference(actor=SYSTEM, unit_id=unit.pk, keep_diacritics=True)
    delivery.deliver(marked.pk)
    assert [a.text for a in Attempt.objects.filter(provider=account)] == ["Ho so", "Hồ sơ"]


def test_a_units_own_provider_carries_its_messages_and_the_citys_the_others() -> None:
    unit = UnitFactory()
    own, shared = provider_account(unit_id=unit.pk), provider_account()
    ours, theirs = queued(unit_id=unit.pk), queued(unit_id=UnitFactory().pk)
    for message in (ours, theirs):
        delivery.deliver(message.pk)
    assert (ours.attempts.get().provider, theirs.attempts.get().provider) == (own, shared)


def test_without_any_provider_a_message_waits_and_says_why() -> None:
    message = queued()
    delivery.deliver(message.pk)
    assert state(message) == State.QUEUED
    assert "nhà cung cấp" in message.reason
    assert message.not_before > message.queued_at


def test_a_message_that_nobody_takes_fails_at_the_end_of_its_budget(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    provider_account()
    message = queued(recipient=Recipient(phone="0900000010"))
    states = heard(monkeypatch)
    for _ in range(400):
        message.refresh_from_db()
        if message.state != State.QUEUED:
            break
        with time_machine.travel(message.not_before, tick=False):
            delivery.deliver(message.pk)
    assert state(message) == State.FAILED
    assert states[-1] == "failed"
    assert message.state_at - message.queued_at <= message.budget.give_up_after


def test_a_worker_killed_between_handing_over_and_recording_leaves_an_uncertain_message(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    provider_account()
    message = queued()
    monkeypatch.setattr(delivery, "record", lambda **_: None)
    delivery.deliver(message.pk)
    monkeypatch.undo()
    assert state(message) == State.SENDING
    delivery.deliver(message.pk)
    assert message.attempts.count() == 1
    with time_machine.travel(message.attempts.get().lease_until + dt.timedelta(seconds=1)):
        watching.sweep()
        assert state(message) == State.UNCERTAIN
        delivery.deliver(message.pk)
        watching.sweep()
    assert message.attempts.count() == 1
    # Its receipt, which names a reference that nobody recorded, still settles it.
    run_jobs("messaging.demo_receipt")
    assert state(message) == State.DELIVERED


def test_a_message_whose_job_was_lost_is_woken_once() -> None:
    provider_account()
    message = queued()
    ProcrastinateJob.objects.all()._raw_delete("default")
    with time_machine.travel(message.queued_at + dt.timedelta(minutes=1)):
        watching.sweep()
        watching.sweep()
    assert len(jobs()) == 1
    run_jobs("messaging.deliver")
    assert state(message) == State.HANDED_OVER


@pytest.mark.parametrize(
    ("number", "ends", "verdicts"),
    [
        ("0900000001", State.FAILED, []),
        ("0900000002", State.QUEUED, []),
        ("0900000003", State.DELIVERED, ["applied"]),
        ("0900000004", State.UNCERTAIN, []),
        ("0900000006", State.DELIVERED, ["applied", "duplicate", "late"]),
        ("0900000007", State.UNDELIVERED, ["applied"]),
        ("0900000008", State.DELIVERED, ["applied"]),
        ("0900000009", State.HANDED_OVER, []),
        ("0901234567", State.DELIVERED, ["applied"]),
    ],
)
def test_demonstration_numbers_drive_the_real_receipts(
    number: str, ends: State, verdicts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("motcua.messaging.providers.demo.time.sleep", lambda _: None)
    provider_account()
    message = queued(recipient=Recipient(phone=number))
    delivery.deliver(message.pk)
    run_jobs("messaging.demo_receipt")
    assert state(message) == ends
    assert list(Receipt.objects.order_by("pk").values_list("verdict", flat=True)) == verdicts


def test_a_rate_limit_spreads_messages_over_time() -> None:
    provider_account(rate=1)
    moment = dt.datetime(2026, 11, 24, 12, 0, tzinfo=CITY)
    with time_machine.travel(moment, tick=False), pytest.MonkeyPatch.context() as patch:
        naps: list[float] = []
        patch.setattr("motcua.messaging.services.delivery.time.sleep", naps.append)
        waiting = [queued() for _ in range(4)]
        for message in waiting:
            delivery.deliver(message.pk)
    states = [state(message) for message in waiting]
    assert states.count(State.QUEUED) >= 2
    assert all(nap <= delivery.LONGEST_NAP for nap in naps)
    assert all(m.not_before > moment for m in waiting if m.state == State.QUEUED)


def test_shares_move_away_from_a_failing_provider_and_back() -> None:
    failing, good = provider_account(), provider_account()
    for _ in range(3):
        message = queued(recipient=Recipient(phone="0900000010"), pin_to=failing)
        delivery.deliver(message.pk)
    assert watching.steer() == {failing.pk: 50}
    assert watching.steer() == {}
    with time_machine.travel(dt.datetime.now(tz=CITY) + dt.timedelta(minutes=10)):
        assert watching.steer() == {failing.pk: 55}
    good.standing.refresh_from_db()
    assert good.standing.share == 100
