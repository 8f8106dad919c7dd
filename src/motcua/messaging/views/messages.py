"""Messages on screen: the list, what needs a person, one message, replies and costs."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from motcua.kernel.clock import now, today
from motcua.messaging import encoding, selectors, texts
from motcua.messaging.errors import MessagingError
from motcua.messaging.forms import FilterForm, MonthForm
from motcua.messaging.models import Message
from motcua.messaging.rules import State
from motcua.messaging.services import stuck
from motcua.messaging.services.changing import live_channel
from motcua.messaging.services.stuck import RESENDABLE
from motcua.messaging.views.access import news, units_of
from motcua.organisation.permissions import Actor, may
from motcua.organisation.views.pages import viewer

ACTION = "messaging.view"
PAGE = 50
MONTHS_SHOWN = 24


def _show(request: HttpRequest, name: str, page: dict[str, Any]) -> HttpResponse:
    """The whole page, or only its list when the live page asks again."""
    fragment = bool(request.headers.get("HX-Request"))
    page |= {
        "live_url": reverse("messaging:live"),
        "stuck_count": selectors.stuck_count(units_of(request, ACTION)),
        "here": request.get_full_path(),
    }
    return render(request, f"messaging/{name}{'_list' if fragment else ''}.html", page)


def _tone(message: Message) -> Message:
    message.tone = texts.TONES[State(message.state)]  # type: ignore[attr-defined]
    message.about = texts.purpose(message.purpose)  # type: ignore[attr-defined]
    return message


@login_required
@require_GET
def message_list(request: HttpRequest) -> HttpResponse:
    """Every message of the viewer's units, filtered."""
    form = FilterForm(request.GET)
    found = selectors.visible_messages(units_of(request, ACTION), form.filters())
    page = Paginator(found, PAGE).get_page(request.GET.get("trang"))
    return _show(
        request,
        "messages",
        {"form": form, "page": page, "rows": [_tone(message) for message in page]},
    )


@login_required
@require_GET
def stuck_list(request: HttpRequest) -> HttpResponse:
    """What needs a person: not sent, not arrived, or unknown."""
    units = units_of(request, ACTION)
    rows = [_tone(message) for message in selectors.stuck_messages(units)[:200]]
    for row in rows:
        row.may_resend = may(viewer(request), "messaging.resend", row.unit_id)  # type: ignore[attr-defined]
        row.doubtful = row.state == State.UNCERTAIN  # type: ignore[attr-defined]
    return _show(
        request,
        "stuck",
        {"rows": rows, "receipts": selectors.unmatched_receipts(units)[:20], "now": now()},
    )


@login_required
@require_GET
def message(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    """One message with everything on its record."""
    found = _tone(_visible(request, message_id))
    person = viewer(request)
    last = found.attempts.last()
    layout = encoding.lay_out(last.text if last else found.text)
    may_resend = may(person, "messaging.resend", found.unit_id)
    return _show(
        request,
        "message",
        {
            "message": found,
            "timeline": selectors.timeline(found),
            "last": last,
            "layout": layout,
            "revealed": request.session.pop(f"messaging.revealed:{found.pk}", ""),
            "may_reveal": may(person, "messaging.reveal_phone", found.unit_id),
            "may_resend": may_resend
            and (found.state == State.QUEUED or found.state in RESENDABLE)
            and not found.resent_as.exists(),
            "may_cancel": may_resend and found.state == State.QUEUED,
            "stuck": found.stuck(now()),
            "doubtful": found.state == State.UNCERTAIN,
        },
    )


def _visible(request: HttpRequest, message_id: uuid.UUID) -> Message:
    return get_object_or_404(selectors.visible_messages(units_of(request, ACTION)), pk=message_id)


def _act(
    request: HttpRequest, message_id: uuid.UUID, act: Callable[..., Message], done: str
) -> HttpResponse:
    found = _visible(request, message_id)
    try:
        going = act(actor=Actor.of(viewer(request)), message_id=found.pk)
    except MessagingError as wrong:
        messages.warning(request, str(wrong))
        going = found
    else:
        messages.success(request, done)
    if request.POST.get("next") == "stuck":
        return redirect("messaging:stuck")
    return redirect("messaging:message", going.pk)


@login_required
@require_POST
def resend(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    """Send it again."""
    return _act(request, message_id, stuck.resend, "Đã cho gửi lại.")


@login_required
@require_POST
def attend(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    """Take it off the list."""
    return _act(request, message_id, stuck.attend, "Đã ghi nhận, tin ra khỏi danh sách cần xem.")


@login_required
@require_POST
def cancel(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    """Stop it before it leaves."""
    return _act(request, message_id, stuck.cancel, "Đã huỷ, tin không gửi nữa.")


@login_required
@require_POST
def reveal(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    """Show the whole number once; that it was looked at is on the record."""
    found = _visible(request, message_id)
    address = stuck.reveal_address(actor=Actor.of(viewer(request)), message_id=found.pk)
    request.session[f"messaging.revealed:{found.pk}"] = address
    return redirect("messaging:message", found.pk)


@login_required
@require_GET
def replies(request: HttpRequest) -> HttpResponse:
    """What people wrote back."""
    found = selectors.visible_inbound(units_of(request, ACTION))
    page = Paginator(found, PAGE).get_page(request.GET.get("trang"))
    return _show(request, "replies", {"page": page, "rows": list(page)})


@login_required
@require_GET
def costs(request: HttpRequest) -> HttpResponse:
    """A month's bill."""
    month = MonthForm(request.GET).month(today())
    this_month = today().replace(day=1)
    lines = selectors.month_costs(month, units_of(request, ACTION))
    return _show(
        request,
        "costs",
        {
            "month": month,
            "months": sorted({month, *_months_before(this_month, MONTHS_SHOWN)}, reverse=True),
            "lines": [(line, texts.purpose(line.purpose)) for line in lines],
            "parts": sum(line.parts for line in lines),
            "total": sum(line.cost for line in lines),
        },
    )


def _months_before(month: dt.date, count: int) -> list[dt.date]:
    """This month and those before it, each by its first day."""
    numbers = [month.year * 12 + month.month - 1 - back for back in range(count)]
    return [dt.date(number // 12, number % 12 + 1, 1) for number in numbers]


async def stream(request: HttpRequest) -> HttpResponseBase:
    """News of the messages of the viewer's units."""
    return await news(request, ACTION, live_channel)
