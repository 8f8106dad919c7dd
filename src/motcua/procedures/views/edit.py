"""Writing the catalogue on screen: a new version, a correction, words, the end of a procedure."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from motcua.kernel.clock import today
from motcua.procedures import selectors, services
from motcua.procedures.errors import ProceduresError
from motcua.procedures.forms import EndForm, VersionEditor, WordsForm
from motcua.procedures.models import ProcedureVersion
from motcua.procedures.services import EDIT
from motcua.procedures.views.access import actor, staff_page, versions_or_404
from motcua.procedures.views.staff import marked

MORE_ROWS = 3


@require_http_methods(["GET", "POST"])
@staff_page(EDIT)
def new_version(request: HttpRequest, code: str, first_day: dt.date) -> HttpResponse:
    """Write what shall hold from another day on, beginning with what a version says now."""
    return _edit(request, code, first_day, correcting=False)


@require_http_methods(["GET", "POST"])
@staff_page(EDIT)
def correct(request: HttpRequest, code: str, first_day: dt.date) -> HttpResponse:
    """Put right what was written down wrongly; the days of the version stay."""
    return _edit(request, code, first_day, correcting=True)


def _edit(request: HttpRequest, code: str, first_day: dt.date, correcting: bool) -> HttpResponse:
    version = _version(code, first_day)
    posted = request.method == "POST"
    before = selectors.facts_of(version)
    revision = version.procedure.revision
    data = _with_more_rows(request.POST) if posted else None
    editor = VersionEditor(before, revision, data, correcting)
    planned = None
    if posted and not set(request.POST) & {"them_giay", "them_phi"}:
        facts = editor.facts()
        if facts is not None and "xem" in request.POST:
            planned = services.plan_import([facts])
        elif facts is not None:
            try:
                services.save_version(
                    facts=facts, revision=editor.form.cleaned_data["revision"], actor=actor(request)
                )
            except ProceduresError as wrong:
                editor.form.add_error(None, str(wrong))
            else:
                messages.success(
                    request, f"Đã ghi phiên bản áp dụng từ {facts.effective_from:%d/%m/%Y}."
                )
                return redirect(_address(code, facts.effective_from))
    refused = posted and bool(editor.form.errors)
    return render(
        request,
        "procedures/version_form.html",
        {
            "editor": editor,
            "form": editor.form,
            "version": version,
            "procedure": version.procedure,
            "correcting": correcting,
            "planned": planned,
            "changes": [marked(change.changes) for change in planned.changed] if planned else [],
        },
        status=422 if refused else 200,
    )


def _with_more_rows(posted: Any) -> Any:
    """The form as it came, with more empty rows when those were asked for."""
    data = posted.copy()
    for button, prefix in (("them_giay", "giay"), ("them_phi", "phi")):
        if button in data and data.get(f"{prefix}-TOTAL_FORMS", "").isdigit():
            rows = min(60, int(data[f"{prefix}-TOTAL_FORMS"][:4]) + MORE_ROWS)
            data[f"{prefix}-TOTAL_FORMS"] = str(rows)
    return data


@require_POST
@staff_page(EDIT)
def withdraw(request: HttpRequest, code: str, first_day: dt.date) -> HttpResponse:
    """Take a prepared version back."""
    _version(code, first_day)
    try:
        services.withdraw(code=code, effective_from=first_day, actor=actor(request))
    except ProceduresError as wrong:
        messages.error(request, str(wrong))
        return redirect(_address(code, first_day))
    messages.success(request, f"Đã bỏ phiên bản dự kiến áp dụng từ {first_day:%d/%m/%Y}.")
    if selectors.versions_of(code):
        return redirect("procedures:procedure", code)
    return redirect("procedures:catalogue")


@require_http_methods(["GET", "POST"])
@staff_page(EDIT)
def words(request: HttpRequest, code: str) -> HttpResponse:
    """How people call this procedure."""
    version = versions_or_404(code)[0]
    held = "\n".join(version.procedure.everyday_words)
    form = WordsForm(request.POST or None, initial={"words": held})
    if request.method == "POST" and form.is_valid():
        services.change_words(code=code, words=form.cleaned_data["words"], actor=actor(request))
        messages.success(request, "Đã lưu cách gọi thường ngày. Tìm kiếm dùng ngay.")
        return redirect("procedures:procedure", code)
    return _small(request, version, form, "Người dân gọi thủ tục này là gì?", "Lưu cách gọi")


@require_http_methods(["GET", "POST"])
@staff_page(EDIT)
def end(request: HttpRequest, code: str) -> HttpResponse:
    """The last day of a procedure that is abolished."""
    version = versions_or_404(code)[0]
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.end(code=code, actor=actor(request), **form.cleaned_data)
        except ProceduresError:
            first = max(version.effective_from, today() - dt.timedelta(days=1))
            form.add_error("last_day", f"Chọn từ ngày {first:%d/%m/%Y} trở đi.")
        else:
            messages.success(request, "Đã ghi ngày thôi áp dụng.")
            return redirect("procedures:procedure", code)
    return _small(request, version, form, "Thôi áp dụng thủ tục này", "Ghi ngày thôi áp dụng")


def _small(
    request: HttpRequest, version: ProcedureVersion, form: Any, heading: str, button: str
) -> HttpResponse:
    context = {
        "form": form,
        "version": version,
        "procedure": version.procedure,
        "heading": heading,
        "button": button,
    }
    return render(
        request, "procedures/small_form.html", context, status=422 if form.errors else 200
    )


def _version(code: str, first_day: dt.date) -> ProcedureVersion:
    for version in versions_or_404(code):
        if version.effective_from == first_day:
            return version
    raise Http404(f"no version of {code} from {first_day}")


def _address(code: str, first_day: dt.date) -> str:
    return f"{reverse('procedures:procedure', args=[code])}?tu={first_day.isoformat()}"
