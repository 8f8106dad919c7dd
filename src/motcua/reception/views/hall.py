"""The hall display: who is called where, who is next. What it shows is called out loud anyway."""

from __future__ import annotations

from asgiref.sync import sync_to_async
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from motcua.kernel import stream as live_stream
from motcua.organisation import devices
from motcua.organisation.models import Device, Unit
from motcua.reception import selectors, voice
from motcua.reception.services.common import channel, settings_of
from motcua.reception.views.phone import unit_or_404
from motcua.reception.views.screen import device_of


@never_cache
def display_here(request: HttpRequest) -> HttpResponse:
    """The display of the unit in which this machine is enrolled; its beat is its own refresh."""
    device = device_of(request, Device.Kind.DISPLAY)
    if device is None:
        return redirect("reception:enrol")
    devices.touch(device)
    return _display(request, device.unit)


@never_cache
def display(request: HttpRequest, code: str) -> HttpResponse:
    """The same for anybody: a leader's screen, a second room, the demonstration."""
    return _display(request, unit_or_404(code))


async def stream(request: HttpRequest, code: str) -> HttpResponseBase:
    """News of the unit's queue."""
    unit = await sync_to_async(selectors.active_unit)(code)
    if unit is None:
        return HttpResponse(status=404)
    return live_stream.respond([channel(unit.pk)], live_stream.last_heard(request))


def voice_piece(request: HttpRequest, name: str) -> HttpResponseBase:
    """A recorded piece of the spoken call, if this installation has recordings."""
    path = voice.piece(name)
    if path is None:
        raise Http404
    response = FileResponse(path.open("rb"), content_type="audio/wav")
    response["Cache-Control"] = "max-age=3600"
    return response


def _display(request: HttpRequest, unit: Unit) -> HttpResponse:
    rules = settings_of(unit.pk)
    calls = selectors.calls_of(unit.pk)
    context = {
        "unit": unit,
        "unit_name": unit.name,
        "calls": calls,
        "latest": calls[0] if calls else None,
        "counters": selectors.counters_now(unit.pk),
        "following": selectors.next_numbers(unit.pk),
        "spoken": rules.spoken,
        "recorded": voice.available(),
        "phone_url": request.build_absolute_uri(reverse("reception:phone", args=[unit.code]))
        if rules.phone_tickets
        else "",
        "live_url": reverse("reception:display_stream", args=[unit.code]),
    }
    part = request.headers.get("HX-Request")
    return render(request, f"reception/{'_display' if part else 'display'}.html", context)
