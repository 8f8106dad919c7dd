"""The city above its units: every unit's period side by side, none ranked."""

from __future__ import annotations

from collections import Counter as Tally
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from motcua.alerts import selectors as alerts
from motcua.board import charts, selectors
from motcua.board.ratings import RatingCounts, ratings_by_unit
from motcua.board.rules import SPAN_NAMES, LevelCounts, Period, PeriodError, Span, period, total
from motcua.board.views.history import asked_period, download
from motcua.board.workbook import CONTENT_TYPE
from motcua.board.workbook import workbook as make_workbook
from motcua.kernel.clock import today
from motcua.kernel.text import matches
from motcua.organisation.models import Unit
from motcua.organisation.permissions import Forbidden, may
from motcua.organisation.selectors import city as the_city
from motcua.organisation.views.pages import viewer

VIEW = "board.view_city"


@dataclass(frozen=True)
class UnitRow:
    """One unit of the city in a period."""

    unit: Unit
    levels: LevelCounts
    ratings: RatingCounts
    unanswered: int


@login_required
def city(request: HttpRequest) -> HttpResponse:
    """All active units by name, with a search that needs no diacritics."""
    _authorise(request)
    problem = ""
    try:
        asked = asked_period(request)
    except PeriodError as wrong:
        problem, asked = str(wrong), period(Span.WEEK, today=today())
    typed = request.GET.get("tim", "")
    rows = [row for row in _rows(asked) if matches(typed, row.unit.name)]
    context: dict[str, Any] = {
        "unit_name": "Thành phố Hồ Chí Minh",
        "rows": rows,
        "typed": typed,
        "levels": total(row.levels for row in rows),
        "ratings": sum((row.ratings for row in rows), RatingCounts()),
        "unanswered": sum(row.unanswered for row in rows),
        "period_words": str(asked),
        "problem": problem,
        "span": request.GET.get("khoang", Span.WEEK),
        "spans": SPAN_NAMES.items(),
        "typed_first": request.GET.get("tu", ""),
        "typed_last": request.GET.get("den", ""),
        "excel_url": f"{reverse('board:city-workbook')}?{request.GET.urlencode()}",
    }
    return render(request, "board/city.html", context, status=422 if problem else 200)


@login_required
def workbook(request: HttpRequest) -> HttpResponse:
    """The same figures as Excel."""
    _authorise(request)
    try:
        asked = asked_period(request)
    except PeriodError as wrong:
        raise Http404(str(wrong)) from wrong
    named = {row.unit.name: row.levels for row in _rows(asked)}
    plot = charts.levels(
        named,
        name="don-vi",
        title="Mỗi đơn vị đón người dân ra sao?",
        note=charts.basis(named.values(), asked),
    )
    body = make_workbook(f"Thành phố Hồ Chí Minh, {asked}", [plot])
    return download(body, CONTENT_TYPE, f"thanh-pho-{asked.first}-{asked.last}.xlsx")


def _authorise(request: HttpRequest) -> None:
    if not may(viewer(request), VIEW, the_city().pk):
        raise Forbidden(VIEW)


def _rows(asked: Period) -> list[UnitRow]:
    levels = selectors.levels_by_unit(asked)
    ratings = ratings_by_unit(asked)
    waiting = Tally(alerts.unanswered(None).values_list("unit_id", flat=True))
    return [
        UnitRow(
            unit,
            levels.get(unit.pk, LevelCounts()),
            ratings.get(unit.pk, RatingCounts()),
            waiting[unit.pk],
        )
        for unit in Unit.objects.filter(active=True).exclude(kind=Unit.Kind.CITY)
    ]
