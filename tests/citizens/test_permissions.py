"""Who may do what, and nobody in a unit that is not theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from motcua.citizens import rules, services
from motcua.citizens.services import consents, digitising, papers, uploads
from motcua.organisation.models import Unit
from motcua.organisation.permissions import SYSTEM, Actor, Forbidden
from motcua.organisation.rules import Role
from tests.citizens.factories import citizen_at, number, paper_of, pdf
from tests.factories import CityFactory, UnitFactory, actor_with

pytestmark = pytest.mark.django_db

Act = Callable[[Actor, Unit], Any]


def consent_of(unit: Unit) -> int:
    return consents.give(
        actor=SYSTEM,
        unit_id=unit.pk,
        citizen_id=citizen_at(unit).pk,
        purpose="news",
        via="spoken",
    ).pk


def upload(actor: Actor, unit: Unit) -> Any:
    return uploads.begin(
        actor=actor, unit_id=unit.pk, file_name="a", name="a", length=9, origin="counter"
    )


ACTS: dict[str, tuple[str, Act]] = {
    "find or add": (
        "citizens.look_up",
        lambda actor, unit: services.find_or_add(actor=actor, unit_id=unit.pk, full_name="A"),
    ),
    "look up": (
        "citizens.look_up",
        lambda actor, unit: services.find_by_number(actor=actor, unit_id=unit.pk, number=number()),
    ),
    "introduce": (
        "citizens.view",
        lambda actor, unit: services.introduce(
            actor=actor,
            unit_id=unit.pk,
            citizen_id=citizen_at(unit).pk,
            to_unit_id=unit.pk,
            reason="",
        ),
    ),
    "change contact": (
        "citizens.edit",
        lambda actor, unit: services.change_contact(
            actor=actor, unit_id=unit.pk, citizen_id=citizen_at(unit).pk, phone=""
        ),
    ),
    "reveal": (
        "citizens.reveal_number",
        lambda actor, unit: services.reveal_number(
            actor=actor, unit_id=unit.pk, citizen_id=citizen_at(unit).pk, reason="x"
        ),
    ),
    "store": (
        "citizens.store_paper",
        lambda actor, unit: paper_of(None, unit, actor=actor),
    ),
    "replace": (
        "citizens.store_paper",
        lambda actor, unit: papers.replace(
            actor=actor,
            unit_id=unit.pk,
            paper_id=paper_of(None, unit).pk,
            content=pdf(),
            file_name="x",
        ),
    ),
    "assign": (
        "citizens.store_paper",
        lambda actor, unit: papers.assign(
            actor=actor,
            unit_id=unit.pk,
            paper_id=paper_of(None, unit).pk,
            citizen_id=citizen_at(unit).pk,
        ),
    ),
    "set validity": (
        "citizens.store_paper",
        lambda actor, unit: papers.set_validity(
            actor=actor,
            unit_id=unit.pk,
            paper_id=paper_of(None, unit).pk,
            valid_from=None,
            valid_until=None,
        ),
    ),
    "share": (
        "citizens.view",
        lambda actor, unit: papers.share(
            actor=actor,
            unit_id=unit.pk,
            paper_id=paper_of(None, unit).pk,
            to_unit_id=unit.pk,
            reason="x",
        ),
    ),
    "upload": ("citizens.store_paper", upload),
    "digitise": (
        "citizens.store_paper",
        lambda actor, unit: digitising.ask(
            actor=actor, unit_id=unit.pk, paper_id=paper_of(None, unit).pk
        ),
    ),
    "reuse": (
        "citizens.record_consent",
        lambda actor, unit: papers.reuse(
            actor=actor,
            unit_id=unit.pk,
            paper_id=paper_of(citizen_at(unit), unit).pk,
            used_for="HS1",
            consent_via="spoken",
        ),
    ),
    "give consent": (
        "citizens.record_consent",
        lambda actor, unit: consents.give(
            actor=actor,
            unit_id=unit.pk,
            citizen_id=citizen_at(unit).pk,
            purpose="news",
            via="spoken",
        ),
    ),
    "withdraw consent": (
        "citizens.record_consent",
        lambda actor, unit: consents.withdraw(
            actor=actor, unit_id=unit.pk, consent_id=consent_of(unit)
        ),
    ),
}


@pytest.mark.parametrize("name", ACTS)
def test_an_act_needs_a_role_that_may_do_it_in_this_very_unit(name: str) -> None:
    action, act = ACTS[name]
    unit, foreign = UnitFactory(), UnitFactory()
    allowed = sorted(rules.PERMISSIONS[action])[0]
    refused = next(role for role in Role if role not in rules.PERMISSIONS[action])
    act(actor_with(allowed, unit), unit)
    with pytest.raises(Forbidden):
        act(actor_with(allowed, foreign), unit)
    with pytest.raises(Forbidden):
        act(actor_with(refused, CityFactory() if refused is Role.CITY else unit), unit)


def test_every_action_of_the_room_has_its_act_here() -> None:
    assert {action for action, _ in ACTS.values()} == set(rules.PERMISSIONS)


def test_the_city_sees_no_citizen() -> None:
    assert not any(Role.CITY in roles for roles in rules.PERMISSIONS.values())
