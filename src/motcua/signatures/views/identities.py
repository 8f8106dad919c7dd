"""Who signs with which key: the list, adding, replacing, switching off."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.kernel.clock import now
from motcua.organisation.models import Unit
from motcua.organisation.permissions import may
from motcua.organisation.views.pages import actor, viewer
from motcua.signatures import identities as services
from motcua.signatures import selectors
from motcua.signatures.errors import SignatureError
from motcua.signatures.forms import IdentityForm, KeyForm
from motcua.signatures.models import SigningIdentity
from motcua.signatures.rules import Standing
from motcua.signatures.views.common import posted, show, units_of

SEES, MANAGES = "signatures.view_identities", "signatures.manage_identities"
TONES = {
    Standing.GOOD: "good",
    Standing.SOON: "attention",
    Standing.EXPIRED: "urgent",
    Standing.NOT_YET: "attention",
    Standing.OFF: "neutral",
    Standing.BLOCKED: "urgent",
}


@login_required
@require_GET
def identity_list(request: HttpRequest) -> HttpResponse:
    """Keys and seals of the viewer's units, those that need a person first."""
    units = units_of(request, SEES)
    moment = now()
    query = request.GET.get("tim", "").strip()
    found = selectors.identities(units)
    if query:
        found = found.filter(label__icontains=query) | found.filter(subject__icontains=query)
    rows = [
        (each, standing, TONES[standing]) for each in found if (standing := each.standing(moment))
    ]
    urgent = [Standing.EXPIRED, Standing.BLOCKED, Standing.SOON, Standing.NOT_YET]
    rows.sort(key=lambda row: urgent.index(row[1]) if row[1] in urgent else len(urgent))
    person = viewer(request)
    manages = [
        unit for unit in Unit.objects.filter(pk__in=units or []) if may(person, MANAGES, unit.pk)
    ]
    return show(
        request,
        "identities",
        {
            "rows": rows,
            "query": query,
            "manages": manages,
            "troubled": [row for row in rows if row[1] in urgent],
        },
    )


@login_required
@require_GET
def identity(request: HttpRequest, identity_id: int) -> HttpResponse:
    """One key or seal."""
    found = _visible(request, identity_id)
    standing = found.standing(now())
    return show(
        request,
        "identity",
        {
            "identity": found,
            "standing": standing,
            "tone": TONES[standing],
            "editable": may(viewer(request), MANAGES, found.unit_id),
            "uses": found.signed.count() + found.sealed.count(),
        },
        tab="identities",
    )


@login_required
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Give a person or the agency a key."""
    unit = get_object_or_404(_managed(request), pk=unit_id)
    form = IdentityForm(*posted(request), unit_id=unit.pk)
    if request.method == "POST" and form.is_valid():
        try:
            fresh = services.add(actor=actor(request), unit_id=unit.pk, **form.values())
        except SignatureError as wrong:
            form.add_error(None, str(wrong))
        else:
            messages.success(request, f"{fresh.label} ký được từ bây giờ.")
            return redirect("signatures:identity", fresh.pk)
    return show(
        request,
        "identity_form",
        {"form": form, "heading": "Thêm chữ ký hoặc con dấu", "under": unit.name, "button": "Thêm"},
        422 if form.is_bound else 200,
        tab="identities",
    )


@login_required
@require_http_methods(["GET", "POST"])
def replace(request: HttpRequest, identity_id: int) -> HttpResponse:
    """A new certificate in place of the old one."""
    found = _visible(request, identity_id)
    get_object_or_404(_managed(request), pk=found.unit_id)
    form = KeyForm(*posted(request), initial={"provider_kind": found.provider})
    if request.method == "POST" and form.is_valid():
        try:
            fresh = services.replace(actor=actor(request), identity_id=found.pk, **form.values())
        except SignatureError as wrong:
            form.add_error(None, str(wrong))
        else:
            messages.success(request, "Đã thay. Giấy tờ đã ký bằng chứng thư cũ vẫn có giá trị.")
            return redirect("signatures:identity", fresh.pk)
    return show(
        request,
        "identity_form",
        {"form": form, "heading": "Thay chứng thư", "under": found.label, "button": "Thay"},
        422 if form.is_bound else 200,
        tab="identities",
    )


@login_required
@require_POST
def switch_off(request: HttpRequest, identity_id: int) -> HttpResponse:
    """Nobody signs with it any more."""
    found = _visible(request, identity_id)
    services.switch_off(actor=actor(request), identity_id=found.pk)
    messages.success(request, f"{found.label} không ký được nữa. Giấy tờ đã ký vẫn có giá trị.")
    return redirect("signatures:identity", found.pk)


def _visible(request: HttpRequest, identity_id: int) -> SigningIdentity:
    return get_object_or_404(selectors.identities(units_of(request, SEES)), pk=identity_id)


def _managed(request: HttpRequest) -> QuerySet[Unit]:
    """Units whose keys the viewer manages."""
    units = units_of(request, MANAGES)
    return Unit.objects.all() if units is None else Unit.objects.filter(pk__in=units)
