"""Incidents on screen: the list, one incident with its history, and every act on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from motcua.alerts import selectors as alert_selectors
from motcua.alerts.models import Alert
from motcua.alerts.record import StepLine, record_of
from motcua.kernel.clock import now
from motcua.messaging.services.changing import live_channel
from motcua.organisation.models import Person
from motcua.organisation.permissions import may
from motcua.organisation.views import live
from motcua.organisation.views.pages import actor, viewer
from motcua.service_quality import forms, incidents, selectors
from motcua.service_quality.models import Incident
from motcua.service_quality.rules import TRANSITIONS, Act, State

TABS = {"dang-mo": "Đang mở", "30-ngay": "30 ngày qua"}
PAGE_SIZE = 20
FORMS: dict[str, type[django_forms.Form]] = {
    "take": django_forms.Form,
    "handle": forms.HandleForm,
    "escalate": forms.EscalateForm,
    "close": forms.CloseForm,
    "note": forms.NoteForm,
    "side": forms.NoteForm,
}
DONE = {
    "take": "Đã ghi nhận anh/chị nhận xử lý.",
    "handle": "Đã ghi nhận anh/chị đang xử lý tại quầy.",
    "escalate": "Đã báo lên cấp trên.",
    "close": "Đã ghi kết quả và kết thúc sự việc.",
    "note": "Đã thêm ghi chú.",
    "side": "Đã ghi ý kiến của anh/chị.",
}


@login_required
def incident_list(request: HttpRequest) -> HttpResponse:
    """Incidents of the units the viewer leads, and those of an officer's own counter."""
    tab = request.GET.get("xem", "dang-mo")
    if tab not in TABS:
        raise Http404
    page = Paginator(_of_tab(request, tab), PAGE_SIZE).get_page(request.GET.get("trang"))
    context = {
        "page": page,
        "tabs": [(code, name, code == tab) for code, name in TABS.items()],
        "open_count": _of_tab(request, "dang-mo").count(),
        "live_url": reverse("service_quality:incident_stream"),
    }
    whole = not request.headers.get("HX-Request")
    template = "incidents.html" if whole else "_incidents.html"
    return render(request, f"service_quality/{template}", context)


@login_required
def incident(request: HttpRequest, incident_id: int) -> HttpResponse:
    """One incident: what is known, who was told, what was done, and what can be done now."""
    return _page(request, _visible(request, incident_id))


@login_required
@require_POST
def act(request: HttpRequest, incident_id: int, what: str) -> HttpResponse:
    """One act on the incident; a refused form keeps what was typed."""
    if what not in FORMS:
        raise Http404
    found = _visible(request, incident_id)
    form = FORMS[what](request.POST, prefix=what)
    if not form.is_valid():
        return _page(request, found, {what: form}, 422)
    try:
        _do(request, found, what, form)
    except incidents.IncidentError as wrong:
        form.add_error(None, str(wrong))
        return _page(request, _visible(request, incident_id), {what: form}, 409)
    messages.success(request, DONE[what])
    return redirect(found)


async def stream(request: HttpRequest) -> HttpResponseBase:
    """News of incidents in the viewer's units, and at the counter where they sit."""
    return await live.respond(request, _channels, ask_again_at=["duty"])


def _do(request: HttpRequest, found: Incident, what: str, form: django_forms.Form) -> None:
    note = form.cleaned_data.get("note", "")
    who, number = actor(request), found.pk
    acts: dict[str, Callable[[], object]] = {
        "take": lambda: incidents.take(actor=who, incident_id=number),
        "handle": lambda: incidents.handle(actor=who, incident_id=number, note=note),
        "escalate": lambda: incidents.escalate(actor=who, incident_id=number, note=note),
        "close": lambda: incidents.close(
            actor=who, incident_id=number, outcome=form.cleaned_data["outcome"], note=note
        ),
        "note": lambda: incidents.add_note(actor=who, incident_id=number, note=note),
        "side": lambda: incidents.add_side(actor=who, incident_id=number, note=note),
    }
    acts[what]()


def _page(
    request: HttpRequest,
    found: Incident,
    bound: dict[str, django_forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    leads = may(viewer(request), "service_quality.handle_incident", found.unit_id)
    offered = {name: form(prefix=name) for name, form in FORMS.items()} | (bound or {})
    context: dict[str, Any] = {
        "incident": found,
        "events": selectors.history_of(found),
        "steps": _steps(found),
        "visit": found.visit,
        "leads": leads,
        "own": found.officer_id == viewer(request).pk,
        "acts": _possible(found) if leads else frozenset(),
        "forms": offered,
        "failed": [form for form in (bound or {}).values() if form.errors],
        "live_url": reverse("service_quality:incident_stream"),
    }
    whole = not request.headers.get("HX-Request")
    template = "incident.html" if whole else "_incident.html"
    return render(request, f"service_quality/{template}", context, status=status)


def _possible(found: Incident) -> frozenset[str]:
    """What a leader can do now, by the table of transitions."""
    here = State(found.state)
    acts = {name for name in ("handle", "escalate", "close") if (here, Act(name)) in TRANSITIONS}
    if found.waiting:
        acts = {"take", "close"}
    return frozenset(acts | {"note"})


def _steps(found: Incident) -> list[StepLine]:
    if found.alert_id is None:
        return []
    return record_of(alert_selectors.with_record(Alert.objects.filter(pk=found.alert_id)).get())


def _visible(request: HttpRequest, incident_id: int) -> Incident:
    return get_object_or_404(selectors.visible_incidents(viewer(request)), pk=incident_id)


def _of_tab(request: HttpRequest, tab: str) -> QuerySet[Incident]:
    found = selectors.visible_incidents(viewer(request))
    if tab == "dang-mo":
        return found.exclude(state=State.CLOSED)
    return found.filter(opened_at__gte=now() - dt.timedelta(days=30))


def _channels(person: Person) -> list[str]:
    units = {unit for _, unit in person.active_roles()}
    leads = [unit for unit in units if may(person, "service_quality.view_incidents", unit)]
    own = [f"counter:{duty.counter_id}" for duty in person.duties.filter(until=None)]
    return [
        *(f"unit:{unit}:board" for unit in leads),
        *(live_channel(unit) for unit in leads),
        *own,
    ]
