"""From the first message to the first answer, or to the last level without one."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from procrastinate.contrib.django.models import ProcrastinateJob

from motcua.alerts import policies, selectors, services, tasks
from motcua.alerts.events import AlertAcknowledged, AlertEscalated, AlertExhausted
from motcua.alerts.models import Alert, Notice
from motcua.alerts.policies import LevelDraft
from motcua.alerts.rules import Audience, State, Way
from motcua.kernel import events
from motcua.kernel.clock import CITY, today
from motcua.kernel.models import AuditEntry
from motcua.messaging.models import Message
from motcua.organisation.models import Absence
from motcua.organisation.permissions import SYSTEM, Actor
from tests.alerts.house import KIND, House
from tests.factories import FieldFactory, PersonFactory

MORNING = dt.datetime(2026, 11, 25, 10, 42, tzinfo=CITY)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    found: list[object] = []
    for kind in (AlertAcknowledged, AlertEscalated, AlertExhausted):
        monkeypatch.setitem(events._handlers, kind, [found.append])
    return found


def told(alert: Alert, number: int = 0) -> set[int]:
    return set(
        Notice.objects.filter(step__alert=alert, step__number=number).values_list(
            "person", flat=True
        )
    )


def sms_to(alert: Alert) -> list[tuple[str, str]]:
    found = Message.objects.filter(key__startswith=f"alert:{alert.pk}:", channel="sms")
    return sorted(found.values_list("key", "address"))


def test_leader_and_head_of_the_department_get_one_sms_each_at_once(house: House) -> None:
    alert = house.alert()
    assert told(alert) == {house.leader.pk, house.head.pk}
    assert sms_to(alert) == sorted(
        (f"alert:{alert.pk}:0:{person.pk}", person.phone) for person in (house.leader, house.head)
    )
    text = Message.objects.filter(key=f"alert:{alert.pk}:0:{house.head.pk}").get().text
    assert text.startswith("CANH BAO quay 3 (Ho tich) luc 10:42: nguoi dan")


def test_each_person_gets_a_link_of_their_own(house: House) -> None:
    alert = house.alert()
    texts = Message.objects.filter(key__startswith=f"alert:{alert.pk}:").values_list(
        "text", flat=True
    )
    assert len({text.rsplit(" ", 1)[1] for text in texts}) == 2


def test_the_same_key_raises_one_alert_and_sends_once(house: House) -> None:
    first = house.alert()
    assert house.alert() == first
    assert len(sms_to(first)) == 2


def test_a_timer_is_set_for_the_moment_when_the_wait_is_over(house: House) -> None:
    with time_machine.travel(MORNING, tick=False):
        alert = house.alert()
    job = ProcrastinateJob.objects.get(task_name=services.TIMER)
    assert job.args == {"alert_id": alert.pk, "step_id": alert.steps.get().pk}
    assert job.scheduled_at == MORNING + dt.timedelta(minutes=3)


def test_without_an_answer_the_next_level_is_told_and_then_nobody_is_left(
    house: House, heard: list[object]
) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        alert = house.alert()
        clock.shift(179)
        tasks.sweep(0)
        assert alert.steps.count() == 1
        clock.shift(1)
        tasks.sweep(0)
        assert told(alert, 1) == {house.leader.pk, house.head.pk, house.committee.pk}
        clock.shift(300)
        tasks.sweep(0)
        tasks.sweep(0)
    alert.refresh_from_db()
    assert alert.state == State.EXHAUSTED
    assert [type(event) for event in heard] == [AlertEscalated, AlertExhausted]
    assert selectors.exhausted_count([house.counter.unit_id]) == 1
    assert len(sms_to(alert)) == 5


def test_timer_and_sweep_together_tell_the_next_level_once(house: House) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        alert = house.alert()
        step = alert.steps.get()
        clock.shift(200)
        tasks.wait_for_answer(alert_id=alert.pk, step_id=step.pk)
        tasks.wait_for_answer(alert_id=alert.pk, step_id=step.pk)
        tasks.sweep(0)
    assert alert.steps.count() == 2


def test_the_first_answer_stops_the_escalation_and_the_second_changes_nothing(
    house: House, heard: list[object]
) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        alert = house.alert()
        clock.shift(60)
        _, first = services.acknowledge(alert_id=alert.pk, actor=Actor.of(house.head), via="screen")
        _, second = services.acknowledge(
            alert_id=alert.pk, actor=Actor.of(house.leader), via="screen"
        )
        clock.shift(600)
        tasks.sweep(0)
    alert.refresh_from_db()
    assert (first, second) == (True, False)
    assert alert.acknowledged_by == house.head
    assert alert.acknowledged_as == "Trưởng phòng chuyên môn phụ trách"
    assert alert.steps.count() == 1
    assert [type(event) for event in heard] == [AlertAcknowledged]


def test_an_alert_that_went_through_every_level_can_still_be_taken(house: House) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        alert = house.alert()
        for _ in range(2):
            clock.shift(301)
            tasks.sweep(0)
        _, taken = services.acknowledge(
            alert_id=alert.pk, actor=Actor.of(house.leader), via="screen"
        )
    assert taken
    alert.refresh_from_db()
    assert alert.state == State.ACKNOWLEDGED


def test_what_has_ended_unanswered_cannot_be_taken(house: House) -> None:
    alert = house.alert()
    services.resolve(alert_id=alert.pk, actor=SYSTEM)
    services.resolve(alert_id=alert.pk, actor=SYSTEM)
    with pytest.raises(services.AlertClosed):
        services.acknowledge(alert_id=alert.pk, actor=Actor.of(house.leader), via="screen")


def test_a_level_that_reaches_nobody_is_on_record_and_the_next_follows_at_once(
    house: House,
) -> None:
    house.leader.roles.all().delete()
    house.head.phone = house.head.email = ""
    house.head.save()
    alert = house.alert()
    first, second = alert.steps.all()
    assert first.deadline is None
    assert {gap["reason"] for gap in first.gaps} == {"nobody", "no_phone"}
    assert second.deadline is not None
    assert [address for _, address in sms_to(alert)] == [house.committee.phone]


def test_a_substitute_gets_the_message_of_someone_who_is_away(house: House) -> None:
    deputy = PersonFactory()
    Absence.objects.create(person=house.leader, since=today(), until=today(), covered_by=deputy)
    alert = house.alert()
    notice = Notice.objects.filter(step__alert=alert, person=deputy, way=Way.SMS).get()
    assert notice.stands_for == house.leader
    assert house.leader.pk not in told(alert)


def test_a_field_with_its_own_policy_is_told_by_it(house: House) -> None:
    field = FieldFactory()
    policies.save_policy(
        actor=SYSTEM,
        unit_id=house.counter.unit_id,
        kind=KIND.code,
        field_id=field.pk,
        template="{noi_dung} {lien_ket}",
        levels=[LevelDraft((Audience.COMMITTEE_LEADERS,), (), 2, (Way.SMS,))],
    )
    alert = house.alert(field_ids=[field.pk])
    assert told(alert) == {house.committee.pk}


def test_a_head_of_another_department_is_not_told(house: House) -> None:
    house.head.roles.all().delete()
    alert = house.alert()
    assert told(alert) == {house.leader.pk}
    assert {"who": "department_head", "reason": "nobody"} in alert.steps.get().gaps


def test_a_rehearsal_is_marked_sent_for_real_and_over_when_taken(house: House) -> None:
    alert = services.rehearse(
        actor=Actor.of(house.leader), counter_id=house.counter.pk, kind=KIND.code, key="a"
    )
    assert alert.rehearsal
    messages = Message.objects.filter(key__startswith=f"alert:{alert.pk}:")
    assert messages.count() == 2
    assert all(message.text.startswith("DIEN TAP - CANH BAO") for message in messages)
    services.acknowledge(alert_id=alert.pk, actor=Actor.of(house.head), via="screen")
    alert.refresh_from_db()
    assert alert.state == State.RESOLVED


def test_every_act_is_on_the_audit_log(house: House) -> None:
    alert = house.alert()
    services.acknowledge(alert_id=alert.pk, actor=Actor.of(house.leader), via="screen")
    services.resolve(alert_id=alert.pk, actor=Actor.of(house.leader))
    found = AuditEntry.objects.filter(subject=f"alert:{alert.pk}").order_by("pk")
    assert list(found.values_list("action", flat=True)) == [
        "alert.raise",
        "alert.tell",
        "alert.acknowledge",
        "alert.resolve",
    ]
