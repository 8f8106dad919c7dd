"""An incident and its alert: telling people, and hearing that they answered or did not."""

from __future__ import annotations

from motcua.alerts import services as alerts
from motcua.alerts.events import AlertAcknowledged, AlertEscalated, AlertExhausted
from motcua.alerts.kinds import Kind
from motcua.alerts.rules import Audience
from motcua.kernel.clock import CITY
from motcua.organisation.models import Counter
from motcua.organisation.permissions import SYSTEM, Actor
from motcua.service_quality.incidents.record import append, change, locked
from motcua.service_quality.models import Incident
from motcua.service_quality.rules import SAID_IN_MESSAGES, Act, Cause

ALERT = Kind(
    code="incident",
    name="Người dân chưa hài lòng tại quầy",
    what_to_do="Đến quầy, hỏi người dân cần gì, xin lỗi nếu cần và giải quyết. "
    "Xong thì ghi kết quả vào sự việc.",
    example=SAID_IN_MESSAGES[Cause.IRRITATION],
)
ESCALATION = Kind(
    code="incident_escalated",
    name="Sự việc tại quầy chuyển cấp trên",
    what_to_do="Người nhận trước đề nghị cấp trên xử lý. Đến quầy hoặc gọi cho Trung tâm.",
    example="sự việc tại quầy cần cấp trên xử lý",
    first_told=(Audience.COMMITTEE_LEADERS,),
)


def tell(incident: Incident, counter: Counter, cause: Cause, kind: Kind = ALERT) -> Incident:
    """Raise the alert of an incident; an earlier one ends."""
    end_alert(incident)
    incident.alert = None
    incident.save(update_fields=["alert"])
    said = SAID_IN_MESSAGES[cause] if kind is ALERT else f"cần cấp trên, {SAID_IN_MESSAGES[cause]}"
    alert = alerts.raise_alert(
        kind=kind.code,
        subject=incident.subject,
        unit_id=incident.unit_id,
        department_id=incident.department_id,
        field_ids=list(counter.fields.order_by("name").values_list("pk", flat=True)),
        summary=f"quầy {counter.number} ({counter.name[:40]}) "
        f"lúc {incident.opened_at.astimezone(CITY):%H:%M}: {said}",
        page=incident.get_absolute_url(),
        key=f"{incident.subject}:{incident.events.count()}",
    )
    # Raising may have moved the incident on, when nobody at the first level can be reached.
    incident = locked(incident.pk)
    incident.alert = alert
    incident.save(update_fields=["alert"])
    return incident


def take_alert(incident: Incident, actor: Actor) -> None:
    """Take the alert; its event moves the incident on."""
    if incident.waiting and incident.alert_id:
        alerts.acknowledge(alert_id=incident.alert_id, actor=actor, via="screen")


def end_alert(incident: Incident) -> None:
    if incident.alert_id:
        alerts.resolve(alert_id=incident.alert_id, actor=SYSTEM)


def on_acknowledged(event: AlertAcknowledged) -> None:
    """Somebody took the alert, wherever: the incident has an owner."""
    incident = _of_alert(event.kind, event.alert_id, event.subject)
    if incident is None or not incident.waiting:
        return
    change(incident, Act.ACKNOWLEDGE)
    incident.owner_id = event.person_id
    incident.acknowledged_at = incident.acknowledged_at or event.at
    incident.save()
    actor = Actor(f"person:{event.person_id}") if event.person_id else SYSTEM
    append(
        incident,
        "acknowledged",
        at=event.at,
        actor=actor,
        person_id=event.person_id,
        capacity=event.by_label,
        detail={"via": event.via},
    )


def on_escalated(event: AlertEscalated) -> None:
    """Nobody answered in time: those above were told."""
    incident = _of_alert(event.kind, event.alert_id, event.subject)
    if incident is not None and incident.waiting:
        change(incident, Act.ESCALATE)
        incident.save()
        append(incident, "escalated", at=event.at, detail={"level": event.level})


def on_exhausted(event: AlertExhausted) -> None:
    """Everyone was told and nobody answered: it stays open, on top of the board."""
    incident = _of_alert(event.kind, event.alert_id, event.subject)
    if incident is not None and incident.waiting:
        change(incident, Act.ESCALATE)
        incident.save()
        append(incident, "exhausted", at=event.at)


def _of_alert(kind: str, alert_id: int, subject: str) -> Incident | None:
    """The incident an alert is about, locked; None for other alerts and for earlier ones of it.

    An alert that is only just being raised is not noted in its incident yet.
    """
    if kind not in {ALERT.code, ESCALATION.code} or not subject.startswith("incident:"):
        return None
    incident = locked(int(subject.partition(":")[2]))
    return incident if incident.alert_id in {None, alert_id} else None
