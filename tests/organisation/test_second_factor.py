"""Somebody lost the telephone that makes their codes: the administrator helps, they are told."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import reverse

from motcua.kernel.models import AuditEntry
from motcua.messaging.models import Message
from motcua.organisation.errors import NotValid
from motcua.organisation.models import Person, Unit
from motcua.organisation.permissions import Actor, Forbidden
from motcua.organisation.rules import Role
from motcua.organisation.services.second_factor import reset_second_factor
from tests.factories import UnitFactory, actor_with, person_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Unit:
    return UnitFactory()


@pytest.fixture
def leader(unit: Unit) -> Person:
    """A leader with an authenticator app and recovery codes."""
    person = person_with(Role.CENTRE_LEADER, unit)
    TOTP.activate(person, "A" * 32)
    RecoveryCodes.activate(person)
    return person


def seen_by(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_administrator_resets_it_on_screen_and_the_person_is_told(
    unit: Unit, leader: Person
) -> None:
    admin = person_with(Role.ADMINISTRATOR, unit)
    address = reverse("organisation:person", kwargs={"code": unit.code, "pk": leader.pk})
    reset = reverse("organisation:reset_second_factor", kwargs={"code": unit.code, "pk": leader.pk})
    assert reset in seen_by(admin).get(address).content.decode()
    page = seen_by(admin).post(reset, follow=True).content.decode()
    assert "Đã báo cho người này" in page
    assert reset not in page
    assert not Authenticator.objects.filter(user=leader).exists()
    entry = AuditEntry.objects.get(action="person.reset_second_factor")
    assert (entry.actor, entry.subject) == (f"person:{admin.pk}", f"person:{leader.pk}")
    told = Message.objects.get(purpose="account.second_factor_reset")
    assert told.address == leader.phone
    assert leader.username in told.text


def test_afterwards_the_password_leads_to_setting_up_a_new_one(
    unit: Unit, leader: Person, settings: object
) -> None:
    settings.REQUIRE_TOTP = True  # type: ignore[attr-defined]
    reset_second_factor(actor=actor_with(Role.ADMINISTRATOR, unit), person_id=leader.pk)
    answer = seen_by(leader).get(reverse("organisation:units"))
    assert answer["Location"] == reverse("mfa_activate_totp")


def test_nobody_resets_it_from_another_unit_or_without_being_administrator(
    unit: Unit, leader: Person
) -> None:
    for stranger in (
        actor_with(Role.ADMINISTRATOR, UnitFactory()),
        actor_with(Role.CENTRE_LEADER, unit),
        actor_with(Role.OFFICER, unit),
    ):
        with pytest.raises(Forbidden):
            reset_second_factor(actor=stranger, person_id=leader.pk)
    assert Authenticator.objects.filter(user=leader).count() == 2
    assert not Message.objects.exists()


def test_ones_own_is_reset_by_somebody_else(unit: Unit) -> None:
    admin = person_with(Role.ADMINISTRATOR, unit)
    TOTP.activate(admin, "A" * 32)
    with pytest.raises(NotValid, match="quản trị khác"):
        reset_second_factor(actor=Actor.of(admin), person_id=admin.pk)


def test_who_has_neither_telephone_nor_mail_is_told_by_the_administrator(
    unit: Unit, leader: Person
) -> None:
    Person.objects.filter(pk=leader.pk).update(phone="", email="")
    admin = seen_by(person_with(Role.ADMINISTRATOR, unit))
    reset = reverse("organisation:reset_second_factor", kwargs={"code": unit.code, "pk": leader.pk})
    assert "nhắn trực tiếp" in admin.post(reset, follow=True).content.decode()
    assert not Message.objects.exists()
