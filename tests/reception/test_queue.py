"""Numbers taken, people called, and what both sides may do on the way."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine
from django.db import IntegrityError, transaction

from motcua.kernel import events
from motcua.kernel.clock import now, today
from motcua.kernel.models import AuditEntry, LiveEvent
from motcua.organisation import duty
from motcua.organisation.models import Unit
from motcua.organisation.permissions import SYSTEM, Forbidden
from motcua.organisation.rules import Role
from motcua.reception import errors
from motcua.reception.events import TicketCalled, VisitFinished, VisitMissed
from motcua.reception.models import NumberSeries, Pause, Ticket, Turn
from motcua.reception.rules import State
from motcua.reception.services import calling, day, setup, tickets
from motcua.reception.services.tickets import Phone, Wish
from tests.factories import UnitFactory, actor_with
from tests.reception.factories import Hall, LineFactory, hall_with

pytestmark = pytest.mark.django_db


def on_phone(hall: Hall, cookie: str, address: str = "10.0.0.1") -> Ticket:
    return tickets.take_on_phone(
        unit_id=hall.unit.pk, phone=Phone(cookie, address), wish=hall.wish()
    )


def test_numbers_begin_at_one_under_each_letter_and_have_no_gaps() -> None:
    hall = hall_with("AB")
    taken = [hall.ticket(letter).label for letter in "AABA"]
    assert taken == ["A001", "A002", "B001", "A003"]
    assert hall_with("A").ticket().label == "A001"


def test_fields_that_share_a_letter_share_its_numbers(hall: Hall) -> None:
    hall.lines["adoption"] = LineFactory(unit=hall.unit, letter="A")
    assert [hall.ticket("A").label, hall.ticket("adoption").label] == ["A001", "A002"]


def test_a_number_whose_ticket_was_not_stored_is_given_again(hall: Hall) -> None:
    with pytest.raises(errors.NothingHere), transaction.atomic():
        hall.ticket()
        raise errors.NothingHere
    assert hall.ticket().label == "A001"


def test_the_same_request_twice_is_one_ticket(hall: Hall) -> None:
    key = uuid.uuid4()
    both = [tickets.take_at_screen(device=hall.screen, key=key, wish=hall.wish()) for _ in range(2)]
    assert both[0] == both[1]
    assert Ticket.objects.count() == 1


def test_the_database_itself_refuses_a_number_twice(hall: Hall) -> None:
    first = hall.ticket()
    NumberSeries.objects.update(last=first.number - 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        hall.ticket()


def test_ordinary_numbers_end_before_those_of_screens_without_network(hall: Hall) -> None:
    hall.ticket()
    NumberSeries.objects.update(last=900)
    with pytest.raises(errors.QueueClosed, match="hết số A"):
        hall.ticket()


def test_the_next_day_begins_at_one_again(hall: Hall) -> None:
    with time_machine.travel("2026-11-24 08:00+07:00", tick=False):
        hall.ticket()
    with time_machine.travel("2026-11-25 08:00+07:00", tick=False):
        assert hall.ticket().label == "A001"


def test_outside_the_hours_nobody_gets_a_number(hall: Hall, settings: object) -> None:
    settings.DEMONSTRATION = False  # type: ignore[attr-defined]
    hall.unit.opening_hours.create(weekday=1, opens="07:30", closes="11:30")
    for clock, given in (("06:59", False), ("07:00", True), ("11:14", True), ("11:15", False)):
        with time_machine.travel(f"2026-11-24 {clock}+07:00", tick=False):
            if given:
                hall.ticket()
            else:
                with pytest.raises(errors.QueueClosed):
                    hall.ticket()


def test_a_line_of_another_unit_or_switched_off_is_not_offered(hall: Hall) -> None:
    foreign = LineFactory()
    wish = Wish(foreign.pk)
    with pytest.raises(errors.NothingHere):
        tickets.take_at_screen(device=hall.screen, key=uuid.uuid4(), wish=wish)
    setup.save_line(actor=SYSTEM, unit_id=hall.unit.pk, line_id=hall.lines["A"].pk, active=False)
    with pytest.raises(errors.NothingHere):
        hall.ticket()


# --- phones ----------------------------------------------------------------------------


def test_a_phone_holds_one_number_at_a_time(hall: Hall) -> None:
    first = on_phone(hall, "phone-1")
    assert on_phone(hall, "phone-1") == first
    tickets.leave(key=first.key)
    second = on_phone(hall, "phone-1")
    assert second.label == "A002"
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=first.pk).update(state=State.WAITING)


def test_many_numbers_from_one_place_are_held_back_and_other_places_are_not(hall: Hall) -> None:
    for number in range(tickets.FROM_ONE_PLACE):
        on_phone(hall, f"phone-{number}")
    with pytest.raises(errors.TooManyTickets):
        on_phone(hall, "one-more")
    assert on_phone(hall, "elsewhere", address="10.0.0.2")


def test_what_is_kept_of_a_phone_means_nothing_the_next_day(hall: Hall) -> None:
    with time_machine.travel("2026-11-24 08:00+07:00", tick=False):
        first = on_phone(hall, "phone")
    with time_machine.travel("2026-11-25 08:00+07:00", tick=False):
        second = on_phone(hall, "phone")
    assert "phone" not in first.holder
    assert "10.0.0.1" not in first.source
    assert first.holder != second.holder
    assert first.source != second.source


def test_a_unit_may_give_no_numbers_to_phones(hall: Hall) -> None:
    setup.save_settings(actor=SYSTEM, unit_id=hall.unit.pk, phone_tickets=False)
    with pytest.raises(errors.QueueClosed, match="điện thoại"):
        on_phone(hall, "phone")


# --- calling ---------------------------------------------------------------------------


def test_people_are_called_in_order_and_those_with_priority_first(hall: Hall) -> None:
    ordinary = [hall.ticket() for _ in range(3)]
    special = [hall.ticket(priority=True) for _ in range(4)]
    called = []
    for _ in range(7):
        turn = hall.call()
        called.append(turn.ticket)
        hall.finish(turn)
    assert called == [*special[:3], ordinary[0], special[3], *ordinary[1:]]


def test_a_counter_calls_only_for_the_fields_it_serves() -> None:
    hall = hall_with("A", "B")
    hall.ticket("A")
    with pytest.raises(errors.NobodyWaits):
        hall.call(1)
    assert hall.call(0).ticket.label == "A001"


def test_a_counter_has_one_person_at_a_time(hall: Hall) -> None:
    hall.ticket()
    hall.ticket()
    turn = hall.call()
    with pytest.raises(errors.CounterBusy, match="A001"):
        hall.call()
    hall.finish(turn)
    assert hall.call().ticket.label == "A002"


def test_only_the_officer_who_sits_there_calls(hall: Hall) -> None:
    hall.ticket()
    with pytest.raises(errors.NotAtCounter):
        calling.call_next(actor=hall.officers[0], counter_id=hall.counters[1].pk)
    with pytest.raises(Forbidden):
        calling.call_next(
            actor=actor_with(Role.OFFICER, UnitFactory()), counter_id=hall.counters[0].pk
        )


def test_the_hall_hears_each_call_and_pages_are_told(hall: Hall) -> None:
    hall.ticket()
    turn = hall.call()
    calling.recall(actor=hall.officers[0], visit_id=turn.pk)
    channel = f"unit:{hall.unit.pk}:queue"
    heard = LiveEvent.objects.filter(channel=channel, kind="ticket_called").order_by("id")
    assert [each.data["call"] for each in heard] == [f"{turn.pk}:1", f"{turn.pk}:2"]
    assert heard[0].data["number"] == 1
    assert set(heard[0].data) == {"letter", "number", "counter", "call", "at"}


def test_recalls_end_and_absence_needs_a_second_call(hall: Hall) -> None:
    hall.ticket()
    turn = hall.call()
    officer = hall.officers[0]
    with pytest.raises(errors.TicketMoved, match="Gọi lại số A001 một lần"):
        calling.miss(actor=officer, visit_id=turn.pk)
    for _ in range(2):
        calling.recall(actor=officer, visit_id=turn.pk)
    with pytest.raises(errors.TicketMoved, match="Đã gọi lại 2 lần"):
        calling.recall(actor=officer, visit_id=turn.pk)
    calling.miss(actor=officer, visit_id=turn.pk)
    assert Ticket.objects.get().state == State.NO_SHOW


def test_who_comes_back_in_time_is_next_and_later_must_take_a_new_number() -> None:
    with time_machine.travel("2026-11-24 08:00+07:00", tick=False) as clock:
        hall = hall_with("A")
        first, _second = hall.ticket(), hall.ticket()
        hall.miss(hall.call())
        clock.shift(dt.timedelta(minutes=30))
        tickets.come_back(key=first.key)
        turn = hall.call()
        assert turn.ticket == first
        hall.miss(turn)
        clock.shift(dt.timedelta(minutes=31))
        with pytest.raises(errors.TicketMoved, match="quá 30 phút"):
            tickets.come_back(key=first.key)


def test_a_transfer_keeps_the_place_and_the_number() -> None:
    hall = hall_with("A", "B")
    first = hall.ticket("A")
    hall.ticket("B")
    turn = hall.call(0)
    calling.start(actor=hall.officers[0], visit_id=turn.pk)
    calling.transfer(actor=hall.officers[0], visit_id=turn.pk, line_id=hall.lines["B"].pk)
    onward = hall.call(1)
    assert onward.ticket == first
    assert onward.ticket.label == "A001"
    assert onward.pk != turn.pk


def test_a_transfer_to_one_counter_waits_for_that_counter() -> None:
    hall = hall_with("A", "B", "B")
    ticket = hall.ticket("A")
    turn = hall.call(0)
    calling.transfer(
        actor=hall.officers[0],
        visit_id=turn.pk,
        line_id=hall.lines["B"].pk,
        counter_id=hall.counters[2].pk,
    )
    with pytest.raises(errors.NobodyWaits):
        hall.call(1)
    assert hall.call(2).ticket == ticket


def test_a_transfer_that_would_lead_nowhere_is_refused() -> None:
    hall = hall_with("A")
    hall.ticket()
    turn = hall.call()
    for line in (hall.lines["A"], LineFactory(unit=hall.unit), LineFactory()):
        with pytest.raises(errors.NothingHere):
            calling.transfer(actor=hall.officers[0], visit_id=turn.pk, line_id=line.pk)


def test_out_of_order_needs_a_reason_that_stays_on_record(hall: Hall) -> None:
    hall.ticket()
    last = hall.ticket()
    call = {"actor": hall.officers[0], "counter_id": hall.counters[0].pk, "ticket_id": last.pk}
    with pytest.raises(errors.NothingHere):
        calling.call_this(**call, reason=" ")
    turn = calling.call_this(**call, reason="Người nhà đang cấp cứu")
    assert turn.ticket == last
    entry = AuditEntry.objects.get(action="ticket.call_out_of_order")
    assert entry.detail["reason"] == turn.out_of_order == "Người nhà đang cấp cứu"


def test_a_paused_counter_calls_nobody_and_keeps_whom_it_has(hall: Hall) -> None:
    hall.ticket()
    turn = hall.call()
    where = {"actor": hall.officers[0], "counter_id": hall.counters[0].pk}
    calling.pause(**where)
    calling.pause(**where)
    hall.finish(turn)
    hall.ticket()
    with pytest.raises(errors.CounterPaused):
        hall.call()
    assert hall.call(1).ticket.label == "A002"
    calling.resume(**where)
    assert Pause.objects.get().until


def test_an_act_on_a_turn_that_is_over_says_so(hall: Hall) -> None:
    hall.ticket()
    turn = hall.call()
    hall.finish(turn)
    for act in (calling.recall, calling.start, calling.finish, calling.miss):
        with pytest.raises(errors.TicketMoved, match="đã kết thúc"):
            act(actor=hall.officers[0], visit_id=turn.pk)


def test_who_leaves_while_called_frees_the_counter(hall: Hall) -> None:
    ticket = hall.ticket()
    hall.ticket()
    hall.call()
    tickets.leave(key=ticket.key)
    tickets.leave(key=ticket.key)
    assert hall.call().ticket.label == "A002"
    assert Turn.objects.get(ticket=ticket).end == Turn.End.LEFT


def test_who_is_being_served_no_longer_leaves_by_phone(hall: Hall) -> None:
    ticket = hall.ticket()
    turn = hall.call()
    calling.start(actor=hall.officers[0], visit_id=turn.pk)
    with pytest.raises(errors.TicketMoved):
        tickets.leave(key=ticket.key)


def test_a_helper_takes_a_number_for_somebody_and_a_stranger_does_not(hall: Hall) -> None:
    helper = actor_with(Role.HELPER, hall.unit)
    assert tickets.give(actor=helper, unit_id=hall.unit.pk, wish=hall.wish()).origin == "staff"
    for actor in (
        actor_with(Role.HELPER, UnitFactory()),
        actor_with(Role.ADMINISTRATOR, hall.unit),
    ):
        with pytest.raises(Forbidden):
            tickets.give(actor=actor, unit_id=hall.unit.pk, wish=hall.wish())


def test_the_rooms_above_hear_of_calls_ends_and_absences(hall: Hall) -> None:
    heard: list[object] = []
    for kind in (TicketCalled, VisitFinished, VisitMissed):
        events.subscribe(kind, heard.append)
    hall.ticket()
    hall.ticket()
    served = hall.call()
    hall.finish(served)
    missed = hall.call()
    hall.miss(missed)
    assert [(type(each), each.visit_id) for each in heard] == [  # type: ignore[attr-defined]
        (TicketCalled, served.pk),
        (VisitFinished, served.pk),
        (TicketCalled, missed.pk),
        (VisitMissed, missed.pk),
    ]


# --- the end of a day ------------------------------------------------------------------


def test_midnight_leaves_nobody_in_the_queue_and_says_honestly_what_became_of_them() -> None:
    with time_machine.travel("2026-11-24 16:00+07:00", tick=False):
        hall = hall_with("A", "A")
        for _ in range(3):
            hall.ticket()
        served = hall.call(0)
        calling.start(actor=hall.officers[0], visit_id=served.pk)
        hall.call(1)
    with time_machine.travel("2026-11-25 00:03+07:00", tick=False):
        assert day.end_forgotten_days() == 3
        assert day.end_forgotten_days() == 0
    states = list(Ticket.objects.order_by("number").values_list("state", flat=True))
    assert states == [State.DONE, State.NO_SHOW, State.UNSERVED]
    assert set(Turn.objects.values_list("end", flat=True)) == {Turn.End.FORGOTTEN}
    with time_machine.travel("2026-11-25 08:00+07:00", tick=False):
        duty.take_duty(actor=hall.officers[0], counter_id=hall.counters[0].pk)
        hall.ticket()
        assert hall.call().ticket.label == "A001"


def test_todays_queue_is_left_alone(hall: Hall) -> None:
    hall.ticket()
    assert day.end_days_before(today()) == 0
    assert Ticket.objects.get().state == State.WAITING


# --- setting up ------------------------------------------------------------------------


def test_a_first_draft_offers_each_served_field_once_and_changes_nothing_later() -> None:
    hall = hall_with("A")
    administrator = actor_with(Role.ADMINISTRATOR, hall.unit)
    for _ in range(2):
        setup.draft(actor=administrator, unit_id=hall.unit.pk)
    assert hall.unit.lines.count() == 1
    assert hall.unit.priority_groups.count() == 1 + 5
    assert all(group.source for group in hall.unit.priority_groups.all())


def test_only_who_sets_up_a_units_queue_changes_it(hall: Hall) -> None:
    for actor in (
        actor_with(Role.OFFICER, hall.unit),
        actor_with(Role.ADMINISTRATOR, UnitFactory()),
    ):
        with pytest.raises(Forbidden):
            setup.save_settings(actor=actor, unit_id=hall.unit.pk, recalls=1)
        with pytest.raises(Forbidden):
            setup.save_line(actor=actor, unit_id=hall.unit.pk, name="x")
        with pytest.raises(Forbidden):
            setup.save_group(actor=actor, unit_id=hall.unit.pk, name="x")


def test_values_outside_their_bounds_are_refused_beside_their_field(hall: Hall) -> None:
    from motcua.organisation.errors import NotValid

    with pytest.raises(NotValid) as wrong:
        setup.save_line(actor=SYSTEM, unit_id=hall.unit.pk, line_id=hall.lines["A"].pk, letter="I")
    assert wrong.value.field == "letter"


def test_a_unit_is_not_touched_by_another_units_queue(hall: Hall) -> None:
    other = hall_with("A")
    hall.ticket()
    with pytest.raises(errors.NobodyWaits):
        other.call()
    assert Unit.objects.filter(tickets__isnull=False).distinct().count() == 1
    assert Ticket.objects.get().taken_at <= now()
