"""Who may do what where: every action, every role, one's own unit and a foreign one.

The table is written down once more on purpose. A new action, or a role that is
given one, fails here until somebody has decided that it is meant.
"""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from motcua.kernel.clock import today
from motcua.organisation import permissions, rules
from motcua.organisation.models import RoleAssignment
from motcua.organisation.permissions import SYSTEM, Actor, Forbidden, authorise, may, units_where
from motcua.organisation.rules import Role
from tests.factories import (
    CityFactory,
    DepartmentFactory,
    PersonFactory,
    RoleFactory,
    UnitFactory,
    enrolled_device,
    person_with,
)

LETTERS = {
    "A": Role.ADMINISTRATOR,
    "C": Role.CENTRE_LEADER,
    "D": Role.DEPARTMENT_HEAD,
    "O": Role.OFFICER,
    "S": Role.SPECIALIST,
    "V": Role.CLERK,
    "H": Role.HELPER,
    "U": Role.COMMITTEE_LEADER,
    "T": Role.CITY,
}
"""A administrator, C centre leader, D department head, O officer, S specialist, V clerk,
H helper, U committee leader, T city."""

EXPECTED = {
    "alerts.acknowledge": "CDU",
    "alerts.edit_policy": "AC",
    "alerts.rehearse": "ACDU",
    "alerts.view": "ACDUT",
    "board.view_city": "T",
    "board.view_unit": "CDUT",
    "citizens.edit": "COS",
    "citizens.look_up": "CDOSU",
    "citizens.record_consent": "CO",
    "citizens.reveal_number": "COS",
    "citizens.store_paper": "CDOSUV",
    "citizens.view": "CDOSUV",
    "dossiers.answer_supplement": "OS",
    "dossiers.approve": "CU",
    "dossiers.arrive": "O",
    "dossiers.ask_leader": "DOS",
    "dossiers.ask_supplement": "CDOSU",
    "dossiers.cancel_receipt": "CO",
    "dossiers.edit_provisions": "T",
    "dossiers.extend": "CDU",
    "dossiers.forward": "O",
    "dossiers.hand_over": "CDOSU",
    "dossiers.hand_over_many": "CDU",
    "dossiers.issue": "V",
    "dossiers.pause": "OS",
    "dossiers.propose": "DOS",
    "dossiers.receive": "O",
    "dossiers.refuse": "CU",
    "dossiers.resume": "OS",
    "dossiers.return_result": "O",
    "dossiers.second_supplement": "CU",
    "dossiers.send_back": "CUV",
    "dossiers.stop": "CU",
    "dossiers.submit": "O",
    "dossiers.take": "OS",
    "dossiers.take_fee": "O",
    "dossiers.view": "CDOSUV",
    "dossiers.withdraw": "O",
    "messaging.configure": "A",
    "messaging.configure_city": "T",
    "messaging.demo_phone": "ACDOSVHUT",
    "messaging.resend": "ACDT",
    "messaging.reveal_phone": "AC",
    "messaging.view": "ACDUT",
    "organisation.edit": "A",
    "organisation.enrol_device": "A",
    "organisation.manage_city": "T",
    "organisation.manage_people": "AT",
    "organisation.record_absence": "ACDU",
    "organisation.reveal_phone": "ACDU",
    "organisation.take_duty": "O",
    "organisation.view": "ACDUT",
    "organisation.view_audit": "AUT",
    "portal.edit_publicity": "AC",
    "portal.edit_suggestions": "T",
    "portal.help": "OH",
    "portal.view_help": "CDU",
    "procedures.edit": "T",
    "procedures.view_versions": "ACDOSVHUT",
    "reception.call": "O",
    "reception.give_ticket": "OH",
    "reception.receive": "O",
    "reception.set_up": "AC",
    "reception.view_day": "ACDU",
    "service_quality.add_side": "O",
    "service_quality.call_for_help": "O",
    "service_quality.edit_counter_pages": "AC",
    "service_quality.handle_incident": "CDU",
    "service_quality.open_counters": "ACDOU",
    "service_quality.tune_counter": "AC",
    "service_quality.view_band": "CDU",
    "service_quality.view_coaching": "CDU",
    "service_quality.view_incidents": "CDU",
    "signatures.manage_identities": "A",
    "signatures.manage_trust": "T",
    "signatures.seal": "CV",
    "signatures.sign": "CDOSVU",
    "signatures.verify": "ACDOSVHUT",
    "signatures.view_identities": "ACDVUT",
}


