"""What citizens do at a screen or on a phone: take a number, leave the queue, come back."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from motcua.kernel.clock import CITY, now, today
from motcua.organisation.models import Device, Unit
from motcua.organisation.permissions import Actor, authorise
from motcua.organisation.selectors import calendar_of
from motcua.reception.errors import (
    ForeignNumber,
    NothingHere,
    QueueClosed,
    TicketMoved,
    TooManyTickets,
)
from motcua.reception.models import Line, NumberBlock, PriorityGroup, QueueSettings, Ticket
from motcua.reception.rules import IN_QUEUE, Act, State, gives_numbers, may_come_back
from motcua.reception.services import calling, numbers
from motcua.reception.services.common import moved, note, settings_of, tell

FROM_ONE_PLACE = 12
"""Phone tickets from one network address in FROM_ONE_PLACE_IN. A centre's own Wi-Fi is one."""
FROM_ONE_PLACE_IN = dt.timedelta(minutes=10)
PHONES_A_MINUTE = 30
"""Phone tickets of one unit. A full hall takes that many in its busiest minute."""
OLDEST = dt.timedelta(days=2)
"""A ticket kept on a screen for longer is dated to when it arrived."""


@dataclass(frozen=True)
class Wish:
    """What somebody chose: the line, a priority group by their own word, a language."""

    line_id: int
    priority_id: int | None = None
    language: str = "vi"


@dataclass(frozen=True)
class Phone:
    """Whence a phone's request comes: its cookie and its network address, kept only as hashes."""

    cookie: str
    address: str


def take_at_screen(*, device: Device, key: uuid.UUID, wish: Wish) -> Ticket:
    """A number from the touch screen at the door; the same key gives the same ticket.

    Raises:
        QueueClosed: no numbers are given now.
        NothingHere: the line or group is not offered.
    """
    with transaction.atomic():
        found = Ticket.objects.filter(key=key, unit_id=device.unit_id).first()
        return found or _take(
            unit_id=device.unit_id,
            key=key,
            wish=wish,
            origin=Ticket.Origin.SCREEN,
            actor=Actor.device(device),
            device=device,
        )


def take_on_phone(*, unit_id: int, phone: Phone, wish: Wish) -> Ticket:
    """A number for a phone. Who still has one here gets that one again.

    Raises:
        TooManyTickets: too many from one place or for the unit.
        QueueClosed, NothingHere: as at the screen; also where the unit gives none to phones.
    """
    with transaction.atomic():
        # One phone that sends twice at once waits here for itself, and a flood for the unit.
        Unit.objects.select_for_update(no_key=True).get(pk=unit_id)
        if not settings_of(unit_id).phone_tickets:
            raise QueueClosed("Đơn vị không phát số qua điện thoại. Xin lấy số tại cửa.")
        holder, source = _trace("phone", phone.cookie), _trace("place", phone.address)
        held = Ticket.objects.filter(unit=unit_id, holder=holder, state__in=IN_QUEUE).first()
        if held:
            return held
        _refuse_flood(unit_id, source)
        return _take(
            unit_id=unit_id,
            key=uuid.uuid4(),
            wish=wish,
            origin=Ticket.Origin.PHONE,
            actor=Actor.link("phone"),
            holder=holder,
            source=source,
        )


def give(*, actor: Actor, unit_id: int, wish: Wish) -> Ticket:
    """An officer or a helper takes a number for somebody.

    Raises:
        Forbidden: the actor does neither in this unit.
        QueueClosed, NothingHere: as at the screen.
    """
    authorise(actor, "reception.give_ticket", unit_id)
    with transaction.atomic():
        return _take(
            unit_id=unit_id, key=uuid.uuid4(), wish=wish, origin=Ticket.Origin.STAFF, actor=actor
        )


def deliver(
    *, device: Device, key: uuid.UUID, wish: Wish, letter: str, number: int, age: dt.timedelta
) -> Ticket:
    """A ticket that a screen gave out by itself while it had no network.

    Its holder has the number on paper, so the number stands. If the screen's last request did
    arrive and only its answer was lost, the ticket made then takes the number of the paper, and
    comes back into the queue should it have been called in vain.

    Arguments:
        age: how long ago it was given, by the screen's own stop-watch.

    Raises:
        ForeignNumber: the number was never dealt to a screen here, or somebody else holds it.
        NothingHere: the line does not exist in this unit.
    """
    moment = now()
    taken_at = moment - age if dt.timedelta() <= age <= OLDEST else moment
    day = taken_at.astimezone(CITY).date()
    with transaction.atomic():
        found = Ticket.objects.select_for_update().filter(key=key, unit_id=device.unit_id).first()
        if found and (found.letter, found.number) == (letter, number):
            return found
        # Any block of the unit: a screen that was enrolled anew still owes what it gave before.
        blocks = NumberBlock.objects.filter(
            device__unit=device.unit_id, day=day, letter=letter, numbers__contains=[number]
        )
        held = Ticket.objects.filter(
            unit=device.unit_id, day=day, letter=letter, number=number
        ).exclude(key=key)
        if not blocks.exists() or held.exists():
            raise ForeignNumber(f"Số {letter}{number:03d} không do máy này phát.")
        if found:
            return _renumber(found, letter, number, Actor.device(device))
        return _take(
            unit_id=device.unit_id,
            key=key,
            wish=wish,
            origin=Ticket.Origin.SCREEN,
            actor=Actor.device(device),
            device=device,
            given=(letter, number, taken_at),
        )


