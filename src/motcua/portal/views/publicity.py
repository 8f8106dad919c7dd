"""What everybody may see of a unit: on a phone, on paper, on the wall of the hall."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from motcua.dossiers.cursors import Cursor
from motcua.organisation.models import Unit
from motcua.organisation.permissions import may
from motcua.organisation.views.pages import actor as staff
from motcua.organisation.views.pages import unit_page
from motcua.portal import publicity
from motcua.portal.forms import PublicityForm
from motcua.portal.services import publicity as services
from motcua.reception.selectors import active_unit


@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """Which units there are."""
    return render(request, "portal/units.html", {"units": publicity.units(), "tab": "publicity"})


@never_cache
@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """Everything that one unit makes public."""
    found = _unit(code)
    person: Any = request.user
    context = {
        **_figures(found),
        "tab": "publicity",
        "may_edit": person.is_authenticated and may(person, "portal.edit_publicity", found.pk),
    }
    return render(request, "portal/unit.html", context)


@never_cache
@require_safe
def display(request: HttpRequest, code: str) -> HttpResponse:
    """The same for a screen on the wall; it fetches itself again every minute."""
    found = _unit(code)
    name = "_display" if request.headers.get("HX-Request") else "display"
    return render(request, f"portal/{name}.html", _figures(found))


@never_cache
@require_safe
def dossiers(request: HttpRequest, code: str) -> HttpResponse:
    """Dossiers by code, state and promised day."""
    found = _unit(code)
    if not publicity.choice_of(found.pk).dossiers:
        raise Http404
    rows = publicity.dossiers(found.pk, Cursor.read(request.GET.get("sau")))
    context = {"unit": found, "unit_name": found.name, "rows": rows, "tab": "publicity"}
    return render(request, "portal/dossiers.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@unit_page("portal.edit_publicity")
def edit(request: HttpRequest, unit: Unit) -> HttpResponse:
    """What the unit shows beyond what it must."""
    form = PublicityForm(request.POST or None, instance=publicity.choice_of(unit.pk))
    if request.method == "POST" and form.is_valid():
        services.choose(actor=staff(request), unit_id=unit.pk, **form.cleaned_data)
        messages.success(request, "Đã lưu nội dung công khai.")
        return redirect("portal:unit", unit.code)
    context = {"form": form, "unit": unit, "unit_name": unit.name}
    return render(request, "portal/edit_publicity.html", context)


def _unit(code: str) -> Unit:
    found = active_unit(code)
    if found is None:
        raise Http404
    return found


def _figures(unit: Unit) -> dict[str, Any]:
    choice = publicity.choice_of(unit.pk)
    return {
        "unit": unit,
        "unit_name": unit.name,
        "choice": choice,
        "on_time": publicity.on_time(unit.pk),
        "satisfaction": publicity.satisfaction(unit.pk),
        "queue": publicity.queue(unit.pk),
        "counters": publicity.counters(unit.pk, names=choice.names),
    }
