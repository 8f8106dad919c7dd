"""Who may do what; and nobody in a unit that is not theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from motcua.kernel.models import AuditEntry
from motcua.messaging import rules
from motcua.messaging.errors import NotStuck
from motcua.messaging.models import DemoText, Message
from motcua.messaging.rules import State
from motcua.messaging.services import Recipient, accounts, delivery, demo_phone, stuck
from motcua.organisation.models import Person, Unit
from motcua.organisation.permissions import Actor, Forbidden
from motcua.organisation.rules import Role
from tests.factories import CityFactory, UnitFactory, person_with
from tests.messaging.factories import provider_account, queued

pytestmark = pytest.mark.django_db


def failed(unit: Unit) -> Message:
    return queued(unit_id=unit.pk, recipient=Recipient(phone=""))


def resend(actor: Actor, unit: Unit) -> Any:
    return stuck.resend(actor=actor, message_id=queued(unit_id=unit.pk).pk)


def attend(actor: Actor, unit: Unit) -> Any:
    return stuck.attend(actor=actor, message_id=failed(unit).pk)


def cancel(actor: Actor, unit: Unit) -> Any:
    return stuck.cancel(actor=actor, message_id=queued(unit_id=unit.pk).pk)


def reveal(actor: Actor, unit: Unit) -> Any:
    return stuck.reveal_address(actor=actor, message_id=queued(unit_id=unit.pk).pk)


def add(actor: Actor, unit: Unit) -> Any:
    return accounts.add_account(actor=actor, unit_id=unit.pk, kind="demo", name="Máy của ta")


def edit(actor: Actor, unit: Unit) -> Any:
    account = provider_account(unit_id=unit.pk)
    return accounts.edit_account(actor=actor, account_id=account.pk, weight=10)


def send_test(actor: Actor, unit: Unit) -> Any:
    account = provider_account(unit_id=unit.pk)
    return accounts.send_test(actor=actor, account_id=account.pk, address="0901234567")


def prefer(actor: Actor, unit: Unit) -> Any:
    return accounts.set_preference(actor=actor, unit_id=unit.pk, keep_diacritics=True)


def answer(actor: Actor, unit: Unit) -> Any:
    provider_account()
    DemoText.objects.create(unit=unit, channel="sms", address="+84901234567", text="chào")
    return demo_phone.answer(actor=actor, address="+84901234567", text="1")


ACTS: list[tuple[Callable[[Actor, Unit], Any], str]] = [
    (resend, "messaging.resend"),
    (attend, "messaging.resend"),
    (cancel, "messaging.resend"),
    (reveal, "messaging.reveal_phone"),
    (add, "messaging.configure"),
    (edit, "messaging.configure"),
    (send_test, "messaging.configure"),
    (prefer, "messaging.configure"),
    (answer, "messaging.demo_phone"),
]


def holder(role: Role, unit: Unit) -> Person:
    return person_with(role, CityFactory() if role is Role.CITY else unit)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("act", "action"), ACTS)
def test_an_act_is_done_and_recorded_for_those_who_may_and_refused_to_the_others(
    act: Callable[[Actor, Unit], Any], action: str, role: Role
) -> None:
    unit = UnitFactory()
    actor = Actor.of(holder(role, unit))
    if role in rules.PERMISSIONS[action]:
        act(actor, unit)
        assert AuditEntry.objects.filter(actor=actor.label, unit_id=unit.pk).exists()
    else:
        with pytest.raises(Forbidden):
            act(actor, unit)


@pytest.mark.parametrize(("act", "action"), ACTS)
def test_no_act_reaches_into_a_foreign_unit(act: Callable[[Actor, Unit], Any], action: str) -> None:
    roles = rules.PERMISSIONS[action] - {Role.CITY}
    for role in roles:
        with pytest.raises(Forbidden):
            act(Actor.of(person_with(role, UnitFactory())), UnitFactory())


def test_only_the_city_sets_up_providers_for_everyone() -> None:
    for role in Role:
        actor = Actor.of(holder(role, UnitFactory()))
        if role is Role.CITY:
            accounts.add_account(actor=actor, unit_id=None, kind="demo", name="Chung")
        else:
            with pytest.raises(Forbidden):
                accounts.add_account(actor=actor, unit_id=None, kind="demo", name="Chung 2")


def test_resending_an_uncertain_message_makes_a_new_one_and_keeps_the_record() -> None:
    provider_account()
    unit = UnitFactory()
    actor = Actor.of(person_with(Role.CENTRE_LEADER, unit))
    old = queued(unit_id=unit.pk, recipient=Recipient(phone="0900000004"))
    delivery.deliver(old.pk)
    fresh = stuck.resend(actor=actor, message_id=old.pk)
    old.refresh_from_db()
    assert (old.state, fresh.state, fresh.resend_of) == (State.UNCERTAIN, State.QUEUED, old)
    assert (fresh.text, fresh.address, fresh.urgent) == (old.text, old.address, old.urgent)
    with pytest.raises(NotStuck):
        stuck.resend(actor=actor, message_id=old.pk)


def test_a_message_that_arrived_cannot_be_sent_again() -> None:
    provider_account()
    unit = UnitFactory()
    message = queued(unit_id=unit.pk)
    delivery.deliver(message.pk)
    with pytest.raises(NotStuck):
        stuck.resend(actor=Actor.of(person_with(Role.CENTRE_LEADER, unit)), message_id=message.pk)


class TestPages:
    @pytest.fixture
    def unit(self) -> Unit:
        return UnitFactory()

    @pytest.fixture
    def page(self, unit: Unit, client: Client) -> Client:
        client.force_login(person_with(Role.ADMINISTRATOR, unit))
        return client

    def test_lists_show_the_units_own_messages_with_masked_numbers(
        self, page: Client, unit: Unit
    ) -> None:
        queued("Tin của ta", unit_id=unit.pk, recipient=Recipient(phone="0901234567"))
        queued("Tin của họ", unit_id=UnitFactory().pk)
        shown = page.get(reverse("messaging:messages")).content.decode()
        assert "Tin của ta" in shown
        assert "090***4567" in shown
        assert "0901234567" not in shown
        assert "Tin của họ" not in shown

    def test_a_whole_number_finds_its_messages_and_a_part_of_it_none(
        self, page: Client, unit: Unit
    ) -> None:
        queued("Tin này", unit_id=unit.pk, recipient=Recipient(phone="0901234567"))
        address = reverse("messaging:messages")
        assert "Tin này" in page.get(address, {"tim": "0901 234 567"}).content.decode()
        assert "Tin này" not in page.get(address, {"tim": "123456"}).content.decode()

    @pytest.mark.parametrize(
        "query", [{"tu": "xx"}, {"trang_thai": "?"}, {"trang": "-1"}, {"tim": "\x00'"}]
    )
    def test_filters_that_make_no_sense_are_ignored(
        self, page: Client, query: dict[str, str]
    ) -> None:
        assert page.get(reverse("messaging:messages"), query).status_code == 200

    def test_another_units_message_is_not_there(self, page: Client) -> None:
        foreign = queued(unit_id=UnitFactory().pk)
        assert page.get(reverse("messaging:message", args=[foreign.pk])).status_code == 404
        for act in ("resend", "attend", "cancel", "reveal"):
            assert page.post(reverse(f"messaging:{act}", args=[foreign.pk])).status_code == 404

    def test_what_failed_stands_on_the_stuck_page_until_somebody_sends_it_again(
        self, page: Client, unit: Unit
    ) -> None:
        message = failed(unit)
        Message.objects.filter(pk=message.pk).update(address="+84901234567")
        address = reverse("messaging:stuck")
        assert "Gửi lại" in page.get(address).content.decode()
        page.post(reverse("messaging:resend", args=[message.pk]), {"next": "stuck"})
        assert "Không có tin nào cần xem" in page.get(address).content.decode()

    def test_the_whole_number_shows_once_after_asking_and_the_asking_is_recorded(
        self, page: Client, unit: Unit
    ) -> None:
        message = queued(unit_id=unit.pk, recipient=Recipient(phone="0901234567"))
        address = reverse("messaging:message", args=[message.pk])
        assert "+84901234567" not in page.get(address).content.decode()
        page.post(reverse("messaging:reveal", args=[message.pk]))
        assert "+84901234567" in page.get(address).content.decode()
        assert "+84901234567" not in page.get(address).content.decode()
        assert AuditEntry.objects.filter(action="messaging.reveal_phone").count() == 1

    def test_a_secret_is_stored_encrypted_and_never_shown_and_empty_keeps_it(
        self, page: Client, unit: Unit
    ) -> None:
        account = provider_account(
            "smpp",
            unit_id=unit.pk,
            options={"host": "h", "system_id": "s", "password": "rat-mat", "sender": "X"},
        )
        address = reverse("messaging:provider-edit", args=[account.pk])
        form = page.get(address)
        assert "rat-mat" not in form.content.decode()
        given = {
            "name": "Tên mới",
            "active": "on",
            "weight": "30",
            "rate": "5",
            "cost_per_part": "1",
            "diacritics": "unit",
            "timeout_seconds": "5",
            "option_host": "h2",
            "option_port": "2775",
            "option_system_id": "s",
            "option_password": "",
            "option_sender": "X",
            "option_tls": "0",
            "option_hexadecimal": "0",
            "option_window": "10",
            "option_enquire_seconds": "20",
        }
        assert page.post(address, given).status_code == 302
        account.refresh_from_db()
        assert account.secret_values() == {"password": "rat-mat"}
        assert (account.name, account.options["host"], account.standing.share) == (
            "Tên mới",
            "h2",
            30,
        )
        refused = page.post(address, {**given, "weight": "101"})
        assert refused.status_code == 422
        assert "h2" in refused.content.decode()

    @pytest.mark.parametrize(
        "name", ["messages", "stuck", "replies", "costs", "providers", "demo-phone"]
    )
    def test_every_page_opens_and_asks_strangers_to_sign_in(self, page: Client, name: str) -> None:
        provider_account()
        assert page.get(reverse(f"messaging:{name}")).status_code == 200
        assert Client().get(reverse(f"messaging:{name}")).status_code == 302

    def test_officers_see_the_demonstration_phone_and_no_list_of_messages(
        self, client: Client, unit: Unit
    ) -> None:
        client.force_login(person_with(Role.OFFICER, unit))
        assert client.get(reverse("messaging:demo-phone")).status_code == 200
        assert client.get(reverse("messaging:messages")).status_code == 403

    def test_the_phone_shows_only_the_units_own_texts(self, page: Client, unit: Unit) -> None:
        for place, text in ((unit, "chữ của ta"), (UnitFactory(), "chữ của họ")):
            DemoText.objects.create(unit=place, channel="sms", address="+84901234567", text=text)
        shown = page.get(reverse("messaging:demo-phone")).content.decode()
        assert "chữ của ta" in shown
        assert "chữ của họ" not in shown
