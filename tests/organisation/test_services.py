"""Units, departments, counters and the calendar change through services only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from motcua.kernel import events
from motcua.kernel.models import AuditEntry
from motcua.organisation.calendar import Hours
from motcua.organisation.errors import NotValid
from motcua.organisation.events import CalendarChanged, CounterChanged
from motcua.organisation.models import CalendarDay, Counter, Unit
from motcua.organisation.permissions import SYSTEM, Actor, Forbidden
from motcua.organisation.rules import Role
from motcua.organisation.services import calendar, counters, units
from motcua.organisation.services.counters import Region
from tests.factories import (
    CityFactory,
    CounterFactory,
    DepartmentFactory,
    FieldFactory,
    UnitFactory,
    actor_with,
)

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 12, 24)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    found: list[object] = []
    for kind in (CounterChanged, CalendarChanged):
        monkeypatch.setitem(events._handlers, kind, [found.append])
    return found


def set_day(actor: Actor, unit: Unit, **values: object) -> CalendarDay:
    given: dict[str, object] = {
        "date": DAY,
        "kind": "holiday",
        "name": "Ngày thử",
        "source": "Thông báo 1/TB",
        **values,
    }
    return calendar.set_day(actor=actor, unit_id=unit.pk, **given)  # type: ignore[arg-type]


ACTS: dict[str, Callable[[Actor, Unit], object]] = {
    "unit": lambda actor, unit: units.change_unit(
        actor=actor, unit_id=unit.pk, address="a", hotline="", agency_id=""
    ),
    "department": lambda actor, unit: units.add_department(
        actor=actor, unit_id=unit.pk, name="Phòng", kind="office"
    ),
    "rename": lambda actor, unit: units.change_department(
        actor=actor, department_id=DepartmentFactory(unit=unit).pk, name="Mới", kind="office"
    ),
    "close": lambda actor, unit: units.set_department_active(
        actor=actor, department_id=DepartmentFactory(unit=unit).pk, active=False
    ),
    "counter": lambda actor, unit: counters.add_counter(
        actor=actor,
        unit_id=unit.pk,
        number=7,
        name="Quầy",
        fields=[FieldFactory()],
        department=DepartmentFactory(unit=unit),
    ),
    "camera": lambda actor, unit: counters.set_camera(
        actor=actor, counter_id=CounterFactory(unit=unit).pk, enabled=False
    ),
    "day": set_day,
    "hours": lambda actor, unit: calendar.set_hours(
        actor=actor, unit_id=unit.pk, hours=[Hours(0, dt.time(8), dt.time(9))]
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_an_administrator_changes_their_own_unit_and_it_is_on_the_record(act: str) -> None:
    unit = UnitFactory()
    ACTS[act](actor_with(Role.ADMINISTRATOR, unit), unit)
    assert AuditEntry.objects.filter(unit_id=unit.pk).exists()


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.CITY], ids=str)
def test_a_foreign_unit_is_not_theirs_to_change(act: str, role: Role) -> None:
    home = CityFactory() if role is Role.CITY else UnitFactory()
    with pytest.raises(Forbidden):
        ACTS[act](actor_with(role, home), UnitFactory())


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CITY], ids=str)
def test_only_the_city_switches_units_on_and_edits_the_citys_own(role: Role) -> None:
    unit, city = UnitFactory(asleep=True), CityFactory()
    with pytest.raises(Forbidden):
        units.set_unit_active(actor=actor_with(role, unit), unit_id=unit.pk, active=True)
    with pytest.raises(Forbidden):
        set_day(actor_with(role, unit), city)
    units.set_unit_active(actor=actor_with(Role.CITY, city), unit_id=unit.pk, active=True)
    unit.refresh_from_db()
    assert unit.active


def test_the_citys_days_carry_no_unit_and_hold_for_all() -> None:
    city = CityFactory()
    assert set_day(actor_with(Role.CITY, city), city).unit_id is None


def test_a_department_in_charge_of_counters_cannot_be_closed() -> None:
    counter = CounterFactory()
    with pytest.raises(NotValid, match=f"quầy {counter.number}"):
        units.set_department_active(actor=SYSTEM, department_id=counter.department_id, active=False)


def test_two_departments_of_a_unit_never_share_a_name() -> None:
    department = DepartmentFactory(name="Phòng Kinh tế")
    with pytest.raises(NotValid) as refused:
        units.add_department(
            actor=SYSTEM, unit_id=department.unit_id, name=" phòng  kinh tế ", kind="office"
        )
    assert refused.value.field == "name"
    units.add_department(
        actor=SYSTEM, unit_id=UnitFactory().pk, name="Phòng Kinh tế", kind="office"
    )


@pytest.mark.parametrize(
    ("region", "right"),
    [
        (Region(), True),
        (Region(0.1, 0.0, 0.9, 1.0), True),
        (Region(0.7, 0.3, 0.3, 0.7), True),
        (Region(0.0, 0.0, 0.05, 1.0), False),
        (Region(0.5, 0.0, 0.6, 1.0), False),
        (Region(-0.1, 0.0, 0.5, 0.5), False),
        (Region(0.0, 0.9, 0.5, 0.2), False),
    ],
)
def test_a_region_lies_inside_the_picture_and_holds_a_face(region: Region, right: bool) -> None:
    unit = UnitFactory()

    def add() -> Counter:
        return counters.add_counter(
            actor=SYSTEM,
            unit_id=unit.pk,
            number=1,
            name="Quầy",
            fields=[FieldFactory()],
            department=DepartmentFactory(unit=unit),
            region=region,
        )

    if right:
        assert Counter.objects.get(pk=add().pk).region == pytest.approx(
            (region.x, region.y, region.width, region.height)
        )
    else:
        with pytest.raises(NotValid):
            add()


@pytest.mark.parametrize("field", ["number", "name", "fields", "department"])
def test_a_counter_that_cannot_be_is_refused_beside_its_field(field: str) -> None:
    there = CounterFactory()
    wrong = {
        "number": {"number": there.number},
        "name": {"name": " "},
        "fields": {"fields": []},
        "department": {"department": DepartmentFactory()},
    }[field]
    given = {
        "number": there.number + 1,
        "name": "Quầy",
        "fields": [FieldFactory()],
        "department": there.department,
        **wrong,
    }
    with pytest.raises(NotValid) as refused:
        counters.add_counter(actor=SYSTEM, unit_id=there.unit_id, **given)
    assert refused.value.field == field


def test_a_change_of_a_counter_is_told_once_and_no_change_is_not_told(heard: list[object]) -> None:
    counter = CounterFactory()
    same = {
        "number": counter.number,
        "name": counter.name,
        "fields": list(counter.fields.all()),
        "department": counter.department,
    }
    counters.change_counter(actor=SYSTEM, counter_id=counter.pk, **same)
    assert heard == []
    counters.change_counter(actor=SYSTEM, counter_id=counter.pk, **{**same, "name": "Mới"})
    counters.set_camera(actor=SYSTEM, counter_id=counter.pk, enabled=False)
    counters.set_camera(actor=SYSTEM, counter_id=counter.pk, enabled=False)
    assert heard == [CounterChanged(counter.pk)] * 2


def test_a_day_needs_a_source_and_is_set_once(heard: list[object]) -> None:
    unit = UnitFactory()
    with pytest.raises(NotValid) as refused:
        set_day(SYSTEM, unit, source="  ")
    assert refused.value.field == "source"
    first = set_day(SYSTEM, unit)
    assert set_day(SYSTEM, unit, kind="working").pk == first.pk
    assert CalendarDay.objects.get().kind == "working"
    assert heard == [CalendarChanged(unit.pk)] * 2


def test_a_removed_day_can_be_put_back_from_what_is_returned() -> None:
    unit = UnitFactory()
    day = set_day(SYSTEM, unit)
    removed = calendar.remove_day(actor=SYSTEM, unit_id=unit.pk, day_id=day.pk)
    assert not CalendarDay.objects.exists()
    set_day(SYSTEM, unit, date=removed.date, kind=removed.kind, name=removed.name)
    assert CalendarDay.objects.get().date == DAY


def test_a_unit_cannot_remove_the_citys_day() -> None:
    city, unit = CityFactory(), UnitFactory()
    day = set_day(SYSTEM, city)
    with pytest.raises(CalendarDay.DoesNotExist):
        calendar.remove_day(actor=SYSTEM, unit_id=unit.pk, day_id=day.pk)


@pytest.mark.parametrize(
    "hours",
    [
        [Hours(0, dt.time(9), dt.time(9))],
        [Hours(0, dt.time(10), dt.time(9))],
        [Hours(0, dt.time(7), dt.time(11)), Hours(0, dt.time(10, 59), dt.time(12))],
    ],
)
def test_sessions_that_end_early_or_overlap_are_refused(hours: list[Hours]) -> None:
    unit = UnitFactory()
    with pytest.raises(NotValid, match="Thứ Hai"):
        calendar.set_hours(actor=SYSTEM, unit_id=unit.pk, hours=hours)
    assert not unit.opening_hours.exists()


def test_sessions_that_touch_are_fine_and_replace_the_old_ones() -> None:
    unit = UnitFactory()
    for end in (11, 12):
        calendar.set_hours(
            actor=SYSTEM,
            unit_id=unit.pk,
            hours=[Hours(0, dt.time(7), dt.time(9)), Hours(0, dt.time(9), dt.time(end))],
        )
    assert [row.closes.hour for row in unit.opening_hours.all()] == [9, 12]


def test_the_city_keeps_default_hours() -> None:
    with pytest.raises(NotValid):
        calendar.set_hours(actor=SYSTEM, unit_id=CityFactory().pk, hours=[])
