"""From the first sign to the outcome: who is told, who may act, what is kept."""

from __future__ import annotations

import datetime as dt
import uuid
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from motcua.alerts import links
from motcua.alerts import services as alerts
from motcua.alerts import tasks as alert_tasks
from motcua.alerts.models import Alert, Notice
from motcua.alerts.rules import State as AlertState
from motcua.kernel.clock import CITY, now
from motcua.kernel.models import AuditEntry, LiveEvent
from motcua.messaging.models import Message
from motcua.organisation import duty
from motcua.organisation.models import Counter
from motcua.organisation.permissions import Actor, Forbidden
from motcua.organisation.rules import Role
from motcua.service_quality import incidents
from motcua.service_quality.models import Incident, IncidentEvent
from motcua.service_quality.rules import Outcome, State
from tests.factories import CounterFactory, UnitFactory, actor_with, person_with

MORNING = dt.datetime(2026, 11, 25, 10, 42, tzinfo=CITY)


@pytest.fixture
def counter(db: None) -> Counter:
    found = CounterFactory(number=3, name="Hộ tịch")
    person_with(Role.CENTRE_LEADER, found.unit)
    person_with(Role.DEPARTMENT_HEAD, found.unit, found.department)
    person_with(Role.COMMITTEE_LEADER, found.unit)
    return found


def opened(counter: Counter, key: str = "irritation:1", **values: object) -> Incident:
    arguments: dict[str, object] = {"cause": "irritation", "at": now()}
    return incidents.open_incident(counter_id=counter.pk, key=key, **(arguments | values))  # type: ignore[arg-type]


def leader(counter: Counter) -> Actor:
    return actor_with(Role.CENTRE_LEADER, counter.unit)


def history(incident: Incident) -> list[str]:
    return list(incident.events.values_list("kind", flat=True))


def test_leader_and_head_of_the_department_are_told_without_any_name(counter: Counter) -> None:
    officer = actor_with(Role.OFFICER, counter.unit)
    with time_machine.travel(MORNING, tick=False):
        duty.take_duty(actor=officer, counter_id=counter.pk)
        incident = opened(counter, confidence=0.83)
    texts = Message.objects.values_list("text", flat=True)
    assert len(texts) == 2
    for text in texts:
        assert text.startswith(
            "CANH BAO quay 3 (Ho tich) luc 10:42: nguoi dan co bieu hien khong hai long. "
        )
        assert "Thu" not in text
    assert incident.officer == officer.person
    assert incident.alert is not None
    assert incident.alert.page == f"/su-viec/{incident.pk}/"


def test_the_same_sign_delivered_again_does_nothing(counter: Counter) -> None:
    first = opened(counter)
    assert opened(counter) == first
    assert Message.objects.count() == 2
    assert history(first) == ["opened"]


def test_irritation_rating_and_button_of_one_visit_are_one_incident(counter: Counter) -> None:
    visit = uuid.uuid4()
    first = opened(counter, visit_id=visit)
    second = opened(counter, "rating:1", cause="poor_rating", visit_id=visit)
    third = opened(counter, "help:1", cause="citizen_button")
    assert first == second == third
    assert Incident.objects.count() == 1
    assert history(first) == ["opened", "joined", "joined"]
    assert Message.objects.count() == 2


def test_the_database_itself_holds_one_open_incident_per_visit(counter: Counter) -> None:
    first = opened(counter, visit_id=uuid.uuid4())
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.create(
            unit=counter.unit,
            counter=counter,
            department=counter.department,
            visit_id=first.visit_id,
            cause="irritation",
        )


