"""Signing in: passwords, one-time codes, VNeID through a real OpenID provider."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from motcua.kernel.models import AuditEntry
from motcua.organisation.models import Person
from motcua.organisation.permissions import SYSTEM
from motcua.organisation.rules import Role
from motcua.organisation.services import people
from tests.factories import PASSWORD, PersonFactory, UnitFactory, person_with
from tests.peers import oidc

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "một mật khẩu thật dài"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def client() -> Client:
    return Client()


def sign_in(client: Client, person: Person, password: str = PASSWORD, **extra: str):  # type: ignore[no-untyped-def]
    return client.post(
        reverse("account_login"), {"login": person.username, "password": password, **extra}
    )


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def switch_on_totp(client: Client) -> str:
    """Set up the authenticator app as the page says; returns its secret."""
    address = reverse("mfa_activate_totp")
    client.get(address)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": address})
    page = client.get(address)
    secret = str(page.context["form"].secret)
    assert f"{secret}" in page.content.decode()
    answer = client.post(address, {"code": code_of(secret)})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    return secret


def test_the_right_password_signs_in_and_it_is_on_the_record(client: Client) -> None:
    person = person_with(Role.OFFICER, UnitFactory())
    assert sign_in(client, person)["Location"] == reverse("home")
    assert is_signed_in(client)
    assert AuditEntry.objects.get(action="account.sign_in").subject == f"person:{person.pk}"


def test_the_username_may_be_typed_in_capitals(client: Client) -> None:
    person = PersonFactory()
    client.post(reverse("account_login"), {"login": person.username.upper(), "password": PASSWORD})
    assert is_signed_in(client)


@pytest.mark.parametrize("known", [True, False])
def test_a_wrong_password_and_an_unknown_name_answer_alike(client: Client, known: bool) -> None:
    person = PersonFactory() if known else PersonFactory.build()
    page = sign_in(client, person, "sai").content.decode()
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in page
    assert f'value="{person.username}"' in page
    assert AuditEntry.objects.filter(action="account.sign_in_refused").exists() is known


def test_a_locked_account_cannot_sign_in(client: Client) -> None:
    sign_in(client, PersonFactory(gone=True))
    assert not is_signed_in(client)


def test_after_five_wrong_passwords_even_the_right_one_waits(client: Client) -> None:
    person = PersonFactory()
    for _ in range(5):
        sign_in(client, person, "sai")
    page = sign_in(client, person).content.decode()
    assert "quá nhiều lần thử" in page
    assert not is_signed_in(client)


IN_ANOTHER_PROCESS = """
import django, sys
django.setup()
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse
plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
with override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}):
    for name in sys.argv[1:]:
        Client().post(reverse("account_login"), {"login": name, "password": "sai"})
