"""Several people and counters in the same moment, with real threads and real locks."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection

from motcua.reception import errors
from motcua.reception.models import Ticket, Turn
from motcua.reception.services import calling, tickets
from motcua.reception.services.tickets import Phone
from tests.reception.factories import Hall, hall_with

pytestmark = pytest.mark.django_db(transaction=True)
T = TypeVar("T")


def at_once(acts: list[Callable[[], T]]) -> list[T | Exception]:
    """Each act in a thread of its own, all begun together; what each returned or raised."""
    together = Barrier(len(acts))

    def run(act: Callable[[], T]) -> T | Exception:
        together.wait()
        try:
            return act()
        except Exception as wrong:
            return wrong
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_counters_that_call_together_get_different_people_in_order() -> None:
    hall = hall_with(*["A"] * 6)
    for _ in range(5):
        waiting = [hall.ticket(priority=n % 3 == 0).pk for n in range(6)]
        turns = at_once([lambda at=at: hall.call(at) for at in range(6)])  # type: ignore[misc]
        assert all(isinstance(turn, Turn) for turn in turns), turns
        assert sorted(turn.ticket_id for turn in turns if isinstance(turn, Turn)) == waiting
        for turn in turns:
            assert isinstance(turn, Turn)
            hall.finish(turn)


def test_one_person_for_six_counters_goes_to_one_of_them() -> None:
    hall = hall_with(*["A"] * 6)
    for _ in range(5):
        hall.ticket()
        results = at_once([lambda at=at: hall.call(at) for at in range(6)])  # type: ignore[misc]
        turns = [each for each in results if isinstance(each, Turn)]
        assert len(turns) == 1
        assert sum(isinstance(each, errors.NobodyWaits) for each in results) == 5
        hall.finish(turns[0])


def test_a_double_click_calls_once() -> None:
    hall = hall_with("A")
    hall.ticket()
    hall.ticket()
    results = at_once([hall.call, hall.call])
    assert sum(isinstance(each, Turn) for each in results) == 1
    assert sum(isinstance(each, errors.CounterBusy) for each in results) == 1


def test_forty_people_at_once_get_forty_numbers_without_a_gap() -> None:
    hall = hall_with("A")
    taken = at_once([hall.ticket] * 8)
    for _ in range(4):
        taken += at_once([hall.ticket] * 8)
    assert all(isinstance(each, Ticket) for each in taken), taken
    ordered = list(Ticket.objects.order_by("number").values_list("number", "place"))
    assert [number for number, _ in ordered] == list(range(1, 41))
    places = [place for _, place in ordered]
    assert places == sorted(places)


def test_a_phone_that_asks_twice_at_once_holds_one_number(settings: object) -> None:
    hall = hall_with("A")

    def ask() -> Ticket:
        phone = Phone("the-same", "10.0.0.9")
        return tickets.take_on_phone(unit_id=hall.unit.pk, phone=phone, wish=hall.wish())

    results = at_once([ask] * 6)
    assert {each.pk for each in results if isinstance(each, Ticket)} == {Ticket.objects.get().pk}


def test_leaving_and_being_called_at_once_ends_in_one_of_both(hall: Hall) -> None:
    for _ in range(6):
        ticket = hall.ticket()
        at_once([hall.call, lambda key=ticket.key: tickets.leave(key=key)])  # type: ignore[misc, list-item]
        ticket.refresh_from_db()
        open_turns = Turn.objects.filter(ended_at=None)
        # Called first and then left, or left first: the counter is free either way.
        assert ticket.state == "left"
        assert not open_turns.exists()


def test_finish_and_transfer_at_once_do_one_and_refuse_the_other() -> None:
    hall = hall_with("A", "A")
    hall.ticket()
    turn = hall.call()
    officer = hall.officers[0]
    results = at_once(
        [
            lambda: calling.finish(actor=officer, visit_id=turn.pk),
            lambda: calling.transfer(actor=officer, visit_id=turn.pk, line_id=hall.lines["A"].pk),
        ]
    )
    assert sum(isinstance(each, errors.TicketMoved) for each in results) == 1
    assert Turn.objects.filter(ended_at=None).count() == 0


def test_a_screen_that_sends_a_kept_ticket_twice_at_once_makes_one() -> None:
    hall = hall_with("A")
    [number, *_] = tickets.deal(device=hall.screen)["A"]
    import datetime as dt

    key = uuid.uuid4()

    def send() -> Ticket:
        return tickets.deliver(
            device=hall.screen,
            key=key,
            wish=hall.wish(),
            letter="A",
            number=number,
            age=dt.timedelta(seconds=5),
        )

    at_once([send] * 4)
    assert Ticket.objects.get().label == f"A{number}"
