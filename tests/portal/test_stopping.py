"""Who gets a message may stop such messages by its link: without account, and only by a press."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.citizens.models import Citizen, Consent
from motcua.citizens.rules import Purpose
from motcua.citizens.selectors import agrees
from motcua.citizens.services.common import make_known
from motcua.dossiers import services as dossiers
from motcua.dossiers.models import Dossier
from motcua.kernel.clock import now
from motcua.kernel.models import AuditEntry
from motcua.messaging import encoding
from motcua.messaging.models import Message
from motcua.portal.services import looking_up, stopping, suggesting
from tests.dossiers.factories import ITEM, Centre

pytestmark = pytest.mark.django_db
BASE = "https://motcua.example.vn"


@pytest.fixture(autouse=True)
def reachable(settings: Any) -> None:
    settings.PUBLIC_URL = BASE


def newest() -> Message:
    return Message.objects.filter(purpose__startswith="dossier.").latest("pk")


def link_in(message: Message) -> str:
    found = re.search(rf"{re.escape(BASE)}(/n/\S+)", message.text)
    assert found, message.text
    return found[1]


@pytest.fixture
def dossier(centre: Centre, citizen: Citizen) -> Dossier:
    """Accepted, and its applicant was told."""
    make_known(citizen, centre.unit.pk)
    return centre.received(applicant_id=citizen.pk)


def test_every_message_ends_with_a_link_that_stops_them_by_one_press_and_undoes_it(
    client: Client, centre: Centre, dossier: Dossier
) -> None:
    path = link_in(newest())
    asked = client.get(path).content.decode()
    assert "Ngừng tin nhắn về hồ sơ này?" in asked
    assert dossier.code in asked
    stopped = client.post(path, {"gi": "tin", "nhan": "0"}, follow=True).content.decode()
    assert "Đã ngừng tin nhắn về hồ sơ này" in stopped
    assert "Nhắn tin lại cho tôi" in stopped
    told = Message.objects.count()
    dossiers.take(actor=centre.specialist, dossier_id=dossier.pk)
    dossiers.ask_supplement(actor=centre.specialist, dossier_id=dossier.pk, items=[ITEM])
    assert Message.objects.count() == told
    client.post(path, {"gi": "tin", "nhan": "1"})
    dossiers.answer_supplement(actor=centre.officer, dossier_id=dossier.pk, answer="Đủ")
    assert not looking_up.silent(dossier)


def test_looking_changes_nothing_because_telephones_fetch_links_to_preview_them(
    client: Client, dossier: Dossier
) -> None:
    path = link_in(newest())
    entries = AuditEntry.objects.count()
    for _ in range(3):
        assert client.get(path, {"gi": "tin", "nhan": "0"}).status_code == 200
        assert client.head(path).status_code == 200
    assert not looking_up.silent(dossier)
    assert AuditEntry.objects.count() == entries


def test_the_press_works_in_a_browser_that_keeps_no_cookies(dossier: Dossier) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(link_in(newest()), {"gi": "tin", "nhan": "0"}).status_code == 302
    assert looking_up.silent(dossier)


def test_the_link_is_short_and_says_nothing_of_the_person(
    dossier: Dossier, citizen: Citizen
) -> None:
    path = link_in(newest())
    assert len(path) <= stopping.LONGEST
    for secret in (citizen.phone[-9:], str(citizen.public_id), citizen.full_name, dossier.code):
        assert secret not in path
    assert encoding.lay_out(f"Ngừng nhận tin: {BASE}{path}").count <= 2


def test_the_longest_number_there_can_be_still_makes_a_short_link() -> None:
    assert len(stopping.path_to_stop(Dossier(pk=2**63 - 1))) <= stopping.LONGEST


def test_the_page_names_nobody(client: Client, dossier: Dossier, citizen: Citizen) -> None:
    text = client.get(link_in(newest())).content.decode()
    for secret in (citizen.full_name, citizen.phone[-4:], dossier.version.name):
        assert secret not in text


def test_an_old_link_says_that_it_is_over_and_changes_nothing(
    client: Client, dossier: Dossier
) -> None:
    path = link_in(newest())
    with time_machine.travel(now() + stopping.LIFETIME + dt.timedelta(seconds=2), tick=False):
        for answer in (client.get(path), client.post(path, {"nhan": "0"})):
            assert answer.status_code == 410
            assert "Đường dẫn này đã hết hạn" in answer.content.decode()
    assert not looking_up.silent(dossier)


def test_a_link_of_another_dossier_cannot_be_made_from_ones_own(
    client: Client, centre: Centre, dossier: Dossier
) -> None:
    other = centre.filed()
    _, when, signature = link_in(newest()).strip("/").removeprefix("n/").split(".")
    number = stopping.b62_encode(other.pk)
    answer = client.post(f"/n/{number}.{when}.{signature}/", {"nhan": "0"})
    assert answer.status_code == 404
    assert "không đúng hoặc bị thiếu chữ" in answer.content.decode()
    assert not looking_up.silent(other)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_link_with_any_letter_lost_or_changed_opens_nothing(
    client: Client, dossier: Dossier, data: st.DataObject
) -> None:
    token = link_in(newest()).strip("/").removeprefix("n/")
    at = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from(["", *"aZ0-_."]))
    changed = token[:at] + letter + token[at + 1 :]
    if changed != token:
        assert client.post(f"/n/{changed}/", {"nhan": "0"}).status_code == 404
        assert not looking_up.silent(dossier)


def test_suggestions_are_stopped_by_the_link_and_given_back_by_it_only(
    client: Client, dossier: Dossier, citizen: Citizen
) -> None:
    path = link_in(newest())
    assert "gợi ý" not in client.get(path).content.decode()
    client.post(path, {"gi": "goi-y", "nhan": "1"})
    assert not Consent.objects.exists(), "a link never gives a consent that was not there"
    suggesting.give_consent(citizen=citizen, purpose=Purpose.SUGGESTIONS)
    assert "Ngừng mọi gợi ý" in client.get(path).content.decode()
    client.post(path, {"gi": "goi-y", "nhan": "0"})
    assert not agrees(citizen.pk, Purpose.SUGGESTIONS)
    assert "Nhận gợi ý lại" in client.get(path).content.decode()
    client.post(path, {"gi": "goi-y", "nhan": "1"})
    assert agrees(citizen.pk, Purpose.SUGGESTIONS)
    own = Consent.objects.get(withdrawn_at=None)
    suggesting.withdraw_consent(citizen=citizen, consent_id=own.pk)
    client.post(path, {"gi": "goi-y", "nhan": "1"})
    assert not agrees(citizen.pk, Purpose.SUGGESTIONS), "what the person withdrew stays withdrawn"


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "http://localhost", "http://[::1]/"])
def test_without_an_address_that_telephones_reach_the_message_says_how_else(
    settings: Any, centre: Centre, address: str
) -> None:
    settings.PUBLIC_URL = address
    centre.received()
    text = newest().text
    assert "/n/" not in text
    assert "bấm “Ngừng nhắn tin” ở trang tra cứu hồ sơ, hoặc nhờ Trung tâm" in text
    settings.DEMONSTRATION = True
    assert "/n/" in stopping.how_to_stop(Dossier.objects.latest("pk"))
