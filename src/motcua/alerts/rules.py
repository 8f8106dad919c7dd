"""Who is told, in which order, and what becomes of an alert. Pure: no clock, no database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from motcua.organisation.rules import LEADERS, Permissions, Role

PERMISSIONS: Permissions = {
    "alerts.view": LEADERS | {Role.ADMINISTRATOR, Role.CITY},
    "alerts.acknowledge": LEADERS,
    "alerts.edit_policy": frozenset({Role.ADMINISTRATOR, Role.CENTRE_LEADER}),
    "alerts.rehearse": LEADERS | {Role.ADMINISTRATOR},
}


class State(StrEnum):
    """Where an alert stands."""

    OPEN = "open"
    EXHAUSTED = "exhausted"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class Act(StrEnum):
    """What can happen to an alert."""

    ACKNOWLEDGE = "acknowledge"
    EXHAUST = "exhaust"
    RESOLVE = "resolve"


TRANSITIONS: Mapping[tuple[State, Act], State] = {
    (State.OPEN, Act.ACKNOWLEDGE): State.ACKNOWLEDGED,
    (State.OPEN, Act.EXHAUST): State.EXHAUSTED,
    (State.OPEN, Act.RESOLVE): State.RESOLVED,
    (State.EXHAUSTED, Act.ACKNOWLEDGE): State.ACKNOWLEDGED,
    (State.EXHAUSTED, Act.RESOLVE): State.RESOLVED,
    (State.ACKNOWLEDGED, Act.RESOLVE): State.RESOLVED,
}

STATE_NAMES: Mapping[State, str] = {
    State.OPEN: "Đang chờ người nhận",
    State.EXHAUSTED: "Đã báo hết các cấp, chưa ai nhận",
    State.ACKNOWLEDGED: "Đã có người nhận",
    State.RESOLVED: "Đã kết thúc",
}

UNANSWERED = frozenset({State.OPEN, State.EXHAUSTED})


class Audience(StrEnum):
    """People named by their role at the moment of the alert."""

    CENTRE_LEADERS = "centre_leaders"
    DEPARTMENT_HEAD = "department_head"
    COMMITTEE_LEADERS = "committee_leaders"


AUDIENCE_NAMES: Mapping[Audience, str] = {
    Audience.CENTRE_LEADERS: "Lãnh đạo Trung tâm",
    Audience.DEPARTMENT_HEAD: "Trưởng phòng chuyên môn phụ trách",
    Audience.COMMITTEE_LEADERS: "Lãnh đạo UBND",
}


class Way(StrEnum):
    """How a person is told."""

    SMS = "sms"
    EMAIL = "email"
    SCREEN = "screen"


WAY_NAMES: Mapping[Way, str] = {
    Way.SMS: "Tin nhắn SMS",
    Way.EMAIL: "Thư điện tử",
    Way.SCREEN: "Màn hình",
}


class GapReason(StrEnum):
    """Why someone who should have been told was not, or not as the policy wants."""

    NOBODY = "nobody"
    ABSENT = "absent"
    INACTIVE = "inactive"
    NO_PHONE = "no_phone"
    NO_EMAIL = "no_email"


GAP_NAMES: Mapping[GapReason, str] = {
    GapReason.NOBODY: "chưa có người giữ vai trò này",
    GapReason.ABSENT: "vắng mặt, không có người thay",
    GapReason.INACTIVE: "tài khoản đã ngừng hoạt động",
    GapReason.NO_PHONE: "chưa có số di động",
    GapReason.NO_EMAIL: "chưa có thư điện tử",
}


@dataclass(frozen=True)
class Contact:
    """A person as far as telling them is concerned; empty strings for what is not known."""

    person_id: int
    name: str
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class LevelRule:
    """One level of a policy.

    Arguments:
        position: 0 is told at once, the others in growing order.
        wait: how long to wait for an answer before the next level.
    """

    position: int
    audiences: tuple[Audience, ...]
    people: tuple[int, ...]
    wait: dt.timedelta
    ways: frozenset[Way]


@dataclass(frozen=True)
class Directory:
    """Who is who at the moment of the step.

    Arguments:
        members: the people of each audience, by id.
        contacts: active people by id; someone missing here cannot be told.
        absences: absent people, each with the substitute or None.
    """

    members: Mapping[Audience, tuple[int, ...]]
    contacts: Mapping[int, Contact]
    absences: Mapping[int, int | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """One person of a step. `wanted` is False when only the screen is left of what was wanted."""

    contact: Contact
    ways: tuple[Way, ...]
    capacity: str
    stands_for: int | None = None
    wanted: bool = True


@dataclass(frozen=True)
class Gap:
    """Someone who should have been told; `who` is a person's id, or an audience."""

    who: int | Audience
    reason: GapReason


