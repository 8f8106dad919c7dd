"""Search, the register (form 07), and handing over many dossiers at once."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from motcua.dossiers import lists, services
from motcua.dossiers.cursors import Cursor
from motcua.dossiers.errors import DossierError
from motcua.dossiers.rules import Channel, State
from motcua.dossiers.views.act_forms import set_people
from motcua.dossiers.views.money import days
from motcua.kernel.clock import today
from motcua.organisation.models import Person, RoleAssignment, Unit
from motcua.organisation.permissions import Forbidden, units_where
from motcua.organisation.views.pages import actor, chosen_unit, viewer

REGISTER_PAGE = 50
REGISTER_PRINT = 2000


@login_required
def search(request: HttpRequest) -> HttpResponse:
    """Find a dossier by code, name without marks, telephone's last digits or personal number."""
    if not units_where(viewer(request), "dossiers.view"):
        raise Forbidden("dossiers.view")
    typed = request.GET.get("tim", "")[:120]
    page = lists.search(viewer(request), typed, Cursor.read(request.GET.get("sau")))
    if len(page.rows) == 1 and not request.GET.get("sau") and typed.count("-") >= 2:
        return redirect(page.rows[0])
    context = {"typed": typed, "rows": page.rows, "next": page.next}
    return render(request, "dossiers/search.html", context)


@login_required
def register(request: HttpRequest) -> HttpResponse:
    """The register of a unit, to be looked through and printed."""
    unit, units = chosen_unit(request, "dossiers.view")
    since, until = days(request, today() - dt.timedelta(days=6), today())
    states = {str(each): each.vietnamese for each in State}
    channels = {str(each): each.vietnamese for each in Channel}
    chosen = lists.RegisterFilter(
        unit_id=unit.pk,
        since=since,
        until=until,
        state=_known(request, "trang_thai", states),
        channel=_known(request, "cach_nop", channels),
        version_code=request.GET.get("thu_tuc", "").replace("\0", "").strip()[:20],
    )
    prints = request.GET.get("in") == "1"
    page = lists.register(
        chosen,
        None if prints else Cursor.read(request.GET.get("sau")),
        REGISTER_PRINT if prints else REGISTER_PAGE,
    )
    query = request.GET.copy()
    query.pop("sau", None)
    context = {
        "unit": unit,
        "units": units,
        "chosen": chosen,
        "states": states.items(),
        "channels": channels.items(),
        "rows": page.rows,
        "next": page.next,
        "limit": REGISTER_PRINT,
        "query": query.urlencode(),
        "back_url": request.path,
    }
    template = "register_print" if prints else "register"
    return render(request, f"dossiers/{template}.html", context)


class BulkForm(forms.Form):
    """To whom, and why."""

    to_person_id = forms.TypedChoiceField(
        label="Người nhận", coerce=int, error_messages={"required": "Chọn người nhận."}
    )
    note = forms.CharField(
        label="Lý do bàn giao",
        max_length=500,
        error_messages={"required": "Ghi lý do bàn giao, ví dụ nghỉ phép."},
    )


@login_required
def hand_over(request: HttpRequest) -> HttpResponse:
    """Give what one colleague holds to another."""
    unit, units = chosen_unit(request, "dossiers.hand_over_many")
    people = _people(unit)
    giver = _giver(request.GET.get("tu_ai", ""), people)
    rows = lists.held_by(giver.pk, unit.pk) if giver else []
    form = BulkForm(request.POST or None)
    set_people(form.fields["to_person_id"], unit.pk, without=giver)
    chosen = {pk for pk in request.POST.getlist("ho_so") if pk.isascii() and pk.isdigit()}
    if request.method == "POST":
        mine = [row.pk for row in rows if str(row.pk) in chosen]
        if not mine:
            form.add_error(None, "Chọn ít nhất một hồ sơ.")
        if form.is_valid():
            try:
                moved, refused = services.hand_over_many(
                    actor=actor(request), unit_id=unit.pk, dossier_ids=mine, **form.cleaned_data
                )
            except DossierError as wrong:
                form.add_error(None, str(wrong))
            else:
                if moved:
                    messages.success(request, f"Đã bàn giao {len(moved)} hồ sơ.")
                for each in refused:
                    messages.warning(request, f"{each.code} chưa bàn giao: {each.why}")
                return redirect(request.get_full_path())
    context = {
        "unit": unit,
        "units": units,
        "people": people,
        "giver": giver,
        "rows": [(row, not chosen or str(row.pk) in chosen) for row in rows],
        "form": form,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "dossiers/hand_over.html", context, status=status)


def _known(request: HttpRequest, name: str, allowed: dict[str, str]) -> str:
    value = request.GET.get(name, "")
    return value if value in allowed else ""


def _people(unit: Unit) -> list[Person]:
    held = RoleAssignment.objects.in_force().filter(unit=unit).values("person")
    return list(Person.objects.filter(pk__in=held).order_by("full_name"))


def _giver(wanted: str, people: list[Person]) -> Person | None:
    if not wanted:
        return None
    found = next((person for person in people if str(person.pk) == wanted), None)
    if found is None:
        raise Http404
    return found
