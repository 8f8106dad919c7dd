"""Pages of the queue: who may open them, and what they say."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from motcua.organisation.models import Person
from motcua.organisation.rules import Role
from motcua.reception.models import QueueSettings, Ticket, Turn
from motcua.reception.rules import State
from motcua.reception.services import calling, tickets
from motcua.reception.views.phone import COOKIE
from tests.factories import UnitFactory, person_with
from tests.reception.factories import Hall, hall_with, past_turns

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def officer(hall: Hall, at: int = 0) -> Client:
    person = hall.officers[at].person
    assert person
    return signed_in(person)


# --- phone -----------------------------------------------------------------------------


def test_a_phone_takes_a_number_follows_it_and_leaves(hall: Hall) -> None:
    past_turns(hall, "A", [10.0] * 12)
    hall.ticket()
    hall.ticket()
    phone = Client()
    address = f"/lay-so/{hall.unit.code}/"
    assert hall.lines["A"].name in phone.get(address).content.decode()
    taken = phone.post(f"{address}lay/", {"viec": hall.lines["A"].pk})
    page = phone.get(taken.url).content.decode()  # type: ignore[attr-defined]
    assert "A003" in page
    assert "2 người" in page
    assert "Dựa trên 12 lượt gần đây và 2 quầy đang mở." in page
    assert "Xem số A003" in phone.get(address).content.decode()
    left = phone.post(f"{taken.url}roi/", follow=True)  # type: ignore[attr-defined]
    assert "đã rời hàng chờ" in left.content.decode()


def test_the_page_asks_again_when_nothing_was_chosen_and_keeps_what_was(hall: Hall) -> None:
    answer = Client().post(f"/lay-so/{hall.unit.code}/lay/", {"uu_tien": hall.group.pk})
    assert answer.status_code == 422
    assert re.search(rf'value="{hall.group.pk}" checked', answer.content.decode())


def test_a_flood_of_phones_is_told_to_wait(hall: Hall) -> None:
    address = f"/lay-so/{hall.unit.code}/lay/"
    codes = [
        Client().post(address, {"viec": hall.lines["A"].pk}).status_code
        for _ in range(tickets.FROM_ONE_PLACE + 1)
    ]
    assert codes[-2:] == [302, 429]


def test_the_cookie_of_a_phone_is_hidden_from_script_and_leads_to_nobody(hall: Hall) -> None:
    phone = Client()
    answer = phone.post(f"/lay-so/{hall.unit.code}/lay/", {"viec": hall.lines["A"].pk})
    assert answer.cookies[COOKIE]["httponly"]
    assert answer.cookies[COOKIE].value not in Ticket.objects.get().holder


def test_the_page_speaks_english_when_asked(hall: Hall) -> None:
    phone = Client()
    phone.cookies["django_language"] = "en"
    page = phone.get(f"/lay-so/{hall.unit.code}/").content.decode()
    assert "What do you need today?" in page
    assert hall.lines["A"].name_en in page
    ticket = hall.ticket()
    follow = phone.get(f"/so/{ticket.key}/").content.decode()
    assert "Not enough data yet" in follow
    assert "Leave the queue" in follow


def test_each_state_of_a_ticket_has_its_own_words(hall: Hall) -> None:
    ticket = hall.ticket()
    address = f"/so/{ticket.key}/"

    def said() -> str:
        return Client().get(address).content.decode()

    turn = hall.call()
    assert f"Mời tới quầy {hall.counters[0].number}" in said()
    hall.miss(turn)
    assert "Tôi đã có mặt" in said()
    Client().post(f"{address}quay-lai/")
    calling.start(actor=hall.officers[0], visit_id=hall.call().pk)
    assert "Đang được phục vụ" in said()
    hall.finish(Turn.objects.get(ended_at=None))
    assert "Đã phục vụ xong" in said()
    Ticket.objects.update(state=State.UNSERVED)
    assert "chưa được gọi" in said()


def test_unknown_units_and_tickets_do_not_exist(hall: Hall) -> None:
    asleep = UnitFactory(asleep=True)
    for address in (
        f"/lay-so/{asleep.code}/",
        "/lay-so/khong-co/",
        "/man-hinh/khong-co/",
        "/so/00000000-0000-4000-8000-000000000000/",
        "/giong-goi/passwd.wav",
    ):
        assert Client().get(address).status_code == 404, address


# --- desk ------------------------------------------------------------------------------


def test_an_officer_works_through_the_queue_with_the_page_alone(hall: Hall) -> None:
    for _ in range(3):
        hall.ticket()
    desk = officer(hall)
    assert "Gọi người tiếp theo" in desk.get("/goi-so/").content.decode()
    desk.post("/goi-so/goi/")
    turn = Turn.objects.get()
    page = desk.get("/goi-so/").content.decode()
    assert "A001" in page
    assert re.search(r'data-key="v" disabled', page)
    desk.post(f"/goi-so/{turn.pk}/goi-lai/")
    assert not re.search(r'data-key="v" disabled', desk.get("/goi-so/").content.decode())
    desk.post(f"/goi-so/{turn.pk}/bat-dau/")
    desk.post("/goi-so/goi/", {"luot": str(turn.pk)})
    assert list(Turn.objects.order_by("called_at").values_list("end", flat=True)) == ["done", ""]
    desk.post(f"/goi-so/{Turn.objects.get(ended_at=None).pk}/xong/")
    desk.post("/goi-so/tam-dung/")
    assert "Quầy đang tạm dừng" in desk.get("/goi-so/").content.decode()
    refused = desk.post("/goi-so/goi/", follow=True).content.decode()
    assert "Gọi trở lại" in refused
    desk.post("/goi-so/tam-dung/", {"goi_lai": "1"})
    desk.post("/goi-so/goi/")
    assert Turn.objects.get(ended_at=None).ticket.label == "A003"


def test_a_transfer_from_the_page_goes_to_the_chosen_counter() -> None:
    hall = hall_with("A", "B", "B")
    hall.ticket("A")
    turn = hall.call()
    desk = officer(hall)
    target = f"{hall.lines['B'].pk}-{hall.counters[2].pk}"
    assert target in desk.get("/goi-so/").content.decode()
    desk.post(f"/goi-so/{turn.pk}/chuyen/", {"den": target})
    assert Ticket.objects.get().for_counter == hall.counters[2]


def test_one_officer_cannot_act_on_the_turn_of_another(hall: Hall) -> None:
    hall.ticket()
    turn = hall.call(0)
    assert officer(hall, 1).post(f"/goi-so/{turn.pk}/xong/").status_code == 404
    assert Ticket.objects.get().state == State.CALLED


def test_a_helper_sees_the_hall_and_gives_numbers_but_calls_nobody(hall: Hall) -> None:
    helper = signed_in(person_with(Role.HELPER, hall.unit))
    hall.ticket()
    page = helper.get("/goi-so/").content.decode()
    assert "Hướng dẫn tại sảnh" in page
    assert "A001" in page
    helper.post("/goi-so/lay-giup/", {"viec": hall.lines["A"].pk})
    assert Ticket.objects.get(number=2).origin == "staff"
    assert helper.post("/goi-so/goi/").status_code == 404


def test_foreign_officers_and_strangers_find_nothing(hall: Hall) -> None:
    missed = hall.ticket()
    hall.miss(hall.call())
    stranger = signed_in(person_with(Role.OFFICER, UnitFactory()))
    assert stranger.post(f"/goi-so/quay-lai/{missed.pk}/").status_code == 404
    assert stranger.post("/goi-so/lay-giup/", {"viec": hall.lines["A"].pk}).status_code == 404
    assert signed_in(person_with(Role.CLERK, hall.unit)).get("/goi-so/").status_code == 404


# --- hall ------------------------------------------------------------------------------


def test_the_hall_shows_who_is_called_where_and_who_is_next(hall: Hall) -> None:
    for _ in range(3):
        hall.ticket()
    hall.call()
    page = Client().get(f"/man-hinh/{hall.unit.code}/").content.decode()
    assert re.search(r"hall__number num\">A001", page)
    assert re.findall(r"<li class=\"num\">(\w+)", page) == ["A002", "A003"]
    part = Client().get(f"/man-hinh/{hall.unit.code}/", headers={"HX-Request": "true"})
    assert b"<html" not in part.content


# --- set-up and figures ----------------------------------------------------------------


def test_the_set_up_is_changed_on_screen_and_shows_what_is_wrong(hall: Hall) -> None:
    leader = signed_in(person_with(Role.CENTRE_LEADER, hall.unit))
    base = f"/hang-cho/{hall.unit.code}/"
    assert leader.get("/hang-cho/").url == base  # type: ignore[attr-defined]
    values = {
        "priority_weight": 2,
        "ordinary_weight": 1,
        "recalls": 1,
        "come_back_minutes": 20,
        "opens_before_minutes": 10,
        "closes_before_minutes": 5,
    }
    assert leader.post(f"{base}cach-goi/", values).status_code == 302
    assert QueueSettings.objects.get().recalls == 1
    wrong = leader.post(f"{base}cach-goi/", {**values, "priority_weight": 0})
    assert wrong.status_code == 422
    line = hall.lines["A"]
    change = {
        "field": line.field_id,
        "letter": "K",
        "name": "Sao y",
        "name_en": "Copies",
        "order": 1,
        "active": "on",
    }
    leader.post(f"{base}viec/{line.pk}/", change)
    line.refresh_from_db()
    assert (line.letter, line.name) == ("K", "Sao y")
    group = {"name": "Nạn nhân bom mìn", "name_en": "Mine victims", "source": "", "order": 9}
    assert leader.post(f"{base}nhom/them/", group).status_code == 422
    leader.post(f"{base}nhom/them/", {**group, "source": "Nội quy", "active": "on"})
    assert "Nạn nhân bom mìn" in leader.get(base).content.decode()


@pytest.mark.parametrize("page", ["", "cach-goi/", "viec/them/", "nhom/them/", "to-qr/"])
def test_pages_of_the_set_up_are_for_who_sets_up_this_unit(hall: Hall, page: str) -> None:
    address = f"/hang-cho/{hall.unit.code}/{page}"
    assert signed_in(person_with(Role.ADMINISTRATOR, hall.unit)).get(address).status_code == 200
    for person in (
        person_with(Role.OFFICER, hall.unit),
        person_with(Role.ADMINISTRATOR, UnitFactory()),
    ):
        assert signed_in(person).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_the_days_figures_say_what_they_count_and_hide_what_is_too_little(hall: Hall) -> None:
    for _ in range(6):
        hall.ticket()
    for _ in range(4):
        hall.finish(hall.call())
    head = signed_in(person_with(Role.DEPARTMENT_HEAD, hall.unit))
    address = f"/hang-cho/{hall.unit.code}/ngay/"
    page = head.get(address).content.decode()
    assert "Không đủ dữ liệu" in page
    assert "trong 4 lượt đã gọi" in page
    hall.miss(hall.call())
    page = head.get(address).content.decode()
    assert "trong 5 lượt đã gọi" in page
    assert head.get(f"{address}?ngay=2026-01-05").content.decode().count("Không có số nào") == 1
    assert (
        signed_in(person_with(Role.DEPARTMENT_HEAD, UnitFactory())).get(address).status_code == 404
    )
