"""Invented people and counters in two real units, so that the product can be shown.

Loading again adds what is missing and changes nothing else. Every person is
marked, by name and by flag; phones begin with `phones.DEMONSTRATION`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db import transaction

from motcua.kernel import phones
from motcua.kernel.clock import today
from motcua.organisation import loading, selectors
from motcua.organisation.calendar import SATURDAY, Hours
from motcua.organisation.models import Counter, Department, Field, Person, Unit
from motcua.organisation.permissions import SYSTEM
from motcua.organisation.rules import Role
from motcua.organisation.services import absences, calendar, counters, people, units

PASSWORD = "minh-hoa-2026"  # noqa: S105 - printed on the first page of every demonstration
MARK = "(minh hoạ)"
CENTRE = "Trung tâm Phục vụ hành chính công"
OFFICE = "Văn phòng HĐND và UBND"
SOCIETY = "Phòng Văn hóa - Xã hội"
URBAN = "Phòng Kinh tế, Hạ tầng và Đô thị"
ECONOMY = "Phòng Kinh tế"


@dataclass(frozen=True)
class DemoAccount:
    """An account to be printed for whoever looks at the demonstration."""

    username: str
    password: str
    role: str
    unit: str


@dataclass(frozen=True)
class InventedPerson:
    """Somebody who does not exist. `phone` is the last three digits of their number."""

    username: str
    full_name: str
    title: str
    role: Role
    phone: int
    department: str | None = None
    second_phone: int | None = None


@dataclass(frozen=True)
class InventedUnit:
    """What is set up in a real unit. Counters: number, name, department in charge, fields."""

    code: str
    address: str
    departments: dict[str, Department.Kind]
    counters: tuple[tuple[int, str, str, tuple[str, ...]], ...]
    people: tuple[InventedPerson, ...]
    away: str
    covered_by: str
    saturday_reception: bool = field(default=False)


BINH_TIEN = InventedUnit(
    code="27373",
    address="154 Tháp Mười",
    departments={
        CENTRE: Department.Kind.CENTRE,
        OFFICE: Department.Kind.OFFICE,
        URBAN: Department.Kind.PROFESSIONAL,
        SOCIETY: Department.Kind.PROFESSIONAL,
    },
    counters=(
        (1, "Hộ tịch", OFFICE, ("ho-tich", "chung-thuc")),
        (2, "Xây dựng", URBAN, ("xay-dung", "quy-hoach")),
        (3, "Bảo trợ xã hội", SOCIETY, ("bao-tro-xa-hoi", "nguoi-co-cong")),
    ),
    people=(
        InventedPerson(
            "binhtien.lanhdao",
            "Nguyễn Văn Mẫu",
            "Giám đốc Trung tâm",
            Role.CENTRE_LEADER,
            101,
            second_phone=102,
        ),
        InventedPerson(
            "binhtien.pho", "Trần Thị Mẫu", "Phó Giám đốc Trung tâm", Role.CENTRE_LEADER, 103
        ),
        InventedPerson(
            "binhtien.vanphong",
            "Lê Văn Thử",
            "Chánh Văn phòng",
            Role.DEPARTMENT_HEAD,
            104,
            department=OFFICE,
            second_phone=105,
        ),
        InventedPerson(
            "binhtien.dothi",
            "Phạm Thị Thử",
            "Trưởng phòng Kinh tế, Hạ tầng và Đô thị",
            Role.DEPARTMENT_HEAD,
            106,
            department=URBAN,
        ),
        InventedPerson(
            "binhtien.xahoi",
            "Võ Văn Thử",
            "Trưởng phòng Văn hóa - Xã hội",
            Role.DEPARTMENT_HEAD,
            107,
            department=SOCIETY,
        ),
        InventedPerson("binhtien.hotich", "Đặng Thị Ví Dụ", "Công chức một cửa", Role.OFFICER, 108),
        InventedPerson("binhtien.xaydung", "Bùi Văn Ví Dụ", "Công chức một cửa", Role.OFFICER, 109),
        InventedPerson(
            "binhtien.thuly",
            "Ngô Văn Ví Dụ",
            "Chuyên viên Văn phòng",
            Role.SPECIALIST,
            112,
            department=OFFICE,
        ),
        InventedPerson(
            "binhtien.thulyxaydung",
            "Dương Thị Ví Dụ",
            "Chuyên viên xây dựng",
            Role.SPECIALIST,
            113,
            department=URBAN,
        ),
        InventedPerson("binhtien.vanthu", "Lý Thị Ví Dụ", "Văn thư", Role.CLERK, 114),
        InventedPerson(
            "binhtien.huongdan", "Mai Văn Ví Dụ", "Tình nguyện viên hướng dẫn", Role.HELPER, 115
        ),
        InventedPerson(
            "binhtien.ubnd", "Hồ Thị Mẫu", "Phó Chủ tịch UBND phường", Role.COMMITTEE_LEADER, 110
        ),
        InventedPerson(
            "binhtien.quantri", "Đỗ Văn Ví Dụ", "Quản trị hệ thống", Role.ADMINISTRATOR, 111
        ),
    ),
    away="binhtien.pho",
    covered_by="binhtien.lanhdao",
    saturday_reception=True,
)

LONG_HAI = InventedUnit(
    code="26662",
    address="",
    departments={
        CENTRE: Department.Kind.CENTRE,
        OFFICE: Department.Kind.OFFICE,
        ECONOMY: Department.Kind.PROFESSIONAL,
        SOCIETY: Department.Kind.PROFESSIONAL,
    },
    counters=(
        (1, "Hộ tịch", OFFICE, ("ho-tich", "chung-thuc")),
        (2, "Đất đai", ECONOMY, ("dat-dai",)),
    ),
    people=(
        InventedPerson(
            "longhai.lanhdao",
            "Nguyễn Thị Mẫu",
            "Giám đốc Trung tâm",
            Role.CENTRE_LEADER,
            201,
            second_phone=202,
        ),
        InventedPerson(
            "longhai.vanphong",
            "Trần Văn Thử",
            "Chánh Văn phòng",
            Role.DEPARTMENT_HEAD,
            203,
            department=OFFICE,
        ),
        InventedPerson(
            "longhai.kinhte",
            "Lê Thị Thử",
            "Trưởng phòng Kinh tế",
            Role.DEPARTMENT_HEAD,
            204,
            department=ECONOMY,
        ),
        InventedPerson("longhai.hotich", "Phạm Văn Ví Dụ", "Công chức một cửa", Role.OFFICER, 205),
        InventedPerson("longhai.datdai", "Võ Thị Ví Dụ", "Công chức một cửa", Role.OFFICER, 206),
        InventedPerson(
            "longhai.thuly",
            "Ngô Thị Ví Dụ",
            "Chuyên viên Văn phòng",
            Role.SPECIALIST,
            209,
            department=OFFICE,
        ),
        InventedPerson("longhai.vanthu", "Lý Văn Ví Dụ", "Văn thư", Role.CLERK, 210),
        InventedPerson(
            "longhai.ubnd", "Đặng Văn Mẫu", "Phó Chủ tịch UBND xã", Role.COMMITTEE_LEADER, 207
        ),
        InventedPerson(
            "longhai.quantri", "Bùi Thị Ví Dụ", "Quản trị hệ thống", Role.ADMINISTRATOR, 208
        ),
    ),
    away="longhai.kinhte",
    covered_by="longhai.vanphong",
)

CITY_PERSON = InventedPerson(
    "thanhpho", "Huỳnh Thị Mẫu", "Chuyên viên cải cách hành chính thành phố", Role.CITY, 301
)


def load() -> list[DemoAccount]:
    """Set up both units and the city, and return the accounts to be printed."""
    with transaction.atomic():
        loading.load()
        accounts: list[DemoAccount] = []
        for invented in (BINH_TIEN, LONG_HAI):
            unit = _unit(invented)
            accounts += [_person(unit, person) for person in invented.people]
            _absence(unit, invented)
        accounts.append(_person(selectors.city(), CITY_PERSON))
    return accounts


def _unit(invented: InventedUnit) -> Unit:
    unit = units.set_unit_active(
        actor=SYSTEM, unit_id=Unit.objects.get(code=invented.code).pk, active=True
    )
    if invented.address and not unit.address:
        units.change_unit(
            actor=SYSTEM, unit_id=unit.pk, address=invented.address, hotline="", agency_id=""
        )
    for name, kind in invented.departments.items():
        if not unit.departments.filter(name=name).exists():
            units.add_department(actor=SYSTEM, unit_id=unit.pk, name=name, kind=kind)
    for number, name, department, codes in invented.counters:
        if not Counter.objects.filter(unit=unit, number=number).exists():
            counters.add_counter(
                actor=SYSTEM,
                unit_id=unit.pk,
                number=number,
                name=name,
                fields=list(Field.objects.filter(code__in=codes)),
                department=unit.departments.get(name=department),
            )
    if invented.saturday_reception and not unit.opening_hours.exists():
        calendar.set_hours(actor=SYSTEM, unit_id=unit.pk, hours=_hours_with_saturday(unit))
    return unit


def _hours_with_saturday(unit: Unit) -> list[Hours]:
    morning = Hours(SATURDAY, dt.time(7, 30), dt.time(11, 30), counts_for_deadline=False)
    return [*selectors.calendar_of(unit.pk).hours, morning]


def _person(unit: Unit, invented: InventedPerson) -> DemoAccount:
    account = DemoAccount(invented.username, PASSWORD, invented.role.vietnamese, unit.name)
    if Person.objects.filter(username=invented.username).exists():
        return account
    new = people.add_person(
        actor=SYSTEM,
        unit_id=unit.pk,
        username=invented.username,
        full_name=f"{invented.full_name} {MARK}",
        role=invented.role,
        department=(
            unit.departments.get(name=invented.department) if invented.department else None
        ),
        title=invented.title,
        phone=_phone(invented.phone),
        second_phone=_phone(invented.second_phone) if invented.second_phone else "",
    )
    new.person.set_password(PASSWORD)
    new.person.must_change_password = False
    new.person.demonstration = True
    new.person.save()
    return account


def _absence(unit: Unit, invented: InventedUnit) -> None:
    away = Person.objects.get(username=invented.away)
    if not away.absences.filter(until__gte=today()).exists():
        absences.add_absence(
            actor=SYSTEM,
            unit_id=unit.pk,
            person_id=away.pk,
            since=today(),
            until=today() + dt.timedelta(days=2),
            covered_by_id=Person.objects.get(username=invented.covered_by).pk,
        )


def _phone(last_digits: int) -> str:
    return f"{phones.DEMONSTRATION}{last_digits}"
