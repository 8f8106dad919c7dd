"""The officer's call desk: who waits, who is here, one key for each act."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from motcua.kernel.clock import now
from motcua.organisation import duty
from motcua.organisation.models import Counter, Person
from motcua.organisation.permissions import may, units_where
from motcua.organisation.views import live
from motcua.organisation.views.pages import actor, viewer
from motcua.reception import selectors
from motcua.reception.errors import QueueError
from motcua.reception.models import Line, Ticket, Turn
from motcua.reception.rules import may_miss, may_recall
from motcua.reception.services import calling, tickets
from motcua.reception.services.common import channel, settings_of
from motcua.reception.services.tickets import Wish

CALLS = "reception.call"
GIVES = "reception.give_ticket"

ACTS: dict[str, Callable[..., object]] = {
    "goi-lai": calling.recall,
    "bat-dau": calling.start,
    "xong": calling.finish,
    "vang": calling.miss,
}
"""Acts on a turn, by the last word of their address."""


@never_cache
@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """The desk of the counter where the officer sits; others are sent to sit down first."""
    held = duty.current_duty(viewer(request))
    if held is None or not may(viewer(request), CALLS, held.counter.unit_id):
        return _without_counter(request)
    counter = held.counter
    turn, paused, mine = selectors.desk_of(counter)
    rules = settings_of(counter.unit_id)
    others = selectors.waiting_in(counter.unit_id).exclude(pk__in=[each.pk for each in mine])
    context = {
        "counter": counter,
        "unit_name": counter.unit.name,
        "turn": turn,
        "paused": paused,
        "waiting": mine,
        "elsewhere": others.count(),
        "absent": selectors.absent_in(counter.unit_id),
        "may_recall": bool(turn and may_recall(turn.calls, rules.recalls)),
        "may_miss": bool(turn and may_miss(turn.calls, rules.recalls)),
        "recalls_left": max(0, rules.recalls + 1 - turn.calls) if turn else 0,
        "targets": _targets(counter),
        "lines": selectors.offered_lines(counter.unit_id),
        "groups": selectors.offered_groups(counter.unit_id),
        "now": now(),
        "live_url": reverse("reception:desk_stream"),
    }
    part = {"work_list": "_waiting", "work": "_turn"}.get(request.GET.get("phan", ""))
    if request.headers.get("HX-Request") and part:
        return render(request, f"reception/{part}.html", context)
    return render(request, "reception/desk.html", context)


async def stream(request: HttpRequest) -> HttpResponseBase:
    """News of the queue in which the officer works."""
    return await live.respond(request, _channels)


@require_POST
@login_required
def call(request: HttpRequest) -> HttpResponse:
    """Call the next; with `luot` that turn is finished first, with `so` somebody out of order."""
    counter = _counter(request)
    done, ticket_id = request.POST.get("luot", ""), request.POST.get("so", "")

    def act() -> None:
        if done:
            calling.finish(actor=actor(request), visit_id=uuid.UUID(done))
        where = {"actor": actor(request), "counter_id": counter.pk}
        if ticket_id.isdecimal():
            reason = request.POST.get("ly_do", "")
            calling.call_this(**where, ticket_id=int(ticket_id), reason=reason)  # type: ignore[arg-type]
        else:
            calling.call_next(**where)  # type: ignore[arg-type]

    return _done(request, act)


@require_POST
@login_required
def act_on(request: HttpRequest, visit_id: uuid.UUID, act: str) -> HttpResponse:
    """Recall, start, finish or mark absent."""
    service = ACTS.get(act)
    if service is None:
        raise Http404
    get_object_or_404(Turn, pk=visit_id, counter=_counter(request))
    return _done(request, lambda: service(actor=actor(request), visit_id=visit_id))


@require_POST
@login_required
def transfer(request: HttpRequest, visit_id: uuid.UUID) -> HttpResponse:
    """Send on to another line or counter: `den` is `line` or `line-counter`."""
    get_object_or_404(Turn, pk=visit_id, counter=_counter(request))
    line, _, counter = request.POST.get("den", "").partition("-")
    if not line.isdecimal():
        messages.error(request, "Chọn nơi chuyển tới.")
        return redirect("reception:desk")
    return _done(
        request,
        lambda: calling.transfer(
            actor=actor(request),
            visit_id=visit_id,
            line_id=int(line),
            counter_id=int(counter) if counter.isdecimal() else None,
        ),
    )


@require_POST
@login_required
def pause(request: HttpRequest) -> HttpResponse:
    """Stop or go on calling at this counter."""
    counter = _counter(request)
    service = calling.resume if request.POST.get("goi_lai") else calling.pause
    return _done(request, lambda: service(actor=actor(request), counter_id=counter.pk))


@require_POST
@login_required
def come_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody marked absent stands at the desk."""
    units = units_where(viewer(request), GIVES) or []
    ticket = get_object_or_404(Ticket, pk=pk, unit__in=units)
    return _done(request, lambda: tickets.come_back(key=ticket.key, actor=actor(request)))


@require_POST
@login_required
def give(request: HttpRequest) -> HttpResponse:
    """Take a number for somebody who cannot; it is shown to be told or written down."""
    line = get_object_or_404(
        Line, pk=request.POST.get("viec") or 0, unit__in=units_where(viewer(request), GIVES) or []
    )
    group = request.POST.get("uu_tien", "")
    wish = Wish(line.pk, int(group) if group.isdecimal() else None)

    def act() -> None:
        ticket = tickets.give(actor=actor(request), unit_id=line.unit_id, wish=wish)
        messages.success(request, f"Số {ticket.label} – {line.name}.")

    return _done(request, act)


def _done(request: HttpRequest, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except QueueError as wrong:
        messages.warning(request, str(wrong))
    return redirect("reception:desk")


def _counter(request: HttpRequest) -> Counter:
    held = duty.current_duty(viewer(request))
    if held is None:
        raise Http404
    return held.counter


def _channels(person: Person) -> list[str]:
    units = units_where(person, GIVES)
    held = duty.current_duty(person)
    if held is not None and units and held.counter.unit_id in units:
        return [channel(held.counter.unit_id)]
    return [channel(units[0])] if units else []


def _without_counter(request: HttpRequest) -> HttpResponse:
    """Helpers give numbers without a counter; officers are asked to sit down."""
    units = units_where(viewer(request), GIVES)
    if not units:
        raise Http404
    context = {
        "sits": may(viewer(request), CALLS, units[0]),
        "lines": selectors.offered_lines(units[0]),
        "groups": selectors.offered_groups(units[0]),
        "waiting": selectors.waiting_in(units[0]),
        "absent": selectors.absent_in(units[0]),
        "now": now(),
        "live_url": reverse("reception:desk_stream"),
    }
    part = request.headers.get("HX-Request")
    return render(request, f"reception/{'_waiting' if part else 'helper_desk'}.html", context)


def _targets(counter: Counter) -> list[tuple[str, str]]:
    """Where somebody may be sent on: each line, and each of its other counters."""
    found: list[tuple[str, str]] = []
    counters = list(
        Counter.objects.filter(unit=counter.unit_id, active=True).prefetch_related("fields")
    )
    for line in Line.objects.filter(unit=counter.unit_id, active=True):
        serving = [c for c in counters if line.field_id in {f.pk for f in c.fields.all()}]
        elsewhere = [each for each in serving if each.pk != counter.pk]
        if elsewhere:
            found.append((f"{line.pk}", f"{line.name}"))
        if len(serving) > 1:
            found += [(f"{line.pk}-{c.pk}", f"{line.name}, quầy {c.number}") for c in elsewhere]
    return found
