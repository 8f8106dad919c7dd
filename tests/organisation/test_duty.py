"""One officer at a counter, one counter for an officer, and nobody by mistake."""

from __future__ import annotations

import datetime as dt
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connection

from motcua.kernel import events
from motcua.kernel.clock import CITY, now
from motcua.kernel.models import AuditEntry
from motcua.organisation import duty
from motcua.organisation.errors import CounterTaken, NotValid
from motcua.organisation.events import DutyChanged
from motcua.organisation.models import CounterDuty
from motcua.organisation.permissions import Actor, Forbidden
from motcua.organisation.rules import Role
from tests.factories import CounterFactory, UnitFactory, actor_with

MORNING = dt.datetime(2026, 11, 25, 7, 32, tzinfo=CITY)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[DutyChanged]:
    found: list[DutyChanged] = []
    monkeypatch.setitem(events._handlers, DutyChanged, [found.append])
    return found


@pytest.mark.django_db
def test_an_officer_sits_down_and_the_news_goes_out(heard: list[DutyChanged]) -> None:
    counter = CounterFactory()
    officer = actor_with(Role.OFFICER, counter.unit)
    duty.take_duty(actor=officer, counter_id=counter.pk)
    assert duty.current_officer(counter.pk) == officer.person
    assert [(each.counter_id, each.person_id) for each in heard] == [
        (counter.pk, officer.person.pk)  # type: ignore[union-attr]
    ]
    assert AuditEntry.objects.get(action="duty.take").subject == f"counter:{counter.pk}"


@pytest.mark.django_db
def test_sitting_down_twice_is_once() -> None:
    counter = CounterFactory()
    officer = actor_with(Role.OFFICER, counter.unit)
    first = duty.take_duty(actor=officer, counter_id=counter.pk)
    assert duty.take_duty(actor=officer, counter_id=counter.pk) == first


@pytest.mark.django_db
def test_a_taken_counter_says_who_sits_there_since_when() -> None:
    counter = CounterFactory()
    with time_machine.travel(MORNING, tick=False) as traveller:
        first = actor_with(Role.OFFICER, counter.unit)
        duty.take_duty(actor=first, counter_id=counter.pk)
        traveller.shift(600)
        with pytest.raises(CounterTaken, match=r"Người Thử \d+ trực từ 07:32"):
            duty.take_duty(actor=actor_with(Role.OFFICER, counter.unit), counter_id=counter.pk)
        assert duty.current_officer(counter.pk) == first.person


@pytest.mark.django_db
def test_a_hand_over_relieves_the_one_before() -> None:
    counter = CounterFactory()
    first, second = (actor_with(Role.OFFICER, counter.unit) for _ in range(2))
    duty.take_duty(actor=first, counter_id=counter.pk)
    duty.take_duty(actor=second, counter_id=counter.pk, hand_over=True)
    assert duty.current_officer(counter.pk) == second.person
    assert first.person
    assert duty.current_duty(first.person) is None


@pytest.mark.django_db
def test_sitting_down_elsewhere_frees_the_first_counter(heard: list[DutyChanged]) -> None:
    one = CounterFactory()
    two = CounterFactory(unit=one.unit)
    officer = actor_with(Role.OFFICER, one.unit)
    duty.take_duty(actor=officer, counter_id=one.pk)
    duty.take_duty(actor=officer, counter_id=two.pk)
    assert duty.current_officer(one.pk) is None
    assert duty.current_officer(two.pk) == officer.person
    assert [(each.counter_id, each.person_id is None) for each in heard][1:] == [
        (one.pk, True),
        (two.pk, False),
    ]


@pytest.mark.django_db
def test_leaving_frees_the_counter_and_leaving_twice_is_once() -> None:
    counter = CounterFactory()
    officer = actor_with(Role.OFFICER, counter.unit)
    duty.take_duty(actor=officer, counter_id=counter.pk)
    duty.leave_duty(actor=officer, counter_id=counter.pk)
    duty.leave_duty(actor=officer, counter_id=counter.pk)
    assert duty.current_officer(counter.pk) is None
    assert AuditEntry.objects.filter(action="duty.end").count() == 1