"""


def wrong_passwords_in_another_process(*names: str) -> None:
    """One attempt a name, at a server of the same centre that is another process."""
    chosen = connection.settings_dict
    url = f"postgresql://{chosen['USER']}@/{chosen['NAME']}?host={chosen['HOST']}"
    subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_PROCESS, *names],
        env={
            **os.environ,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "motcua.config.settings",
            "MOTCUA_ALLOWED_HOSTS": "testserver",
            "MOTCUA_LOG_LEVEL": "CRITICAL",
        },
        check=True,
    )


@pytest.mark.django_db(transaction=True)
def test_attempts_at_all_servers_count_together_for_an_account(client: Client) -> None:
    person = PersonFactory()
    wrong_passwords_in_another_process(*[person.username] * 3)
    for _ in range(2):
        assert "không đúng" in sign_in(client, person, "sai").content.decode()
    assert "quá nhiều lần thử" in sign_in(client, person).content.decode()
    assert not is_signed_in(client)
    sign_in(client, other := PersonFactory())
    assert is_signed_in(client), f"{other} is another account"


@pytest.mark.django_db(transaction=True)
def test_attempts_at_all_servers_count_together_for_an_address(client: Client) -> None:
    """Ten a minute: who tries one password on many names is stopped as well."""
    person = PersonFactory()
    wrong_passwords_in_another_process(*[f"khong.co.{number}" for number in range(10)])
    assert "quá nhiều lần thử" in sign_in(client, person).content.decode()
    assert not is_signed_in(client)


def test_signing_in_goes_on_only_within_the_site(client: Client) -> None:
    answer = sign_in(client, PersonFactory(), next="https://example.com/")
    assert answer["Location"] == reverse("home")


def test_nobody_signs_up_and_nothing_is_reset_by_mail(client: Client, mailoutbox: list) -> None:  # type: ignore[type-arg]
    assert "không có đăng ký" in client.get(reverse("account_signup")).content.decode()
    client.post(reverse("account_signup"), {"username": "x", "password1": "y"})
    assert "Liên hệ quản trị" in client.get(reverse("account_reset_password")).content.decode()
    assert not Person.objects.exists()
    assert mailoutbox == []


def test_a_handed_over_password_is_replaced_before_anything_else(client: Client) -> None:
    person = person_with(Role.OFFICER, UnitFactory())
    new = people.issue_password(actor=SYSTEM, person_id=person.pk)
    sign_in(client, person, new.password)
    change = reverse("account_change_password")
    assert client.get(reverse("organisation:duty"))["Location"] == change
    same = {"oldpassword": new.password, "password1": new.password, "password2": new.password}
    assert "phải khác" in client.post(change, same).content.decode()
    client.post(change, same | {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert client.get(reverse("organisation:duty")).status_code == 200
    assert AuditEntry.objects.filter(action="account.password_changed").exists()


def test_a_new_password_by_the_administrator_ends_open_sessions(client: Client) -> None:
    person = person_with(Role.OFFICER, UnitFactory())
    sign_in(client, person)
    people.issue_password(actor=SYSTEM, person_id=person.pk)
    assert client.get(reverse("organisation:duty"))["Location"].startswith(reverse("account_login"))


def test_with_a_second_factor_the_password_alone_opens_nothing(client: Client) -> None:
    person = PersonFactory()
    sign_in(client, person)
    secret = switch_on_totp(client)
    client.post(reverse("account_logout"))
    cache.clear()
    assert sign_in(client, person)["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "Mã không đúng" in wrong.content.decode()
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert is_signed_in(client)


def test_a_recovery_code_stands_in_for_the_phone_once(client: Client) -> None:
    person = PersonFactory()
    sign_in(client, person)
    switch_on_totp(client)
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    code = re.findall(r"<code>(\d+)</code>", page)[0]
    for works in (True, False):
        client.post(reverse("account_logout"))
        cache.clear()
        sign_in(client, person)
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert is_signed_in(client) is works


def test_the_secret_of_the_second_factor_is_not_readable_in_the_database(client: Client) -> None:
    sign_in(client, PersonFactory())
    secret = switch_on_totp(client)
    assert secret not in str(list(Authenticator.objects.values()))


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_in_production_who_leads_administers_or_seals_must_set_up_a_second_factor(
    client: Client, role: Role, settings: object
) -> None:
    settings.REQUIRE_TOTP = True  # type: ignore[attr-defined]
    sign_in(client, person_with(role, UnitFactory()))
    answer = client.get(reverse("home"))
    if role in {Role.OFFICER, Role.SPECIALIST, Role.HELPER}:
        assert answer.status_code == 200
    else:
        assert answer["Location"] == reverse("mfa_activate_totp")


def test_who_must_have_a_second_factor_cannot_switch_it_off(
    client: Client, settings: object
) -> None:
    settings.REQUIRE_TOTP = True  # type: ignore[attr-defined]
    sign_in(client, person_with(Role.CENTRE_LEADER, UnitFactory()))
    switch_on_totp(client)
    assert client.get(reverse("home")).status_code == 200
    page = client.post(reverse("mfa_deactivate_totp")).content.decode()
    assert "bắt buộc xác thực hai lớp" in page
    assert Authenticator.objects.filter(type="totp").exists()


@pytest.fixture
def vneid(settings: object) -> Iterator[oidc.Provider]:
    with oidc.running() as provider:
        settings.SOCIALACCOUNT_PROVIDERS = {  # type: ignore[attr-defined]
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


def through_vneid(client: Client, process: str):  # type: ignore[no-untyped-def]
    """What a browser does: our button, the provider's page, back to us."""
    start = client.post(reverse("openid_connect_login", args=["vneid"]) + f"?process={process}")
    assert start.status_code == 302
    decided = httpx.get(start["Location"], follow_redirects=False)
    back = urlsplit(decided.headers["Location"])
    assert back.path == reverse("openid_connect_callback", args=["vneid"])
    return client.get(f"{back.path}?{back.query}", follow=True)


def test_the_sign_in_page_offers_vneid_only_when_it_is_set_up(
    client: Client, vneid: oidc.Provider, settings: object
) -> None:
    assert "Đăng nhập bằng VNeID" in client.get(reverse("account_login")).content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {}  # type: ignore[attr-defined]
    assert "VNeID" not in client.get(reverse("account_login")).content.decode()


def test_an_unknown_vneid_account_signs_nobody_in(client: Client, vneid: oidc.Provider) -> None:
    PersonFactory(username="079199000123", email="079199000123@vneid.vn")
    page = through_vneid(client, "login").content.decode()
    assert "chưa liên kết với ai" in page
    assert not is_signed_in(client)
    assert Person.objects.count() == 1
    assert not SocialAccount.objects.exists()


