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
    SPECIALIST = "specialist"
    CLERK = "clerk"
    HELPER = "helper"
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
    Role.SPECIALIST: "Chuyên viên thụ lý",
    Role.CLERK: "Văn thư",
    Role.HELPER: "Người hướng dẫn",
    Role.COMMITTEE_LEADER: "Lãnh đạo UBND",
    Role.CITY: "Thành phố",
}

LEADERS = frozenset({Role.CENTRE_LEADER, Role.DEPARTMENT_HEAD, Role.COMMITTEE_LEADER})
"""Those who lead people of a unit. The city reads across units and leads none."""

IN_A_DEPARTMENT = frozenset({Role.DEPARTMENT_HEAD, Role.SPECIALIST})
"""Roles that mean nothing without the department in which they are held."""

Permissions = Mapping[str, frozenset[Role]]
"""Action, as `room.verb`, to the roles that may do it in the unit where they hold the role."""

PERMISSIONS: Permissions = {
    "organisation.view": LEADERS | {Role.ADMINISTRATOR, Role.CITY},
    "organisation.edit": frozenset({Role.ADMINISTRATOR}),
    "organisation.manage_people": frozenset({Role.ADMINISTRATOR, Role.CITY}),
    "organisation.reveal_phone": LEADERS | {Role.ADMINISTRATOR},
    "organisation.record_absence": LEADERS | {Role.ADMINISTRATOR},
    "organisation.enrol_device": frozenset({Role.ADMINISTRATOR}),
    "organisation.take_duty": frozenset({Role.OFFICER}),
    "organisation.view_audit": frozenset({Role.ADMINISTRATOR, Role.COMMITTEE_LEADER, Role.CITY}),
    # What belongs to no single unit: which units take part, the fields of work, the
    # city's own calendar. The city also names a unit's first administrator.
    "organisation.manage_city": frozenset({Role.CITY}),
}

STRONG_SIGN_IN = LEADERS | {Role.ADMINISTRATOR, Role.CITY, Role.CLERK}
"""Roles whose accounts must carry a second factor (a one-time code) in production: those who
lead, administer, see other units, or set the agency's seal."""


def grantable(by: frozenset[Role], in_city: bool) -> frozenset[Role]:
    """Roles that somebody with these roles may give away in a unit.

    The city's role exists only in the city, and there no other does: a ward's
    administrator can never make themselves the city.
    """
    if in_city:
        return frozenset({Role.CITY}) if Role.CITY in by else frozenset()
    if by & {Role.ADMINISTRATOR, Role.CITY}:
        return frozenset(Role) - {Role.CITY}
    return frozenset()


def manages(by_units: frozenset[int] | None, of_units: frozenset[int]) -> bool:
    """Whether an administrator may change a person's account.

    Arguments:
        by_units: units the administrator looks after; None means all of them.
        of_units: units in which the person holds a role now or later.

    Somebody who also works elsewhere is changed only by who looks after all of their
    units. Otherwise one ward's administrator could reset the password of another's.
    """
    return by_units is None or of_units <= by_units
