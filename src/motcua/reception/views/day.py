"""The day's figures of the queue, for leaders, and for paper."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from motcua.kernel.clock import today
from motcua.organisation.models import Unit
from motcua.organisation.views.pages import unit_page
from motcua.reception import statistics
from motcua.ui.formats import day as day_text
from motcua.ui.plots import Plot, Series


@unit_page("reception.view_day", sees="reception.view_day")
def day(request: HttpRequest, unit: Unit) -> HttpResponse:
    """How long people waited, who did not come, how many were not called."""
    shown = _day(request.GET.get("ngay", ""))
    figures = statistics.day_of(unit.pk, shown)
    context = {
        "unit": unit,
        "unit_name": unit.name,
        "day": shown,
        "is_today": shown == today(),
        "before": shown - dt.timedelta(days=1),
        "after": shown + dt.timedelta(days=1) if shown < today() else None,
        "figures": figures,
        "basis": f"trong {figures.whole.called} lượt đã gọi, ngày {day_text(shown)}",
        "taken_basis": f"trong {figures.whole.taken} số đã phát, ngày {day_text(shown)}",
        "served_basis": f"trong {figures.served} lượt xong, ngày {day_text(shown)}",
        "plot": _plot(figures, shown),
    }
    return render(request, "reception/day.html", context)


def _day(text: str) -> dt.date:
    try:
        return min(dt.date.fromisoformat(text), today())
    except ValueError:
        return today()


def _plot(figures: statistics.Day, shown: dt.date) -> Plot | None:
    if not any(middle is not None for _, middle, _ in figures.by_hour):
        return None
    return Plot(
        id="cho-theo-gio",
        title="Đến lúc nào thì phải chờ lâu?",
        kind="bars",
        x=[hour for hour, _, _ in figures.by_hour],
        series=[Series("Chờ", [middle for _, middle, _ in figures.by_hour])],
        unit="phút",
        note=f"Trung vị theo giờ lấy số, {figures.whole.called} lượt đã gọi, "
        f"ngày {day_text(shown)}. Giờ có dưới {statistics.FEWEST} lượt không hiện.",
    )
