"""The live board: is anyone upset now, who was told, who answered."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from motcua.alerts import selectors as alerts
from motcua.alerts.record import record_of
from motcua.board import now as present
from motcua.board.views.access import VIEW, first_unit, unit_or_404, units_of
from motcua.kernel.clock import now
from motcua.messaging.services.changing import live_channel
from motcua.organisation.models import Person, Unit
from motcua.organisation.permissions import may
from motcua.organisation.views import live
from motcua.organisation.views.pages import viewer
from motcua.service_quality import selectors as quality


@login_required
def first(request: HttpRequest) -> HttpResponse:
    """Straight to the viewer's own unit."""
    return redirect("board:unit", first_unit(request).pk)


@login_required
def unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """The whole board of one unit."""
    shown = unit_or_404(request, unit_id)
    context = {
        "unit": shown,
        "unit_name": shown.name,
        "units": units_of(viewer(request)),
        "live_url": reverse("board:stream", args=[shown.pk]),
        "now": now(),
        **_incidents(shown),
        **_counters(shown),
        **_health(shown),
    }
    return render(request, "board/live.html", context)


@login_required
def incidents(request: HttpRequest, unit_id: int) -> HttpResponse:
    """The fragment of open incidents."""
    return render(request, "board/_incidents.html", _incidents(unit_or_404(request, unit_id)))


@login_required
def counters(request: HttpRequest, unit_id: int) -> HttpResponse:
    """The fragment of counter cards."""
    return render(request, "board/_counters.html", _counters(unit_or_404(request, unit_id)))


@login_required
def health(request: HttpRequest, unit_id: int) -> HttpResponse:
    """The fragment of what is stuck or silent."""
    return render(request, "board/_health.html", _health(unit_or_404(request, unit_id)))


async def stream(request: HttpRequest, unit_id: int) -> HttpResponseBase:
    """News of this unit's counters, incidents, alerts and messages."""

    def channels(person: Person) -> list[str]:
        if not may(person, VIEW, unit_id):
            raise Http404
        return [f"unit:{unit_id}:board", f"unit:{unit_id}:alerts", live_channel(unit_id)]

    return await live.respond(request, channels)


def _incidents(shown: Unit) -> dict[str, Any]:
    open_alerts = {
        alert.subject: alert
        for alert in alerts.with_record(alerts.unresolved([shown.pk]))
        if not alert.rehearsal
    }
    rows = []
    for incident in quality.open_incidents(shown.pk):
        alert = open_alerts.pop(incident.subject, None)
        rows.append((incident, alert, record_of(alert) if alert else []))
    return {"unit": shown, "incidents": rows, "now": now()}


def _counters(shown: Unit) -> dict[str, Any]:
    return {"unit": shown, "cards": present.cards(shown), "now": now()}


def _health(shown: Unit) -> dict[str, Any]:
    return {"unit": shown, "health": present.health(shown)}
