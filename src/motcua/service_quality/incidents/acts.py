"""What people and machines do to incidents: open, take, handle, pass on, close, comment."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from motcua.kernel.clock import now
from motcua.organisation.duty import current_officer
from motcua.organisation.models import Counter
from motcua.organisation.permissions import Actor, Forbidden, authorise
from motcua.service_quality.incidents.record import (
    IncidentError,
    NotNow,
    append,
    change,
    locked,
    locked_with_alert,
)
from motcua.service_quality.incidents.telling import ESCALATION, end_alert, take_alert, tell
from motcua.service_quality.models import Incident, IncidentEvent
from motcua.service_quality.rules import (
    QUIET_PERIOD,
    Act,
    Cause,
    Known,
    Outcome,
    belongs_to,
)


def open_incident(
    *,
    counter_id: int,
    cause: str,
    key: str,
    at: dt.datetime,
    visit_id: uuid.UUID | None = None,
    confidence: float | None = None,
    detail: dict[str, Any] | None = None,
) -> Incident:
    """A sign that somebody at the counter is upset: open an incident or add to the open one.

    The centre's leaders and the head of the department in charge of the counter are told
    when the caller's transaction commits.

    Arguments:
        cause: a value of `rules.Cause`.
        key: unique name of the sign, such as `irritation:<id>`; the same key does nothing twice.
        at: when it happened, by the centre's clock.
        confidence: of a camera, 0 to 1.
        detail: a few facts about the sign; neither names nor free text.
    """
    sign = Cause(cause)
    with transaction.atomic():
        # Signs at one counter come one after the other, so that two of them cannot both open.
        counter = Counter.objects.select_for_update(no_key=True).get(pk=counter_id)
        before = IncidentEvent.objects.select_related("incident").filter(key=key).first()
        if before:
            return before.incident
        known = belongs_to(_lately_at(counter, at), cause=sign, visit_id=visit_id, at=at)
        if known is not None:
            incident = locked(known)
            append(incident, "joined", at=at, key=key, cause=sign, detail=detail or {})
            return incident
        incident = Incident.objects.create(
            unit_id=counter.unit_id,
            counter=counter,
            department_id=counter.department_id,
            visit_id=visit_id,
            officer=current_officer(counter.pk),
            cause=sign,
            confidence=confidence,
            opened_at=at,
        )
        append(incident, "opened", at=at, key=key, cause=sign, detail=detail or {})
        return tell(incident, counter, sign)


def handle(*, actor: Actor, incident_id: int, note: str = "") -> Incident:
    """The actor is with the citizen now.

    Raises:
        Forbidden: the actor does not lead this unit.
        NotNow: it was not taken yet, or is over.
    """
    with transaction.atomic():
        incident = locked(incident_id)
        authorise(actor, "service_quality.handle_incident", incident.unit_id)
        change(incident, Act.HANDLE)
        incident.owner = actor.person
        incident.save()
        append(incident, "handling", actor=actor, note=note)
    return incident


def take(*, actor: Actor, incident_id: int) -> Incident:
    """The actor takes charge; nobody further is told. Taking what is taken changes nothing.

    Raises:
        Forbidden: the actor does not lead this unit.
    """
    with transaction.atomic():
        incident = locked_with_alert(incident_id)
        authorise(actor, "service_quality.handle_incident", incident.unit_id)
        take_alert(incident, actor)
        incident.refresh_from_db()
    return incident


def escalate(*, actor: Actor, incident_id: int, note: str) -> Incident:
    """Whoever took it asks those above to take over; they are told anew.

    Raises:
        Forbidden: the actor does not lead this unit.
        NotNow: nobody took it yet, or it is over.
        IncidentError: no reason given.
    """
    if not note.strip():
        raise IncidentError("Ghi lý do chuyển để cấp trên biết việc gì đang chờ.")
    with transaction.atomic():
        incident = locked_with_alert(incident_id)
        authorise(actor, "service_quality.handle_incident", incident.unit_id)
        if incident.waiting:
            raise NotNow(incident)
        change(incident, Act.ESCALATE)
        incident.owner = None
        incident.save()
        append(incident, "escalated", actor=actor, note=note)
        counter = Counter.objects.get(pk=incident.counter_id)
        return tell(incident, counter, Cause(incident.cause), kind=ESCALATION)


def close(*, actor: Actor, incident_id: int, outcome: str, note: str = "") -> Incident:
    """It is over, and this is how it ended. The alert ends with it.

    Somebody who was on the spot may close it without having taken it before: closing is taking.

    Raises:
        Forbidden: the actor does not lead this unit.
        NotNow: it is over already.
    """
    ending = Outcome(outcome)
    with transaction.atomic():
        incident = locked_with_alert(incident_id)
        authorise(actor, "service_quality.handle_incident", incident.unit_id)
        if incident.waiting:
            take_alert(incident, actor)
            incident.refresh_from_db()
        change(incident, Act.CLOSE)
        incident.owner = actor.person
        incident.closed_at = now()
        incident.outcome = ending
        incident.save()
        append(incident, "closed", actor=actor, note=note, outcome=ending)
        end_alert(incident)
    return incident


def add_note(*, actor: Actor, incident_id: int, note: str) -> IncidentEvent:
    """Something worth keeping, from someone who leads.

    Raises:
        Forbidden: the actor does not lead this unit.
        IncidentError: nothing was written.
    """
    with transaction.atomic():
        incident = locked(incident_id)
        authorise(actor, "service_quality.handle_incident", incident.unit_id)
        return append(incident, "note", actor=actor, note=_written(note))


def add_side(*, actor: Actor, incident_id: int, note: str) -> IncidentEvent:
    """What the officer at the counter has to say, also after the incident is closed.

    Raises:
        Forbidden: the actor is not the officer who sat there.
        IncidentError: nothing was written.
    """
    with transaction.atomic():
        incident = locked(incident_id)
        authorise(actor, "service_quality.add_side", incident.unit_id)
        if actor.person is None or incident.officer_id != actor.person.pk:
            raise Forbidden("service_quality.add_side")
        return append(incident, "officer_side", actor=actor, note=_written(note))


def _lately_at(counter: Counter, at: dt.datetime) -> list[Known]:
    found = counter.incidents.exclude(closed_at__lt=at - QUIET_PERIOD)
    return [Known(*row) for row in found.values_list("pk", "visit_id", "opened_at", "closed_at")]


def _written(note: str) -> str:
    if not note.strip():
        raise IncidentError("Ô nội dung đang trống.")
    return note.strip()
