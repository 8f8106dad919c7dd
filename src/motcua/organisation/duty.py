"""Who sits at which counter: taken, handed over, left."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q

from motcua.kernel import audit, events, stream
from motcua.kernel.clock import CITY, now, start_of_day, today
from motcua.organisation.errors import CounterTaken, NotValid
from motcua.organisation.events import DutyChanged
from motcua.organisation.models import Counter, CounterDuty, Person, Unit
from motcua.organisation.permissions import Actor, authorise


def take_duty(*, actor: Actor, counter_id: int, hand_over: bool = False) -> CounterDuty:
    """The actor sits down at the counter and leaves the one where they sat before.

    Arguments:
        hand_over: relieve whoever sits there now.

    Raises:
        Forbidden: the actor is not an officer of the counter's unit.
        CounterTaken: somebody else sits there and `hand_over` was not asked for.
        NotValid: the counter is closed down.
    """
    with transaction.atomic():
        counter = _locked_counter(counter_id)
        authorise(actor, "organisation.take_duty", counter.unit_id)
        if actor.person is None:
            raise NotValid("counter", "Chỉ người mới trực quầy được.")
        if not counter.active:
            raise NotValid("counter", "Quầy đã ngừng hoạt động. Chọn quầy khác.")
        open_duties = CounterDuty.objects.select_related("person", "counter").filter(
            Q(counter=counter) | Q(person=actor.person), until=None
        )
        fresh = [duty for duty in open_duties if not _ended_if_forgotten(duty)]
        at_counter = next((duty for duty in fresh if duty.counter_id == counter.pk), None)
        if at_counter and at_counter.person_id == actor.person.pk:
            return at_counter
        if at_counter and not hand_over:
            raise CounterTaken(
                holder=at_counter.person.full_name,
                since=f"{at_counter.since.astimezone(CITY):%H:%M}",
            )
        for duty in fresh:
            _end(duty, actor.label, now())
            if duty.counter_id != counter.pk:
                _tell(duty.counter, None, now())
        duty = CounterDuty.objects.create(counter=counter, person=actor.person, since=now())
        audit.record(
            action="duty.take",
            actor=actor.label,
            subject=f"counter:{counter.pk}",
            unit_id=counter.unit_id,
            detail={"relieved": at_counter.person_id if at_counter else None},
        )
        _tell(counter, duty.person_id, duty.since)
    return duty


def leave_duty(*, actor: Actor, counter_id: int) -> None:
    """The actor leaves the counter. Leaving a counter where one does not sit changes nothing."""
    with transaction.atomic():
        counter = _locked_counter(counter_id)
        authorise(actor, "organisation.take_duty", counter.unit_id)
        held = _today(counter_id=counter.pk)
        if held and actor.person and held.person_id == actor.person.pk:
            _end(held, actor.label, now())
            _tell(counter, None, now())


def end_forgotten_duties() -> int:
    """End duties of earlier days that nobody left, and return how many."""
    ended = 0
    for found in CounterDuty.objects.filter(until=None, since__lt=start_of_day(today())):
        with transaction.atomic():
            counter = _locked_counter(found.counter_id)
            duty = (
                CounterDuty.objects.select_related("counter")
                .filter(pk=found.pk, until=None)
                .first()
            )
            if duty and _ended_if_forgotten(duty):
                _tell(counter, None, now())
                ended += 1
    return ended


def current_officer(counter_id: int) -> Person | None:
    """Who sits at the counter now. A duty that was forgotten yesterday holds nobody."""
    held = _today(counter_id=counter_id)
    return held.person if held else None


def current_duty(person: Person) -> CounterDuty | None:
    """The duty that this person has now, with its counter."""
    return _today(person_id=person.pk)


def _locked_counter(counter_id: int) -> Counter:
    """The counter, with every change of duty in its unit made one after the other.

    One lock a unit, because two officers who swap counters touch each other's rows.
    """
    unit_id = Counter.objects.values_list("unit_id", flat=True).get(pk=counter_id)
    Unit.objects.select_for_update(no_key=True).get(pk=unit_id)
    return Counter.objects.get(pk=counter_id)


def _today(**where: int) -> CounterDuty | None:
    return (
        CounterDuty.objects.select_related("person", "counter")
        .filter(until=None, since__gte=start_of_day(today()), **where)
        .first()
    )


def _ended_if_forgotten(duty: CounterDuty) -> bool:
    """End a duty of an earlier day at the midnight that followed it."""
    midnight = start_of_day(duty.since.astimezone(CITY).date() + dt.timedelta(days=1))
    if now() < midnight:
        return False
    _end(duty, "system", midnight)
    return True


def _tell(counter: Counter, person_id: int | None, at: dt.datetime) -> None:
    """Who sits here has changed: for the rooms above, the counter's band and the unit's board."""
    events.publish(DutyChanged(counter.pk, person_id, at))
    for channel in (f"counter:{counter.pk}", f"unit:{counter.unit_id}:board"):
        stream.announce(channel=channel, kind="duty", data={"counter": counter.pk})


def _end(duty: CounterDuty, actor: str, at: dt.datetime) -> None:
    # A clock that was set back must not make a duty end before it began.
    duty.until = max(at, duty.since)
    duty.save(update_fields=["until"])
    audit.record(
        action="duty.end",
        actor=actor,
        subject=f"counter:{duty.counter_id}",
        unit_id=duty.counter.unit_id,
        detail={"person": duty.person_id},
    )
