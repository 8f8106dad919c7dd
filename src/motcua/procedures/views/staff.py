"""The catalogue for those who work with it: list, versions, differences, export."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from motcua.kernel.clock import today
from motcua.kernel.text import matches
from motcua.organisation.models import Counter, Field
from motcua.organisation.permissions import units_where
from motcua.organisation.views.pages import viewer
from motcua.procedures import files, selectors, workbook
from motcua.procedures.facts import FieldChange, compare, title_of, unknown_facts, words
from motcua.procedures.models import ProcedureVersion
from motcua.procedures.rules import Standing
from motcua.procedures.views.access import VIEW, may_edit, staff_page, versions_or_404
from motcua.procedures.wording import pieces

PAGE_SIZE = 50
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATES = {"thieu": "Còn điều chưa rõ", "sap-doi": "Sắp thay đổi", "thoi": "Đã thôi áp dụng"}
SHOWN = (
    "official_name",
    "announcing_decision",
    "decided_by",
    "time_note",
    "online_level",
    "location_independent",
    "locker_take",
    "locker_return",
    "result",
    "note",
    "requirements",
    "fees",
    "fee_note",
    "steps",
    "source",
)
"""Facts in the order of the version's page; name, field and time stand above them."""


@require_safe
@staff_page(VIEW)
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every procedure, filtered."""
    typed = request.GET.get("tim", "")[:200].strip()
    field, state = request.GET.get("linh_vuc", ""), request.GET.get("tinh_trang", "")
    everything = selectors.entries()
    rows = [
        each
        for each in everything
        if field in {"", each.version.field.code} and _in_state(each, state)
    ]
    if typed:
        best = {v.procedure_id: rank for rank, v in enumerate(selectors.search(typed, limit=100))}
        rows = [
            each
            for each in rows
            if each.version.procedure_id in best
            or matches(typed, each.version.name, each.version.procedure.code)
        ]
        rows.sort(key=lambda each: best.get(each.version.procedure_id, len(best)))
    alone = request.headers.get("HX-Target") == "danh-sach"
    return render(
        request,
        f"procedures/{'_catalogue' if alone else 'catalogue'}.html",
        {
            "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("trang")),
            "typed": typed,
            "field": field,
            "state": state,
            "states": STATES,
            "fields": Field.objects.filter(procedures__isnull=False).distinct().order_by("name"),
            "total": len(everything),
            "unknown_total": sum(bool(each.unknown) for each in everything),
            "changing_total": sum(each.changes_on is not None for each in everything),
            "may_edit": may_edit(request),
        },
    )


def _in_state(entry: selectors.Entry, state: str) -> bool:
    if state == "thieu":
        return bool(entry.unknown)
    if state == "sap-doi":
        return entry.changes_on is not None
    if state == "thoi":
        return entry.version.standing is Standing.ENDED
    return True


@require_safe
@staff_page(VIEW)
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """One version with every fact, its doubts and source, and the history beside it."""
    versions = versions_or_404(code)
    shown = _chosen(versions, request.GET.get("tu", "")) or _now(versions)
    facts = selectors.facts_of(shown)
    return render(
        request,
        "procedures/procedure.html",
        {
            "version": shown,
            "procedure": shown.procedure,
            "versions": versions,
            "newest": versions[0],
            "before": next((v for v in versions if v.effective_from < shown.effective_from), None),
            "rows": [_row(facts, name) for name in SHOWN],
            "doubts": [(title_of(name), text) for name, text in shown.uncertain.items()],
            "unknown": unknown_facts(facts),
            "counters": _counters(request, shown.field_id),
            "may_edit": may_edit(request),
        },
    )


def _row(facts: Any, name: str) -> dict[str, Any]:
    value = getattr(facts, name)
    return {
        "title": title_of(name),
        "entries": [words(each) for each in value] if isinstance(value, tuple) else [],
        "text": words(value or None) if isinstance(value, tuple) else words(value),
        "doubt": facts.uncertain.get(name, ""),
    }


def _now(versions: list[ProcedureVersion]) -> ProcedureVersion:
    held = [version for version in versions if version.standing is Standing.IN_FORCE]
    return (held or versions)[0]


def _chosen(versions: list[ProcedureVersion], day: str) -> ProcedureVersion | None:
    """The version that begins on the day in the address; None where none is named.

    Raises:
        Http404: it names a day on which none begins.
    """
    if not day:
        return None
    try:
        wanted = dt.date.fromisoformat(day)
        return next(v for v in versions if v.effective_from == wanted)
    except (ValueError, StopIteration):
        raise Http404(f"no version from {day[:20]}") from None


def _counters(request: HttpRequest, field_id: int) -> list[Counter]:
    """Counters in the viewer's units that serve this field; the city sees the first of them."""
    units = units_where(viewer(request), VIEW)
    found = Counter.objects.filter(fields=field_id, active=True, unit__active=True)
    if units is not None:
        found = found.filter(unit__in=units)
    return list(found.select_related("unit", "department").order_by("unit__name", "number")[:200])


@require_safe
@staff_page(VIEW)
def differences(request: HttpRequest, code: str) -> HttpResponse:
    """What two versions of a procedure say differently."""
    versions = versions_or_404(code)
    after = _chosen(versions, request.GET.get("sau", "")) or versions[0]
    before = _chosen(versions, request.GET.get("truoc", "")) or versions[-1]
    changes = compare(selectors.facts_of(before), selectors.facts_of(after))
    return render(
        request,
        "procedures/differences.html",
        {
            "procedure": after.procedure,
            "name": after.name,
            "versions": versions,
            "before": before,
            "after": after,
            "changes": marked(changes),
        },
    )


def marked(changes: tuple[FieldChange, ...]) -> list[dict[str, Any]]:
    """Changes with the words that differ marked."""
    return [{"title": each.title, "pieces": pieces(each.before, each.after)} for each in changes]


@require_safe
@staff_page(VIEW)
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """The catalogue of a day as JSON or Excel, ready to be changed and uploaded again."""
    on = _export_day(request.GET.get("ngay", ""))
    facts = list(selectors.current_facts(on).values())
    if kind == "json":
        content, content_type = files.to_json(facts), "application/json"
    elif kind == "xlsx":
        content, content_type = workbook.to_excel(facts), EXCEL
    else:
        raise Http404(kind)
    name = f"danh-muc-thu-tuc-{on:%Y-%m-%d}.{kind}"
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _export_day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text) if text else today()
    except ValueError:
        raise Http404(text) from None
