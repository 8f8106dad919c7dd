"""The citizen's own phone: take a number by the QR at the door, follow it, leave it."""

from __future__ import annotations

import secrets
import uuid

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from motcua.kernel import stream as live_stream
from motcua.organisation.models import Unit
from motcua.reception import estimates, selectors
from motcua.reception.errors import QueueError, TooManyTickets
from motcua.reception.models import Ticket
from motcua.reception.rules import IN_QUEUE
from motcua.reception.services import tickets
from motcua.reception.services.common import channel, settings_of
from motcua.reception.services.tickets import Phone, Wish
from motcua.ui.language import current

COOKIE = "motcua_phone"
COOKIE_SECONDS = 24 * 3600
"""A day: the cookie only says that the same phone asks again."""


@never_cache
def choose(request: HttpRequest, code: str) -> HttpResponse:
    """What people come for, and whether they may go first."""
    unit = unit_or_404(code)
    return _form(request, unit)


@never_cache
@require_POST
def take(request: HttpRequest, code: str) -> HttpResponse:
    """Take a number and go on to following it; a phone that has one gets that one."""
    unit = unit_or_404(code)
    line, group = request.POST.get("viec", ""), request.POST.get("uu_tien", "")
    if not line.isdecimal():
        return _form(request, unit, gettext("Xin chọn việc cần làm."), 422)
    cookie = request.COOKIES.get(COOKIE, "") or secrets.token_urlsafe(24)
    wish = Wish(int(line), int(group) if group.isdecimal() else None, current())
    phone = Phone(cookie[:64], request.META.get("REMOTE_ADDR", ""))
    try:
        ticket = tickets.take_on_phone(unit_id=unit.pk, phone=phone, wish=wish)
    except QueueError as wrong:
        many = isinstance(wrong, TooManyTickets)
        return _form(request, unit, gettext(str(wrong)), 429 if many else 422)
    response = redirect("reception:follow", key=ticket.key)
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


@never_cache
def follow(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Where a ticket stands. Whoever holds its address sees it; the address cannot be guessed."""
    ticket = _ticket(key)
    found = selectors.followed(ticket)
    context = {
        "found": found,
        "ticket": ticket,
        "wait": estimates.as_text(found.estimate, current()) if found.estimate else "",
        "basis": estimates.basis_text(found.estimate, current()) if found.estimate else "",
        "unit_name": ticket.unit.name,
        "live_url": reverse("reception:follow_stream", args=[key])
        if ticket.state in IN_QUEUE
        else "",
    }
    part = request.headers.get("HX-Request")
    return render(request, f"reception/{'_follow' if part else 'follow'}.html", context)


async def follow_stream(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """News of the ticket's queue: numbers and counters, what the hall hears anyway."""
    ticket = await sync_to_async(Ticket.objects.filter(key=key).first)()
    if ticket is None:
        return HttpResponse(status=404)
    return live_stream.respond([channel(ticket.unit_id)], live_stream.last_heard(request))


@require_POST
def leave(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Give the place up."""
    ticket = _ticket(key)
    try:
        tickets.leave(key=ticket.key)
    except QueueError as wrong:
        messages.error(request, str(wrong))
    return redirect("reception:follow", key=key)


@require_POST
def come_back(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """“Tôi đã có mặt”: back into the queue after an absence."""
    ticket = _ticket(key)
    try:
        tickets.come_back(key=ticket.key)
    except QueueError as wrong:
        messages.error(request, str(wrong))
    return redirect("reception:follow", key=key)


def unit_or_404(code: str) -> Unit:
    """The unit that gives numbers under this code.

    Raises:
        Http404: no such unit, or it does not use the product.
    """
    unit = selectors.active_unit(code)
    if unit is None:
        raise Http404
    return unit


def _ticket(key: uuid.UUID) -> Ticket:
    return get_object_or_404(
        Ticket.objects.select_related("unit", "line", "priority", "for_counter"), key=key
    )


def _form(request: HttpRequest, unit: Unit, problem: str = "", status: int = 200) -> HttpResponse:
    rules = settings_of(unit.pk)
    cookie = request.COOKIES.get(COOKIE, "")
    held = (
        Ticket.objects.filter(
            unit=unit, holder=tickets.holder_of(cookie[:64]), state__in=IN_QUEUE
        ).first()
        if cookie
        else None
    )
    context = {
        "unit": unit,
        "unit_name": unit.name,
        "lines": selectors.offered_lines(unit.pk),
        "groups": selectors.offered_groups(unit.pk),
        "open": rules.phone_tickets and tickets.is_open(unit.pk, rules),
        "by_phone": rules.phone_tickets,
        "held": held,
        "problem": problem,
        "chosen": request.POST.get("viec", ""),
        "chosen_group": request.POST.get("uu_tien", ""),
    }
    return render(request, "reception/phone.html", context, status=status)
