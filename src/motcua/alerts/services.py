"""Every write of this room's main story: raise, tell, go on, take, close.

Errors: `AlertClosed` (the alert has ended).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from procrastinate.contrib.django import app as jobs

from motcua.alerts import kinds, links, rules, selectors, texts
from motcua.alerts.events import AlertAcknowledged, AlertEscalated, AlertExhausted
from motcua.alerts.models import Alert, Notice, Policy, Step
from motcua.alerts.policies import ensure_policy
from motcua.alerts.rules import Act, State, Way
from motcua.kernel import audit, events, queues, stream
from motcua.kernel.clock import now
from motcua.messaging.services import Channel, Recipient, queue
from motcua.organisation.models import Counter
from motcua.organisation.permissions import SYSTEM, Actor, authorise

TIMER = "alerts.wait_for_answer"
_CHANNELS = {Way.SMS: Channel.SMS, Way.EMAIL: Channel.EMAIL}


class AlertClosed(ValueError):
    """The alert has ended; the message is for the person at the screen."""

    code = "alert_closed"

    def __init__(self) -> None:
        super().__init__("Cảnh báo này đã kết thúc.")


def raise_alert(
    *,
    kind: str,
    subject: str,
    unit_id: int,
    department_id: int | None,
    field_ids: Sequence[int],
    summary: str,
    page: str,
    key: str,
    urgent: bool = True,
    rehearsal: bool = False,
) -> Alert:
    """Tell the people whom the unit's policy names, and start waiting for an answer.

    Arguments:
        subject: what it is about, as `incident:17`.
        department_id: the department in charge, whose head an audience may name.
        field_ids: fields of work, the most telling first; a policy for one of them wins.
        summary: one line without any citizen's or officer's name; it goes into an SMS.
        page: path of the page where the matter is handled.
        key: the same key raises one alert however often it is called.

    Raises:
        KeyError: no room declares the kind.
    """
    kinds.get(kind)
    with transaction.atomic():
        alert, fresh = Alert.objects.get_or_create(
            key=key,
            defaults={
                "kind": kind,
                "subject": subject,
                "unit_id": unit_id,
                "department_id": department_id,
                "field_ids": list(field_ids),
                "policy": selectors.policy_for(unit_id=unit_id, kind=kind, field_ids=field_ids)
                or ensure_policy(unit_id=unit_id, kind=kind),
                "summary": summary,
                "page": page,
                "urgent": urgent,
                "rehearsal": rehearsal,
                "raised_at": now(),
            },
        )
        if fresh:
            _record(alert, "alert.raise", SYSTEM, rehearsal=rehearsal)
            _go_on(alert, after=None)
    return alert


def rehearse(*, actor: Actor, counter_id: int, kind: str, key: str) -> Alert:
    """Let the unit's people live through an alert with the real channels, marked as a rehearsal.

    Raises:
        Forbidden: the actor may not rehearse in the counter's unit.
    """
    counter = Counter.objects.get(pk=counter_id)
    authorise(actor, "alerts.rehearse", counter.unit_id)
    return raise_alert(
        kind=kind,
        subject=f"rehearsal:{key}",
        unit_id=counter.unit_id,
        department_id=counter.department_id,
        field_ids=list(counter.fields.values_list("pk", flat=True)),
        summary=f"quầy {counter.number} lúc {now():%H:%M}: {kinds.get(kind).example}",
        page="",
        key=f"rehearsal:{key}",
        rehearsal=True,
    )


def go_on(*, alert_id: int, step_id: int) -> None:
    """Tell the next level if this step is still the last one and its time is over.

    Called by the step's timer and by the sweep; whoever comes second finds nothing to do.
    """
    with transaction.atomic():
        alert = Alert.objects.select_for_update().get(pk=alert_id)
        last = alert.steps.order_by("-number").first()
        if alert.state != State.OPEN or last is None or last.pk != step_id:
            return
        if last.deadline is None or last.deadline > now():
            return
        _go_on(alert, after=last.level)


def acknowledge(
    *, alert_id: int, actor: Actor, via: str, person_id: int | None = None
) -> tuple[Alert, bool]:
    """Take charge of an alert; escalation stops.

    Arguments:
        via: `link`, `sms` or `screen`.
        person_id: who answered, where the actor is a link and not a signed-in person.

    Returns:
        the alert, and whether this call took it; False when someone had taken it before.

    Raises:
        Forbidden: a signed-in person who neither leads the unit nor was told.
        AlertClosed: the alert has ended without anybody taking it.
    """
    with transaction.atomic():
        alert = Alert.objects.select_for_update().get(pk=alert_id)
        person_id = actor.person.pk if actor.person else person_id
        notice = None
        if person_id is not None:
            notice = Notice.objects.filter(step__alert=alert, person_id=person_id).last()
        if notice is None:
            authorise(actor, "alerts.acknowledge", alert.unit_id)
        if alert.acknowledged_at:
            return alert, False
        after = rules.TRANSITIONS.get((State(alert.state), Act.ACKNOWLEDGE))
        if after is None:
            raise AlertClosed
        alert.state = after
        alert.acknowledged_at = now()
        alert.acknowledged_by_id = person_id
        alert.acknowledged_as = notice.capacity if notice else "Lãnh đạo đơn vị"
        alert.acknowledged_via = via
        alert.save()
        _record(alert, "alert.acknowledge", actor, via=via)
        events.publish(
            AlertAcknowledged(
                alert_id=alert.pk,
                kind=alert.kind,
                subject=alert.subject,
                by_label=alert.acknowledged_as,
                person_id=person_id,
                via=via,
                at=alert.acknowledged_at,
            )
        )
        if alert.rehearsal:
            _resolve(alert, actor)
    return alert, True


def resolve(*, alert_id: int, actor: Actor) -> Alert:
    """End an alert because its matter is closed. Ending it twice changes nothing.

    Raises:
        Forbidden: a signed-in person who may not handle alerts of this unit.
    """
    with transaction.atomic():
        alert = Alert.objects.select_for_update().get(pk=alert_id)
        authorise(actor, "alerts.acknowledge", alert.unit_id)
        if alert.state != State.RESOLVED:
            _resolve(alert, actor)
    return alert


def _resolve(alert: Alert, actor: Actor) -> None:
    alert.state = rules.TRANSITIONS[State(alert.state), Act.RESOLVE]
    alert.resolved_at = now()
    alert.save()
    _record(alert, "alert.resolve", actor)


def _go_on(alert: Alert, *, after: int | None) -> None:
    """Take the policy's next steps for a locked or fresh alert."""
    at = now()
    policy = alert.policy or ensure_policy(unit_id=alert.unit_id, kind=alert.kind)
    levels = [level.rule() for level in policy.levels.prefetch_related("people")]
    directory = selectors.directory(
        unit_id=alert.unit_id, department_id=alert.department_id, levels=levels, at=at
    )
    plan = rules.next_step(levels, after, directory)
    for step in plan.steps:
        _tell(alert, policy, step, at)
        if step.level.position > 0:
            events.publish(
                AlertEscalated(alert.pk, alert.kind, alert.subject, step.level.position, at)
            )
    if plan.exhausted:
        alert.state = rules.TRANSITIONS[State(alert.state), Act.EXHAUST]
        alert.exhausted_at = at
        alert.save()
        _record(alert, "alert.exhaust", SYSTEM)
        events.publish(AlertExhausted(alert.pk, alert.kind, alert.subject, at))


