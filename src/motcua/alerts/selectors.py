"""Reads: who is who at a moment, and how alerts stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from motcua.alerts.models import Alert, Notice, Policy, Step
from motcua.alerts.rules import (
    AUDIENCE_NAMES,
    GAP_NAMES,
    UNANSWERED,
    Audience,
    Contact,
    Directory,
    GapReason,
    LevelRule,
    State,
    Way,
    pick,
)
from motcua.kernel.clock import CITY, now
from motcua.organisation.models import Person, RoleAssignment
from motcua.organisation.permissions import units_where
from motcua.organisation.rules import Role
from motcua.organisation.selectors import absent

ANSWERABLE = dt.timedelta(days=3)
"""How long after a message its reply is still understood as an answer to it."""


def directory(
    *, unit_id: int, department_id: int | None, levels: Sequence[LevelRule], at: dt.datetime
) -> Directory:
    """Everyone whom these levels may tell at this moment, with phones and absences."""
    members: dict[Audience, list[int]] = {audience: [] for audience in Audience}
    held = RoleAssignment.objects.in_force().filter(unit_id=unit_id).order_by("person_id")
    for role, department, person_id in held.values_list("role", "department_id", "person_id"):
        if role == Role.CENTRE_LEADER:
            members[Audience.CENTRE_LEADERS].append(person_id)
        elif role == Role.DEPARTMENT_HEAD and department == department_id:
            members[Audience.DEPARTMENT_HEAD].append(person_id)
        elif role == Role.COMMITTEE_LEADER:
            members[Audience.COMMITTEE_LEADERS].append(person_id)
    wanted = {person for group in members.values() for person in group}
    wanted |= {person for level in levels for person in level.people}
    absences = _absences(wanted, at)
    wanted |= {substitute for substitute in absences.values() if substitute}
    people = Person.objects.filter(pk__in=wanted, is_active=True)
    return Directory(
        members={audience: tuple(dict.fromkeys(group)) for audience, group in members.items()},
        contacts={
            person.pk: Contact(
                person.pk, person.full_name, person.phone or person.second_phone, person.email
            )
            for person in people
        },
        absences=absences,
    )


def _absences(person_ids: set[int], at: dt.datetime) -> dict[int, int | None]:
    """Who of these people, and of those who stand in for them, is away, with the substitute."""
    found: dict[int, int | None] = {}
    asked = set(person_ids)
    while asked:
        away = absent(asked, at.astimezone(CITY).date())
        found |= {person: absence.covered_by_id for person, absence in away.items()}
        asked = {substitute for substitute in found.values() if substitute} - found.keys() - asked
    return found


def policy_for(*, unit_id: int, kind: str, field_ids: Iterable[int]) -> Policy | None:
    """The policy that holds for these fields, with its levels."""
    found = Policy.objects.filter(unit_id=unit_id, kind=kind)
    chosen = pick({policy.field_id: policy.pk for policy in found}, field_ids)
    return found.prefetch_related("levels__people").get(pk=chosen) if chosen else None


def visible_to(person: Person) -> QuerySet[Alert]:
    """Alerts of the units this person leads, and those the person was told of."""
    units = units_where(person, "alerts.view")
    if units is None:
        return Alert.objects.all()
    return Alert.objects.filter(
        Q(unit_id__in=units) | Q(pk__in=Notice.objects.filter(person=person).values("step__alert"))
    )


def with_record(alerts: QuerySet[Alert]) -> QuerySet[Alert]:
    """The same alerts with steps and notices read in a fixed number of queries."""
    notices = Notice.objects.select_related("person", "stands_for")
    return alerts.select_related("unit", "department", "acknowledged_by").prefetch_related(
        Prefetch("steps", Step.objects.prefetch_related(Prefetch("notices", notices)))
    )


def unanswered(unit_ids: Sequence[int] | None) -> QuerySet[Alert]:
    """Alerts that nobody has taken yet, oldest first; None means every unit."""
    found = Alert.objects.filter(state__in=UNANSWERED).order_by("raised_at")
    return found if unit_ids is None else found.filter(unit_id__in=unit_ids)


def unresolved(unit_ids: Sequence[int] | None) -> QuerySet[Alert]:
    """Alerts whose matter is not closed, answered or not, oldest first; None means every unit."""
    found = Alert.objects.exclude(state=State.RESOLVED).order_by("raised_at")
    return found if unit_ids is None else found.filter(unit_id__in=unit_ids)


def exhausted_count(unit_ids: Sequence[int] | None) -> int:
    """How many alerts went through every level without an answer and are still open."""
    return unanswered(unit_ids).filter(state=State.EXHAUSTED).count()


def overdue_steps(at: dt.datetime) -> list[tuple[int, int]]:
    """Alert and step where nobody answered in time and the next level was not told yet."""
    last = Step.objects.filter(alert=OuterRef("alert")).order_by("-number").values("pk")[:1]
    due = Step.objects.filter(alert__state=State.OPEN, deadline__lte=at, pk=Subquery(last))
    return list(due.order_by("deadline").values_list("alert_id", "pk"))


def told_by_sms(phone: str) -> QuerySet[Alert]:
    """Alerts of which the owner of this phone was told by SMS lately, newest first."""
    notices = Notice.objects.filter(
        Q(person__phone=phone) | Q(person__second_phone=phone),
        person__is_active=True,
        way=Way.SMS,
        at__gte=now() - ANSWERABLE,
    )
    return Alert.objects.filter(pk__in=notices.values("step__alert")).order_by("-raised_at")


def told_people(alert: Alert) -> QuerySet[Person]:
    """Everyone told of this alert so far."""
    return Person.objects.filter(alert_notices__step__alert=alert).distinct()


def person_with(phone: str) -> Person | None:
    """The active person whose phone this is, in E.164."""
    if not phone:
        return None
    found = Person.objects.filter(Q(phone=phone) | Q(second_phone=phone), is_active=True)
    return found.order_by("pk").first()


def gaps_in_words(gaps: Sequence[dict[str, Any]]) -> list[str]:
    """A step's gaps as sentences for the leaders' screen."""
    people = Person.objects.in_bulk([gap["who"] for gap in gaps if isinstance(gap["who"], int)])
    return [
        f"{people.get(gap['who']) or AUDIENCE_NAMES.get(gap['who'], 'Người đã xoá')}: "
        f"{GAP_NAMES[GapReason(gap['reason'])]}"
        for gap in gaps
    ]
