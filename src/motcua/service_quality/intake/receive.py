"""What becomes of a batch: every item stored once, refused with a reason, or known already.

One short transaction a batch. Batches of one device queue behind each other on an advisory
lock, so a device that sends again before the first answer came cannot run into itself.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import transaction

from motcua.kernel import audit, statements, stream
from motcua.kernel.clock import now
from motcua.organisation import devices
from motcua.organisation.models import Device
from motcua.service_quality import guidance
from motcua.service_quality.intake import storage, visits
from motcua.service_quality.intake.clock import Clock
from motcua.service_quality.intake.envelope import BadItem, Parsed
from motcua.service_quality.intake.storage import Timed
from motcua.service_quality.intake.visits import ItemRefused
from motcua.service_quality.models import RefusedItem
from motcua.service_quality.partitions import kept_since
from motcua_contract import (
    Answer,
    Health,
    Irritation,
    Item,
    Reading,
    Refusal,
    VisitClosed,
    VisitExcluded,
    VisitOpened,
)

REFUSALS_KEPT = 20
"""Rows written about refused items of one batch; the answer names them all."""
_LOCK_SPACE = 0x4D51 << 40
"""Keeps this room's advisory locks apart from others'."""

Places = list[tuple[int, Item]]
M = TypeVar("M", VisitOpened, VisitClosed, VisitExcluded, Irritation)


@dataclass
class _Books:
    """What became of the items so far."""

    accepted: int = 0
    duplicates: int = 0
    bad: list[BadItem] = field(default_factory=list)

    def refuse(self, position: int, item: Item, code: str, reason: str) -> None:
        size = len(item.model_dump_json())
        self.bad.append(BadItem(position, item.sequence, item.kind, code, reason, size))

    def count(self, *, fresh: int, known: int = 0) -> None:
        self.accepted += fresh
        self.duplicates += known


def receive(*, device: Device, parsed: Parsed) -> Answer:
    """Take in a batch of an authenticated device.

    Returns:
        the answer, when everything in it is committed.
    """
    received_at = now()
    clock = Clock.of(sent_at=parsed.sent_at, received_at=received_at)
    books = _Books(bad=list(parsed.bad))
    with transaction.atomic():
        known = _look_up(device, parsed.items)
        own = _own(parsed.items, known.counters, books)
        _take(device, clock, own, known.excluded, books)
        _keep_refusals(device, books.bad)
    devices.touch(device, health=_newest_health(parsed.items, clock))
    after = parsed.signals_after
    news = after is not None and known.last_signal > after
    return Answer(
        accepted=books.accepted,
        duplicates=books.duplicates,
        refused=tuple(
            Refusal(sequence=bad.sequence, position=bad.position, code=bad.code, reason=bad.reason)
            for bad in books.bad
        ),
        received_at=received_at,
        clock_offset_seconds=round(clock.offset.total_seconds(), 3),
        signals=guidance.signals_for(known.counters, after) if news and after is not None else (),
        guidance_version=guidance.version_for(device),
    )


_LOOK_UP = """
WITH own AS MATERIALIZED (
    SELECT link.counter_id FROM organisation_device_counters link
    JOIN organisation_counter counter ON counter.id = link.counter_id
    WHERE link.device_id = %s AND counter.unit_id = %s
)
SELECT pg_advisory_xact_lock(%s),
    ARRAY(SELECT counter_id FROM own),
    ARRAY(SELECT id FROM service_quality_visit
          WHERE id = ANY(%s::uuid[]) AND excluded_at IS NOT NULL),
    (SELECT coalesce(max(newest.id), 0) FROM own, LATERAL (
        SELECT id FROM service_quality_countersignal signal
        WHERE signal.counter_id = own.counter_id ORDER BY id DESC LIMIT 1) newest)
"""


@dataclass(frozen=True)
class _Known:
    """What the centre knows that concerns a batch: fetched in one round trip, and not through
    models, because it happens a hundred times a second."""

    counters: set[int]
    """Of this device, in its unit."""
    excluded: set[uuid.UUID]
    """Those of the batch's visits that were excluded at the citizen's wish."""
    last_signal: int


def _look_up(device: Device, items: Places) -> _Known:
    """Lock the device's intake until the transaction ends, and fetch what is needed."""
    visits_named = {
        item.visit for _, item in items if isinstance(item, Reading | Irritation) and item.visit
    }
    [(_, counters, excluded, last_signal)] = statements.run(
        _LOOK_UP, [device.pk, device.unit_id, _LOCK_SPACE | device.pk, list(visits_named)]
    )
    return _Known(set(counters), set(excluded), last_signal)


