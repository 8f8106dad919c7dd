"""The present moment of a unit: who is at which counter, and how it looks there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from motcua.board.rules import LevelCounts, Period
from motcua.board.selectors import counters_of, levels_by_counter
from motcua.kernel.clock import now, today
from motcua.messaging import health as messages
from motcua.organisation import selectors as organisation
from motcua.organisation.models import Counter, CounterDuty, Device, Unit
from motcua.service_quality.models import CounterNow, Level

FRESH = dt.timedelta(seconds=12)
"""A camera sends once a second; what is older than this is no longer "now"."""

MOOD_CODES = {
    Level.UNKNOWN: "unknown",
    Level.DISPLEASED: "dissatisfied",
    Level.ORDINARY: "neutral",
    Level.PLEASED: "happy",
    Level.VERY_PLEASED: "very_happy",
}


@dataclass(frozen=True)
class CounterCard:
    """One counter as its card shows it."""

    counter: Counter
    officer: str
    camera: str
    mood: str
    present: bool
    irritated: bool
    today: LevelCounts

    @property
    def tone(self) -> str:
        """Colour of the card: urgent when someone is irritated, never by the score of the day."""
        return "urgent" if self.irritated else ""


def cards(unit: Unit) -> list[CounterCard]:
    """Every active counter of the unit, by number."""
    counters = counters_of(unit)
    present = {row.counter_id: row for row in CounterNow.objects.filter(counter__in=counters)}
    duties = CounterDuty.objects.filter(counter__in=counters, until=None).select_related("person")
    officers = {duty.counter_id: duty.person.full_name for duty in duties}
    levels = levels_by_counter(counters, Period(today(), today()))
    return [
        _card(counter, officers.get(counter.pk, ""), present.get(counter.pk), levels[counter.pk])
        for counter in counters
    ]


def _card(
    counter: Counter, officer: str, row: CounterNow | None, levels: LevelCounts
) -> CounterCard:
    fresh = row is not None and now() - row.at <= FRESH
    if not counter.camera_enabled:
        camera = "Camera tắt tại quầy này"
    elif row is None:
        camera = "Chưa có camera gửi số liệu"
    elif not fresh:
        camera = f"Camera ngừng gửi từ {row.at.astimezone():%H:%M}"
    else:
        camera = ""
    seen = row if fresh else None
    return CounterCard(
        counter=counter,
        officer=officer,
        camera=camera,
        mood=MOOD_CODES[Level(seen.mood or Level.UNKNOWN)] if seen and seen.present else "",
        present=bool(seen and seen.present),
        irritated=bool(seen and seen.present and seen.irritated),
        today=levels,
    )


@dataclass(frozen=True)
class Health:
    """What needs a technician rather than a leader."""

    stuck: int
    offline: Sequence[Device]


def health(unit: Unit) -> Health:
    """Messages that do not get through and devices that fell silent."""
    offline: QuerySet[Device] = organisation.offline_devices(unit.pk)
    return Health(stuck=messages.stuck_count([unit.pk]), offline=list(offline))