def deal(*, device: Device) -> dict[str, list[int]]:
    """Fresh spare numbers under every letter of the unit, for a screen that holds none.

    A screen asks once a day and again when a block runs low. What was dealt before is not
    dealt again: a screen that lost its memory may have given it out.

    Returns:
        letter to numbers; a letter whose spare numbers are used up is missing.
    """
    dealt: dict[str, list[int]] = {}
    letters = Line.objects.filter(unit=device.unit_id, active=True).values_list("letter", flat=True)
    for letter in sorted(set(letters)):
        try:
            with transaction.atomic():
                dealt[letter] = numbers.deal_block(device, today(), letter).numbers
        except QueueClosed:
            continue
    return dealt


def leave(*, key: uuid.UUID) -> Ticket:
    """The holder gives the place up; giving it up twice is once.

    Raises:
        TicketMoved: the person is being served.
    """
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update().get(key=key)
        if ticket.state == State.LEFT:
            return ticket
        state = moved(ticket, Act.LEAVE)
        calling.end_turn_of_leaver(ticket)
        ticket.state, ticket.ended_at = state, now()
        ticket.save(update_fields=["state", "ended_at"])
        note("leave", Actor.link("ticket"), ticket)
        tell(ticket.unit_id)
    return ticket


def come_back(*, key: uuid.UUID, actor: Actor | None = None) -> Ticket:
    """Somebody marked absent is here after all and keeps their place.

    Arguments:
        actor: an officer or helper who does it for them; nobody when the holder does.

    Raises:
        TicketMoved: too late, or not absent.
        Forbidden: the actor does not work with this queue.
    """
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update().get(key=key)
        if actor is not None:
            authorise(actor, "reception.give_ticket", ticket.unit_id)
        state = moved(ticket, Act.COME_BACK)
        minutes = settings_of(ticket.unit_id).come_back_minutes
        missed = ticket.missed_at
        if missed is None or ticket.day != today() or not may_come_back(missed, now(), minutes):
            raise TicketMoved(f"Số {ticket.label} vắng mặt đã quá {minutes} phút. Xin lấy số mới.")
        ticket.state, ticket.missed_at = state, None
        ticket.save(update_fields=["state", "missed_at"])
        note("come_back", actor or Actor.link("ticket"), ticket)
        tell(ticket.unit_id)
    return ticket


def is_open(unit_id: int, given: QueueSettings | None = None) -> bool:
    """Whether the unit gives out numbers now. A demonstration is open at any hour."""
    if settings.DEMONSTRATION:
        return True
    moment, rules = now(), given or settings_of(unit_id)
    return gives_numbers(
        calendar_of(unit_id).sessions(moment.date()),
        moment,
        before=rules.opens_before_minutes,
        until=rules.closes_before_minutes,
    )


def holder_of(cookie: str) -> str:
    """What the tickets of the phone with this cookie carry today."""
    return _trace("phone", cookie)


def _take(
    *,
    unit_id: int,
    key: uuid.UUID,
    wish: Wish,
    origin: Ticket.Origin,
    actor: Actor,
    device: Device | None = None,
    holder: str = "",
    source: str = "",
    given: tuple[str, int, dt.datetime] | None = None,
) -> Ticket:
    lines = Line.objects.filter(pk=wish.line_id, unit=unit_id)
    line = lines.first() if given else lines.filter(active=True).first()
    group = None
    if wish.priority_id is not None:
        group = PriorityGroup.objects.filter(pk=wish.priority_id, unit=unit_id).first()
    if line is None or (wish.priority_id is not None and group is None):
        raise NothingHere("Việc này hiện không phát số ở đây. Xin chọn lại.")
    if given:
        letter, number, taken_at = given
    else:
        if not is_open(unit_id):
            raise QueueClosed("Ngoài giờ phát số. Xin xem giờ tiếp nhận của Trung tâm.")
        letter, number = line.letter, numbers.next_number(unit_id, today(), line.letter)
        # The clock is read while the series is locked, so that places follow numbers.
        taken_at = now()
    day = taken_at.astimezone(CITY).date()
    ticket = Ticket.objects.create(
        key=key,
        unit_id=unit_id,
        day=day,
        letter=letter,
        number=number,
        line=line,
        priority=group,
        origin=origin,
        device=device,
        language="en" if wish.language == "en" else "vi",
        state=State.WAITING if day == today() else State.UNSERVED,
        taken_at=taken_at,
        place=taken_at,
        holder=holder,
        source=source,
        demonstration=settings.DEMONSTRATION,
    )
    note("take", actor, ticket, origin=origin.value, line=line.pk)
    tell(unit_id)
    return ticket


def _renumber(ticket: Ticket, letter: str, number: int, actor: Actor) -> Ticket:
    note("renumber", actor, ticket, held=f"{letter}{number:03d}")
    ticket.letter, ticket.number = letter, number
    if ticket.state == State.NO_SHOW:
        ticket.state, ticket.missed_at = State.WAITING, None
    ticket.save(update_fields=["letter", "number", "state", "missed_at"])
    tell(ticket.unit_id)
    return ticket


def _refuse_flood(unit_id: int, source: str) -> None:
    moment = now()
    phones = Ticket.objects.filter(unit=unit_id, origin=Ticket.Origin.PHONE)
    here = phones.filter(source=source, taken_at__gt=moment - FROM_ONE_PLACE_IN)
    lately = phones.filter(taken_at__gt=moment - dt.timedelta(minutes=1))
    if here.count() >= FROM_ONE_PLACE or lately.count() >= PHONES_A_MINUTE:
        raise TooManyTickets(
            "Đang có nhiều người lấy số cùng lúc. Xin đợi ít phút, hoặc lấy số tại cửa."
        )


def _trace(what: str, value: str) -> str:
    """A hash that says "the same again" today and means nothing tomorrow."""
    text = f"{today():%Y%m%d}:{what}:{value}"
    return salted_hmac("motcua.queue", text, algorithm="sha256").hexdigest()[:32]
