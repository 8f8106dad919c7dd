"""Who is away, and who covers for them."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from motcua.organisation.errors import NotValid
from motcua.organisation.models import Absence, Person
from motcua.organisation.permissions import Actor, authorise
from motcua.organisation.services.common import note


def add_absence(
    *,
    actor: Actor,
    unit_id: int,
    person_id: int,
    since: dt.date,
    until: dt.date,
    covered_by_id: int | None = None,
) -> Absence:
    """Record the days, both included, on which somebody of the unit is away.

    Raises:
        Forbidden: the actor may not record absences in this unit.
        NotValid: the days are in the wrong order or overlap another absence, or the
            deputy is the same person or not of this unit.
    """
    authorise(actor, "organisation.record_absence", unit_id)
    if until < since:
        raise NotValid("until", "Ngày cuối phải từ ngày đầu trở đi.")
    if covered_by_id == person_id:
        raise NotValid("covered_by", "Người thay phải là người khác.")
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person_id)
        members = set(
            Person.objects.filter(
                pk__in=[person_id, covered_by_id], roles__unit_id=unit_id, is_active=True
            ).values_list("pk", flat=True)
        )
        if person.pk not in members:
            raise NotValid("person", "Người này không làm việc ở đơn vị.")
        if covered_by_id is not None and covered_by_id not in members:
            raise NotValid("covered_by", "Người thay phải đang làm việc ở đơn vị.")
        if person.absences.filter(since__lte=until, until__gte=since).exists():
            raise NotValid("since", "Đã ghi vắng mặt trong khoảng này. Bỏ lần ghi cũ trước.")
        absence = Absence.objects.create(
            person=person, since=since, until=until, covered_by_id=covered_by_id
        )
        note(
            "absence.add",
            actor,
            person,
            unit_id,
            since=since,
            until=until,
            covered_by=str(absence.covered_by) if absence.covered_by else None,
        )
    return absence


def remove_absence(*, actor: Actor, unit_id: int, absence_id: int) -> Absence:
    """Take an absence back; that it was recorded stays in the audit log."""
    authorise(actor, "organisation.record_absence", unit_id)
    with transaction.atomic():
        absence = Absence.objects.select_related("person").get(
            pk=absence_id, person__in=Person.objects.filter(roles__unit_id=unit_id)
        )
        note(
            "absence.remove",
            actor,
            absence.person,
            unit_id,
            since=absence.since,
            until=absence.until,
        )
        absence.delete()
    return absence