@dataclass(frozen=True)
class Roll:
    """Who is told in one step and who could not be."""

    told: tuple[Told, ...]
    gaps: tuple[Gap, ...]

    @property
    def reaches_someone(self) -> bool:
        """Whether waiting makes sense: a screen counts only where nothing else was wanted."""
        return any(person.wanted for person in self.told)


@dataclass(frozen=True)
class Step:
    """A level and the people it tells. `waits` is False when the next level follows at once."""

    level: LevelRule
    roll: Roll
    waits: bool


@dataclass(frozen=True)
class Plan:
    """The steps to take now. `exhausted`: no level is left and the last one reaches nobody."""

    steps: tuple[Step, ...]
    exhausted: bool


def recipients(level: LevelRule, directory: Directory) -> Roll:
    """The people of one level, each once, absent people replaced by their substitutes."""
    told: dict[int, Told] = {}
    gaps: list[Gap] = []
    for person_id, capacity in _wanted(level, directory, gaps):
        standing = _standing(person_id, directory.absences)
        if standing is None:
            gaps.append(Gap(person_id, GapReason.ABSENT))
        elif standing not in directory.contacts:
            gaps.append(Gap(standing, GapReason.INACTIVE))
        elif standing not in told:
            contact = directory.contacts[standing]
            ways, missing = _ways(contact, level.ways)
            gaps.extend(Gap(standing, reason) for reason in missing)
            told[standing] = Told(
                contact,
                ways,
                capacity,
                stands_for=person_id if standing != person_id else None,
                wanted=ways != (Way.SCREEN,) or level.ways == {Way.SCREEN},
            )
    return Roll(tuple(told.values()), tuple(dict.fromkeys(gaps)))


def next_step(levels: Sequence[LevelRule], after: int | None, directory: Directory) -> Plan:
    """What to do now: the level after this position, and further ones while nobody is reached.

    Arguments:
        after: position of the level that got no answer; None for a fresh alert.
    """
    steps: list[Step] = []
    ahead = [level for level in levels if after is None or level.position > after]
    for level in sorted(ahead, key=lambda level: level.position):
        roll = recipients(level, directory)
        steps.append(Step(level, roll, waits=roll.reaches_someone))
        if roll.reaches_someone:
            return Plan(tuple(steps), exhausted=False)
    return Plan(tuple(steps), exhausted=True)


def pick(policies: Mapping[int | None, int], field_ids: Iterable[int]) -> int | None:
    """The policy for these fields: that of the first field which has its own, else the general one.

    Arguments:
        policies: policy by field; None stands for every field.
    """
    own = (policies[field_id] for field_id in field_ids if field_id in policies)
    return next(own, policies.get(None))


def _wanted(level: LevelRule, directory: Directory, gaps: list[Gap]) -> Iterable[tuple[int, str]]:
    for audience in level.audiences:
        members = directory.members.get(audience, ())
        if not members:
            gaps.append(Gap(audience, GapReason.NOBODY))
        for person_id in members:
            yield person_id, AUDIENCE_NAMES[audience]
    for person_id in level.people:
        yield person_id, "Người được chỉ định"


def _standing(person_id: int, absences: Mapping[int, int | None]) -> int | None:
    """Who stands in at the end of a chain of substitutes; None if all of them are absent."""
    passed: set[int] = set()
    present: int | None = person_id
    while present is not None and present in absences:
        if present in passed:
            return None
        passed.add(present)
        present = absences[present]
    return present


def _ways(contact: Contact, wanted: frozenset[Way]) -> tuple[tuple[Way, ...], list[GapReason]]:
    """The channels that work for this person; a missing one is replaced by another."""
    available = {Way.SMS: contact.phone, Way.EMAIL: contact.email}
    missing = [
        reason
        for way, reason in ((Way.SMS, GapReason.NO_PHONE), (Way.EMAIL, GapReason.NO_EMAIL))
        if way in wanted and not available[way]
    ]
    used = {way for way, address in available.items() if address and (way in wanted or missing)}
    if Way.SCREEN in wanted or not used:
        used.add(Way.SCREEN)
    return tuple(way for way in Way if way in used), missing
