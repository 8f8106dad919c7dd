"""Examine a file, and what was examined before."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods

from motcua.organisation.views.pages import actor
from motcua.signatures import selectors, services
from motcua.signatures.forms import VerifyForm
from motcua.signatures.verdicts import State, Verdict
from motcua.signatures.views.common import posted, show, units_of

ACTION = "signatures.verify"
PAGE = 30


@login_required
@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Choose a file; its verdict is kept and shown on a page of its own."""
    units = units_of(request, ACTION)
    form = VerifyForm(*posted(request))
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        record = services.record_verification(
            actor=actor(request),
            unit_id=units[0] if units else None,
            document=file.read(),
            file_name=file.name or "",
        )
        return redirect("signatures:result", record.pk)
    return show(
        request,
        "verify",
        {"form": form, "recent": selectors.verifications(units)[:5]},
        422 if form.is_bound else 200,
    )


@login_required
@require_GET
def result(request: HttpRequest, record_id: uuid.UUID) -> HttpResponse:
    """One verdict as it was found then."""
    record = get_object_or_404(selectors.verifications(units_of(request, ACTION)), pk=record_id)
    return show(
        request,
        "result",
        {"record": record, "verdict": Verdict.from_json(record.verdict)},
        tab="verify",
    )


@login_required
@require_GET
def history(request: HttpRequest) -> HttpResponse:
    """What was examined, newest first."""
    found = selectors.verifications(units_of(request, ACTION))
    query, state = request.GET.get("tim", "").strip(), request.GET.get("ket_qua", "")
    if query:
        found = found.filter(file_name__icontains=query) | found.filter(sha256=query.lower())
    if state in set(State):
        found = found.filter(state=state)
    page = Paginator(found, PAGE).get_page(request.GET.get("trang"))
    return show(
        request,
        "history",
        {"page": page, "query": query, "state": state, "states": list(State)},
    )
