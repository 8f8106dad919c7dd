"""The history of an incident: its locks, its states, its appended events.

Errors:
    IncidentError          the message is for the person at the screen
    └── NotNow             the incident's state does not allow this act
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from motcua.alerts.models import Alert
from motcua.kernel import audit, stream
from motcua.kernel.clock import now
from motcua.organisation.permissions import SYSTEM, Actor
from motcua.service_quality.models import Incident, IncidentEvent
from motcua.service_quality.rules import TRANSITIONS, Act, State


class IncidentError(ValueError):
    """Something the person at the screen can put right."""

    code = "incident"


class NotNow(IncidentError):
    """The state of the incident does not allow this act; somebody else was quicker."""

    code = "incident_not_now"

    def __init__(self, incident: Incident) -> None:
        super().__init__(
            f"Sự việc đang ở trạng thái “{incident.get_state_display()}”, không làm việc này được. "
            "Xem diễn biến mới nhất bên dưới."
        )


def locked(incident_id: int) -> Incident:
    """The incident, locked. Only for acts that do not touch its alert afterwards."""
    return Incident.objects.select_for_update().get(pk=incident_id)


def locked_with_alert(incident_id: int) -> Incident:
    """The incident with its alert, locked in the order in which an answer locks them.

    A tap on a link locks the alert and then the incident; the other way round two people
    who act in the same moment would wait for each other.
    """
    while True:
        alert_id = Incident.objects.values_list("alert_id", flat=True).get(pk=incident_id)
        if alert_id:
            Alert.objects.select_for_update().get(pk=alert_id)
        incident = locked(incident_id)
        if incident.alert_id == alert_id:
            return incident


def change(incident: Incident, act: Act) -> None:
    """Move a locked incident on; the caller saves it.

    Raises:
        NotNow: its state does not allow this.
    """
    after = TRANSITIONS.get((State(incident.state), act))
    if after is None:
        raise NotNow(incident)
    incident.state = after


def append(
    incident: Incident,
    kind: str,
    *,
    at: dt.datetime | None = None,
    actor: Actor = SYSTEM,
    person_id: int | None = None,
    **values: Any,
) -> IncidentEvent:
    """Add to the history, audit it, and refresh the open pages."""
    event = IncidentEvent.objects.create(
        incident=incident,
        kind=kind,
        at=at or now(),
        person_id=actor.person.pk if actor.person else person_id,
        **values,
    )
    audit.record(
        action=f"incident.{kind}",
        actor=actor.label,
        subject=incident.subject,
        unit_id=incident.unit_id,
        detail={"counter": incident.counter_id, "state": incident.state},
    )
    for channel in (f"unit:{incident.unit_id}:board", f"counter:{incident.counter_id}"):
        stream.announce(
            channel=channel,
            kind="incident",
            data={"incident": incident.pk, "state": incident.state},
        )
    return event
