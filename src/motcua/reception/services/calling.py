"""What officers do at their counter: call, call again, start, finish, transfer, absent, pause."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.db.models import Q, QuerySet

from motcua.kernel import audit, events
from motcua.kernel.clock import now, start_of_day, today
from motcua.organisation.duty import current_officer
from motcua.organisation.models import Counter
from motcua.organisation.permissions import Actor, authorise
from motcua.reception.errors import (
    CounterBusy,
    CounterPaused,
    NobodyWaits,
    NotAtCounter,
    NothingHere,
    TicketMoved,
)
from motcua.reception.events import TicketCalled, VisitFinished, VisitMissed
from motcua.reception.models import Line, Pause, Ticket, Turn
from motcua.reception.rules import Act, State, may_miss, may_recall, priority_next
from motcua.reception.services.common import moved, note, settings_of, tell

CALLED = "ticket_called"
"""Kind of the news that make the hall display chime."""


def call_next(*, actor: Actor, counter_id: int) -> Turn:
    """Call whoever the rules put first among those this counter serves.

    Counters that call at the same moment get different people: each locks the ticket it takes
    and skips those that others hold.

    Raises:
        Forbidden, NotAtCounter: the actor does not sit here.
        CounterBusy, CounterPaused: finish the turn, or end the pause, first.
        NobodyWaits: nobody for this counter.
    """
    with transaction.atomic():
        counter = _ready_counter(actor, counter_id)
        ticket = _first(counter)
        if ticket is None:
            raise NobodyWaits("Chưa có ai chờ quầy này. Số mới sẽ tự hiện ở đây.")
        return _call(actor, counter, ticket)


def call_this(*, actor: Actor, counter_id: int, ticket_id: int, reason: str) -> Turn:
    """Call somebody out of order, with a reason that stays on record.

    Raises:
        TicketMoved: no longer waiting, or another counter is calling them just now.
        NothingHere: no reason was given.
        Others as `call_next`.
    """
    if not reason.strip():
        raise NothingHere("Ghi lý do gọi ngoài thứ tự.")
    with transaction.atomic():
        counter = _ready_counter(actor, counter_id)
        waiting = Ticket.objects.select_for_update(skip_locked=True, of=("self",))
        ticket = waiting.filter(
            pk=ticket_id, unit=counter.unit_id, day=today(), state=State.WAITING
        ).first()
        if ticket is None:
            raise TicketMoved("Số này không còn chờ. Trang đã được làm mới.")
        return _call(actor, counter, ticket, reason=reason.strip()[:200])


def recall(*, actor: Actor, visit_id: uuid.UUID) -> Turn:
    """Call the same person again.

    Raises:
        TicketMoved: called as often as the unit allows, or no longer being called.
    """
    with transaction.atomic():
        turn, ticket = _locked(actor, visit_id)
        moved(ticket, Act.RECALL)
        recalls = settings_of(ticket.unit_id).recalls
        if not may_recall(turn.calls, recalls):
            raise TicketMoved(f"Đã gọi lại {recalls} lần. Ghi vắng mặt để gọi người tiếp theo.")
        turn.calls += 1
        turn.last_called_at = now()
        turn.save(update_fields=["calls", "last_called_at"])
        note("recall", actor, ticket, calls=turn.calls)
        _announce(turn, ticket)
    return turn


def start(*, actor: Actor, visit_id: uuid.UUID) -> Turn:
    """The person sits down. Starting twice is once."""
    with transaction.atomic():
        turn, ticket = _locked(actor, visit_id)
        if ticket.state == State.SERVING:
            return turn
        ticket.state = moved(ticket, Act.START)
        ticket.save(update_fields=["state"])
        turn.started_at = now()
        turn.save(update_fields=["started_at"])
        note("start", actor, ticket)
        tell(ticket.unit_id)
    return turn


def finish(*, actor: Actor, visit_id: uuid.UUID) -> Turn:
    """The person is served; the tablet at the counter asks for a rating."""
    with transaction.atomic():
        turn, ticket = _locked(actor, visit_id)
        ticket.state, ticket.ended_at = moved(ticket, Act.FINISH), now()
        ticket.save(update_fields=["state", "ended_at"])
        _end(turn, Turn.End.DONE)
        note("finish", actor, ticket)
        events.publish(VisitFinished(ticket.pk, turn.pk, turn.counter_id, now()))
        tell(ticket.unit_id)
    return turn


def transfer(
    *, actor: Actor, visit_id: uuid.UUID, line_id: int, counter_id: int | None = None
) -> Ticket:
    """Send the person on to another line, or to one counter of it, in the place they had.

    Raises:
        NothingHere: the line is not this unit's, no counter serves it, or that one does not.
    """
    with transaction.atomic():
        turn, ticket = _locked(actor, visit_id)
        state = moved(ticket, Act.TRANSFER)
        line = Line.objects.filter(pk=line_id, unit=ticket.unit_id).first()
        servers = Counter.objects.filter(unit=ticket.unit_id, active=True)
        servers = servers.filter(fields=line.field_id) if line else servers.none()
        if counter_id is not None:
            servers = servers.filter(pk=counter_id)
        only_here = list(servers.values_list("pk", flat=True)) == [turn.counter_id]
        if line is None or not servers.exists() or only_here:
            raise NothingHere("Không có quầy khác nhận việc này. Chọn việc hoặc quầy khác.")
        ticket.state, ticket.line, ticket.for_counter_id = state, line, counter_id
        ticket.save(update_fields=["state", "line", "for_counter"])
        _end(turn, Turn.End.TRANSFERRED)
        note("transfer", actor, ticket, line=line.pk, counter=counter_id)
        events.publish(VisitFinished(ticket.pk, turn.pk, turn.counter_id, now()))
        tell(ticket.unit_id)
    return ticket


def miss(*, actor: Actor, visit_id: uuid.UUID) -> Turn:
    """Nobody came. The person may come back within the unit's time and keeps the place.

    Raises:
        TicketMoved: called only once so far.
    """
    with transaction.atomic():
        turn, ticket = _locked(actor, visit_id)
        state = moved(ticket, Act.MISS)
        if not may_miss(turn.calls, settings_of(ticket.unit_id).recalls):
            raise TicketMoved(f"Gọi lại số {ticket.label} một lần trước khi ghi vắng mặt.")
        ticket.state, ticket.missed_at = state, now()
        ticket.save(update_fields=["state", "missed_at"])
        _end(turn, Turn.End.NO_SHOW)
        note("miss", actor, ticket, calls=turn.calls)
        events.publish(VisitMissed(ticket.pk, turn.pk, turn.counter_id, now()))
        tell(ticket.unit_id)
    return turn


def pause(*, actor: Actor, counter_id: int) -> None:
    """Stop calling at this counter; who is there stays. Pausing twice is once."""
    with transaction.atomic():
        counter = _own_counter(actor, counter_id)
        _, fresh = Pause.objects.get_or_create(
            counter=counter, until=None, defaults={"person": actor.person, "since": now()}
        )
        if fresh:
            _note_counter("pause", actor, counter)


def resume(*, actor: Actor, counter_id: int) -> None:
    """Call again."""
    with transaction.atomic():
        counter = _own_counter(actor, counter_id)
        if Pause.objects.filter(counter=counter, until=None).update(until=now()):
            _note_counter("resume", actor, counter)


def end_turn_of_leaver(ticket: Ticket) -> None:
    """Free the counter that calls somebody who just left. The ticket is locked by the caller."""
    for turn in Turn.objects.select_for_update().filter(ticket=ticket, ended_at=None):
        _end(turn, Turn.End.LEFT)
        events.publish(VisitMissed(ticket.pk, turn.pk, turn.counter_id, now()))


def waiting_for(counter: Counter) -> QuerySet[Ticket]:
    """Whom this counter may call, in order of place."""
    return Ticket.objects.filter(
        Q(for_counter=None) | Q(for_counter=counter) | Q(for_counter__active=False),
        unit=counter.unit_id,
        day=today(),
        state=State.WAITING,
        line__field__in=counter.fields.values("pk"),
    ).order_by("place", "pk")


def recent_calls(counter_id: int, many: int) -> list[bool]:
    """The counter's calls today, latest first; True for a priority call."""
    calls = Turn.objects.filter(counter=counter_id, called_at__gte=start_of_day(today()))
    return list(calls.order_by("-called_at").values_list("priority", flat=True)[:many])


