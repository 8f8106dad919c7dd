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
from motcua.organisation.views.pages import actor
from motcua.procedures import selectors, services
from motcua.procedures.errors import ProceduresError
from motcua.procedures.facts import ProcedureFacts
from motcua.procedures.forms import EndForm, VersionEditor, WordsForm
from motcua.procedures.models import ProcedureVersion
from motcua.procedures.services import EDIT
from motcua.procedures.views.access import staff_page, versions_or_404
from motcua.procedures.views.staff import marked
from motcua.ui import formats

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
    before, revision = selectors.facts_of(version), version.procedure.revision
    editor = VersionEditor(before, revision, request.POST if posted else None, correcting)
    planned, status = None, 200
    if {"them_giay", "them_phi"} & set(request.POST):
        more = {"papers": "them_giay", "fees": "them_phi"}
        editor.give_rows(**{part: MORE_ROWS for part, key in more.items() if key in request.POST})
    elif posted:
        facts = editor.facts()
        if facts is not None and "xem" in request.POST:
            planned = services.plan_import([facts])
        elif facts is not None and _saved(request, editor, facts):
            return redirect(_address(code, facts.effective_from))
        else:
            status = 422
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
        status=status,
    )


def _saved(request: HttpRequest, editor: VersionEditor, facts: ProcedureFacts) -> bool:
    try:
        services.save_version(
            facts=facts, revision=editor.form.cleaned_data["revision"], actor=actor(request)
        )
    except ProceduresError as wrong:
        editor.form.add_error(None, str(wrong))
        return False
    messages.success(request, f"Đã ghi phiên bản áp dụng từ {formats.day(facts.effective_from)}.")
    return True


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
