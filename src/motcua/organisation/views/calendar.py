"""The working calendar: a month at a time, days that differ, opening hours."""

from __future__ import annotations

import calendar as months
import datetime as dt
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from motcua.kernel.clock import today
from motcua.organisation import overview, selectors
from motcua.organisation.calendar import Session
from motcua.organisation.errors import NotValid
from motcua.organisation.forms.calendar import CalendarDayForm, Sessions, chosen_hours
from motcua.organisation.models import CalendarDay, Unit
from motcua.organisation.permissions import Forbidden, may
from motcua.organisation.services import calendar as services
from motcua.organisation.services.common import editing_action
from motcua.organisation.views.pages import accepted, actor, found, page, unit_page, viewer

ROWS_TO_ADD = 2


@dataclass(frozen=True)
class Cell:
    """One day of the month as the page shows it."""

    date: dt.date
    in_month: bool
    sessions: list[Session]
    differs: CalendarDay | None

    @property
    def counts(self) -> bool:
        return any(session.counts_for_deadline for session in self.sessions)


@unit_page()
def calendar(request: HttpRequest, unit: Unit) -> HttpResponse:
    """A month, the days of the year that differ, and the opening hours."""
    first = _month(request.GET.get("thang", ""))
    working = selectors.calendar_of(unit.pk)
    differing = {day.date: day for day in overview.days_in_force(unit, first.year)}
    weeks = [
        [
            Cell(day, day.month == first.month, working.sessions(day), differing.get(day))
            for day in week
        ]
        for week in months.Calendar().monthdatescalendar(first.year, first.month)
    ]
    context = {
        "weeks": weeks,
        "first": first,
        "previous": first - dt.timedelta(days=1),
        "next": first + dt.timedelta(days=32),
        "today": today(),
        "days": sorted(differing.values(), key=lambda day: day.date),
        "hours": overview.hours_in_force(unit),
        "own_hours": unit.opening_hours.exists(),
        "may_change": may(viewer(request), editing_action(unit), unit.pk),
    }
    return page(request, unit, "calendar", "calendar", context)


@unit_page()
def edit_day(request: HttpRequest, unit: Unit) -> HttpResponse:
    """Add a day that differs, or change one; `?ngay=` names it, other values prefill."""
    _check_may_edit(request, unit)
    date = _date(request.GET.get("ngay", ""))
    day, city_day = overview.day_of(unit, date)
    names = ("date", "kind", "name", "source", "certain")
    if day:
        initial = {name: getattr(day, name) for name in names}
    else:
        given = {"kind": "loai", "name": "ten", "source": "nguon"}
        initial = {name: request.GET.get(key, "") for name, key in given.items()}
        initial |= {"date": date, "certain": True}
    form = CalendarDayForm(request.POST or None, initial=initial)
    if request.method == "POST" and (
        saved := accepted(form, services.set_day, actor=actor(request), unit_id=unit.pk)
    ):
        messages.success(request, f"Đã lưu ngày {saved.date:%d/%m/%Y}.")
        return _to_month(unit, saved.date)
    context = {"form": form, "day": day, "city_day": city_day}
    return page(request, unit, "calendar_day", "calendar", context, 422 if form.is_bound else 200)


@require_POST
@unit_page()
def remove_day(request: HttpRequest, unit: Unit, pk: int) -> HttpResponse:
    """Let a date follow its weekday again, and offer to put the day back."""
    _check_may_edit(request, unit)
    day = found(request, unit, selectors.own_days(unit), pk)
    services.remove_day(actor=actor(request), unit_id=unit.pk, day_id=day.pk)
    values = QueryDict(mutable=True)
    values.update({"ngay": f"{day.date}", "loai": day.kind, "ten": day.name, "nguon": day.source})
    messages.success(
        request,
        format_html(
            'Đã bỏ {} khỏi lịch. <a href="{}?{}">Đưa lại ngày này</a>',
            f"{day.date:%d/%m/%Y} ({day.name})",
            reverse("organisation:calendar_day", args=[unit.code]),
            values.urlencode(),
        ),
    )
    return _to_month(unit, day.date)


@unit_page()
def hours(request: HttpRequest, unit: Unit) -> HttpResponse:
    """Edit the opening hours; removing every session means those of the city."""
    _check_may_edit(request, unit)
    initial = [
        {
            "weekday": each.weekday,
            "opens": each.opens,
            "closes": each.closes,
            "counts_for_deadline": each.counts_for_deadline,
        }
        for each in overview.hours_in_force(unit)
    ]
    sessions = Sessions(request.POST or None, initial=initial, prefix="buoi")
    sessions.extra = ROWS_TO_ADD
    wrong = ""
    if request.method == "POST" and sessions.is_valid():
        try:
            services.set_hours(actor=actor(request), unit_id=unit.pk, hours=chosen_hours(sessions))
        except NotValid as refused:
            wrong = str(refused)
        else:
            messages.success(request, "Đã lưu giờ tiếp nhận.")
            return redirect("organisation:calendar", code=unit.code)
    context = {"sessions": sessions, "wrong": wrong, "own_hours": unit.opening_hours.exists()}
    return page(
        request, unit, "opening_hours", "calendar", context, 422 if sessions.is_bound else 200
    )


def _check_may_edit(request: HttpRequest, unit: Unit) -> None:
    action = editing_action(unit)
    if not may(viewer(request), action, unit.pk):
        raise Forbidden(action)


def _to_month(unit: Unit, date: dt.date) -> HttpResponse:
    address = reverse("organisation:calendar", args=[unit.code])
    return redirect(f"{address}?thang={date:%Y-%m}")


def _month(typed: str) -> dt.date:
    """First day of the month asked for as `2026-11`, or of the present one."""
    date = _date(f"{typed}-01")
    return date if date and date.year in services.YEARS else today().replace(day=1)


def _date(typed: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(typed)
    except ValueError:
        return None