def _first(counter: Counter) -> Ticket | None:
    weights = settings_of(counter.unit_id).weights
    recent = recent_calls(counter.pk, 2 * (weights.priority + weights.ordinary))
    wanted = priority_next(recent, weights)
    # Whoever another counter takes in this moment is passed over; the class that has nobody
    # left gives way to the other.
    for priority in (wanted, not wanted):
        found = waiting_for(counter).filter(priority__isnull=not priority)
        ticket = found.select_for_update(skip_locked=True, of=("self",)).first()
        if ticket is not None:
            return ticket
    return None


def _call(actor: Actor, counter: Counter, ticket: Ticket, reason: str = "") -> Turn:
    moment = now()
    ticket.state = moved(ticket, Act.CALL)
    ticket.called_at = ticket.called_at or moment
    ticket.save(update_fields=["state", "called_at"])
    turn = Turn.objects.create(
        ticket=ticket,
        counter=counter,
        line=ticket.line,
        officer=actor.person,
        priority=ticket.priority_id is not None,
        out_of_order=reason,
        called_at=moment,
        last_called_at=moment,
    )
    detail = {"counter": counter.pk} | ({"reason": reason} if reason else {})
    note("call_out_of_order" if reason else "call", actor, ticket, **detail)
    events.publish(TicketCalled(ticket.pk, turn.pk, counter.pk, moment))
    _announce(turn, ticket)
    return turn


