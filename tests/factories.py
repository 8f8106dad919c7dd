"""What tests are made of: one factory a model of the organisation, with traits.

    unit = UnitFactory()
    counter = CounterFactory(unit=unit)
    leader = person_with(Role.CENTRE_LEADER, unit)
    camera, token = enrolled_device(counter)

People are invented; phones are drawn from +84 99 900 xxxx, so that two people
never share one by accident.
"""

from __future__ import annotations

from typing import Any

import factory
from factory.django import DjangoModelFactory

from motcua.organisation import devices
from motcua.organisation.models import (
    CalendarDay,
    Counter,
    Department,
    Device,
    Field,
    OpeningHours,
    Person,
    RoleAssignment,
    Unit,
)
from motcua.organisation.permissions import SYSTEM, Actor
from motcua.organisation.rules import IN_A_DEPARTMENT, Role

PASSWORD = "mat-khau-cua-bai-thu"


class UnitFactory(DjangoModelFactory[Unit]):
    """An active ward."""

    class Meta:
        model = Unit

    code = factory.Sequence(lambda n: f"9{n:04d}")
    name = factory.Sequence(lambda n: f"Phường Thử {n}")
    kind = Unit.Kind.WARD
    active = True

    class Params:
        commune = factory.Trait(
            kind=Unit.Kind.COMMUNE, name=factory.Sequence(lambda n: f"Xã Thử {n}")
        )
        asleep = factory.Trait(active=False)


class CityFactory(DjangoModelFactory[Unit]):
    """The city above; there is only one."""

    class Meta:
        model = Unit
        django_get_or_create = ("code",)

    code = "79"
    name = "Thành phố Hồ Chí Minh"
    kind = Unit.Kind.CITY
    active = True


class DepartmentFactory(DjangoModelFactory[Department]):
    """A professional unit; `centre=True` for the one-stop centre itself."""

    class Meta:
        model = Department

    unit = factory.SubFactory(UnitFactory)
    name = factory.Sequence(lambda n: f"Phòng chuyên môn {n}")
    kind = Department.Kind.PROFESSIONAL

    class Params:
        centre = factory.Trait(
            kind=Department.Kind.CENTRE, name="Trung tâm Phục vụ hành chính công"
        )


class FieldFactory(DjangoModelFactory[Field]):
    """A field of work."""

    class Meta:
        model = Field

    code = factory.Sequence(lambda n: f"linh-vuc-{n}")
    name = factory.Sequence(lambda n: f"Lĩnh vực {n}")


class CounterFactory(DjangoModelFactory[Counter]):
    """A counter with one field, in the charge of a department of the same unit."""

    class Meta:
        model = Counter
        skip_postgeneration_save = True

    unit = factory.SubFactory(UnitFactory)
    department = factory.SubFactory(DepartmentFactory, unit=factory.SelfAttribute("..unit"))
    number = factory.Sequence(lambda n: n + 1)
    name = factory.Sequence(lambda n: f"Quầy thử {n + 1}")

    @factory.post_generation
    def fields(self: Any, create: bool, extracted: Any, **_: Any) -> None:
        if create:
            self.fields.set(extracted if extracted is not None else [FieldFactory()])


class PersonFactory(DjangoModelFactory[Person]):
    """Somebody who can sign in with PASSWORD and holds no role."""

    class Meta:
        model = Person
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"nguoi{n}")
    full_name = factory.Sequence(lambda n: f"Người Thử {n}")
    phone = factory.Sequence(lambda n: f"+84999{n:06d}")
    password = factory.django.Password(PASSWORD)

    class Params:
        gone = factory.Trait(is_active=False)
        without_phone = factory.Trait(phone="")


class RoleFactory(DjangoModelFactory[RoleAssignment]):
    """A role of a person in a unit; a head gets a department of that unit."""

    class Meta:
        model = RoleAssignment

    person = factory.SubFactory(PersonFactory)
    unit = factory.SubFactory(UnitFactory)
    role = Role.OFFICER

    class Params:
        head = factory.Trait(
            role=Role.DEPARTMENT_HEAD,
            department=factory.SubFactory(DepartmentFactory, unit=factory.SelfAttribute("..unit")),
        )


class OpeningHoursFactory(DjangoModelFactory[OpeningHours]):
    """Monday morning unless told otherwise."""

    class Meta:
        model = OpeningHours

    unit = factory.SubFactory(UnitFactory)
    weekday = 0
    opens = "07:30"
    closes = "11:30"


class CalendarDayFactory(DjangoModelFactory[CalendarDay]):
    """A holiday of the whole city unless a unit is given."""

    class Meta:
        model = CalendarDay

    unit = None
    date = "2026-11-24"
    kind = CalendarDay.Kind.HOLIDAY
    name = "Ngày nghỉ thử"
    source = "Bài thử"


def person_with(
    role: Role, unit: Unit, department: Department | None = None, **values: Any
) -> Person:
    """Somebody who holds this role in this unit today.

    A head or specialist without a given department belongs to a new one.
    """
    if role in IN_A_DEPARTMENT and department is None:
        department = DepartmentFactory(unit=unit)
    person = PersonFactory(**values)
    RoleFactory(person=person, role=role, unit=unit, department=department)
    return person


def actor_with(role: Role, unit: Unit, department: Department | None = None) -> Actor:
    """As `person_with`, ready to be handed to a service."""
    return Actor.of(person_with(role, unit, department))


def enrolled_device(
    *counters: Counter, kind: str = Device.Kind.CAMERA, unit: Unit | None = None
) -> tuple[Device, str]:
    """A device that went through enrolment, and its token."""
    unit = unit or (counters[0].unit if counters else UnitFactory())
    waiting = devices.create(
        actor=SYSTEM,
        unit_id=unit.pk,
        kind=kind,
        name=f"{Device.Kind(kind).label} thử",
        counters=counters or [CounterFactory(unit=unit)],
    )
    return devices.enrol(code=waiting.code, machine="may-thu")
