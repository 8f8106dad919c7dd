"""The helper's side: enter the code that the citizen shows, see the draft, say how it went."""

from __future__ import annotations

import datetime as dt
import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.citizens.models import Citizen
from motcua.kernel.clock import today
from motcua.kernel.phones import masked
from motcua.organisation.models import Unit
from motcua.organisation.permissions import Forbidden, units_where
from motcua.organisation.views.pages import actor
from motcua.organisation.views.pages import viewer as member
from motcua.portal import help_figures, wanting
from motcua.portal.errors import NotFound, TooMany
from motcua.portal.forms import HelpCodeForm, HelpEndForm, SameScreenForm
from motcua.portal.models import HelpSession
from motcua.portal.rules import masked_name
from motcua.portal.services import drafts, helping
from motcua.portal.views.access import citizens_only


@require_POST
@citizens_only
def open_code(request: HttpRequest, citizen: Citizen, public_id: uuid.UUID) -> HttpResponse:
    """The citizen asks for help: six digits to read out."""
    code = helping.open_code(citizen=citizen, public_id=public_id)
    draft = drafts.mine(citizen, public_id)
    context = {"citizen": citizen, "draft": draft, "code": f"{code[:3]} {code[3:]}", "tab": "file"}
    return render(request, "portal/help_code.html", context)


@require_POST
@citizens_only
def stop(request: HttpRequest, citizen: Citizen, public_id: uuid.UUID) -> HttpResponse:
    """The citizen ends it."""
    helping.end_by_citizen(citizen=citizen, public_id=public_id)
    messages.success(request, gettext("Đã dừng hỗ trợ. Người hướng dẫn không còn thấy bản nháp."))
    return redirect("portal:draft", public_id)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """Enter a code, or write down a help on the same screen."""
    unit = _unit(request)
    form = HelpCodeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                found = helping.join(
                    actor=actor(request), unit_id=unit.pk, code=form.cleaned_data["code"]
                )
                return redirect("portal:help_session", found.public_id)
            except NotFound:
                form.add_error("code", "Không có mã này, hoặc mã đã hết hạn. Hỏi lại người dân.")
            except TooMany as wrong:
                form.add_error(None, str(wrong))
                status = 429
    context = {
        "form": form,
        "unit": unit,
        "unit_name": unit.name,
        "running": HelpSession.objects.filter(
            helper=member(request), ended_at=None, draft__isnull=False
        ).select_related("procedure"),
        "same_screen": _same_screen(),
    }
    return render(request, "portal/help_desk.html", context, status=status)


@never_cache
@login_required
@require_safe
def session(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The citizen's draft, read-only, with what is still lacking; fetched again by itself."""
    try:
        found = helping.seen_by(member(request), public_id)
    except NotFound:
        return _over(request, public_id)
    draft = found.draft
    assert draft is not None
    context = {
        "help": found,
        "draft": draft,
        "applicant": masked_name(draft.citizen.full_name),
        "phone": masked(draft.phone),
        "wanted": wanting.papers_wanted(draft),
        "lacks": wanting.lacking(draft),
        "end_form": HelpEndForm(),
    }
    name = "_help_draft" if request.headers.get("HX-Request") else "help_session"
    return render(request, f"portal/{name}.html", context)


@login_required
@require_POST
def end(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The helper ends it with how it went."""
    form = HelpEndForm(request.POST)
    if not form.is_valid():
        messages.warning(request, "Chọn kết quả hỗ trợ.")
        return redirect("portal:help_session", public_id)
    try:
        helping.end_by_helper(
            actor=actor(request), public_id=public_id, outcome=form.cleaned_data["outcome"]
        )
    except NotFound:
        raise Http404 from None
    messages.success(request, "Đã ghi nhận việc hỗ trợ.")
    return redirect("portal:help_desk")


@login_required
@require_POST
def same_screen(request: HttpRequest) -> HttpResponse:
    """Write down a help that was given on the citizen's own screen."""
    unit = _unit(request)
    form = _same_screen(request)
    if form.is_valid():
        said = form.cleaned_data
        helping.record_same_screen(
            actor=actor(request),
            unit_id=unit.pk,
            procedure=said["procedure"].procedure,
            minutes=said["minutes"],
            outcome=said["outcome"],
        )
        messages.success(request, "Đã ghi nhận việc hỗ trợ.")
        return redirect("portal:help_desk")
    context = {
        "form": HelpCodeForm(),
        "unit": unit,
        "unit_name": unit.name,
        "running": [],
        "same_screen": form,
    }
    return render(request, "portal/help_desk.html", context, status=422)


@never_cache
@login_required
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """For leaders: how many were helped with what, how long it took, how it ended."""
    units = units_where(member(request), "portal.view_help")
    if units is not None and not units:
        raise Forbidden("portal.view_help")
    until = today()
    since = until - dt.timedelta(days=29)
    context = {"figures": help_figures.between(units, since, until), "since": since, "until": until}
    return render(request, "portal/help_figures.html", context)


def _over(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A help of this person that has ended; anybody else's is not there."""
    found = (
        HelpSession.objects.filter(public_id=public_id, helper=member(request))
        .select_related("procedure")
        .first()
    )
    if found is None:
        raise Http404
    if request.headers.get("HX-Request"):
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    context = {"help": found, "end_form": HelpEndForm()}
    return render(request, "portal/help_over.html", context)


def _unit(request: HttpRequest) -> Unit:
    """The first unit in which the viewer helps.

    Raises:
        Forbidden: nowhere.
    """
    units = units_where(member(request), helping.HELP)
    found = Unit.objects.filter(pk__in=units or []).order_by("name").first()
    if found is None:
        raise Forbidden(helping.HELP)
    return found


def _same_screen(request: HttpRequest | None = None) -> SameScreenForm:
    return SameScreenForm(request.POST if request else None)
