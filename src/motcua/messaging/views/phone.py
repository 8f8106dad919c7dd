"""The demonstration phone: what would have arrived on people's phones, and their answers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from motcua.messaging import selectors
from motcua.messaging.errors import MessagingError
from motcua.messaging.providers import demo
from motcua.messaging.services import demo_phone
from motcua.messaging.views.access import news, units_of
from motcua.organisation.permissions import Actor
from motcua.organisation.views.pages import viewer

ACTION = "messaging.demo_phone"
LONGEST_ANSWER = 480
PARTS = {"danh-sach": "messaging/phone_list.html", "tin": "messaging/phone_texts.html"}


@login_required
@require_GET
def phone(request: HttpRequest, address: str = "") -> HttpResponse:
    """The list of phones and the texts of one; `?phan=` gives one part for the live page."""
    units = units_of(request, ACTION)
    phones = selectors.demo_phones(units)
    chosen = next((found for found in phones if found.address == address), None)
    if address and chosen is None:
        raise Http404
    chosen = chosen or next(iter(phones), None)
    page: dict[str, Any] = {
        "phones": phones,
        "chosen": chosen,
        "texts": selectors.demo_texts(chosen.address, units) if chosen else [],
        "answers": chosen is not None and "@" not in chosen.address,
        "longest": LONGEST_ANSWER,
        "magic": [
            (selectors.Phone(number, "", "", None).shown, how.meaning)
            for number, how in demo.MAGIC.items()
        ],
        # The page without an address shows the phone that is newest now; its parts stay with it.
        "chosen_url": reverse("messaging:demo-phone-of", args=[chosen.address])
        if chosen
        else request.path,
        "live_url": reverse("messaging:demo-phone-live"),
    }
    return render(request, PARTS.get(request.GET.get("phan", ""), "messaging/phone.html"), page)


@login_required
@require_POST
def answer(request: HttpRequest, address: str) -> HttpResponse:
    """Send a reply from this phone."""
    units = units_of(request, ACTION)
    if all(found.address != address for found in selectors.demo_phones(units)):
        raise Http404
    text = request.POST.get("text", "").strip()[:LONGEST_ANSWER]
    if not text:
        messages.warning(request, "Tin trả lời còn trống.")
    else:
        try:
            demo_phone.answer(actor=Actor.of(viewer(request)), address=address, text=text)
        except MessagingError as wrong:
            messages.error(request, str(wrong))
    return redirect("messaging:demo-phone-of", address)


async def stream(request: HttpRequest) -> HttpResponseBase:
    """News of the phones the viewer may see."""
    return await news(request, ACTION, demo.live_channel)
