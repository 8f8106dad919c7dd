"""A person changes a camera's thresholds at a counter, with the evidence before their eyes.

Errors: `TuningError` (the message is for the person who typed).
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from motcua.kernel import audit
from motcua.kernel.clock import now
from motcua.organisation.models import Counter
from motcua.organisation.permissions import Actor, Forbidden, authorise
from motcua.service_quality import false_alarms
from motcua.service_quality.false_alarms import RISE_RANGE, SECONDS_RANGE, Suggestion, Thresholds
from motcua.service_quality.models import CounterTuning, Incident, TuningChange
from motcua.service_quality.rules import Cause, Outcome, State

EVIDENCE = dt.timedelta(days=28)


class TuningError(ValueError):
    """Thresholds out of bounds, or a change without a reason."""

    code = "tuning"


def thresholds_of(counter_id: int) -> Thresholds:
    """What holds at this counter now: the unit's own values or the engine's."""
    tuning = CounterTuning.objects.filter(pk=counter_id).first()
    return Thresholds(
        rise=(tuning and tuning.irritation_rise) or false_alarms.ENGINE_RISE,
        seconds=(tuning and tuning.irritation_seconds) or false_alarms.ENGINE_SECONDS,
    )


def suggestion_for(counter_id: int) -> Suggestion | None:
    """What the judged incidents since the last change, of 28 days at most, say."""
    since = now() - EVIDENCE
    last = TuningChange.objects.filter(counter_id=counter_id).order_by("-at").first()
    judged = Incident.objects.filter(
        counter_id=counter_id,
        state=State.CLOSED,
        opened_at__gt=max(since, last.at) if last else since,
    )
    seen = judged.filter(cause=Cause.IRRITATION)
    unseen = judged.exclude(cause=Cause.IRRITATION).exclude(outcome=Outcome.FALSE_ALARM)
    return false_alarms.suggest(
        n=seen.count(),
        false=seen.filter(outcome=Outcome.FALSE_ALARM).count(),
        missed=unseen.exclude(events__cause=Cause.IRRITATION).count(),
        now=thresholds_of(counter_id),
    )


def follow_queue(*, actor: Actor, counter_id: int, follow: bool) -> CounterTuning:
    """Have the counter's camera open and close visits at the officer's calls, or by itself.

    Raises:
        Forbidden: the actor may not tune counters of this unit.
    """
    with transaction.atomic():
        counter = Counter.objects.select_for_update(no_key=True).get(pk=counter_id)
        authorise(actor, "service_quality.tune_counter", counter.unit_id)
        tuning, _ = CounterTuning.objects.get_or_create(counter=counter)
        if tuning.follow_queue != follow:
            tuning.follow_queue = follow
            tuning.changed_by, tuning.changed_at = actor.person, now()
            tuning.save()
            audit.record(
                action="counter.follow_queue",
                actor=actor.label,
                subject=f"counter:{counter_id}",
                unit_id=counter.unit_id,
                detail={"active": follow},
            )
    return tuning


def tune(
    *, actor: Actor, counter_id: int, rise: float, seconds: float, reason: str
) -> CounterTuning:
    """Set a counter's thresholds; its camera hears of it with its next batch.

    Raises:
        Forbidden: the actor may not tune counters of this unit; machines never may.
        TuningError: out of bounds, or no reason given.
    """
    if actor.person is None:
        raise Forbidden("service_quality.tune_counter")
    if not RISE_RANGE[0] <= rise <= RISE_RANGE[1]:
        raise TuningError("Độ tăng phải từ 0,1 đến 0,95.")
    if not SECONDS_RANGE[0] <= seconds <= SECONDS_RANGE[1]:
        raise TuningError("Thời gian kéo dài phải từ 2 đến 60 giây.")
    if not reason.strip():
        raise TuningError("Ghi lý do thay đổi.")
    with transaction.atomic():
        counter = Counter.objects.select_for_update(no_key=True).get(pk=counter_id)
        authorise(actor, "service_quality.tune_counter", counter.unit_id)
        tuning, _ = CounterTuning.objects.get_or_create(counter=counter)
        TuningChange.objects.create(
            counter=counter,
            by=actor.person,
            rise_before=tuning.irritation_rise,
            rise_after=rise,
            seconds_before=tuning.irritation_seconds,
            seconds_after=seconds,
            reason=reason.strip()[:300],
        )
        tuning.irritation_rise, tuning.irritation_seconds = rise, seconds
        tuning.changed_by, tuning.changed_at = actor.person, now()
        tuning.save()
        audit.record(
            action="counter.tune",
            actor=actor.label,
            subject=f"counter:{counter_id}",
            unit_id=counter.unit_id,
            detail={"rise": rise, "seconds": seconds, "reason": reason.strip()[:300]},
        )
    return tuning
