"""People: added with a one-time password, given roles, locked; and who may do that to whom."""

from __future__ import annotations

import datetime as dt

import pytest

from motcua.kernel.clock import today
from motcua.kernel.models import AuditEntry
from motcua.organisation import selectors
from motcua.organisation.errors import NotValid
from motcua.organisation.models import Person, Unit
from motcua.organisation.permissions import Actor, Forbidden, may
from motcua.organisation.rules import Role
from motcua.organisation.services import absences, people
from tests.factories import (
    CityFactory,
    DepartmentFactory,
    RoleFactory,
    UnitFactory,
    actor_with,
    person_with,
)

pytestmark = pytest.mark.django_db


def add(unit: Unit, actor: Actor, **values: object) -> people.NewPassword:
    given: dict[str, object] = {
        "username": "an.nguyen",
        "full_name": "Nguyễn Văn An",
        "role": Role.OFFICER,
        **values,
    }
    return people.add_person(actor=actor, unit_id=unit.pk, **given)  # type: ignore[arg-type]


def test_a_new_person_gets_a_role_and_a_password_to_be_replaced() -> None:
    unit = UnitFactory()
    new = add(unit, actor_with(Role.ADMINISTRATOR, unit), phone="0901 234 567", title=" Cán  bộ ")
    person = Person.objects.get(username="an.nguyen")
    assert person.check_password(new.password)
    assert person.must_change_password
    assert (person.phone, person.title) == ("+84901234567", "Cán bộ")
    assert may(person, "organisation.take_duty", unit.pk)
    assert new.password not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("username", {"username": "An Nguyễn"}),
        ("username", {"username": "ab"}),
        ("full_name", {"full_name": "   "}),
        ("phone", {"phone": "028 3822 1234"}),
        ("phone", {"phone": "01681234567"}),
        ("second_phone", {"phone": "0901234567", "second_phone": "+84901234567"}),
        ("email", {"email": "an@@tphcm"}),
        ("department", {"role": Role.DEPARTMENT_HEAD}),
        ("until", {"until": dt.date(2000, 1, 1)}),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(field: str, values: dict[str, object]) -> None:
    unit = UnitFactory()
    with pytest.raises(NotValid) as refused:
        add(unit, actor_with(Role.ADMINISTRATOR, unit), **values)
    assert refused.value.field == field
    assert not Person.objects.filter(full_name="Nguyễn Văn An").exists()


def test_a_username_is_taken_whatever_its_case() -> None:
    unit = UnitFactory()
    administrator = actor_with(Role.ADMINISTRATOR, unit)
    add(unit, administrator)
    with pytest.raises(NotValid):
        add(unit, administrator, username=" AN.Nguyen ")


def test_a_head_cannot_be_given_another_units_department() -> None:
    unit = UnitFactory()
    with pytest.raises(NotValid):
        add(
            unit,
            actor_with(Role.ADMINISTRATOR, unit),
            role=Role.DEPARTMENT_HEAD,
            department=DepartmentFactory(),
        )


def test_an_administrator_cannot_make_anybody_the_city() -> None:
    unit = UnitFactory()
    with pytest.raises(Forbidden):
        add(unit, actor_with(Role.ADMINISTRATOR, unit), role=Role.CITY)


def test_the_city_names_a_units_first_administrator() -> None:
    unit = UnitFactory()
    new = add(unit, actor_with(Role.CITY, CityFactory()), role=Role.ADMINISTRATOR)
    assert may(new.person, "organisation.edit", unit.pk)


def test_nobody_is_added_to_a_foreign_unit() -> None:
    with pytest.raises(Forbidden):
        add(UnitFactory(), actor_with(Role.ADMINISTRATOR, UnitFactory()))


@pytest.mark.parametrize("act", ["password", "lock", "change", "role"])
def test_one_wards_administrator_cannot_take_over_somebody_who_also_works_elsewhere(
    act: str,
) -> None:
    here, there = UnitFactory(), UnitFactory()
    administrator = actor_with(Role.ADMINISTRATOR, here)
    shared = person_with(Role.OFFICER, here)
    RoleFactory(person=shared, role=Role.ADMINISTRATOR, unit=there)
    acts = {
        "password": lambda: people.issue_password(actor=administrator, person_id=shared.pk),
        "lock": lambda: people.set_person_active(
            actor=administrator, person_id=shared.pk, active=False
        ),
        "change": lambda: people.change_person(
            actor=administrator, person_id=shared.pk, full_name="Khác"
        ),
        "role": lambda: people.grant_role(
            actor=administrator, person_id=shared.pk, unit_id=here.pk, role=Role.ADMINISTRATOR
        ),
    }
    with pytest.raises(Forbidden):
        acts[act]()


def test_an_administrator_cannot_pull_a_stranger_into_their_unit() -> None:
    here, stranger = UnitFactory(), person_with(Role.OFFICER, UnitFactory())
    with pytest.raises(Forbidden):
        people.grant_role(
            actor=actor_with(Role.ADMINISTRATOR, here),
            person_id=stranger.pk,
            unit_id=here.pk,
            role=Role.OFFICER,
        )


