"""How it went: levels, ratings and incidents over days, and the month's report."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from motcua.board import questions, selectors
from motcua.board.month import paper
from motcua.board.rules import (
    SPAN_NAMES,
    Period,
    PeriodError,
    Span,
    month_of,
    months_back,
    period,
)
from motcua.board.views.access import unit_or_404, units_of
from motcua.board.workbook import CONTENT_TYPE
from motcua.board.workbook import workbook as make_workbook
from motcua.kernel.clock import today
from motcua.organisation.models import Counter, Unit
from motcua.organisation.views.pages import viewer

MONTHS_OFFERED = 12


@login_required
def history(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Plots of a period that the leader picks; wrong dates keep what was typed."""
    shown = unit_or_404(request, unit_id)
    problem = ""
    try:
        asked = asked_period(request)
    except PeriodError as wrong:
        problem, asked = str(wrong), period(Span.WEEK, today=today())
    counters, chosen = _counters(request, shown)
    excel = f"{reverse('board:history-workbook', args=[shown.pk])}?{request.GET.urlencode()}"
    context: dict[str, Any] = {
        "unit": shown,
        "unit_name": shown.name,
        "units": units_of(viewer(request)),
        "problem": problem,
        "span": request.GET.get("khoang", Span.WEEK),
        "spans": SPAN_NAMES.items(),
        "typed_first": request.GET.get("tu", ""),
        "typed_last": request.GET.get("den", ""),
        "counters": counters,
        "chosen": chosen,
        "excel_url": excel,
        "answers": questions.answers(_of(counters, chosen), asked, excel),
    }
    return render(request, "board/history.html", context, status=422 if problem else 200)


@login_required
def workbook(request: HttpRequest, unit_id: int) -> HttpResponse:
    """The same figures as Excel."""
    shown = unit_or_404(request, unit_id)
    try:
        asked = asked_period(request)
    except PeriodError as wrong:
        raise Http404(str(wrong)) from wrong
    counters, chosen = _counters(request, shown)
    answers = questions.answers(_of(counters, chosen), asked)
    body = make_workbook(f"{shown.name}, {asked}", answers.plots)
    return download(body, CONTENT_TYPE, f"chat-luong-{asked.first}-{asked.last}.xlsx")


@login_required
def months(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Which monthly reports can be had."""
    shown = unit_or_404(request, unit_id)
    context = {
        "unit": shown,
        "unit_name": shown.name,
        "units": units_of(viewer(request)),
        "months": months_back(today(), MONTHS_OFFERED),
        "today": today(),
    }
    return render(request, "board/months.html", context)


@login_required
def month_paper(request: HttpRequest, unit_id: int, month: str) -> HttpResponse:
    """The month's report as PDF."""
    shown = unit_or_404(request, unit_id)
    try:
        asked = month_of(month, today=today())
    except PeriodError as wrong:
        raise Http404(str(wrong)) from wrong
    return download(paper(shown, asked), "application/pdf", f"bao-cao-{month}.pdf", inline=True)


def asked_period(request: HttpRequest) -> Period:
    """The period that the address asks for.

    Raises:
        PeriodError: its dates make no period.
    """
    return period(
        request.GET.get("khoang", Span.WEEK),
        today=today(),
        first=request.GET.get("tu", ""),
        last=request.GET.get("den", ""),
    )


def _counters(request: HttpRequest, shown: Unit) -> tuple[list[Counter], int | None]:
    """The unit's counters, and the one picked if it is one of them."""
    counters = selectors.counters_of(shown)
    wanted = request.GET.get("quay", "")
    chosen = next((each.pk for each in counters if str(each.pk) == wanted), None)
    return counters, chosen


def _of(counters: list[Counter], chosen: int | None) -> list[Counter]:
    return [each for each in counters if chosen is None or each.pk == chosen]


def download(body: bytes, kind: str, name: str, *, inline: bool = False) -> HttpResponse:
    """A file for the browser to keep, or to show when `inline`."""
    response = HttpResponse(body, content_type=kind)
    how = "inline" if inline else "attachment"
    response["Content-Disposition"] = f'{how}; filename="{name}"'
    return response
