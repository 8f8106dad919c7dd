"""Papers: storing, opening, replacing, digitising."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from motcua.citizens.content import BY_MIME
from motcua.citizens.errors import CitizensError
from motcua.citizens.forms import PaperForm, ReplaceForm, ValidityForm
from motcua.citizens.models import HeldPaper
from motcua.citizens.rules import Origin, PaperState
from motcua.citizens.services import digitising, papers
from motcua.citizens.services.common import note, paper_subject
from motcua.citizens.store_page import line_of
from motcua.citizens.views.access import (
    accepted,
    actor,
    citizen_here,
    paper_here,
    units_of,
    viewer,
)
from motcua.citizens.views.people import citizen_page
from motcua.organisation.models import Person, Unit
from motcua.organisation.permissions import may, units_where
from motcua.organisation.views import live as live_pages

STORE = "citizens.store_paper"
FILE_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; object-src 'self'; "
    "frame-ancestors 'none'"
)


@login_required
@require_POST
def store(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Store a paper for a person: the whole file in one go, for browsers without script."""
    citizen, unit = citizen_here(request, public_id, STORE)
    form = PaperForm(request.POST, request.FILES, prefix="giay")
    paper = accepted(
        form,
        lambda: papers.store(
            actor=actor(request),
            unit_id=unit.pk,
            citizen_id=citizen.pk,
            content=form.cleaned_data["file"],
            file_name=form.cleaned_data["file"].name,
            name=form.cleaned_data["name"],
            origin=Origin.COUNTER,
        ),
    )
    if paper is None:
        return citizen_page(request, citizen, unit, 422, paper_form=form)
    _tell(request, paper)
    return redirect("citizens:citizen", citizen.public_id)


@never_cache
@login_required
@require_GET
def paper(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One paper: state, provenance, uses, and what can be done with it."""
    found, unit = paper_here(request, public_id)
    return _paper_page(request, found, unit)


@never_cache
@login_required
@require_GET
def file(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The bytes: saved as an attachment, or shown in place with `?xem=1` where that is safe.

    Name, type and how a browser treats them come from what the file was found to be, never
    from what its sender called it.
    """
    found, unit = paper_here(request, public_id)
    if found.state == PaperState.STORED or found.infected:
        raise Http404
    kind = BY_MIME.get(found.mime)
    shown = bool(
        request.GET.get("xem") and kind and kind.shown and found.state == PaperState.USABLE
    )
    note("paper.open", actor(request), paper_subject(found), unit.pk, shown=shown)
    return as_file(found, shown=shown)


def as_file(found: HeldPaper, *, shown: bool) -> HttpResponse:
    """The paper's bytes, shown in place or saved. Who may have them is the caller's affair."""
    kind = BY_MIME.get(found.mime)
    stem = found.file_name.rpartition(".")[0] or found.file_name
    with default_storage.open(str(found.file.name)) as stored:
        # At most MOTCUA_PAPER_MB and never more: a streamed file would block the event loop.
        content = stored.read()
    response = HttpResponse(content, content_type=kind.mime if kind else "application/octet-stream")
    file_name = f"{stem}{kind.suffix if kind else '.bin'}"
    response["Content-Disposition"] = content_disposition_header(not shown, file_name) or ""
    response["Content-Security-Policy"] = FILE_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    return response


@login_required
@require_POST
def replace(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Put a better file in its place."""
    found, unit = paper_here(request, public_id, STORE)
    form = ReplaceForm(request.POST, request.FILES)
    new = None
    if form.is_valid():
        given = form.cleaned_data["file"]
        new = accepted(
            form,
            lambda: papers.replace(
                actor=actor(request),
                unit_id=unit.pk,
                paper_id=found.pk,
                content=given,
                file_name=given.name,
            ),
        )
    if new is None:
        return _paper_page(request, found, unit, 422, replace_form=form)
    _tell(request, new)
    return redirect("citizens:paper", new.public_id)


@login_required
@require_POST
def set_validity(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Write down from when until when it counts."""
    found, unit = paper_here(request, public_id, STORE)
    form = ValidityForm(request.POST)
    changed = accepted(
        form,
        lambda: papers.set_validity(
            actor=actor(request), unit_id=unit.pk, paper_id=found.pk, **form.cleaned_data
        ),
    )
    if changed is not None:
        messages.success(request, "Đã lưu thời hạn.")
        return redirect("citizens:paper", found.public_id)
    return _paper_page(request, found, unit, 422, validity_form=form)


@login_required
@require_POST
def digitise(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Have a searchable copy made."""
    found, unit = paper_here(request, public_id, STORE)
    try:
        digitising.ask(actor=actor(request), unit_id=unit.pk, paper_id=found.pk)
    except CitizensError as wrong:
        messages.warning(request, str(wrong))
    else:
        messages.success(request, "Đã đưa vào hàng chờ số hoá. Trang tự cập nhật tiến độ.")
    if request.POST.get("next") == "kho" and found.citizen:
        return redirect("citizens:citizen", found.citizen.public_id)
    return redirect("citizens:paper", found.public_id)


async def live(request: HttpRequest) -> HttpResponseBase:
    """News of papers in the viewer's units."""

    def channels(person: Person) -> list[str]:
        return [digitising.channel(unit) for unit in units_where(person, "citizens.view") or ()]

    return await live_pages.respond(request, channels)


def _paper_page(
    request: HttpRequest, found: HeldPaper, unit: Unit, status: int = 200, **more: Any
) -> HttpResponse:
    units = [u.pk for u in units_of(request, "citizens.view")]
    dates = {"valid_from": found.valid_from, "valid_until": found.valid_until}
    context = {
        "paper": found,
        "line": line_of(found, units),
        "kind": BY_MIME.get(found.mime),
        "unit": unit,
        "unit_name": unit.name,
        "may_store": may(viewer(request), STORE, unit.pk),
        # The owner's page opens only where the unit also knows the owner.
        "owner": found.citizen
        if found.citizen and found.citizen.known_at.filter(unit_id__in=units).exists()
        else None,
        "replace_form": ReplaceForm(),
        "validity_form": ValidityForm(initial=dates),
        "live_url": reverse("citizens:live"),
        **more,
    }
    name = "_paper" if request.headers.get("HX-Request") else "paper"
    return render(request, f"citizens/{name}.html", context, status=status)


def _tell(request: HttpRequest, paper: HeldPaper) -> None:
    if paper.state == PaperState.REFUSED:
        messages.warning(request, f"Đã giữ {paper.file_name} nhưng chưa dùng được: {paper.reason}")
    elif paper.state == PaperState.STORED:
        messages.info(request, f"Đã giữ {paper.file_name}. Đang chờ quét vi-rút.")
    else:
        messages.success(request, f"Đã lưu {paper.name}.")
