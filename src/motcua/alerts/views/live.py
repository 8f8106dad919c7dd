"""Alerts as they stand: the list, one alert's record, and taking one on screen."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from motcua.alerts import kinds, selectors, services
from motcua.alerts.models import Alert, Reply
from motcua.alerts.record import record_of
from motcua.alerts.rules import UNANSWERED
from motcua.kernel.clock import now
from motcua.messaging.services.changing import live_channel
from motcua.organisation.models import Person, Unit
from motcua.organisation.permissions import Actor, may, units_where
from motcua.organisation.views import live
from motcua.organisation.views.pages import viewer

TABS = {
    "dang-cho": "Chưa có người nhận",
    "da-nhan": "7 ngày qua",
    "dien-tap": "Diễn tập",
}
PAGE_SIZE = 20


@login_required
def alerts(request: HttpRequest) -> HttpResponse:
    """Alerts of the viewer's units."""
    tab = request.GET.get("xem", "dang-cho")
    if tab not in TABS:
        raise Http404
    found = selectors.with_record(_of_tab(request, tab))
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("trang"))
    context: dict[str, Any] = {
        "page": page,
        "rows": [(alert, kinds.get(alert.kind), record_of(alert)) for alert in page],
        "tabs": [(code, name, code == tab) for code, name in TABS.items()],
        "waiting": _of_tab(request, "dang-cho").count(),
        "may_rehearse": _somewhere(request, "alerts.rehearse"),
        "may_edit": _somewhere(request, "alerts.edit_policy"),
        "live_url": reverse("alerts:stream"),
    }
    whole = not request.headers.get("HX-Request")
    return render(request, "alerts/alerts.html" if whole else "alerts/alerts_list.html", context)


@login_required
def alert(request: HttpRequest, alert_id: int) -> HttpResponse:
    """One alert with every step, delivery and answer."""
    visible = selectors.with_record(selectors.visible_to(viewer(request)))
    found = get_object_or_404(visible, pk=alert_id)
    context: dict[str, Any] = {
        "alert": found,
        "kind": kinds.get(found.kind),
        "record": record_of(found),
        "replies": Reply.objects.filter(alert=found).select_related("person"),
        "may_take": found.unanswered and _may_take(request, found),
        "live_url": reverse("alerts:stream"),
    }
    whole = not request.headers.get("HX-Request")
    return render(request, "alerts/alert.html" if whole else "alerts/alert_body.html", context)


@login_required
@require_POST
def take(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Take the alert on screen, then go to where the matter is handled."""
    found = get_object_or_404(selectors.visible_to(viewer(request)), pk=alert_id)
    try:
        found, taken = services.acknowledge(
            alert_id=found.pk, actor=Actor.of(viewer(request)), via=Alert.Via.SCREEN
        )
    except services.AlertClosed as closed:
        messages.warning(request, str(closed))
    else:
        if taken:
            messages.success(request, "Đã ghi nhận anh/chị nhận xử lý cảnh báo này.")
        else:
            messages.info(request, f"Cảnh báo đã có người nhận: {found.acknowledged_as}.")
    return redirect(found.page or reverse("alerts:alert", args=[found.pk]))


async def stream(request: HttpRequest) -> HttpResponseBase:
    """News of the alerts in the viewer's units."""
    return await live.respond(request, _channels)


def _channels(person: Person) -> list[str]:
    units = units_where(person, "alerts.view")
    if units is None:
        units = list(Unit.objects.filter(active=True).values_list("pk", flat=True))
    return [f"unit:{unit}:alerts" for unit in units] + [live_channel(unit) for unit in units]


def _of_tab(request: HttpRequest, tab: str) -> Any:
    found = selectors.visible_to(viewer(request))
    if tab == "dien-tap":
        return found.filter(rehearsal=True)
    if tab == "dang-cho":
        return found.filter(state__in=UNANSWERED)
    return found.filter(rehearsal=False, raised_at__gte=now() - dt.timedelta(days=7))


def _may_take(request: HttpRequest, found: Alert) -> bool:
    person = viewer(request)
    told = selectors.told_people(found).filter(pk=person.pk).exists()
    return told or may(person, "alerts.acknowledge", found.unit_id)


def _somewhere(request: HttpRequest, action: str) -> bool:
    return any(may(viewer(request), action, unit) for _, unit in viewer(request).active_roles())
