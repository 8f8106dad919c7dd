"""The story of an alert as its pages tell it: steps, people, deliveries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from motcua.alerts.models import Alert, Notice, Step
from motcua.alerts.rules import Way
from motcua.alerts.selectors import gaps_in_words
from motcua.messaging.models import Message
from motcua.messaging.rules import State as Delivery

_TONES = {
    Delivery.DELIVERED: "good",
    Delivery.HANDED_OVER: "info",
    Delivery.FAILED: "urgent",
    Delivery.UNDELIVERED: "urgent",
    Delivery.EXPIRED: "urgent",
    Delivery.UNCERTAIN: "attention",
}


@dataclass(frozen=True)
class ToldLine:
    """One person by one channel, and what became of the message."""

    name: str
    capacity: str
    stands_for: str
    way: str
    state: str
    tone: str


@dataclass(frozen=True)
class StepLine:
    """One step: when, whom, until when, and who could not be told."""

    number: int
    level: int
    at: dt.datetime
    deadline: dt.datetime | None
    told: tuple[ToldLine, ...]
    gaps: tuple[str, ...]


def record_of(alert: Alert) -> list[StepLine]:
    """The steps of an alert that was read by `selectors.with_record`, oldest first."""
    steps = list(alert.steps.all())
    keys = [notice.message_key for step in steps for notice in step.notices.all()]
    states = dict(Message.objects.filter(key__in=filter(None, keys)).values_list("key", "state"))
    return [_line(step, states) for step in steps]


def _line(step: Step, states: dict[str, str]) -> StepLine:
    return StepLine(
        number=step.number,
        level=step.level,
        at=step.at,
        deadline=step.deadline,
        told=tuple(_told(notice, states) for notice in _telling(list(step.notices.all()))),
        gaps=tuple(gaps_in_words(step.gaps)),
    )


def _telling(notices: list[Notice]) -> list[Notice]:
    """Without the screen of people who were told otherwise too: it says nothing new."""
    sent = {notice.person_id for notice in notices if notice.way != Way.SCREEN}
    return [each for each in notices if each.way != Way.SCREEN or each.person_id not in sent]


def _told(notice: Notice, states: dict[str, str]) -> ToldLine:
    if notice.way == Way.SCREEN:
        state, tone = "Hiện trên màn hình", "neutral"
    else:
        delivery = Delivery(states.get(notice.message_key, Delivery.QUEUED))
        state, tone = delivery.vietnamese, _TONES.get(delivery, "neutral")
    return ToldLine(
        name=notice.person.full_name,
        capacity=notice.capacity,
        stands_for=notice.stands_for.full_name if notice.stands_for else "",
        way=notice.get_way_display(),
        state=state,
        tone=tone,
    )
