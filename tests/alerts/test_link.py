"""The link in the SMS: one tap by a person, none by a robot."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client

from motcua.alerts import links, services
from motcua.alerts.models import Alert, Notice
from motcua.alerts.rules import State, Way
from motcua.kernel.models import AuditEntry
from motcua.organisation.models import Person
from motcua.organisation.permissions import SYSTEM, Actor
from tests.alerts.house import House


def path_for(alert: Alert, person: Person) -> str:
    notice = Notice.objects.get(step__alert=alert, person=person, way=Way.SMS)
    return f"/b/{links.token(notice.pk)}"


def test_looking_at_the_page_takes_nothing(house: House, client: Client) -> None:
    alert = house.alert()
    for _ in range(3):
        page = client.get(path_for(alert, house.leader))
        assert page.status_code == 200
        assert client.head(path_for(alert, house.leader)).status_code == 200
    alert.refresh_from_db()
    assert alert.state == State.OPEN
    assert "Tôi nhận xử lý" in page.content.decode()


def test_one_tap_takes_the_alert_without_signing_in_or_a_cookie(house: House) -> None:
    alert = house.alert()
    phone = Client(enforce_csrf_checks=True)
    answer = phone.post(path_for(alert, house.head), follow=True)
    assert "Đã ghi nhận" in answer.content.decode()
    alert.refresh_from_db()
    assert alert.acknowledged_by == house.head
    assert alert.acknowledged_via == "link"
    notice = Notice.objects.get(step__alert=alert, person=house.head, way=Way.SMS)
    entry = AuditEntry.objects.get(action="alert.acknowledge")
    assert entry.actor == f"link:{notice.pk}"


def test_the_others_see_that_somebody_took_it_but_no_name(house: House, client: Client) -> None:
    alert = house.alert()
    client.post(path_for(alert, house.head))
    page = client.post(path_for(alert, house.leader), follow=True).content.decode()
    assert "Đã có người nhận" in page
    assert "Trưởng phòng chuyên môn phụ trách nhận lúc" in page
    assert house.head.full_name not in page


def test_the_page_shows_no_personal_data_even_when_its_owner_is_signed_in(
    house: House, client: Client
) -> None:
    alert = house.alert()
    client.force_login(house.leader, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(path_for(alert, house.leader)).content.decode()
    for person in (house.leader, house.head):
        assert person.full_name not in page
        assert person.phone[-7:] not in page


def test_a_forged_link_is_refused_and_on_record(house: House, client: Client) -> None:
    path = path_for(house.alert(), house.leader)
    page = client.post(path[:-1] + ("a" if path[-1] != "a" else "b"))
    assert page.status_code == 404
    assert "Đường dẫn không đúng" in page.content.decode()
    assert AuditEntry.objects.filter(action="alert.refuse_link").exists()


def test_an_old_link_says_what_to_do_instead(house: House, client: Client) -> None:
    alert = house.alert()
    path = path_for(alert, house.leader)
    with time_machine.travel(alert.raised_at + links.LIFETIME + dt.timedelta(seconds=1)):
        page = client.post(path)
    assert page.status_code == 410
    assert "Đăng nhập và xem cảnh báo" in page.content.decode()
    alert.refresh_from_db()
    assert alert.state == State.OPEN


@pytest.mark.parametrize("taken", [True, False])
def test_a_link_to_something_that_has_ended_stays_readable(
    house: House, client: Client, taken: bool
) -> None:
    alert = house.alert()
    if taken:
        services.acknowledge(alert_id=alert.pk, actor=Actor.of(house.head), via="screen")
    services.resolve(alert_id=alert.pk, actor=SYSTEM)
    page = client.post(path_for(alert, house.leader), follow=True)
    assert page.status_code == 200
    assert "không cần làm gì thêm" in page.content.decode()
