"""How a unit's queue is set up: rules, lines and letters, priority groups, screens."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from motcua.kernel.clock import now
from motcua.organisation import overview
from motcua.organisation.models import Device, Unit
from motcua.organisation.permissions import may, units_where
from motcua.organisation.views.pages import accepted, actor, unit_page, viewer
from motcua.reception import selectors
from motcua.reception.forms import GroupForm, LineForm, SettingsForm
from motcua.reception.models import Line, PriorityGroup
from motcua.reception.services import setup as services
from motcua.reception.services.common import settings_of

SETS_UP = services.SETS_UP
SCREENS = (Device.Kind.TICKETS, Device.Kind.DISPLAY)


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The set-up of the viewer's unit."""
    for action, name in ((SETS_UP, "reception:setup"), ("reception.view_day", "reception:day")):
        units = units_where(viewer(request), action)
        if units:
            return redirect(name, code=Unit.objects.get(pk=units[0]).code)
    raise Http404


@unit_page(SETS_UP, sees=SETS_UP)
def setup(request: HttpRequest, unit: Unit) -> HttpResponse:
    """Everything at a glance; each part has a page of its own to be changed."""
    at = now()
    context = {
        "unit": unit,
        "unit_name": unit.name,
        "rules": settings_of(unit.pk),
        "lines": [(line, _counters(line)) for line in unit.lines.select_related("field")],
        "groups": unit.priority_groups.all(),
        "screens": [
            (device, overview.device_state(device, at))
            for device in unit.devices.filter(kind__in=SCREENS, revoked_at=None)
        ],
        "kinds": [(kind.value, kind.label) for kind in SCREENS],
        "may_enrol": may(viewer(request), "organisation.enrol_device", unit.pk),
        "may_view_day": may(viewer(request), "reception.view_day", unit.pk),
        "now": at,
        "phone_url": request.build_absolute_uri(reverse("reception:phone", args=[unit.code])),
    }
    return render(request, "reception/setup.html", context)


@require_POST
@unit_page(SETS_UP, sees=SETS_UP)
def draft(request: HttpRequest, unit: Unit) -> HttpResponse:
    """The first draft: lines for what counters serve, the usual groups."""
    services.draft(actor=actor(request), unit_id=unit.pk)
    messages.success(request, "Đã lập bản nháp theo lĩnh vực của các quầy. Xem lại từng dòng.")
    return redirect("reception:setup", code=unit.code)


@unit_page(SETS_UP, sees=SETS_UP)
def settings(request: HttpRequest, unit: Unit) -> HttpResponse:
    """Rules of calling and opening."""
    form = SettingsForm(data=request.POST or None, instance=settings_of(unit.pk))
    if request.method == "POST" and accepted(
        form, services.save_settings, actor=actor(request), unit_id=unit.pk
    ):
        return _saved(request, unit)
    return _form(request, unit, form, "Cách gọi và giờ phát số")


@unit_page(SETS_UP, sees=SETS_UP)
def line(request: HttpRequest, unit: Unit, pk: int | None = None) -> HttpResponse:
    """Add or change what people take numbers for."""
    known = get_object_or_404(Line, pk=pk, unit=unit) if pk else Line(unit=unit)
    form = LineForm(unit, data=request.POST or None, instance=known)
    if request.method == "POST" and accepted(
        form, services.save_line, actor=actor(request), unit_id=unit.pk, line_id=pk
    ):
        return _saved(request, unit)
    return _form(request, unit, form, f"Sửa {known}" if pk else "Thêm việc được phát số")


@unit_page(SETS_UP, sees=SETS_UP)
def group(request: HttpRequest, unit: Unit, pk: int | None = None) -> HttpResponse:
    """Add or change a priority group."""
    known = get_object_or_404(PriorityGroup, pk=pk, unit=unit) if pk else PriorityGroup(unit=unit)
    form = GroupForm(data=request.POST or None, instance=known)
    if request.method == "POST" and accepted(
        form, services.save_group, actor=actor(request), unit_id=unit.pk, group_id=pk
    ):
        return _saved(request, unit)
    return _form(request, unit, form, f"Sửa {known}" if pk else "Thêm nhóm ưu tiên")


@unit_page(SETS_UP, sees=SETS_UP)
def poster(request: HttpRequest, unit: Unit) -> HttpResponse:
    """The sheet with the QR code that hangs at the door."""
    context = {
        "unit": unit,
        "unit_name": unit.name,
        "lines": selectors.offered_lines(unit.pk),
        "phone_url": request.build_absolute_uri(reverse("reception:phone", args=[unit.code])),
        "back_url": reverse("reception:setup", args=[unit.code]),
    }
    return render(request, "reception/poster.html", context)


def _counters(line: Line) -> str:
    served = line.field.counters.filter(unit=line.unit_id, active=True).order_by("number")
    return ", ".join(str(counter.number) for counter in served)


def _saved(request: HttpRequest, unit: Unit) -> HttpResponse:
    messages.success(request, "Đã lưu.")
    return redirect("reception:setup", code=unit.code)


def _form(request: HttpRequest, unit: Unit, form: object, heading: str) -> HttpResponse:
    context = {"unit": unit, "unit_name": unit.name, "form": form, "heading": heading}
    status = 422 if request.method == "POST" else 200
    return render(request, "reception/setup_form.html", context, status=status)