def test_every_declared_action_stands_in_the_table_and_no_other() -> None:
    assert set(permissions.declared()) == set(EXPECTED)


@pytest.mark.django_db
@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: LETTERS[letter].value)
@pytest.mark.parametrize("action", EXPECTED)
def test_a_role_may_do_what_the_table_says_and_only_in_its_unit(action: str, letter: str) -> None:
    role = LETTERS[letter]
    own = CityFactory() if role is Role.CITY else UnitFactory()
    foreign = UnitFactory()
    person = person_with(role, own)
    allowed = letter in EXPECTED[action]
    assert may(person, action, own.pk) is allowed
    # Only the city's role reaches into other units.
    assert may(person, action, foreign.pk) is (allowed and role is Role.CITY)
    reach = units_where(person, action)
    assert reach == (None if allowed and role is Role.CITY else [own.pk] if allowed else [])


@pytest.mark.django_db
@pytest.mark.parametrize("action", EXPECTED)
def test_nobody_in_particular_may_do_nothing(action: str) -> None:
    unit = UnitFactory()
    stranger = PersonFactory(is_superuser=True)
    assert not may(stranger, action, unit.pk)
    with pytest.raises(Forbidden):
        authorise(Actor.of(stranger), action, unit.pk)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "lost",
    [
        {"until": -1},
        {"since": 1},
        {"person__is_active": False},
    ],
    ids=["ended yesterday", "begins tomorrow", "account locked"],
)
def test_a_role_outside_its_days_or_of_a_locked_account_counts_for_nothing(
    lost: dict[str, Any],
) -> None:
    import datetime as dt

    values = {
        name: value if isinstance(value, bool) else today() + dt.timedelta(days=value)
        for name, value in lost.items()
    }
    held = RoleFactory(role=Role.ADMINISTRATOR, **values)
    assert not may(held.person, "organisation.edit", held.unit_id)


@pytest.mark.django_db
def test_a_role_holds_on_its_last_day() -> None:
    held = RoleFactory(role=Role.ADMINISTRATOR, until=today())
    assert may(held.person, "organisation.edit", held.unit_id)
    with time_machine.travel("2099-01-01"):
        fresh = RoleAssignment.objects.get(pk=held.pk).person
        assert not may(fresh, "organisation.edit", held.unit_id)


@pytest.mark.django_db
def test_several_roles_add_up_each_in_its_own_unit() -> None:
    here, there = UnitFactory(), UnitFactory()
    person = person_with(Role.OFFICER, here)
    RoleFactory(person=person, role=Role.ADMINISTRATOR, unit=there)
    assert may(person, "organisation.take_duty", here.pk)
    assert may(person, "organisation.edit", there.pk)
    assert not may(person, "organisation.edit", here.pk)
    assert not may(person, "organisation.take_duty", there.pk)


@pytest.mark.django_db
def test_a_head_leads_without_a_department_of_another_unit() -> None:
    department = DepartmentFactory()
    head = person_with(Role.DEPARTMENT_HEAD, department.unit, department)
    assert may(head, "organisation.view", department.unit_id)


@pytest.mark.django_db
def test_machines_links_and_the_system_are_authorised_where_they_come_in() -> None:
    device, _ = enrolled_device()
    for actor in (SYSTEM, Actor.device(device), Actor.link("m1")):
        authorise(actor, "organisation.edit", device.unit_id)
    assert Actor.device(device).label == f"device:{device.pk}"


def test_an_undeclared_action_is_a_mistake_in_the_code() -> None:
    with pytest.raises(KeyError):
        may(PersonFactory.build(), "organisation.fly", 1)


def test_an_action_cannot_be_declared_twice_differently() -> None:
    with pytest.raises(ValueError, match="twice"):
        permissions.register({"organisation.edit": frozenset({Role.OFFICER})})


def test_only_the_city_gives_away_the_citys_role_and_only_in_the_city() -> None:
    for role in Role:
        held = frozenset({role})
        assert (Role.CITY in rules.grantable(held, in_city=True)) is (role is Role.CITY)
        assert Role.CITY not in rules.grantable(held, in_city=False)
    assert rules.grantable(frozenset({Role.CENTRE_LEADER}), in_city=False) == frozenset()


def test_an_administrator_looks_after_people_of_their_own_units_only() -> None:
    assert rules.manages(frozenset({1}), frozenset({1}))
    assert not rules.manages(frozenset({1}), frozenset({1, 2}))
    assert rules.manages(None, frozenset({1, 2}))