def test_who_is_signed_in_links_vneid_and_signs_in_with_it_afterwards(
    client: Client, vneid: oidc.Provider
) -> None:
    person = person_with(Role.OFFICER, UnitFactory())
    sign_in(client, person)
    page = through_vneid(client, "connect").content.decode()
    assert "Đang liên kết" in page
    assert AuditEntry.objects.filter(action="account.vneid_linked").exists()
    client.post(reverse("account_logout"))
    through_vneid(client, "login")
    assert client.session["_auth_user_id"] == str(person.pk)


def test_linking_needs_somebody_signed_in(client: Client, vneid: oidc.Provider) -> None:
    through_vneid(client, "connect")
    assert not SocialAccount.objects.exists()


def test_one_vneid_account_belongs_to_one_person(client: Client, vneid: oidc.Provider) -> None:
    first, second = PersonFactory(), PersonFactory()
    for person in (first, second):
        sign_in(client, person)
        page = through_vneid(client, "connect").content.decode()
        client.post(reverse("account_logout"))
        cache.clear()
    assert "đã liên kết với một người khác" in page
    assert SocialAccount.objects.get().user == first


def test_vneid_does_not_spare_the_second_factor(client: Client, vneid: oidc.Provider) -> None:
    sign_in(client, PersonFactory())
    through_vneid(client, "connect")
    switch_on_totp(client)
    client.post(reverse("account_logout"))
    answer = through_vneid(client, "login")
    assert answer.redirect_chain[-1][0] == reverse("mfa_authenticate")
    assert not is_signed_in(client)


def test_a_locked_person_stays_out_also_through_vneid(client: Client, vneid: oidc.Provider) -> None:
    person = PersonFactory()
    sign_in(client, person)
    through_vneid(client, "connect")
    client.post(reverse("account_logout"))
    Person.objects.filter(pk=person.pk).update(is_active=False)
    through_vneid(client, "login")
    assert not is_signed_in(client)


def test_cancelling_at_vneid_changes_nothing(client: Client, vneid: oidc.Provider) -> None:
    vneid.subject = None
    page = through_vneid(client, "login").content.decode()
    assert "Đã dừng đăng nhập" in page
    assert not is_signed_in(client)


def test_a_broken_vneid_is_explained(client: Client, vneid: oidc.Provider) -> None:
    vneid.broken = True
    page = through_vneid(client, "login").content.decode()
    assert "Chưa đăng nhập được bằng VNeID" in page


def test_an_answer_that_was_not_asked_for_is_refused(client: Client, vneid: oidc.Provider) -> None:
    callback = reverse("openid_connect_callback", args=["vneid"])
    page = client.get(f"{callback}?code=stolen&state=guessed")
    assert "Chưa đăng nhập được" in page.content.decode()
    assert not is_signed_in(client)


def test_an_unlinked_vneid_opens_nothing_any_more(client: Client, vneid: oidc.Provider) -> None:
    sign_in(client, PersonFactory())
    through_vneid(client, "connect")
    linked = SocialAccount.objects.get()
    client.post(reverse("socialaccount_connections"), {"account": linked.pk})
    assert not SocialAccount.objects.exists()
    client.post(reverse("account_logout"))
    through_vneid(client, "login")
    assert not is_signed_in(client)


def test_every_account_page_speaks_vietnamese(client: Client, vneid: oidc.Provider) -> None:
    english = re.compile(
        r"\b(Sign|Password|Account|Please|Your|Code|Authenticator|Two-Factor|Recovery)\b"
    )
    person = PersonFactory()
    pages = ["account_login", "account_signup", "account_reset_password", "account_inactive",
             "socialaccount_login_cancelled", "socialaccount_login_error"]  # fmt: skip
    seen = [client.get(reverse(name)) for name in pages]
    sign_in(client, person)
    seen += [client.get(reverse("mfa_activate_totp"), follow=True)]
    switch_on_totp(client)
    pages = ["mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
             "mfa_deactivate_totp", "account_change_password", "socialaccount_connections",
             "account_logout", "account_reauthenticate", "mfa_reauthenticate"]  # fmt: skip
    seen += [client.get(reverse(name)) for name in pages]
    client.post(reverse("account_logout"))
    cache.clear()
    sign_in(client, person)
    seen += [client.get(reverse("mfa_authenticate"))]
    for page in seen:
        assert page.status_code in {200, 401}, page.request["PATH_INFO"]
        words = re.sub(r"<[^>]*>", " ", page.content.decode().split("<main")[1].split("</main")[0])
        words = words.replace("Google Authenticator", "").replace("Microsoft Authenticator", "")
        assert not english.search(words), (page.request["PATH_INFO"], english.search(words))
