"""The touch screen at the door, with and without network, as its page speaks to the centre."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
import time_machine
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from motcua.organisation import devices
from motcua.organisation.models import Device
from motcua.organisation.permissions import SYSTEM
from motcua.organisation.rules import Role
from motcua.reception import errors
from motcua.reception.models import NumberBlock, Ticket
from motcua.reception.rules import State
from motcua.reception.services import tickets
from motcua.reception.views.screen import COOKIE
from tests.factories import enrolled_device, person_with
from tests.reception.factories import Hall, hall_with

pytestmark = pytest.mark.django_db


def door(hall: Hall, kind: str = Device.Kind.TICKETS) -> Client:
    """A browser that is this unit's screen."""
    _, token = enrolled_device(*hall.counters[:1], kind=kind, unit=hall.unit)
    client = Client(enforce_csrf_checks=True)
    client.cookies[COOKIE] = token
    return client


def post(client: Client, address: str = "so/", **body: Any) -> Any:
    return client.post(f"/may-sanh/lay-so/{address}", body, content_type="application/json")


def reserve(client: Client) -> dict[str, list[int]]:
    numbers: dict[str, list[int]] = post(client, "du-phong/").json()["numbers"]
    return numbers


def test_a_number_with_network_comes_with_a_way_to_follow_it(hall: Hall) -> None:
    answer = post(door(hall), key=str(uuid.uuid4()), line=hall.lines["A"].pk)
    said = answer.json()
    assert (answer.status_code, said["label"], said["ahead"]) == (200, "A001", 0)
    assert "<svg" in said["qr"]


def test_numbers_given_without_network_arrive_in_the_order_in_which_people_came(
    hall: Hall,
) -> None:
    client = door(hall)
    spare = reserve(client)["A"]
    hall.ticket()
    for number, age in ((spare[1], 30_000), (spare[0], 60_000)):
        answer = post(
            client,
            key=str(uuid.uuid4()),
            line=hall.lines["A"].pk,
            letter="A",
            number=number,
            age_ms=age,
        )
        assert answer.status_code == 200
    assert [hall.call(at).ticket.label for at in (0, 1)] == ["A901", "A902"]


def test_sending_a_kept_number_again_changes_nothing(hall: Hall) -> None:
    client = door(hall)
    [number, *_] = reserve(client)["A"]
    body = {
        "key": str(uuid.uuid4()),
        "line": hall.lines["A"].pk,
        "letter": "A",
        "number": number,
        "age_ms": 5,
    }
    assert [post(client, **body).status_code for _ in range(3)] == [200] * 3
    assert Ticket.objects.count() == 1


def test_if_only_the_answer_was_lost_the_number_on_paper_stands(hall: Hall) -> None:
    client = door(hall)
    [number, *_] = reserve(client)["A"]
    wish = {"key": str(uuid.uuid4()), "line": hall.lines["A"].pk}
    assert post(client, **wish).json()["label"] == "A001"
    assert post(client, **wish, letter="A", number=number).json()["label"] == "A901"
    assert Ticket.objects.get().label == "A901"
    assert hall.ticket().label == "A002"


def test_who_was_called_in_vain_by_the_lost_number_comes_back_into_the_queue(hall: Hall) -> None:
    client = door(hall)
    [number, *_] = reserve(client)["A"]
    wish = {"key": str(uuid.uuid4()), "line": hall.lines["A"].pk}
    post(client, **wish)
    hall.miss(hall.call())
    post(client, **wish, letter="A", number=number)
    assert hall.call().ticket.label == "A901"


def test_two_screens_never_hold_the_same_number(hall: Hall) -> None:
    one, other = door(hall), door(hall)
    dealt = [set(reserve(client)["A"]) for client in (one, other, one)]
    assert not dealt[0] & dealt[1]
    assert not (dealt[0] | dealt[1]) & dealt[2]