def _tell(alert: Alert, policy: Policy, step: rules.Step, at: dt.datetime) -> None:
    """Put one step on the record, with a notice and a message for each of its people."""
    row = Step.objects.create(
        alert=alert,
        number=alert.steps.count(),
        level=step.level.position,
        at=at,
        deadline=at + step.level.wait if step.waits else None,
        gaps=[{"who": gap.who, "reason": gap.reason} for gap in step.roll.gaps],
    )
    for told in step.roll.told:
        for way in told.ways:
            _notify(alert, policy, row, told, way)
    _record(alert, "alert.tell", SYSTEM, step=row.number, people=len(step.roll.told))
    if row.deadline:
        jobs.configure_task(TIMER, queue=queues.URGENT, schedule_at=row.deadline).defer(
            alert_id=alert.pk, step_id=row.pk
        )


def _notify(alert: Alert, policy: Policy, step: Step, told: rules.Told, way: Way) -> None:
    key = f"alert:{alert.pk}:{step.number}:{told.contact.person_id}"
    if way is Way.EMAIL:
        key += ":email"
    notice = Notice.objects.create(
        step=step,
        person_id=told.contact.person_id,
        stands_for_id=told.stands_for,
        capacity=told.capacity,
        way=way,
        message_key="" if way is Way.SCREEN else key,
        at=step.at,
    )
    if way is Way.SCREEN:
        return
    queue(
        unit_id=alert.unit_id,
        purpose=f"alert.{alert.kind}",
        recipient=Recipient(
            phone=told.contact.phone,
            email=told.contact.email,
            person_id=told.contact.person_id,
            label=told.capacity,
        ),
        channel=_CHANNELS[way],
        text=texts.compose(
            template=policy.template,
            summary=alert.summary,
            link=links.url(notice.pk),
            code=alert.pk,
            rehearsal=alert.rehearsal,
        ),
        key=key,
        urgent=alert.urgent,
        subject=("Diễn tập: " if alert.rehearsal else "Cảnh báo: ") + alert.summary,
    )


def _record(alert: Alert, action: str, actor: Actor, **detail: object) -> None:
    """Audit the act and refresh the open pages."""
    audit.record(
        action=action,
        actor=actor.label,
        subject=f"alert:{alert.pk}",
        unit_id=alert.unit_id,
        detail={"kind": alert.kind, "about": alert.subject, **detail},
    )
    stream.announce(
        channel=f"unit:{alert.unit_id}:alerts",
        kind="alert",
        data={"alert": alert.pk, "state": alert.state},
    )
