"""From a number taken at the door to a rating that stands beside the turn, through both rooms."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine
from django.test import Client

from motcua.kernel.clock import now
from motcua.kernel.models import LiveEvent
from motcua.organisation.models import Device
from motcua.organisation.permissions import SYSTEM
from motcua.organisation.rules import Role
from motcua.reception import waiting
from motcua.reception.models import Turn
from motcua.reception.services import calling
from motcua.service_quality import ratings, tuning
from motcua.service_quality.models import CounterSignal, Rating, Visit
from tests.factories import actor_with, enrolled_device
from tests.reception.factories import Hall, hall_with
from tests.service_quality import messages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("same_thread")]


@pytest.fixture
def hall(settings: object) -> Hall:
    settings.DEMONSTRATION = True  # type: ignore[attr-defined]
    waiting.forget()
    return hall_with("A", "A")


@pytest.fixture
def camera(hall: Hall) -> str:
    """A camera that follows the queue at the first counter."""
    leader = actor_with(Role.CENTRE_LEADER, hall.unit)
    tuning.follow_queue(actor=leader, counter_id=hall.counters[0].pk, follow=True)
    _, token = enrolled_device(hall.counters[0], kind=Device.Kind.CAMERA)
    return token


def tell(token: str, *items: object) -> dict[str, object]:
    answer = Client().post(
        "/api/device/v1/batches",
        messages.batch(*items).model_copy(update={"signals_after": 0}).model_dump_json(),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def touch(hall: Hall, face: int, visit: uuid.UUID | None = None) -> Rating:
    token = ratings.tablet_address(actor=SYSTEM, counter_id=hall.counters[0].pk)
    key = uuid.uuid4()
    answer = Client().post(
        f"/danh-gia/{token}/gui/",
        {
            "kind": "rating",
            "key": str(key),
            "face": face,
            "visit": str(visit) if visit else None,
        },
        content_type="application/json",
    )
    assert answer.status_code == 204, answer.content
    return Rating.objects.get(key=key)


def asked_on_tablet(hall: Hall) -> list[str]:
    channel = f"counter:{hall.counters[0].pk}:tablet"
    return list(
        LiveEvent.objects.filter(channel=channel).order_by("id").values_list("kind", flat=True)
    )


def test_the_camera_opens_and_closes_its_visit_at_the_officers_calls(
    hall: Hall, camera: str
) -> None:
    hall.ticket()
    turn = hall.call()
    visit = uuid.uuid4()
    answer = tell(camera, messages.visit_opened(hall.counters[0].pk, visit))
    assert [each["kind"] for each in answer["signals"]] == ["visit_opened"]  # type: ignore[attr-defined]
    assert Visit.objects.get().queue_visit_id == turn.pk
    hall.finish(turn)
    kinds = list(CounterSignal.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["visit_opened", "visit_closed"]


def test_a_camera_that_follows_faces_hears_nothing_and_its_visits_attach_all_the_same(
    hall: Hall,
) -> None:
    _, token = enrolled_device(hall.counters[0], kind=Device.Kind.CAMERA)
    hall.ticket()
    turn = hall.call()
    tell(token, messages.visit_opened(hall.counters[0].pk, uuid.uuid4()))
    assert not CounterSignal.objects.exists()
    assert Visit.objects.get().queue_visit_id == turn.pk


def test_nobody_came_so_the_camera_closes_and_the_tablet_asks_nobody(
    hall: Hall, camera: str
) -> None:
    hall.ticket()
    hall.miss(hall.call())
    kinds = list(CounterSignal.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["visit_opened", "visit_closed"]
    assert asked_on_tablet(hall) == ["visit_called"]


def test_the_tablet_asks_after_the_visit_and_the_answer_stands_beside_the_turn(hall: Hall) -> None:
    hall.ticket()
    turn = hall.finish(hall.call())
    assert asked_on_tablet(hall) == ["visit_called", "visit_finished"]
    assert touch(hall, 3, turn.pk).queue_visit_id == turn.pk


def test_the_answer_is_about_the_visit_asked_for_though_the_next_was_called(hall: Hall) -> None:
    hall.ticket()
    hall.ticket()
    first = hall.finish(hall.call())
    second = hall.call()
    assert touch(hall, 1, first.pk).queue_visit_id == first.pk
    assert touch(hall, 3).queue_visit_id == second.pk


def test_a_turn_is_rated_once_and_a_forged_or_foreign_turn_counts_for_nothing(hall: Hall) -> None:
    hall.ticket()
    hall.ticket()
    foreign = hall.finish(hall.call(1))
    turn = hall.finish(hall.call(0))
    assert touch(hall, 3, foreign.pk).queue_visit_id == turn.pk
    assert touch(hall, 2, uuid.uuid4()).queue_visit_id is None


def test_a_rating_long_after_the_visit_belongs_to_no_turn(hall: Hall) -> None:
    hall.ticket()
    turn = hall.finish(hall.call())
    with time_machine.travel(now() + dt.timedelta(minutes=4)):
        assert touch(hall, 3, turn.pk).queue_visit_id is None


def test_a_transfer_ends_one_visit_and_begins_another(hall: Hall) -> None:
    ticket = hall.ticket()
    first = hall.call(0)
    calling.transfer(
        actor=hall.officers[0],
        visit_id=first.pk,
        line_id=hall.lines["A"].pk,
        counter_id=hall.counters[1].pk,
    )
    second = hall.call(1)
    assert touch(hall, 3, first.pk).queue_visit_id == first.pk
    assert set(Turn.objects.filter(ticket=ticket)) == {first, second}