def test_a_screen_that_was_enrolled_anew_still_delivers_what_it_gave_before(hall: Hall) -> None:
    before, after = door(hall), door(hall)
    number = reserve(before)["A"][0]
    wish = {"line": hall.lines["A"].pk, "letter": "A", "number": number}
    assert post(after, key=str(uuid.uuid4()), **wish).status_code == 200
    assert hall.call().ticket.label == "A901"


def test_a_number_that_was_never_dealt_or_that_somebody_holds_is_refused(hall: Hall) -> None:
    client, foreign = door(hall), door(hall_with("A"))
    number = reserve(client)["A"][0]
    wish = {"line": hall.lines["A"].pk, "letter": "A", "number": number}
    post(client, key=str(uuid.uuid4()), **wish)
    reserve(foreign)
    for refused in (wish, wish | {"number": 950}, wish | {"number": 1}, wish | {"letter": "B"}):
        answer = post(client, key=str(uuid.uuid4()), **refused)
        assert (answer.status_code, answer.json()["code"]) == (422, "foreign_number")
    assert Ticket.objects.count() == 1


def test_spare_numbers_end_and_the_letter_is_then_missing(hall: Hall) -> None:
    client = door(hall)
    for _ in range(9):
        assert len(reserve(client)["A"]) == 10
    assert reserve(client) == {}
    assert max(NumberBlock.objects.latest("pk").numbers) == 990


def test_a_number_of_yesterday_that_arrives_today_is_kept_as_not_served(hall: Hall) -> None:
    with time_machine.travel("2026-11-24 16:59+07:00", tick=False):
        numbers = tickets.deal(device=hall.screen)
    with time_machine.travel("2026-11-25 07:30+07:00", tick=False):
        ticket = tickets.deliver(
            device=hall.screen,
            key=uuid.uuid4(),
            wish=hall.wish(),
            letter="A",
            number=numbers["A"][0],
            age=dt.timedelta(hours=14, minutes=30),
        )
    assert (ticket.state, ticket.day) == (State.UNSERVED, dt.date(2026, 11, 24))


@hypothesis_settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.lists(st.sampled_from(["ok", "answer lost", "request lost", "again", "reload"])))
def test_whatever_the_network_does_every_paper_has_one_ticket_and_no_number_is_held_twice(
    hall: Hall, steps: list[str]
) -> None:
    """The page at the door, played against the real services with a network that fails."""
    unit = hall_with("A")
    spare = tickets.deal(device=unit.screen)["A"]
    papers: dict[uuid.UUID, str] = {}
    outbox: list[tuple[uuid.UUID, int]] = []

    def deliver() -> None:
        for key, number in outbox:
            tickets.deliver(
                device=unit.screen,
                key=key,
                wish=unit.wish(),
                letter="A",
                number=number,
                age=dt.timedelta(seconds=1),
            )

    for step in steps:
        if step == "reload":
            # A screen that forgot everything but what it owes asks for other numbers.
            try:
                spare = tickets.deal(device=unit.screen)["A"]
            except KeyError:
                spare = []
            continue
        if step == "again":
            deliver()
            continue
        key = uuid.uuid4()
        if step != "request lost":
            taken = tickets.take_at_screen(device=unit.screen, key=key, wish=unit.wish())
            if step == "ok":
                papers[key] = taken.label
                continue
        if spare:
            number = spare.pop(0)
            outbox.append((key, number))
            papers[key] = f"A{number}"
    deliver()
    deliver()
    assert len(set(papers.values())) == len(papers)
    for key, label in papers.items():
        assert Ticket.objects.get(key=key).label == label


def test_a_stranger_or_another_kind_of_machine_gets_nothing(hall: Hall) -> None:
    for client in (Client(), door(hall, Device.Kind.DISPLAY)):
        assert post(client, key=str(uuid.uuid4()), line=1).status_code == 401
        assert post(client, "du-phong/").status_code == 401
    assert Client().get("/may-sanh/nhip/").status_code == 401
    assert not Ticket.objects.exists()