def _announce(turn: Turn, ticket: Ticket) -> None:
    tell(
        ticket.unit_id,
        CALLED,
        letter=ticket.letter,
        number=ticket.number,
        counter=turn.counter.number,
        call=f"{turn.pk}:{turn.calls}",
        at=int(turn.last_called_at.timestamp()),
    )
    tell(ticket.unit_id)


def _end(turn: Turn, end: Turn.End) -> None:
    turn.ended_at, turn.end = now(), end
    turn.save(update_fields=["ended_at", "end"])


def _own_counter(actor: Actor, counter_id: int) -> Counter:
    """The counter, locked, so that one officer's double click is one act.

    Raises:
        Forbidden: the actor calls nobody in this unit.
        NotAtCounter: somebody else sits there, or nobody.
    """
    counter = Counter.objects.select_for_update(no_key=True).get(pk=counter_id)
    authorise(actor, "reception.call", counter.unit_id)
    if actor.person is not None and current_officer(counter.pk) != actor.person:
        raise NotAtCounter(f"Anh/chị chưa trực {counter}. Nhận trực quầy rồi gọi số.")
    return counter


def _ready_counter(actor: Actor, counter_id: int) -> Counter:
    counter = _own_counter(actor, counter_id)
    busy = Turn.objects.select_related("ticket").filter(counter=counter, ended_at=None).first()
    if busy:
        raise CounterBusy(f"Số {busy.ticket.label} chưa xong. Bấm “Xong” rồi gọi tiếp.")
    if Pause.objects.filter(counter=counter, until=None).exists():
        raise CounterPaused("Quầy đang tạm dừng. Bấm “Gọi trở lại” trước.")
    return counter


def _locked(actor: Actor, visit_id: uuid.UUID) -> tuple[Turn, Ticket]:
    """The open turn and its ticket, locked in the order in which everybody locks them.

    Raises:
        TicketMoved: the turn is over.
        Forbidden, NotAtCounter: the actor does not sit at its counter.
    """
    known = Turn.objects.get(pk=visit_id)
    _own_counter(actor, known.counter_id)
    ticket = Ticket.objects.select_for_update().get(pk=known.ticket_id)
    turn = Turn.objects.select_related("counter").filter(pk=visit_id, ended_at=None).first()
    if turn is None:
        raise TicketMoved(f"Lượt của số {ticket.label} đã kết thúc. Trang đã được làm mới.")
    return turn, ticket


def _note_counter(action: str, actor: Actor, counter: Counter) -> None:
    audit.record(
        action=f"counter.{action}",
        actor=actor.label,
        subject=f"counter:{counter.pk}",
        unit_id=counter.unit_id,
    )
    tell(counter.unit_id)
