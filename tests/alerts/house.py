"""A kind of alert that only the tests know, and a unit in which someone holds every role."""

from __future__ import annotations

from dataclasses import dataclass

from motcua.alerts import kinds, services
from motcua.alerts.models import Alert
from motcua.organisation.models import Counter, Person
from motcua.organisation.rules import Role
from tests.factories import CounterFactory, person_with

KIND = kinds.Kind(
    code="thu",
    name="Việc thử",
    what_to_do="Đến quầy, xin lỗi và giải quyết.",
    example="người dân có biểu hiện không hài lòng",
)


@dataclass
class House:
    """One unit with its people and a counter."""

    counter: Counter
    leader: Person
    head: Person
    committee: Person

    def alert(self, key: str = "việc-1", **values: object) -> Alert:
        """An alert about the counter."""
        arguments: dict[str, object] = {
            "kind": KIND.code,
            "subject": "việc:1",
            "unit_id": self.counter.unit_id,
            "department_id": self.counter.department_id,
            "field_ids": list(self.counter.fields.values_list("pk", flat=True)),
            "summary": "quầy 3 (Hộ tịch) lúc 10:42: người dân có biểu hiện không hài lòng",
            "page": "/su-viec/1/",
            "key": key,
        }
        return services.raise_alert(**(arguments | values))  # type: ignore[arg-type]


def a_house() -> House:
    """A counter, its department's head, a leader of the centre and one of the committee."""
    counter = CounterFactory()
    return House(
        counter=counter,
        leader=person_with(Role.CENTRE_LEADER, counter.unit, email="gd@vi-du.vn"),
        head=person_with(Role.DEPARTMENT_HEAD, counter.unit, counter.department),
        committee=person_with(Role.COMMITTEE_LEADER, counter.unit),
    )