@pytest.mark.django_db(transaction=True)
def test_two_signs_in_the_same_moment_open_one_incident() -> None:
    counter = CounterFactory()
    gate = Barrier(2)
    visit = uuid.uuid4()

    def sign(key: str) -> None:
        gate.wait()
        try:
            opened(counter, key, visit_id=visit)
        finally:
            connection.close()

    threads = [Thread(target=sign, args=(key,)) for key in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Incident.objects.count() == 1
    assert sorted(IncidentEvent.objects.exclude(key="").values_list("kind", flat=True)) == [
        "joined",
        "opened",
    ]


def test_a_tap_on_the_link_gives_the_incident_an_owner(counter: Counter, client) -> None:  # type: ignore[no-untyped-def]
    incident = opened(counter)
    notice = Notice.objects.filter(step__alert=incident.alert, way="sms").first()
    assert notice is not None
    client.post(f"/b/{links.token(notice.pk)}")
    incident.refresh_from_db()
    assert incident.state == State.ACKNOWLEDGED
    assert incident.owner == notice.person
    assert incident.acknowledged_at is not None
    event = incident.events.get(kind="acknowledged")
    assert (event.person, event.capacity, event.detail) == (
        notice.person,
        notice.capacity,
        {"via": "link"},
    )


def test_the_whole_way_to_an_outcome_ends_the_alert(counter: Counter) -> None:
    incident = opened(counter)
    actor = leader(counter)
    incidents.take(actor=actor, incident_id=incident.pk)
    incidents.handle(actor=actor, incident_id=incident.pk, note="Đã tới quầy")
    closed = incidents.close(
        actor=actor, incident_id=incident.pk, outcome=Outcome.APOLOGISED, note="Đã xin lỗi"
    )
    assert closed.state == State.CLOSED
    assert history(incident) == ["opened", "acknowledged", "handling", "closed"]
    assert Alert.objects.get().state == AlertState.RESOLVED
    assert list(
        AuditEntry.objects.filter(subject=incident.subject)
        .order_by("pk")
        .values_list("action", flat=True)
    ) == ["incident.opened", "incident.acknowledged", "incident.handling", "incident.closed"]


def test_whoever_was_on_the_spot_may_close_at_once_and_counts_as_the_one_who_took_it(
    counter: Counter,
) -> None:
    incident = opened(counter)
    actor = leader(counter)
    incidents.close(actor=actor, incident_id=incident.pk, outcome=Outcome.FALSE_ALARM)
    incident.refresh_from_db()
    assert incident.acknowledged_at is not None
    assert history(incident) == ["opened", "acknowledged", "closed"]


def test_without_an_answer_the_incident_is_escalated_and_stays_open(counter: Counter) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        incident = opened(counter)
        clock.shift(181)
        alert_tasks.sweep(0)
        incident.refresh_from_db()
        assert incident.state == State.ESCALATED
        clock.shift(301)
        alert_tasks.sweep(0)
        incident.refresh_from_db()
        assert incident.state == State.ESCALATED
        assert history(incident) == ["opened", "escalated", "exhausted"]
        incidents.take(actor=leader(counter), incident_id=incident.pk)
    incident.refresh_from_db()
    assert incident.state == State.ACKNOWLEDGED


def test_passing_it_on_tells_the_committee_anew_and_ends_the_first_alert(counter: Counter) -> None:
    incident = opened(counter)
    actor = leader(counter)
    with pytest.raises(incidents.NotNow):
        incidents.escalate(actor=actor, incident_id=incident.pk, note="Vượt thẩm quyền")
    incidents.take(actor=actor, incident_id=incident.pk)
    incidents.escalate(actor=actor, incident_id=incident.pk, note="Vượt thẩm quyền")
    first, second = Alert.objects.order_by("pk")
    assert first.state == AlertState.RESOLVED
    assert second.kind == "incident_escalated"
    capacities = set(second.steps.get().notices.values_list("capacity", flat=True))
    assert capacities == {"Lãnh đạo UBND"}
    incident.refresh_from_db()
    assert (incident.state, incident.owner, incident.alert) == (State.ESCALATED, None, second)
    alerts.acknowledge(alert_id=second.pk, actor=actor, via="screen")
    incident.refresh_from_db()
    assert incident.state == State.ACKNOWLEDGED


def test_an_incident_that_reaches_nobody_stays_on_top_of_the_board(db: None) -> None:
    incident = opened(CounterFactory())
    assert incident.state == State.ESCALATED
    assert incident.alert is not None
    assert incident.alert.state == AlertState.EXHAUSTED
    assert history(incident)[0] == "opened"
    assert history(incident)[-1] == "exhausted"


def test_what_is_closed_cannot_be_handled_or_closed_again(counter: Counter) -> None:
    incident = opened(counter)
    actor = leader(counter)
    incidents.close(actor=actor, incident_id=incident.pk, outcome=Outcome.SOLVED)
    for act in (
        lambda: incidents.handle(actor=actor, incident_id=incident.pk),
        lambda: incidents.close(actor=actor, incident_id=incident.pk, outcome=Outcome.SOLVED),
        lambda: incidents.escalate(actor=actor, incident_id=incident.pk, note="x"),
    ):
        with pytest.raises(incidents.NotNow):
            act()


def test_the_officer_who_sat_there_may_add_their_side_also_afterwards(counter: Counter) -> None:
    officer = actor_with(Role.OFFICER, counter.unit)
    duty.take_duty(actor=officer, counter_id=counter.pk)
    incident = opened(counter)
    incidents.close(actor=leader(counter), incident_id=incident.pk, outcome=Outcome.EXPLAINED)
    incidents.add_side(actor=officer, incident_id=incident.pk, note="Hồ sơ thiếu một trang.")
    assert incident.events.get(kind="officer_side").note == "Hồ sơ thiếu một trang."
    with pytest.raises(Forbidden):
        incidents.add_side(
            actor=actor_with(Role.OFFICER, counter.unit), incident_id=incident.pk, note="x"
        )


def test_an_empty_note_is_sent_back(counter: Counter) -> None:
    incident = opened(counter)
    with pytest.raises(incidents.IncidentError, match="đang trống"):
        incidents.add_note(actor=leader(counter), incident_id=incident.pk, note="  ")


def test_history_cannot_be_rewritten(counter: Counter) -> None:
    incident = opened(counter)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        incident.events.update(note="khác")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        incident.events.all().delete()


def test_board_and_band_hear_of_every_change(counter: Counter) -> None:
    incident = opened(counter)
    heard = LiveEvent.objects.filter(kind="incident").values_list("channel", flat=True)
    assert set(heard) == {f"unit:{counter.unit_id}:board", f"counter:{counter.pk}"}
    assert LiveEvent.objects.filter(kind="incident").first().data["incident"] == incident.pk  # type: ignore[union-attr]


ACTS = {
    "take": lambda actor, number: incidents.take(actor=actor, incident_id=number),
    "handle": lambda actor, number: incidents.handle(actor=actor, incident_id=number),
    "escalate": lambda actor, number: incidents.escalate(actor=actor, incident_id=number, note="x"),
    "close": lambda actor, number: incidents.close(
        actor=actor, incident_id=number, outcome="solved"
    ),
    "note": lambda actor, number: incidents.add_note(actor=actor, incident_id=number, note="x"),
}


@pytest.mark.parametrize("act", ACTS)
def test_only_leaders_of_the_unit_act_on_its_incidents(counter: Counter, act: str) -> None:
    incident = opened(counter)
    strangers = [
        actor_with(Role.OFFICER, counter.unit),
        actor_with(Role.ADMINISTRATOR, counter.unit),
        actor_with(Role.CITY, counter.unit),
        *(actor_with(role, UnitFactory()) for role in (Role.CENTRE_LEADER, Role.COMMITTEE_LEADER)),
    ]
    for stranger in strangers:
        with pytest.raises(Forbidden):
            ACTS[act](stranger, incident.pk)
    assert history(incident) == ["opened"]
