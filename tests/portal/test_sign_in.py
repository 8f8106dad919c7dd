"""Citizens sign in by VNeID through a real OpenID provider, and never become staff."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from motcua.citizens.models import Citizen
from motcua.kernel.models import AuditEntry
from motcua.organisation.models import Person
from motcua.portal.models import CitizenAccount, CitizenSession
from motcua.portal.services import sign_in
from motcua.portal.views.access import COOKIE
from tests.citizens.factories import citizen_at, number
from tests.factories import CityFactory, UnitFactory
from tests.peers import oidc
from tests.portal.conftest import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def vneid(settings: Any) -> Iterator[oidc.Provider]:
    CityFactory()
    with oidc.running() as provider:
        provider.claims = {
            "name": "Nguyễn Thị Mẫu",
            settings.OIDC_NUMBER_CLAIM: number(male=False),
            "birthdate": "1985-05-03",
            "phone_number": "+84990000900",
        }
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {
                "APPS": [
                    {
                        "provider_id": "vneid",
                        "name": "VNeID",
                        "client_id": oidc.CLIENT_ID,
                        "secret": oidc.CLIENT_SECRET,
                        "settings": {"server_url": provider.issuer, "oauth_pkce_enabled": True},
                    }
                ]
            }
        }
        yield provider
        assert provider.complaints == []


def through_vneid(client: Client, there: str = "") -> Any:
    start = client.post(reverse("portal:vneid"), {"next": there})
    assert start.status_code == 302
    decided = httpx.get(start["Location"], follow_redirects=False)
    back = urlsplit(decided.headers["Location"])
    assert back.path == reverse("portal:back_from_vneid")
    return client.get(f"{back.path}?{back.query}")


def test_vneid_signs_a_citizen_in_and_makes_no_account_of_staff(
    client: Client, vneid: oidc.Provider
) -> None:
    answer = through_vneid(client, "/cua-toi/kho/")
    assert answer["Location"] == "/cua-toi/kho/"
    citizen = Citizen.objects.get()
    assert citizen.full_name == "Nguyễn Thị Mẫu"
    assert citizen.birth_date == dt.date(1985, 5, 3)
    assert not Person.objects.exists()
    assert "_auth_user_id" not in client.session
    assert citizen.full_name in client.get("/cua-toi/").content.decode()


def test_the_second_time_is_the_same_citizen_and_the_number_is_never_stored_plainly(
    client: Client, vneid: oidc.Provider
) -> None:
    vneid.subject = next(value for key, value in vneid.claims.items() if key.startswith("personal"))
    through_vneid(client)
    through_vneid(Client())
    assert CitizenAccount.objects.count() == Citizen.objects.count() == 1
    assert vneid.subject not in CitizenAccount.objects.get().subject_key


def test_somebody_whom_a_counter_met_is_found_by_their_number(
    client: Client, vneid: oidc.Provider, settings: Any
) -> None:
    held = citizen_at(UnitFactory(), personal_number=vneid.claims[settings.OIDC_NUMBER_CLAIM])
    through_vneid(client)
    assert CitizenAccount.objects.get().citizen == held


def test_an_identity_without_a_number_is_refused_in_words(
    client: Client, vneid: oidc.Provider
) -> None:
    vneid.claims = {"name": "Nguyễn Thị Mẫu"}
    answer = through_vneid(client)
    assert answer.status_code == 403
    assert "chưa cho biết số định danh" in answer.content.decode()
    assert not CitizenSession.objects.exists()


def test_cancelling_and_a_broken_provider_sign_nobody_in(
    client: Client, vneid: oidc.Provider
) -> None:
    vneid.subject = None
    assert "đã dừng đăng nhập" in through_vneid(client).content.decode()
    vneid.subject, vneid.broken = "1", True
    assert through_vneid(client).status_code == 403
    assert not CitizenSession.objects.exists()


def test_an_answer_that_was_not_asked_for_is_refused(client: Client, vneid: oidc.Provider) -> None:
    back = reverse("portal:back_from_vneid")
    assert client.get(back, {"code": "x", "state": "y"}).status_code == 403
    start = client.post(reverse("portal:vneid"))
    decided = httpx.get(start["Location"], follow_redirects=False)
    query = urlsplit(decided.headers["Location"]).query
    assert Client().get(f"{back}?{query}").status_code == 403
    assert client.get(f"{back}?{query}").status_code == 302
    assert client.get(f"{back}?{query}").status_code == 403
    assert not Person.objects.exists()


@pytest.mark.parametrize("there", ["https://ke-gian.vn/", "//ke-gian.vn", "javascript:alert(1)"])
def test_signing_in_leads_nowhere_else(client: Client, vneid: oidc.Provider, there: str) -> None:
    assert through_vneid(client, there)["Location"] == "/cua-toi/"


def test_a_session_ends_when_it_lies_idle_and_when_the_citizen_says_so(citizen: Citizen) -> None:
    client = browser_of(citizen)
    assert client.get("/cua-toi/").status_code == 200
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=31)):
        assert client.get("/cua-toi/").status_code == 302
    client = browser_of(citizen)
    token = client.cookies[COOKIE].value
    client.post(reverse("portal:sign_out"))
    assert sign_in.citizen_of(token) is None
    assert AuditEntry.objects.filter(action="portal.sign_out").count() == 1


@pytest.mark.parametrize("token", ["", "x", "0" * 500, "ă"])
def test_made_up_cookies_open_nothing(client: Client, token: str) -> None:
    assert sign_in.citizen_of(token) is None


def test_the_invented_sign_in_exists_only_in_the_demonstration(
    client: Client, citizen: Citizen, settings: Any
) -> None:
    path = reverse("portal:demo_sign_in")
    said = {"nguoi": str(citizen.public_id)}
    settings.DEMONSTRATION = False
    assert client.post(path, said).status_code == 404
    assert "Đăng nhập minh hoạ" not in client.get(reverse("portal:sign_in")).content.decode()
    settings.DEMONSTRATION = True
    assert client.post(path, said).status_code == 404
    Citizen.objects.update(demonstration=True)
    assert "Đăng nhập minh hoạ" in client.get(reverse("portal:sign_in")).content.decode()
    assert client.post(path, said).status_code == 302
    assert client.get("/cua-toi/").status_code == 200
