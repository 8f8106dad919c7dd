"""A centre with its people and one procedure, ready to file and follow dossiers.

centre = Centre()
dossier = centre.filed()                 # submitted at the counter, papers complete
dossier = centre.processing()            # received and in the specialist's hands
other = Centre(field=centre.field)       # another unit that serves the same field
"""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from motcua.citizens.models import Citizen
from motcua.dossiers import services
from motcua.dossiers.models import Dossier
from motcua.dossiers.services import Item, Tick
from motcua.organisation.models import Counter, Department, Field, Person, Unit
from motcua.organisation.permissions import Actor
from motcua.organisation.rules import Role
from motcua.procedures.models import Fee, PaperRequirement, Procedure, ProcedureVersion
from tests.citizens.factories import citizen_at
from tests.factories import (
    CounterFactory,
    DepartmentFactory,
    FieldFactory,
    OpeningHoursFactory,
    UnitFactory,
    person_with,
)

_count = itertools.count(1)
ITEM = Item("Giấy chứng sinh", "Bản nộp bị mờ, không đọc được", "Xin cấp lại tại nơi sinh")
WHY = "Lý do thử, ghi cho đủ"


def open_all_week(unit: Unit) -> None:
    """Monday to Friday 7:30 to 11:30 and 13:00 to 17:00."""
    for weekday in range(5):
        OpeningHoursFactory(unit=unit, weekday=weekday, opens="07:30", closes="11:30")
        OpeningHoursFactory(unit=unit, weekday=weekday, opens="13:00", closes="17:00")


def procedure_of(
    field_: Field, *, kind: str = "working_days", amount: int | None = 3, **values: Any
) -> ProcedureVersion:
    """A procedure of this field with two papers, one of them conditional, and a fee."""
    number = next(_count)
    version = ProcedureVersion.objects.create(
        procedure=Procedure.objects.create(code=f"9.{number:06d}"),
        effective_from=dt.date(2020, 1, 1),
        name=f"Thủ tục thử {number}",
        field=field_,
        time_kind=kind,
        time_amount=amount,
        source="Bài thử",
        **values,
    )
    PaperRequirement.objects.create(version=version, order=1, name="Tờ khai", form="original")
    PaperRequirement.objects.create(
        version=version, order=2, name="Giấy uỷ quyền", conditional=True
    )
    Fee.objects.create(version=version, channel="counter", kind="le_phi", amount=8000, per="bản")
    Fee.objects.create(
        version=version,
        channel="online",
        kind="le_phi",
        amount=0,
        exemption="0 đồng khi nộp trực tuyến",
        source="NQ 411/NQ-HĐND",
    )
    return version


@dataclass
class Centre:
    """One unit with everybody whom a dossier meets."""

    unit: Unit = field(
        default_factory=lambda: UnitFactory(agency_id=f"H29.THU.{next(_count)}", hotline="1022")
    )
    field: Field = field(default_factory=FieldFactory)

    def __post_init__(self) -> None:
        open_all_week(self.unit)
        self.department: Department = DepartmentFactory(unit=self.unit)
        self.counter: Counter = CounterFactory(
            unit=self.unit, department=self.department, fields=[self.field]
        )

    @cached_property
    def version(self) -> ProcedureVersion:
        return procedure_of(self.field)

    @cached_property
    def citizen(self) -> Citizen:
        return citizen_at(self.unit, phone="0990000900")

    @cached_property
    def people(self) -> dict[Role, Person]:
        in_department = {Role.SPECIALIST, Role.DEPARTMENT_HEAD}
        return {
            role: person_with(role, self.unit, self.department if role in in_department else None)
            for role in Role
            if role is not Role.CITY
        }

    def actor(self, role: Role) -> Actor:
        return Actor.of(self.people[role])

    @property
    def officer(self) -> Actor:
        return self.actor(Role.OFFICER)

    @property
    def specialist(self) -> Actor:
        return self.actor(Role.SPECIALIST)

    @property
    def head(self) -> Actor:
        return self.actor(Role.DEPARTMENT_HEAD)

    @property
    def leader(self) -> Actor:
        return self.actor(Role.COMMITTEE_LEADER)

    @property
    def clerk(self) -> Actor:
        return self.actor(Role.CLERK)

    def filed(self, **values: Any) -> Dossier:
        values = {
            "actor": self.officer,
            "unit_id": self.unit.pk,
            "version_id": self.version.pk,
            "applicant_id": self.citizen.pk,
            "channel": "counter",
            "papers": {1: Tick()},
            **values,
        }
        return services.submit(**values)

    def received(self, **values: Any) -> Dossier:
        return services.receive(actor=self.officer, dossier_id=self.filed(**values).pk)

    def processing(self, **values: Any) -> Dossier:
        return services.take(actor=self.specialist, dossier_id=self.received(**values).pk)

    def proposed(self, **values: Any) -> Dossier:
        dossier = self.processing(**values)
        return services.propose(
            actor=self.specialist, dossier_id=dossier.pk, title="Giấy xác nhận", symbol="GXN-UBND"
        )

    def approved(self, **values: Any) -> Dossier:
        return services.approve(actor=self.leader, dossier_id=self.proposed(**values).pk)

    def issued(self, **values: Any) -> Dossier:
        return services.issue(actor=self.clerk, dossier_id=self.approved(**values).pk)

    def completed(self, **values: Any) -> Dossier:
        return services.return_result(
            actor=self.officer, dossier_id=self.issued(**values).pk, returned_to="Người nộp"
        )
