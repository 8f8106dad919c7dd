"""Pages that anybody may read: finding a procedure, and what one needs for it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from motcua.kernel.clock import today
from motcua.organisation.models import Field, Unit
from motcua.procedures import filing, papers, selectors
from motcua.procedures.models import Procedure, ProcedureVersion
from motcua.procedures.rules import Channel, OnlineLevel, Standing

PAGE_SIZE = 20
MOST_FOUND = 60
LONGEST_QUERY = 200


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The catalogue in force, searched as people type; the list alone for who types."""
    typed = request.GET.get("tim", "").replace("\0", "")[:LONGEST_QUERY].strip()
    field = request.GET.get("linh_vuc", "")
    online = request.GET.get("truc_tuyen") == "1"
    found = selectors.search(typed, limit=MOST_FOUND) if typed else _all()
    fitting = [
        version
        for version in found
        if field in {"", version.field.code}
        and (not online or version.online_level == OnlineLevel.END_TO_END)
    ]
    page = Paginator(fitting, PAGE_SIZE).get_page(request.GET.get("trang"))
    alone = request.headers.get("HX-Target") == "ket-qua"
    response = render(
        request,
        f"procedures/{'_results' if alone else 'index'}.html",
        {
            "page": page,
            "typed": typed,
            "field": field,
            "online": online,
            "fields": _fields(),
            "near": selectors.near(typed) if typed and not fitting else [],
            "narrowed": bool(found) and not fitting,
            "examples": EXAMPLES,
        },
    )
    patch_vary_headers(response, ["HX-Target"])
    return response


EXAMPLES = ("làm khai sinh", "sao y", "giấy độc thân", "xin phép xây nhà", "nhập hộ khẩu")
"""Searches offered to who does not know how to begin."""


def _all() -> list[ProcedureVersion]:
    return list(ProcedureVersion.objects.in_force(today()).order_by("field__name", "name"))


def _fields() -> list[Field]:
    """Fields that have a procedure in force, with how many."""
    on = today()
    holds = Q(procedures__effective_to=None) | Q(procedures__effective_to__gte=on)
    held = Field.objects.annotate(
        count=Count("procedures", filter=holds & Q(procedures__effective_from__lte=on))
    )
    return list(held.filter(count__gt=0).order_by("name"))


@require_safe
def page(request: HttpRequest, code: str) -> HttpResponse:
    """One procedure: what to bring, how long, what it costs, where."""
    version, others = _version(request, code)
    units = selectors.units_to_choose()
    unit = next((each for each in units if each.code == request.GET.get("don_vi")), None)
    return render(
        request,
        "procedures/page.html",
        {
            "version": version,
            "procedure": version.procedure,
            "others": others,
            "is_shown_by_default": "tu" not in request.GET,
            "fees": fees_by_channel(version),
            "units": units,
            "unit": unit,
            "place": selectors.place_of(unit, version.field_id) if unit else None,
            "filing_address": filing.address(version, unit),
            "address": settings.PUBLIC_URL + request.get_full_path(),
        },
    )


@require_safe
def paper(request: HttpRequest, code: str) -> HttpResponse:
    """The same on one sheet to take along."""
    version, _ = _version(request, code)
    unit = Unit.objects.filter(active=True, code=request.GET.get("don_vi", "")[:10]).first()
    place = selectors.place_of(unit, version.field_id) if unit else None
    content = papers.sheet(version, fees_by_channel(version), place)
    name = f"thu-tuc-{code}.pdf"
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


def _version(request: HttpRequest, code: str) -> tuple[ProcedureVersion, list[ProcedureVersion]]:
    """The version to show and the others to offer: those that hold or are to come.

    Without a day in the address it is the one in force, else the next to come, else the
    last there was.
    """
    versions = selectors.versions_of(code)
    if not versions:
        raise Http404(f"no procedure {Procedure.__name__} {code}")
    chosen = None
    wanted = request.GET.get("tu", "")
    if wanted:
        chosen = next((v for v in versions if v.effective_from == _day(wanted)), None)
        if chosen is None:
            raise Http404(f"no version of {code} from {wanted[:20]}")
    held = [v for v in versions if v.standing is Standing.IN_FORCE]
    coming = [v for v in reversed(versions) if v.standing is Standing.COMING]
    version = chosen or (held + coming + versions)[0]
    return version, [v for v in held + coming if v.pk != version.pk]


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def fees_by_channel(version: ProcedureVersion) -> list[dict[str, Any]]:
    """Every channel with what is paid by it; an empty list of fees is not known."""
    fees = list(version.fees.all())
    return [
        {"channel": channel, "fees": [fee for fee in fees if fee.channel == channel]}
        for channel in Channel
    ]
