"""Visits and irritations, item by item: each function says whether the item was new.

They run inside the batch's transaction and under its device's lock.
"""

from __future__ import annotations

import uuid

from motcua.organisation.models import Device
from motcua.organisation.permissions import Actor
from motcua.service_quality import exclusion, incidents, queue, rollups
from motcua.service_quality.intake.clock import Clock
from motcua.service_quality.models import Irritation, Level, Visit
from motcua_contract import Irritation as IrritationMessage
from motcua_contract import Level as ContractLevel
from motcua_contract import Summary, VisitClosed, VisitExcluded, VisitOpened

LEVELS = {
    ContractLevel.UNKNOWN: Level.UNKNOWN,
    ContractLevel.DISPLEASED: Level.DISPLEASED,
    ContractLevel.ORDINARY: Level.ORDINARY,
    ContractLevel.PLEASED: Level.PLEASED,
    ContractLevel.VERY_PLEASED: Level.VERY_PLEASED,
}


class ItemRefused(Exception):
    """This item will never be taken."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def open_visit(device: Device, clock: Clock, item: VisitOpened) -> bool:
    """A visit begins. Late news of a visit that is already closed changes nothing."""
    visit, fresh = Visit.objects.get_or_create(
        pk=item.visit,
        defaults={
            "counter_id": item.counter,
            "device": device,
            "opened_at": clock.past(item.at),
        },
    )
    _must_match(visit.counter_id, item.counter)
    if fresh:
        visit.queue_visit_id = queue.turn_of_visit(visit)
        visit.save(update_fields=["queue_visit_id"])
    return fresh


def close_visit(device: Device, clock: Clock, item: VisitClosed) -> bool:
    """A visit is over and its summary stands. Of an excluded visit only the time is taken."""
    visit, _ = Visit.objects.get_or_create(
        pk=item.visit,
        defaults={
            "counter_id": item.counter,
            "device": device,
            "opened_at": clock.past(item.opened),
        },
    )
    _must_match(visit.counter_id, item.counter)
    if visit.closed_at is not None:
        return False
    visit.closed_at = max(clock.past(item.at), visit.opened_at)
    visit.queue_visit_id = visit.queue_visit_id or queue.turn_of_visit(visit)
    if visit.excluded_at is None:
        if item.summary is not None:
            _take_summary(visit, item.summary, clock)
        rollups.add_visit(
            rollups.ClosedVisit(visit.counter_id, visit.closed_at, Level(visit.level), visit.score)
        )
    visit.save()
    return True


def exclude_visit(device: Device, clock: Clock, item: VisitExcluded) -> bool:
    """The citizen wished not to be measured."""
    known = Visit.objects.filter(pk=item.visit).first()
    if known is not None:
        _must_match(known.counter_id, item.counter)
    exclusion.exclude_visit(
        visit_id=item.visit,
        counter_id=item.counter,
        opened_at=clock.past(item.opened),
        actor=Actor.device(device),
        taken=(item.opened - exclusion.MARGIN, item.at + exclusion.MARGIN),
    )
    return known is None or known.excluded_at is None


def take_irritation(clock: Clock, item: IrritationMessage, excluded: set[uuid.UUID]) -> bool:
    """A sustained displeasure: kept, and an incident opened, once for each."""
    if item.visit in excluded:
        raise ItemRefused("visit_excluded", "the citizen wished not to be measured")
    ended_at = clock.past(item.ended) if item.ended else None
    kept, fresh = Irritation.objects.get_or_create(
        pk=item.id,
        defaults={
            "counter_id": item.counter,
            "visit_id": item.visit,
            "onset": clock.past(item.onset),
            "at": clock.past(item.at),
            "ended_at": ended_at,
            "confidence": item.confidence,
        },
    )
    _must_match(kept.counter_id, item.counter)
    if fresh:
        incidents.open_incident(
            counter_id=item.counter,
            cause="irritation",
            key=f"irritation:{item.id}",
            at=kept.at,
            visit_id=item.visit,
            confidence=item.confidence,
        )
        return True
    if ended_at is None or kept.ended_at is not None:
        return False
    kept.ended_at = ended_at
    kept.save(update_fields=["ended_at"])
    return True


def _must_match(kept: int, given: int) -> None:
    if kept != given:
        raise ItemRefused("foreign_visit", "this identifier belongs to another counter")


def _take_summary(visit: Visit, summary: Summary, clock: Clock) -> None:
    visit.level = LEVELS[summary.level]
    visit.score = summary.score if visit.level != Level.UNKNOWN else None
    visit.good_view = summary.good_view
    visit.expressions = summary.expressions.model_dump()
    visit.curve = [[point.t, point.pleasant, point.negative] for point in summary.curve]
    visit.end_valence = summary.end
    if summary.peak is not None:
        visit.peak_at = clock.past(summary.peak.at)
        visit.peak_valence = summary.peak.valence
