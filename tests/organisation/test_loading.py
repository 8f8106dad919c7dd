"""What an installation begins with, and the invented units of the demonstration."""

from __future__ import annotations

import pytest

from motcua.kernel import phones
from motcua.organisation import demo, loading, overview, selectors
from motcua.organisation.models import CalendarDay, Field, OpeningHours, Person, Unit
from motcua.organisation.rules import Role

pytestmark = pytest.mark.django_db


def test_the_168_units_and_the_city_are_loaded_with_the_counts_of_the_decree() -> None:
    assert loading.load().units == 169
    counts = {kind: Unit.objects.filter(kind=kind).count() for kind in Unit.Kind.values}
    assert counts == {"city": 1, "ward": 113, "commune": 54, "special_zone": 1}
    assert selectors.city().name == "Thành phố Hồ Chí Minh"
    assert Unit.objects.get(code="27373").name == "Phường Bình Tiên"
    assert Unit.objects.get(code="26662").name == "Xã Long Hải"
    assert not Unit.objects.exclude(kind="city").filter(active=True).exists()


def test_loading_again_adds_nothing_and_undoes_no_edit() -> None:
    loading.load()
    unit = Unit.objects.get(code="27373")
    Unit.objects.filter(pk=unit.pk).update(active=True, address="154 Tháp Mười", name="Sai")
    Field.objects.filter(code="ho-tich").update(name="Hộ tịch và quốc tịch")
    CalendarDay.objects.filter(date="2026-11-24").delete()
    OpeningHours.objects.filter(weekday=4).delete()
    assert loading.load() == loading.Loaded(0, 0, 0, 0)
    unit.refresh_from_db()
    assert (unit.name, unit.address, unit.active) == ("Phường Bình Tiên", "154 Tháp Mười", True)
    assert Field.objects.get(code="ho-tich").name == "Hộ tịch và quốc tịch"
    assert not CalendarDay.objects.filter(date="2026-11-24").exists()
    assert not OpeningHours.objects.filter(weekday=4).exists()


def test_the_demonstration_is_complete_and_loads_once() -> None:
    accounts = demo.load()
    assert demo.load() == accounts
    assert Person.objects.count() == len(accounts) == 23
    assert {account.role for account in accounts} == {role.vietnamese for role in Role}
    for code in ("27373", "26662"):
        assert overview.missing_parts(Unit.objects.get(code=code)) == []


def test_everybody_in_the_demonstration_is_marked_and_has_a_number_of_nobody() -> None:
    demo.load()
    for person in Person.objects.all():
        assert person.demonstration
        assert "(minh hoạ)" in person.full_name
        for number in filter(None, (person.phone, person.second_phone)):
            assert phones.is_demonstration(number)
            assert phones.normalise_mobile(number) == number
    numbers = list(Person.objects.values_list("phone", flat=True))
    assert len(set(numbers)) == len(numbers)


def test_the_printed_password_opens_the_demonstration() -> None:
    accounts = demo.load()
    person = Person.objects.get(username=accounts[0].username)
    assert person.check_password(accounts[0].password)
    assert not person.must_change_password


def test_somebody_is_away_and_covered_in_each_demonstration_unit() -> None:
    demo.load()
    away = selectors.absent(Person.objects.values_list("pk", flat=True))
    assert {absence.person.username for absence in away.values()} == {
        "binhtien.pho",
        "longhai.kinhte",
    }
    assert all(absence.covered_by for absence in away.values())