def _own(items: Places, counters: set[int], books: _Books) -> Places:
    """The items that concern counters of this device."""
    own: Places = []
    for position, item in items:
        if isinstance(item, Health) or item.counter in counters:
            own.append((position, item))
        else:
            books.refuse(position, item, "foreign_counter", "not a counter of this device")
    return own


def _take(
    device: Device, clock: Clock, items: Places, excluded: set[uuid.UUID], books: _Books
) -> None:
    """Exclusions first, so that nothing of an excluded visit slips in beside them."""
    _each(items, books, VisitExcluded, lambda item: visits.exclude_visit(device, clock, item))
    excluded = excluded | {item.visit for _, item in items if isinstance(item, VisitExcluded)}
    _each(items, books, VisitOpened, lambda item: visits.open_visit(device, clock, item))
    _each(items, books, VisitClosed, lambda item: visits.close_visit(device, clock, item))
    _each(items, books, Irritation, lambda item: visits.take_irritation(clock, item, excluded))
    _take_readings(device, clock, items, excluded, books)
    books.count(fresh=sum(isinstance(item, Health) for _, item in items))


def _each(items: Places, books: _Books, kind: type[M], act: Callable[[M], bool]) -> None:
    for position, item in items:
        if not isinstance(item, kind):
            continue
        try:
            fresh = act(item)
        except ItemRefused as refused:
            books.refuse(position, item, refused.code, str(refused))
        else:
            books.count(fresh=fresh, known=not fresh)


def _take_readings(
    device: Device, clock: Clock, items: Places, excluded: set[uuid.UUID], books: _Books
) -> None:
    oldest = kept_since(clock.received_at)
    good: list[Timed] = []
    for position, item in items:
        if not isinstance(item, Reading):
            continue
        at = clock.correct(item.at)
        if item.visit in excluded:
            books.refuse(position, item, "visit_excluded", "the citizen wished not to be measured")
        elif at < oldest:
            books.refuse(position, item, "too_old", "readings of that time are not kept any more")
        elif clock.is_future(item.at):
            books.refuse(position, item, "in_future", "taken later than it was sent")
        else:
            good.append(Timed(item, at))
    if not good:
        return
    fresh = storage.insert(good)
    books.count(fresh=fresh, known=len(good) - fresh)
    if told := storage.refresh_live(good, clock.received_at):
        _announce(device.unit_id, told)


def _announce(unit_id: int, told: list[Timed]) -> None:
    """Tell the officer's band of each counter, and the unit's board once for all of them."""
    for timed in told:
        reading = timed.reading
        stream.announce(
            channel=f"counter:{reading.counter}",
            kind="mood",
            data={
                "counter": reading.counter,
                "present": reading.present,
                "mood": reading.mood,
                "irritated": reading.irritated,
            },
        )
    stream.announce(
        channel=f"unit:{unit_id}:board",
        kind="mood",
        data={"counters": sorted(timed.reading.counter for timed in told)},
    )


def _newest_health(items: Places, clock: Clock) -> dict[str, Any] | None:
    """The latest report of the device on itself, with the state of its clock."""
    reports = [item for _, item in items if isinstance(item, Health)]
    if not reports:
        return None
    newest = max(reports, key=lambda report: report.sequence)
    return newest.model_dump(mode="json", exclude={"kind", "sequence"}) | {
        "clock_offset_seconds": round(clock.offset.total_seconds(), 1),
        "clock_trusted": clock.trusted,
    }


def _keep_refusals(device: Device, bad: list[BadItem]) -> None:
    """Leave a trace for the administrator: which device sends what that cannot be taken."""
    if not bad:
        return
    RefusedItem.objects.bulk_create(
        RefusedItem(
            device=device,
            sequence=each.sequence,
            kind=each.kind,
            code=each.code,
            reason=each.reason,
            size=each.size,
        )
        for each in bad[:REFUSALS_KEPT]
    )
    if foreign := sum(each.code in {"foreign_counter", "foreign_visit"} for each in bad):
        audit.record(
            action="device.foreign_items_refused",
            actor=f"device:{device.pk}",
            subject=f"device:{device.pk}",
            unit_id=device.unit_id,
            detail={"items": foreign},
        )
