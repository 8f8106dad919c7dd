"""The citizen's choice: “không dùng camera cho lượt này”.

What was measured of the visit is deleted, taken out of every sum and not accepted any more. The
visit's times stay, so that the counter's workload remains right; an incident that was opened
from it stays with those who handle it, since somebody may already be on the way.
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from motcua.kernel import audit
from motcua.kernel.clock import now
from motcua.organisation.models import Counter
from motcua.organisation.permissions import Actor
from motcua.service_quality import guidance, rollups
from motcua.service_quality.models import CounterNow, Irritation, Level, Visit
from motcua_contract import SignalKind

LIVE_FOR = dt.timedelta(seconds=30)
MARGIN = dt.timedelta(minutes=5)
"""Readings are looked for a little beyond the visit's times, for clocks that differ."""


def exclude_current_visit(*, counter_id: int, actor: Actor) -> Visit | None:
    """Leave out whoever is at this counter now, from the first second of their visit.

    The camera is told as well: it may know of a visit that the centre has not heard of, and it
    deletes what still lies in its spool.

    Returns:
        the visit, when the centre knows which it is.
    """
    moment = now()
    with transaction.atomic():
        guidance.signal(counter_id=counter_id, kind=SignalKind.EXCLUDE_VISIT, at=moment)
        live = CounterNow.objects.filter(
            counter_id=counter_id, at__gte=moment - LIVE_FOR, visit_id__isnull=False
        ).first()
        if live is None or live.visit_id is None:
            audit.record(
                action="visit.exclude",
                actor=actor.label,
                subject=f"counter:{counter_id}",
                unit_id=Counter.objects.values_list("unit_id", flat=True).get(pk=counter_id),
            )
            return None
        known = Visit.objects.filter(pk=live.visit_id).first()
        return exclude_visit(
            visit_id=live.visit_id,
            counter_id=counter_id,
            opened_at=known.opened_at if known else live.at,
            actor=actor,
            taken=((known.opened_at if known else live.at) - MARGIN, moment + MARGIN),
        )


def exclude_visit(
    *,
    visit_id: uuid.UUID,
    counter_id: int,
    opened_at: dt.datetime,
    actor: Actor,
    taken: tuple[dt.datetime, dt.datetime],
) -> Visit:
    """Forget what was measured of this visit. Doing it again deletes what came in between.

    Arguments:
        opened_at: when it began, for a visit that was not heard of yet.
        taken: bounds of its readings on the device's own clock.
    """
    with transaction.atomic():
        Visit.objects.get_or_create(
            pk=visit_id, defaults={"counter_id": counter_id, "opened_at": opened_at}
        )
        visit = Visit.objects.select_for_update().select_related("counter").get(pk=visit_id)
        removed = rollups.forget_readings(
            counter_id=counter_id, visit_id=visit_id, since=taken[0], until=taken[1]
        )
        first_time = visit.excluded_at is None
        if first_time:
            if visit.closed_at is not None:
                rollups.add_visit(_sums(visit), sign=-1)
            _erase(visit)
        Irritation.objects.filter(visit_id=visit_id).delete()
        CounterNow.objects.filter(counter_id=counter_id, visit_id=visit_id).update(
            mood=None, pleasant=None, negative=None, irritated=False
        )
        if first_time or removed:
            audit.record(
                action="visit.exclude",
                actor=actor.label,
                subject=f"visit:{visit_id}",
                unit_id=visit.counter.unit_id,
                detail={"counter": counter_id, "readings_deleted": removed},
            )
    return visit


def _sums(visit: Visit) -> rollups.ClosedVisit:
    assert visit.closed_at is not None
    return rollups.ClosedVisit(visit.counter_id, visit.closed_at, Level(visit.level), visit.score)


def _erase(visit: Visit) -> None:
    visit.excluded_at = now()
    visit.level, visit.score, visit.good_view = Level.UNKNOWN, None, None
    visit.expressions, visit.curve = {}, []
    visit.peak_at = visit.peak_valence = visit.end_valence = None
    visit.save()
