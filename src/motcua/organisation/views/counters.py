"""Counters: list, form with the region of interest, camera switch."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from motcua.organisation import duty, overview
from motcua.organisation.errors import NotValid
from motcua.organisation.forms.units import CounterForm
from motcua.organisation.models import Counter, Unit
from motcua.organisation.services import counters as services
from motcua.organisation.views.pages import accepted, actor, found, page, unit_page

EDIT = "organisation.edit"
VIEW = "organisation.view"
NEW = {"camera_enabled": True, "left": 0, "top": 0, "width": 100, "height": 100}


@unit_page()
def counters(request: HttpRequest, unit: Unit) -> HttpResponse:
    """The unit's counters, those in use first."""
    rows = (
        unit.counters.select_related("department")
        .prefetch_related("fields", "devices")
        .order_by("-active", "number")
    )
    context = {
        "counters": [(row, duty.current_officer(row.pk) if row.active else None) for row in rows],
        "has_departments": overview.open_departments(unit).exists(),
    }
    return page(request, unit, "counters", "counters", context)


@unit_page(EDIT, sees=VIEW)
def edit_counter(request: HttpRequest, unit: Unit, pk: int | None = None) -> HttpResponse:
    """Add a counter or change one, and draw what its camera looks at."""
    counter = found(request, unit, unit.counters.all(), pk) if pk else None
    if counter is None:
        number = max(unit.counters.values_list("number", flat=True), default=0) + 1
        form = CounterForm(unit, data=request.POST or None, initial={**NEW, "number": number})
    else:
        form = CounterForm(unit, counter, data=request.POST or None)
    if request.method == "POST":
        saved: Counter | None
        if counter:
            saved = accepted(
                form, services.change_counter, actor=actor(request), counter_id=counter.pk
            )
        else:
            saved = accepted(form, services.add_counter, actor=actor(request), unit_id=unit.pk)
        if saved:
            messages.success(request, f"Đã lưu {saved}.")
            return redirect("organisation:counters", code=unit.code)
    context = {
        "form": form,
        "counter": counter,
        "beside": overview.counters_under_the_same_camera(counter) if counter else [],
    }
    return page(request, unit, "counter", "counters", context, 422 if form.is_bound else 200)


@require_POST
@unit_page(EDIT, sees=VIEW)
def set_camera(request: HttpRequest, unit: Unit, pk: int) -> HttpResponse:
    """Switch a counter's camera."""
    counter = found(request, unit, unit.counters.all(), pk)
    enabled = request.POST.get("bat") == "1"
    services.set_camera(actor=actor(request), counter_id=counter.pk, enabled=enabled)
    messages.success(request, f"Đã {'bật' if enabled else 'tắt'} camera ở {counter}.")
    return redirect("organisation:counters", code=unit.code)


@require_POST
@unit_page(EDIT, sees=VIEW)
def set_active(request: HttpRequest, unit: Unit, pk: int) -> HttpResponse:
    """Close a counter down or open it again."""
    counter = found(request, unit, unit.counters.all(), pk)
    active = request.POST.get("dang_dung") == "1"
    try:
        services.set_counter_active(actor=actor(request), counter_id=counter.pk, active=active)
    except NotValid as wrong:
        messages.error(request, str(wrong))
    else:
        said = "hoạt động trở lại" if active else "đã ngừng. Bấm “Mở lại” để dùng lại"
        messages.success(request, f"{counter} {said}.")
    return redirect("organisation:counters", code=unit.code)