def test_an_ended_role_counts_no_more_and_can_be_given_again() -> None:
    unit = UnitFactory()
    administrator = actor_with(Role.ADMINISTRATOR, unit)
    held = RoleFactory(role=Role.OFFICER, unit=unit)
    people.end_role(actor=administrator, assignment_id=held.pk)
    assert not may(Person.objects.get(pk=held.person_id), "organisation.take_duty", unit.pk)
    again = people.grant_role(
        actor=administrator, person_id=held.person_id, unit_id=unit.pk, role=Role.OFFICER
    )
    assert again.pk == held.pk
    assert may(Person.objects.get(pk=held.person_id), "organisation.take_duty", unit.pk)


@pytest.mark.parametrize("act", ["end", "lock"])
def test_the_last_administrator_stays(act: str) -> None:
    unit = UnitFactory()
    held = RoleFactory(role=Role.ADMINISTRATOR, unit=unit)
    city = actor_with(Role.CITY, CityFactory())
    acts = {
        "end": lambda: people.end_role(actor=city, assignment_id=held.pk),
        "lock": lambda: people.set_person_active(
            actor=city, person_id=held.person_id, active=False
        ),
    }
    with pytest.raises(NotValid, match="duy nhất"):
        acts[act]()
    person_with(Role.ADMINISTRATOR, unit)
    people.end_role(actor=city, assignment_id=held.pk)


def test_nobody_locks_themselves_out() -> None:
    unit = UnitFactory()
    person_with(Role.ADMINISTRATOR, unit)
    me = actor_with(Role.ADMINISTRATOR, unit)
    assert me.person
    with pytest.raises(NotValid, match="chính mình"):
        people.set_person_active(actor=me, person_id=me.person.pk, active=False)


def test_a_new_password_replaces_the_old_one_and_must_be_changed() -> None:
    unit = UnitFactory()
    person = person_with(Role.OFFICER, unit)
    new = people.issue_password(actor=actor_with(Role.ADMINISTRATOR, unit), person_id=person.pk)
    person.refresh_from_db()
    assert person.check_password(new.password)
    assert person.must_change_password


def test_looking_at_a_number_is_on_the_record_and_the_number_is_not() -> None:
    unit = UnitFactory()
    person = person_with(Role.OFFICER, unit, phone="+84901234567", second_phone="+84907654321")
    numbers = people.reveal_phone(
        actor=actor_with(Role.CENTRE_LEADER, unit), person_id=person.pk, unit_id=unit.pk
    )
    assert numbers == ["+84901234567", "+84907654321"]
    entry = AuditEntry.objects.get(action="person.reveal_phone")
    assert entry.subject == f"person:{person.pk}"
    assert "901234567" not in str(entry.detail)


def test_a_number_of_another_unit_is_not_shown() -> None:
    person, unit = person_with(Role.OFFICER, UnitFactory()), UnitFactory()
    with pytest.raises(Person.DoesNotExist):
        people.reveal_phone(
            actor=actor_with(Role.CENTRE_LEADER, unit), person_id=person.pk, unit_id=unit.pk
        )


def test_a_changed_number_is_masked_in_the_log() -> None:
    unit = UnitFactory()
    person = person_with(Role.OFFICER, unit, phone="+84901234567")
    people.change_person(
        actor=actor_with(Role.ADMINISTRATOR, unit),
        person_id=person.pk,
        full_name=person.full_name,
        phone="0907654321",
    )
    entry = AuditEntry.objects.get(action="person.change")
    assert entry.detail["changed"]["phone"] == ["090***4567", "090***4321"]


def test_somebody_away_is_covered_from_the_first_to_the_last_day() -> None:
    unit = UnitFactory()
    leader = actor_with(Role.CENTRE_LEADER, unit)
    away, deputy = person_with(Role.OFFICER, unit), person_with(Role.OFFICER, unit)
    day = today()
    absences.add_absence(
        actor=leader,
        unit_id=unit.pk,
        person_id=away.pk,
        since=day,
        until=day + dt.timedelta(days=2),
        covered_by_id=deputy.pk,
    )
    for offset, is_away in ((-1, False), (0, True), (2, True), (3, False)):
        found = selectors.absent([away.pk], day + dt.timedelta(days=offset))
        assert (away.pk in found) is is_away
    assert selectors.absent([away.pk])[away.pk].covered_by == deputy


@pytest.mark.parametrize(
    ("field", "since", "until", "deputy"),
    [("until", 2, 1, None), ("covered_by", 0, 1, "self"), ("covered_by", 0, 1, "stranger"),
     ("since", 1, 5, None)],
)  # fmt: skip
def test_an_impossible_absence_is_refused(
    field: str, since: int, until: int, deputy: str | None
) -> None:
    unit = UnitFactory()
    leader = actor_with(Role.CENTRE_LEADER, unit)
    person = person_with(Role.OFFICER, unit)
    stranger = person_with(Role.OFFICER, UnitFactory())
    covered = {"self": person.pk, "stranger": stranger.pk, None: None}[deputy]

    def add(first: int, last: int, by: int | None) -> None:
        absences.add_absence(
            actor=leader,
            unit_id=unit.pk,
            person_id=person.pk,
            since=today() + dt.timedelta(days=first),
            until=today() + dt.timedelta(days=last),
            covered_by_id=by,
        )

    if field == "since":
        add(0, 2, None)
    with pytest.raises(NotValid) as refused:
        add(since, until, covered)
    assert refused.value.field == field
