"""The officer's own screen at a counter: a quiet band, today's curve, a call for help.

Only the officer who sits there and those who lead see it. It shows the citizen's mood and
never rates the officer.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from motcua.kernel.clock import now
from motcua.organisation.duty import current_officer
from motcua.organisation.models import Counter, Person
from motcua.organisation.permissions import authorise, may
from motcua.organisation.views import live
from motcua.organisation.views.pages import actor, viewer
from motcua.service_quality import counter_selectors, incidents
from motcua.service_quality.rules import Cause
from motcua.service_quality.views.access import counters_where
from motcua.ui.plots import Plot, Series

OPENS = "service_quality.open_counters"
LEADS = "service_quality.view_band"
SITS = "organisation.take_duty"


PAGES = (
    ("band", "Dải màu tại quầy", LEADS),
    ("band", "Ngồi quầy này, xem dải màu", SITS),
    ("week", "Điều gì nâng, điều gì làm giảm tâm trạng", "service_quality.view_coaching"),
    ("notice", "In thông báo cho người dân", OPENS),
    ("tablet_link", "Máy tính bảng đánh giá", "service_quality.edit_counter_pages"),
    ("advice", "Lời gợi ý cho cán bộ", "service_quality.edit_counter_pages"),
    ("reasons", "Lý do khi đánh giá", "service_quality.edit_counter_pages"),
    ("thresholds", "Ngưỡng camera", "service_quality.tune_counter"),
)
"""Pages about a counter: name, label, action that must be allowed in its unit."""


@login_required
def counters(request: HttpRequest) -> HttpResponse:
    """The counters of the viewer's units, with the pages that the viewer may open."""
    rows = [
        {"counter": counter, "links": _links(request, counter)}
        for counter in counters_where(request, OPENS)
    ]
    return render(request, "service_quality/counters.html", {"rows": rows})


def _links(request: HttpRequest, counter: Counter) -> list[tuple[str, str]]:
    return [
        (reverse(f"service_quality:{name}", args=[counter.pk]), label)
        for name, label, action in PAGES
        if may(viewer(request), action, counter.unit_id)
    ]


@login_required
def band(request: HttpRequest, counter_id: int) -> HttpResponse:
    """The band for its officer and leaders; other officers of the unit may sit down here."""
    counter = get_object_or_404(Counter.objects.select_related("unit"), pk=counter_id)
    person = viewer(request)
    if not _sees(person, counter):
        if not may(person, SITS, counter.unit_id):
            raise Http404
        if request.headers.get("HX-Request"):
            # The band of somebody who has just been relieved: the whole page goes, not a part.
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "service_quality/sit_down.html", _duty(counter))
    shown, advice = counter_selectors.band_of(counter)
    context: dict[str, Any] = {
        **_duty(counter),
        "band": shown,
        "advice": advice,
        "incident": counter_selectors.open_at(counter),
        "sits_here": current_officer(counter.pk) == person,
        "leads": may(person, LEADS, counter.unit_id),
        "live_url": reverse("service_quality:band_stream", args=[counter.pk]),
    }
    if request.headers.get("HX-Request"):
        return render(request, "service_quality/_band.html", context)
    return render(request, "service_quality/band.html", context | {"plot": _curve(counter)})


@login_required
@require_POST
def ask_for_help(request: HttpRequest, counter_id: int) -> HttpResponse:
    """The officer asks a leader to come. Sending the form twice calls once."""
    counter = get_object_or_404(Counter, pk=counter_id)
    authorise(actor(request), "service_quality.call_for_help", counter.unit_id)
    if current_officer(counter.pk) != viewer(request):
        raise Http404
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        key = uuid.uuid4()
    incidents.open_incident(
        counter_id=counter.pk, cause=Cause.OFFICER_BUTTON, key=f"officer:{key}", at=now()
    )
    messages.success(request, "Đã báo lãnh đạo. Có người tới hỗ trợ ngay.")
    return redirect("service_quality:band", counter.pk)


async def stream(request: HttpRequest, counter_id: int) -> HttpResponseBase:
    """News of one counter; a former officer hears nothing more once they are relieved."""

    def channels(person: Person) -> list[str]:
        counter = Counter.objects.filter(pk=counter_id).first()
        return [f"counter:{counter_id}"] if counter and _sees(person, counter) else []

    return await live.respond(request, channels, ask_again_at=["duty"])


def _sees(person: Person, counter: Counter) -> bool:
    return may(person, LEADS, counter.unit_id) or current_officer(counter.pk) == person


def _duty(counter: Counter) -> dict[str, Any]:
    return {
        "counter": counter,
        "unit_name": counter.unit.name,
        "officer": current_officer(counter.pk),
        "key": uuid.uuid4(),
    }


def _curve(counter: Counter) -> Plot | None:
    points = counter_selectors.curve_today(counter)
    if not points:
        return None
    # The plot's foot is zero: the scale runs from 0 (displeased) over 50 to 100 (pleased).
    values = [None if value is None else 50 + value / 2 for _, value in points]
    return Plot(
        id="duong-hom-nay",
        title="Hôm nay tâm trạng người dân tại quầy lên xuống thế nào?",
        kind="line",
        x=[at for at, _ in points],
        series=[Series("Tâm trạng", values, colour=1)],
        unit="điểm",
        note="Trung bình mỗi 10 phút, 0 là chưa hài lòng, 50 là bình thường, 100 là rất vui. "
        "Camera đo, chỉ để tham khảo.",
        y_max=100,
        height=220,
    )
