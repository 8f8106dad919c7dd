"""The integrity page of a unit: signs with their evidence, for those who lead the unit."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from motcua.board.integrity.selectors import signs_of
from motcua.board.rules import SPAN_NAMES, PeriodError, Span, period
from motcua.board.views.access import unit_or_404, units_of
from motcua.kernel import audit
from motcua.kernel.clock import today
from motcua.organisation.views.pages import viewer


@never_cache
@login_required
def integrity(request: HttpRequest, unit_id: int) -> HttpResponse:
    """What was seen in a period; that it was looked at is on the record."""
    unit = unit_or_404(request, unit_id)
    problem = ""
    span = request.GET.get("khoang", Span.MONTH)
    typed = {"first": request.GET.get("tu", ""), "last": request.GET.get("den", "")}
    try:
        asked = period(span, today=today(), **typed)
    except PeriodError as wrong:
        problem, asked = str(wrong), period(Span.WEEK, today=today())
    audit.record(
        action="board.view_integrity",
        actor=f"person:{viewer(request).pk}",
        subject=f"unit:{unit.pk}",
        unit_id=unit.pk,
        detail={"period": str(asked)},
    )
    context = {
        "unit": unit,
        "unit_name": unit.name,
        "units": units_of(viewer(request)),
        "problem": problem,
        "span": span,
        "spans": SPAN_NAMES.items(),
        "typed_first": typed["first"],
        "typed_last": typed["last"],
        "period": str(asked),
        "groups": signs_of(unit, asked),
    }
    return render(request, "board/integrity.html", context, status=422 if problem else 200)