@pytest.mark.django_db
def test_nobody_can_send_another_officer_away_by_leaving() -> None:
    counter = CounterFactory()
    sitting, other = (actor_with(Role.OFFICER, counter.unit) for _ in range(2))
    duty.take_duty(actor=sitting, counter_id=counter.pk)
    duty.leave_duty(actor=other, counter_id=counter.pk)
    assert duty.current_officer(counter.pk) == sitting.person


@pytest.mark.django_db
def test_yesterdays_forgotten_duty_holds_nobody_even_when_no_job_ran_at_night() -> None:
    counter = CounterFactory()
    forgetful, next_day = (actor_with(Role.OFFICER, counter.unit) for _ in range(2))
    with time_machine.travel(MORNING, tick=False) as traveller:
        old = duty.take_duty(actor=forgetful, counter_id=counter.pk)
        traveller.shift(dt.timedelta(days=2))
        assert duty.current_officer(counter.pk) is None
        duty.take_duty(actor=next_day, counter_id=counter.pk)
        assert duty.current_officer(counter.pk) == next_day.person
        old.refresh_from_db()
        assert old.until == dt.datetime(2026, 11, 26, tzinfo=CITY)


@pytest.mark.django_db
def test_the_nightly_job_ends_what_was_forgotten_and_nothing_else() -> None:
    unit = UnitFactory()
    one, two = CounterFactory(unit=unit), CounterFactory(unit=unit)
    with time_machine.travel(MORNING, tick=False) as traveller:
        duty.take_duty(actor=actor_with(Role.OFFICER, unit), counter_id=one.pk)
        traveller.shift(dt.timedelta(days=1))
        duty.take_duty(actor=actor_with(Role.OFFICER, unit), counter_id=two.pk)
        assert duty.end_forgotten_duties() == 1
        assert CounterDuty.objects.get(until=None).counter == two


@pytest.mark.django_db
def test_a_closed_counter_cannot_be_taken() -> None:
    counter = CounterFactory(active=False)
    with pytest.raises(NotValid):
        duty.take_duty(actor=actor_with(Role.OFFICER, counter.unit), counter_id=counter.pk)


@pytest.mark.django_db
def test_an_officer_of_another_ward_may_not_sit_here() -> None:
    with pytest.raises(Forbidden):
        duty.take_duty(
            actor=actor_with(Role.OFFICER, UnitFactory()), counter_id=CounterFactory().pk
        )


@pytest.mark.django_db(transaction=True)
def test_two_officers_who_swap_counters_at_the_same_moment_both_arrive() -> None:
    unit = UnitFactory()
    counters = [CounterFactory(unit=unit), CounterFactory(unit=unit)]
    officers = [actor_with(Role.OFFICER, unit) for _ in range(2)]
    for officer, counter in zip(officers, counters, strict=True):
        duty.take_duty(actor=officer, counter_id=counter.pk)
    together = Barrier(2)
    failures: list[Exception] = []

    def swap(officer: Actor, counter_id: int) -> None:
        try:
            together.wait(5)
            duty.take_duty(actor=officer, counter_id=counter_id, hand_over=True)
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    for _ in range(5):
        counters.reverse()
        threads = [
            Thread(target=swap, args=(officer, counter.pk))
            for officer, counter in zip(officers, counters, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert failures == []
        # Whoever came second relieved the first, who then found the other counter free.
        assert duty.current_officer(counters[0].pk) == officers[0].person
        assert duty.current_officer(counters[1].pk) == officers[1].person


@pytest.mark.django_db
def test_the_moment_of_the_hand_over_belongs_to_the_one_who_arrives() -> None:
    counter = CounterFactory()
    first, second = (actor_with(Role.OFFICER, counter.unit) for _ in range(2))
    with time_machine.travel(MORNING, tick=False):
        duty.take_duty(actor=first, counter_id=counter.pk)
        duty.take_duty(actor=second, counter_id=counter.pk, hand_over=True)
        assert duty.current_officer(counter.pk) == second.person
        assert now() == MORNING