def test_a_revoked_screen_keeps_what_it_holds_and_gets_no_more(hall: Hall) -> None:
    device, token = enrolled_device(*hall.counters[:1], kind=Device.Kind.TICKETS, unit=hall.unit)
    client = Client()
    client.cookies[COOKIE] = token
    assert client.get("/may-sanh/nhip/").status_code == 200
    devices.revoke(actor=SYSTEM, device_id=device.pk)
    assert post(client, key=str(uuid.uuid4()), line=hall.lines["A"].pk).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"key": "x"},
        {"key": str(uuid.uuid4()), "line": "x"},
        {"key": str(uuid.uuid4()), "line": None},
        {"key": str(uuid.uuid4()), "line": 1, "letter": "A", "number": "x"},
        {"key": str(uuid.uuid4()), "line": 1, "letter": "A", "number": 1, "age_ms": 1e300},
        {"key": 5, "line": 1},
    ],
)
def test_a_broken_request_is_refused_and_keeps_nothing(hall: Hall, body: dict[str, Any]) -> None:
    assert post(door(hall), **body).status_code == 422
    assert not Ticket.objects.exists()


def test_a_line_that_is_gone_answers_so_that_the_screen_says_why(hall: Hall) -> None:
    answer = post(door(hall), key=str(uuid.uuid4()), line=99_999_999)
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_here")


def test_a_form_of_another_site_cannot_take_numbers(hall: Hall) -> None:
    client = door(hall)
    answer = client.post("/may-sanh/lay-so/so/", {"key": str(uuid.uuid4()), "line": 1})
    assert answer.status_code == 422
    page = client.get("/may-sanh/lay-so/")
    morsel = page.cookies[COOKIE]
    assert morsel["samesite"] == "Strict"
    assert morsel["httponly"]


def test_the_page_and_its_worker_stand_only_for_an_enrolled_screen(hall: Hall) -> None:
    page = door(hall).get("/may-sanh/lay-so/")
    assert hall.lines["A"].name in page.content.decode()
    assert Client().get("/may-sanh/lay-so/").status_code == 302
    worker = Client().get("/may-sanh/lay-so/sw.js")
    assert worker["Content-Type"] == "text/javascript"
    assert "reception/tickets.js" in worker.content.decode()


def test_a_code_typed_in_the_hall_makes_the_machine_known(hall: Hall) -> None:
    waiting = devices.create(
        actor=SYSTEM, unit_id=hall.unit.pk, kind=Device.Kind.TICKETS, name="Cửa chính"
    )
    client = Client()
    assert client.post("/may-sanh/", {"ma": "ZZZZ-ZZZZ"}).status_code == 422
    answer = client.post("/may-sanh/", {"ma": waiting.code.lower()}, follow=True)
    assert answer.redirect_chain[-1][0] == "/may-sanh/lay-so/"
    assert client.get("/may-sanh/").url == "/may-sanh/lay-so/"  # type: ignore[attr-defined]


def test_an_administrator_makes_the_machine_in_front_of_them_the_units_and_is_signed_out(
    hall: Hall,
) -> None:
    client = Client()
    client.force_login(
        person_with(Role.ADMINISTRATOR, hall.unit),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    address = f"/may-sanh/{hall.unit.code}/ghi-danh/"
    answer = client.post(address, {"loai": "tickets", "ten": "Cửa sau"})
    assert answer.url == "/may-sanh/lay-so/"  # type: ignore[attr-defined]
    assert client.get("/may-sanh/lay-so/").status_code == 200
    assert client.get("/goi-so/").status_code == 302
    leader = Client()
    leader.force_login(
        person_with(Role.CENTRE_LEADER, hall.unit),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    assert leader.post(address, {"loai": "tickets"}).status_code in {403, 404}


def test_a_forged_line_of_another_unit_takes_no_number(hall: Hall) -> None:
    other = hall_with("A")
    with pytest.raises(errors.NothingHere):
        tickets.take_at_screen(device=hall.screen, key=uuid.uuid4(), wish=other.wish())
