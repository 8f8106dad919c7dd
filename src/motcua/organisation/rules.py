"""Roles and what each may do in this room. Pure tables, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """A capacity in which a person acts in one unit."""

    ADMINISTRATOR = "administrator"
    CENTRE_LEADER = "centre_leader"
    DEPARTMENT_HEAD = "department_head"
    OFFICER = "officer"
    COMMITTEE_LEADER = "committee_leader"
    CITY = "city"

    @property
    def vietnamese(self) -> str:
        return ROLE_NAMES[self]


ROLE_NAMES: Mapping[Role, str] = {
    Role.ADMINISTRATOR: "Quản trị",
    Role.CENTRE_LEADER: "Lãnh đạo Trung tâm",
    Role.DEPARTMENT_HEAD: "Trưởng phòng chuyên môn",
    Role.OFFICER: "Cán bộ một cửa",
    Role.COMMITTEE_LEADER: "Lãnh đạo UBND",
    Role.CITY: "Thành phố",
}

LEADERS = frozenset({Role.CENTRE_LEADER, Role.DEPARTMENT_HEAD, Role.COMMITTEE_LEADER})
"""Those who lead people of a unit. The city reads across units and leads none."""

Permissions = Mapping[str, frozenset[Role]]
"""Action, as `room.verb`, to the roles that may do it in the unit where they hold the role."""

PERMISSIONS: Permissions = {
    "organisation.view": LEADERS | {Role.ADMINISTRATOR, Role.CITY},
    "organisation.edit": frozenset({Role.ADMINISTRATOR}),
    "organisation.enrol_device": frozenset({Role.ADMINISTRATOR}),
    "organisation.take_duty": frozenset({Role.OFFICER}),
    "organisation.view_audit": frozenset({Role.ADMINISTRATOR, Role.COMMITTEE_LEADER}),
}
