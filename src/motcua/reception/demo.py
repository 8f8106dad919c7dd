"""A small living queue for the demonstration: yesterday's turns, and people who wait now.

Loading again adds a queue for a new day and changes nothing that stands.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid

from django.db import transaction

from motcua.kernel.clock import CITY, now, start_of_day, today
from motcua.organisation import duty
from motcua.organisation.demo import BINH_TIEN, LONG_HAI
from motcua.organisation.models import Counter, CounterDuty, Person, Unit
from motcua.organisation.permissions import SYSTEM, Actor
from motcua.organisation.selectors import calendar_of
from motcua.reception.models import Line, NumberSeries, PriorityGroup, Ticket, Turn
from motcua.reception.rules import State
from motcua.reception.services import setup

SEED = 20261124
PAST_DAYS = 3
TURNS_A_DAY = 14
MEDIAN_SECONDS = 400
WAITING = (("A", False), ("B", False), ("A", True), ("C", False), ("B", False), ("A", False))
"""Letters of those who wait when the demonstration opens, and whether they go first."""
SERVED = ("A", "B", "C")
"""Those who are done already today."""
SEATS = {1: "binhtien.hotich", 2: "binhtien.xaydung"}
"""Who sits at which counter of phường Bình Tiên."""


def load() -> None:
    """Set up both demonstration units, and let Bình Tiên's queue live."""
    with transaction.atomic():
        for invented in (BINH_TIEN, LONG_HAI):
            setup.draft(actor=SYSTEM, unit_id=Unit.objects.get(code=invented.code).pk)
        unit = Unit.objects.get(code=BINH_TIEN.code)
        if Ticket.objects.filter(unit=unit, day=today()).exists():
            return
        chance = random.Random(f"{SEED}:{today()}")  # noqa: S311 - invented data
        _sit_down(unit)
        for day in _last_working_days(unit):
            if not Ticket.objects.filter(unit=unit, day=day).exists():
                _past_day(unit, day, chance)
        _today(unit, chance)


def _last_working_days(unit: Unit) -> list[dt.date]:
    calendar = calendar_of(unit.pk)
    before = (today() - dt.timedelta(days=back) for back in range(1, 30))
    worked = [day for day in before if calendar.is_working_day(day)]
    return sorted(worked[:PAST_DAYS])


def _sit_down(unit: Unit) -> None:
    for number, username in SEATS.items():
        counter = Counter.objects.get(unit=unit, number=number)
        person = Person.objects.get(username=username)
        taken = CounterDuty.objects.filter(counter=counter, until=None).exclude(person=person)
        if not taken.filter(since__gte=start_of_day(today())).exists():
            duty.take_duty(actor=Actor.of(person), counter_id=counter.pk)


def _past_day(unit: Unit, day: dt.date, chance: random.Random) -> None:
    for counter in Counter.objects.filter(unit=unit, active=True):
        lines = list(Line.objects.filter(unit=unit, field__counters=counter))
        free = dt.datetime.combine(day, dt.time(7, 40), tzinfo=CITY)
        for _ in range(TURNS_A_DAY if lines else 0):
            taken = free - dt.timedelta(minutes=chance.uniform(2, 25))
            ticket = _ticket(unit, chance.choice(lines), taken, chance.random() < 0.2)
            free = _served(ticket, counter, free, chance)


def _today(unit: Unit, chance: random.Random) -> None:
    moment = now()
    counters = {counter.number: counter for counter in Counter.objects.filter(unit=unit)}
    begin = moment - dt.timedelta(minutes=45)
    for letter in SERVED:
        line = _line(unit, letter)
        counter = next(each for each in counters.values() if line.field in each.fields.all())
        taken = begin - dt.timedelta(minutes=chance.uniform(4, 12))
        _served(_ticket(unit, line, taken, False), counter, begin, chance)
        begin += dt.timedelta(minutes=2)
    for back, (letter, priority) in zip(range(len(WAITING) * 3, 0, -3), WAITING, strict=True):
        taken = moment - dt.timedelta(minutes=back)
        _ticket(unit, _line(unit, letter), taken, priority)


def _line(unit: Unit, letter: str) -> Line:
    return Line.objects.filter(unit=unit, letter=letter).order_by("order")[0]


def _ticket(unit: Unit, line: Line, taken: dt.datetime, priority: bool) -> Ticket:
    group = PriorityGroup.objects.filter(unit=unit, active=True).first() if priority else None
    day = taken.astimezone(CITY).date()
    series, fresh = NumberSeries.objects.get_or_create(
        unit=unit, day=day, letter=line.letter, spare=False, defaults={"last": 1}
    )
    if not fresh:
        series.last += 1
        series.save()
    return Ticket.objects.create(
        key=uuid.uuid4(),
        unit=unit,
        day=day,
        letter=line.letter,
        number=series.last,
        line=line,
        priority=group,
        origin=Ticket.Origin.SCREEN,
        taken_at=taken,
        place=taken,
        demonstration=True,
    )


def _served(
    ticket: Ticket, counter: Counter, called: dt.datetime, chance: random.Random
) -> dt.datetime:
    """The ticket's turn at the counter; when the counter is free again."""
    absent = chance.random() < 0.07
    seconds = 80.0 if absent else MEDIAN_SECONDS * chance.lognormvariate(0, 0.5)
    ended = min(called + dt.timedelta(seconds=seconds), now())
    Turn.objects.create(
        ticket=ticket,
        counter=counter,
        line=ticket.line,
        officer=None,
        priority=ticket.priority_id is not None,
        called_at=called,
        last_called_at=called,
        started_at=None if absent else called + dt.timedelta(seconds=20),
        ended_at=ended,
        end=Turn.End.NO_SHOW if absent else Turn.End.DONE,
    )
    ticket.state = State.NO_SHOW if absent else State.DONE
    ticket.called_at = called
    ticket.missed_at = ended if absent else None
    ticket.ended_at = None if absent else ended
    ticket.save()
    return ended + dt.timedelta(seconds=chance.uniform(15, 90))
