"""What tests of the queue are made of.

hall = hall_with("A", "B")          two counters with an officer each, one line a letter
ticket = hall.ticket("A")
turn = hall.call(0)
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import factory
from factory.django import DjangoModelFactory

from motcua.kernel.clock import now
from motcua.organisation import duty
from motcua.organisation.models import Counter, Device, Unit
from motcua.organisation.permissions import Actor
from motcua.organisation.rules import Role
from motcua.reception.models import Line, PriorityGroup, Ticket, Turn
from motcua.reception.services import calling, tickets
from motcua.reception.services.tickets import Wish
from tests.factories import CounterFactory, FieldFactory, UnitFactory, enrolled_device, person_with


class LineFactory(DjangoModelFactory[Line]):
    """Something people come for, under the letter A unless told otherwise."""

    class Meta:
        model = Line

    unit = factory.SubFactory(UnitFactory)
    field = factory.SubFactory(FieldFactory)
    letter = "A"
    name = factory.Sequence(lambda n: f"Việc {n}")
    name_en = factory.Sequence(lambda n: f"Matter {n}")


class PriorityGroupFactory(DjangoModelFactory[PriorityGroup]):
    """A group that may go first."""

    class Meta:
        model = PriorityGroup

    unit = factory.SubFactory(UnitFactory)
    name = factory.Sequence(lambda n: f"Nhóm {n}")
    name_en = factory.Sequence(lambda n: f"Group {n}")
    source = "Bài thử"


@dataclass
class Hall:
    """A unit with lines, counters and an officer at each counter."""

    unit: Unit
    lines: dict[str, Line]
    counters: list[Counter]
    officers: list[Actor]
    group: PriorityGroup
    screen: Device

    def ticket(self, letter: str = "A", *, priority: bool = False) -> Ticket:
        """A number taken at the door."""
        return tickets.take_at_screen(
            device=self.screen, key=uuid.uuid4(), wish=self.wish(letter, priority=priority)
        )

    def wish(self, letter: str = "A", *, priority: bool = False) -> Wish:
        return Wish(self.lines[letter].pk, self.group.pk if priority else None)

    def call(self, at: int = 0) -> Turn:
        """The officer of this counter calls the next."""
        return calling.call_next(actor=self.officers[at], counter_id=self.counters[at].pk)

    def finish(self, turn: Turn) -> Turn:
        """The officer who called ends the turn."""
        at = next(i for i, each in enumerate(self.counters) if each.pk == turn.counter_id)
        return calling.finish(actor=self.officers[at], visit_id=turn.pk)

    def miss(self, turn: Turn, at: int = 0) -> Turn:
        """Called twice, nobody came."""
        calling.recall(actor=self.officers[at], visit_id=turn.pk)
        return calling.miss(actor=self.officers[at], visit_id=turn.pk)


def hall_with(*counters: str) -> Hall:
    """A hall; each argument holds the letters that one counter serves: `hall_with("AB", "B")`."""
    unit = UnitFactory()
    letters = sorted(set("".join(counters)))
    lines = {letter: LineFactory(unit=unit, letter=letter) for letter in letters}
    made = [
        CounterFactory(unit=unit, fields=[lines[letter].field for letter in served])
        for served in counters
    ]
    people = [person_with(Role.OFFICER, unit) for _ in made]
    for person, counter in zip(people, made, strict=True):
        duty.take_duty(actor=Actor.of(person), counter_id=counter.pk)
    screen, _ = enrolled_device(*made[:1], kind=Device.Kind.TICKETS, unit=unit)
    group = PriorityGroupFactory(unit=unit)
    return Hall(unit, lines, made, [Actor.of(person) for person in people], group, screen)


def past_turns(hall: Hall, letter: str, minutes: list[float], counter: int = 0) -> None:
    """Turns that ended before now, one after the other, of these lengths."""
    end = now() - dt.timedelta(minutes=10)
    for number, length in enumerate(minutes):
        begin = end - dt.timedelta(minutes=length)
        ticket = Ticket.objects.create(
            key=uuid.uuid4(),
            unit=hall.unit,
            day=begin.date() - dt.timedelta(days=1),
            letter=letter,
            number=500 + number,
            line=hall.lines[letter],
            origin=Ticket.Origin.SCREEN,
            state="done",
            taken_at=begin,
            place=begin,
            called_at=begin,
            ended_at=end,
        )
        Turn.objects.create(
            ticket=ticket,
            counter=hall.counters[counter],
            line=hall.lines[letter],
            priority=False,
            called_at=begin,
            last_called_at=begin,
            started_at=begin,
            ended_at=end,
            end=Turn.End.DONE,
        )
        end = begin - dt.timedelta(minutes=5)
