"""Devices: list with their health, enrolment with a code and its QR, revocation."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from motcua.kernel.clock import now
from motcua.organisation import devices as services
from motcua.organisation import overview, selectors
from motcua.organisation.errors import NotValid
from motcua.organisation.forms.devices import DeviceChangeForm, DeviceForm
from motcua.organisation.models import Unit
from motcua.organisation.views.pages import accepted, actor, found, page, unit_page

ENROL = "organisation.enrol_device"
VIEW = "organisation.view"


@unit_page()
def devices(request: HttpRequest, unit: Unit) -> HttpResponse:
    """The unit's machines, how each is, and those that were revoked."""
    at = now()
    rows = unit.devices.prefetch_related("counters").order_by("revoked_at", "name")
    context = {
        "devices": [(device, overview.device_state(device, at)) for device in rows],
        "now": at,
        "open_now": selectors.calendar_of(unit.pk).is_open(at),
    }
    template = "_devices_list" if request.headers.get("HX-Request") else "devices"
    return page(request, unit, template, "devices", context)


@never_cache
@unit_page(ENROL, sees=VIEW)
def add_device(request: HttpRequest, unit: Unit) -> HttpResponse:
    """Add a device; the code to type into it is on the answer and nowhere else."""
    form = DeviceForm(unit, data=request.POST or None)
    if request.method == "POST" and (
        waiting := accepted(form, services.create, actor=actor(request), unit_id=unit.pk)
    ):
        return _code_page(request, unit, waiting)
    context = {"form": form, "heading": "Thêm thiết bị", "back": "organisation:devices"}
    return page(request, unit, "form", "devices", context, 422 if form.is_bound else 200)


@unit_page(ENROL, sees=VIEW)
def edit_device(request: HttpRequest, unit: Unit, pk: int) -> HttpResponse:
    """Rename a device or have it serve other counters."""
    device = found(request, unit, unit.devices.filter(revoked_at=None), pk)
    initial = {"name": device.name, "counters": list(device.counters.all())}
    form = DeviceChangeForm(unit, data=request.POST or None, initial=initial)
    if request.method == "POST" and accepted(
        form, services.change, actor=actor(request), device_id=device.pk
    ):
        messages.success(request, "Đã lưu thiết bị.")
        return redirect("organisation:devices", code=unit.code)
    context = {"form": form, "heading": f"Sửa {device.name}", "back": "organisation:devices"}
    return page(request, unit, "form", "devices", context, 422 if form.is_bound else 200)


@never_cache
@require_POST
@unit_page(ENROL, sees=VIEW)
def issue_code(request: HttpRequest, unit: Unit, pk: int) -> HttpResponse:
    """A fresh code for a device."""
    device = found(request, unit, unit.devices.filter(revoked_at=None), pk)
    try:
        waiting = services.issue_code(actor=actor(request), device_id=device.pk)
    except NotValid as wrong:
        messages.error(request, str(wrong))
        return redirect("organisation:devices", code=unit.code)
    return _code_page(request, unit, waiting)


@require_POST
@unit_page(ENROL, sees=VIEW)
def revoke(request: HttpRequest, unit: Unit, pk: int) -> HttpResponse:
    """End a device's access."""
    device = found(request, unit, unit.devices.all(), pk)
    services.revoke(actor=actor(request), device_id=device.pk)
    messages.success(request, f"Đã thu hồi {device.name}. Máy này không gửi được gì nữa.")
    return redirect("organisation:devices", code=unit.code)


def _code_page(request: HttpRequest, unit: Unit, waiting: services.Enrolment) -> HttpResponse:
    minutes = int(services.CODE_VALID.total_seconds() // 60)
    context = {"device": waiting.device, "enrolment": waiting, "minutes": minutes}
    return page(request, unit, "enrolment", "devices", context)
