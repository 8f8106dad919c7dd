"""Reads about incidents and ratings that pages of this room and of the board share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Prefetch, Q, QuerySet

from motcua.organisation.models import Person
from motcua.organisation.permissions import units_where
from motcua.service_quality.models import Incident, IncidentEvent, Rating
from motcua.service_quality.rules import State


def open_incidents(unit_id: int) -> QuerySet[Incident]:
    """What is not closed in this unit, oldest first."""
    return (
        _with_names(Incident.objects.filter(unit_id=unit_id))
        .exclude(state=State.CLOSED)
        .order_by("opened_at")
    )


def incidents_between(
    unit_ids: Iterable[int], since: dt.datetime, until: dt.datetime
) -> QuerySet[Incident]:
    """Incidents opened in this span of time, `until` not included."""
    found = Incident.objects.filter(
        unit_id__in=list(unit_ids), opened_at__gte=since, opened_at__lt=until
    )
    return _with_names(found)


def ratings_between(
    unit_ids: Iterable[int], since: dt.datetime, until: dt.datetime
) -> QuerySet[Rating]:
    """Ratings given in this span of time, `until` not included."""
    return Rating.objects.filter(
        unit_id__in=list(unit_ids), rated_at__gte=since, rated_at__lt=until
    )


def visible_incidents(person: Person) -> QuerySet[Incident]:
    """Incidents of the units this person leads, and those of the counter where they sat."""
    units = units_where(person, "service_quality.view_incidents")
    found = Incident.objects.all()
    if units is not None:
        found = found.filter(Q(unit_id__in=units) | Q(officer=person))
    return _with_names(found)


def history_of(incident: Incident) -> list[IncidentEvent]:
    """Everything that happened to it, oldest first."""
    return list(incident.events.select_related("person"))


def _with_names(found: QuerySet[Incident]) -> QuerySet[Incident]:
    return found.select_related("counter", "unit", "department", "owner", "alert", "officer")


def with_history(found: QuerySet[Incident]) -> QuerySet[Incident]:
    """The same incidents with their events read in one more query."""
    events = IncidentEvent.objects.select_related("person")
    return found.prefetch_related(Prefetch("events", events))
