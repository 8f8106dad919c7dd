"""The main job, from a camera's batch to the phones of those who can act, and to the outcome."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from pydantic import BaseModel

from motcua.alerts.models import Alert
from motcua.alerts.rules import State as AlertState
from motcua.messaging import demo
from motcua.messaging.models import Message
from motcua.messaging.rules import State as Delivery
from motcua.messaging.services.delivery import deliver
from motcua.organisation import duty
from motcua.organisation.models import Counter
from motcua.organisation.permissions import Actor
from motcua.organisation.rules import Role
from motcua.service_quality import ratings
from motcua.service_quality.models import CounterNow, Incident, Irritation, Reading, Visit
from motcua_contract import Mood
from tests.factories import CounterFactory, enrolled_device, person_with
from tests.service_quality import messages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("same_thread")]
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def counter() -> Counter:
    demo.load()
    return CounterFactory(number=3, name="Hộ tịch")


def post(token: str, batch: BaseModel) -> dict[str, Any]:
    answer = Client().post(
        "/api/device/v1/batches",
        batch.model_dump_json(),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def hand_over_everything() -> list[Message]:
    """What the worker does with the messages that were queued."""
    for message in Message.objects.filter(state=Delivery.QUEUED):
        deliver(message.pk)
    return list(Message.objects.order_by("address"))


def displeased(counter: Counter, visit: uuid.UUID) -> BaseModel:
    return messages.batch(
        messages.visit_opened(counter.pk, visit),
        messages.reading(counter.pk, visit=visit, mood=Mood.DISPLEASED, irritated=True),
        messages.irritation(counter.pk, visit, confidence=0.83),
    )


def test_an_irritated_face_reaches_two_phones_and_is_handled_to_its_end(counter: Counter) -> None:
    leader = person_with(Role.CENTRE_LEADER, counter.unit)
    head = person_with(Role.DEPARTMENT_HEAD, counter.unit, counter.department)
    person_with(Role.COMMITTEE_LEADER, counter.unit)
    officer = person_with(Role.OFFICER, counter.unit)
    duty.take_duty(actor=Actor.of(officer), counter_id=counter.pk)
    _, token = enrolled_device(counter)
    batch, visit = displeased(counter, seen := uuid.uuid4()), seen

    # The camera delivers twice, as after a lost answer: once is what counts.
    assert post(token, batch)["accepted"] == 3
    assert post(token, batch)["accepted"] == 0
    incident = Incident.objects.get()
    assert (incident.visit_id, incident.officer) == (visit, officer)

    sent = hand_over_everything()
    assert [message.address for message in sent] == sorted([leader.phone, head.phone])
    assert {message.state for message in sent} <= {Delivery.HANDED_OVER, Delivery.DELIVERED}
    assert all(message.attempts.get().parts == 1 for message in sent)

    # The head taps the link on a phone that is not signed in.
    text = Message.objects.get(address=head.phone).text
    link = re.search(rf"{re.escape(settings.PUBLIC_URL)}(/b/\S+)$", text)
    assert link is not None
    phone = Client()
    assert "Tôi nhận xử lý" in phone.get(link[1]).content.decode()
    assert "Đã ghi nhận" in phone.post(link[1], follow=True).content.decode()
    incident.refresh_from_db()
    assert (incident.state, incident.owner) == ("acknowledged", head)

    # At the counter the officer sees that somebody is coming; the head handles and closes.
    band = Client()
    band.force_login(officer, backend=BACKEND)
    assert "đang tới hỗ trợ" in band.get(f"/quay/{counter.pk}/").content.decode()
    desk = Client()
    desk.force_login(head, backend=BACKEND)
    desk.post(f"/su-viec/{incident.pk}/handle/", {"handle-note": ""})
    desk.post(
        f"/su-viec/{incident.pk}/close/",
        {"close-outcome": "apologised", "close-note": "Đã xin lỗi và làm xong hồ sơ."},
    )
    incident.refresh_from_db()
    assert (incident.state, incident.outcome) == ("closed", "apologised")
    assert list(incident.events.values_list("kind", flat=True)) == [
        "opened",
        "acknowledged",
        "handling",
        "closed",
    ]
    assert Alert.objects.get().state == AlertState.RESOLVED
    assert Message.objects.count() == 2


def test_who_left_the_camera_out_is_not_alarmed_about_but_may_still_ask_for_help(
    counter: Counter,
) -> None:
    person_with(Role.CENTRE_LEADER, counter.unit)
    _, token = enrolled_device(counter)
    visit = uuid.uuid4()
    post(
        token,
        messages.batch(
            messages.visit_opened(counter.pk, visit), messages.reading(counter.pk, visit=visit)
        ),
    )
    assert CounterNow.objects.get().visit_id == visit
    tablet = ratings.tablet_address(
        actor=Actor.of(person_with(Role.ADMINISTRATOR, counter.unit)), counter_id=counter.pk
    )
    touch = {"kind": "no_camera", "key": str(uuid.uuid4())}
    sent = Client().post(f"/danh-gia/{tablet}/gui/", touch, content_type="application/json")
    assert sent.status_code == 204
    assert Visit.objects.get().excluded_at is not None
    assert not Reading.objects.exists()
    # The camera had already decided; its news comes too late and is refused.
    refused = post(token, messages.batch(messages.irritation(counter.pk, visit)))["refused"]
    assert [each["code"] for each in refused] == ["visit_excluded"]
    assert not Irritation.objects.exists()
    assert not Incident.objects.exists()
    touch = {"kind": "help", "key": str(uuid.uuid4())}
    Client().post(f"/danh-gia/{tablet}/gui/", touch, content_type="application/json")
    assert Incident.objects.get().cause == "citizen_button"
    assert len(hand_over_everything()) == 1
