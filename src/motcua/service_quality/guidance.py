"""What the centre tells a camera's computer: how each of its counters is judged, and when."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from motcua.kernel.clock import now
from motcua.organisation import selectors
from motcua.organisation.calendar import WorkingCalendar
from motcua.organisation.models import Counter, Device
from motcua.service_quality.models import CounterSignal, CounterTuning
from motcua_contract import (
    MAX_SIGNALS,
    CounterSettings,
    Guidance,
    OpenSession,
    Region,
    Signal,
    SignalKind,
    Thresholds,
)

ANALYSED_FPS = 5.0
"""Frames a second where nobody set another rate; the engine's thresholds were measured at it."""
DAYS_AHEAD = 14
"""How long a camera that hears nothing from the centre still knows the opening hours."""
VERSION_KEPT_SECONDS = 10.0
"""A change of settings reaches the cameras within this time and their next batch."""
SIGNAL_KEPT = dt.timedelta(days=1)

_versions: dict[int, tuple[float, str]] = {}


def guidance_of(device: Device) -> Guidance:
    """Everything this device needs to know, with a version that changes when any of it does."""
    last = CounterSignal.objects.aggregate(last=Max("id"))["last"] or 0
    return _settled(device).model_copy(update={"last_signal": last})


def version_for(device: Device) -> str:
    """Version of the device's guidance, at most VERSION_KEPT_SECONDS old."""
    kept = _versions.get(device.pk)
    if kept and kept[0] > time.monotonic():
        return kept[1]
    return _settled(device).version


def _settled(device: Device) -> Guidance:
    """All that does not change by itself, with its version."""
    moment = now()
    counters = tuple(
        _settings_of(counter, calendar, moment)
        for counter, calendar in _counters_with_calendar(device)
    )
    bare = Guidance(
        version="",
        unit=device.unit.name,
        device=device.name,
        now=moment,
        last_signal=0,
        counters=counters,
    )
    body = bare.model_dump_json(exclude={"version", "now", "last_signal"})
    version = hashlib.sha256(body.encode()).hexdigest()[:16]
    _versions[device.pk] = time.monotonic() + VERSION_KEPT_SECONDS, version
    return bare.model_copy(update={"version": version})


def forget_versions() -> None:
    """Have every version worked out anew."""
    _versions.clear()


def signal(*, counter_id: int, kind: SignalKind, at: dt.datetime | None = None) -> CounterSignal:
    """Leave news for the camera of a counter; it comes back with the device's next batch."""
    return CounterSignal.objects.create(counter_id=counter_id, kind=kind.value, at=at or now())


def signals_for(counter_ids: Iterable[int], after: int) -> tuple[Signal, ...]:
    """Signals of these counters since the one with this id, oldest first."""
    found = CounterSignal.objects.filter(counter_id__in=list(counter_ids), id__gt=after)
    return tuple(
        Signal(id=each.pk, counter=each.counter_id, kind=SignalKind(each.kind), at=each.at)
        for each in found.order_by("id")[:MAX_SIGNALS]
    )


def forget_old_signals() -> int:
    """Remove signals that no camera will act on any more."""
    with transaction.atomic():
        gone, _ = CounterSignal.objects.filter(at__lt=now() - SIGNAL_KEPT).delete()
    return gone


def _counters_with_calendar(device: Device) -> Iterable[tuple[Counter, WorkingCalendar]]:
    calendar = selectors.calendar_of(device.unit_id)
    counters = device.counters.filter(active=True, unit_id=device.unit_id)
    for counter in counters.select_related("tuning").order_by("number"):
        yield counter, calendar


def _settings_of(
    counter: Counter, calendar: WorkingCalendar, moment: dt.datetime
) -> CounterSettings:
    tuning = getattr(counter, "tuning", None) or CounterTuning(counter=counter)
    left, top, width, height = counter.region
    return CounterSettings(
        counter=counter.pk,
        number=counter.number,
        name=counter.name,
        enabled=counter.camera_enabled,
        always=settings.DEMONSTRATION,
        sessions=_sessions(calendar, moment.date()),
        region=Region(left=left, top=top, width=width, height=height),
        thresholds=Thresholds(
            irritation_rise=tuning.irritation_rise,
            irritation_seconds=tuning.irritation_seconds,
        ),
        analysed_fps=tuning.analysed_fps or ANALYSED_FPS,
        follow_queue=tuning.follow_queue,
    )


def _sessions(calendar: WorkingCalendar, today: dt.date) -> tuple[OpenSession, ...]:
    days = (today + dt.timedelta(days=ahead) for ahead in range(DAYS_AHEAD))
    return tuple(
        OpenSession(opens=session.start, closes=session.end)
        for day in days
        for session in calendar.sessions(day)
    )
