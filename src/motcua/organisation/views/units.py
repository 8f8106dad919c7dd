"""The city's list of units, a unit's overview, its departments, and the fields of work."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from motcua.kernel.clock import now
from motcua.kernel.text import folded, matches
from motcua.organisation import devices, overview, selectors
from motcua.organisation.errors import NotValid
from motcua.organisation.forms.units import (
    DepartmentForm,
    FieldChangeForm,
    FieldForm,
    UnitForm,
)
from motcua.organisation.models import Department, Field, Unit
from motcua.organisation.permissions import Forbidden, may, units_where
from motcua.organisation.services import units as services
from motcua.organisation.services.common import editing_action
from motcua.organisation.views.pages import accepted, actor, found, page, unit_page, viewer

PAGE_SIZE = 30


@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The units that the viewer may see: for most people one, for the city all."""
    person = viewer(request)
    allowed = units_where(person, "organisation.view")
    units = Unit.objects.all() if allowed is None else Unit.objects.filter(pk__in=allowed)
    if not units:
        raise Forbidden("organisation.view")
    if allowed is not None and len(units) == 1:
        return redirect("organisation:unit", code=units[0].code)
    return _list(request, units)


def _list(request: HttpRequest, units: QuerySet[Unit]) -> HttpResponse:
    query, state = request.GET.get("tim", "").strip(), request.GET.get("trang_thai", "")
    if state in {"dang-dung", "chua-dung"}:
        units = units.filter(active=state == "dang-dung")
    counted = units.exclude(kind=Unit.Kind.CITY).annotate(
        counters_in_use=Count("counters", filter=Q(counters__active=True), distinct=True),
        people_in_use=Count(
            "roles__person", filter=Q(roles__person__is_active=True), distinct=True
        ),
    )
    shown = sorted(
        (unit for unit in counted if matches(query, unit.name, unit.former_area, unit.code)),
        key=lambda unit: (not unit.active, folded(unit.name)),
    )
    template = "organisation/units.html"
    if request.headers.get("HX-Target") == "danh-sach":
        template = "organisation/_units_list.html"
    return render(
        request,
        template,
        {
            "page": Paginator(shown, PAGE_SIZE).get_page(request.GET.get("trang")),
            "query": query,
            "state": state,
            "total": Unit.objects.exclude(kind=Unit.Kind.CITY).count(),
            "active_total": Unit.objects.exclude(kind=Unit.Kind.CITY).filter(active=True).count(),
            "may_manage": may(viewer(request), "organisation.manage_city", None),
            "city": Unit.objects.filter(kind=Unit.Kind.CITY).first(),
        },
    )


@unit_page()
def unit(request: HttpRequest, unit: Unit) -> HttpResponse:
    """What the unit is, and what is still missing before it can work."""
    counters = list(selectors.active_counters(unit.pk))
    calendar = selectors.calendar_of(unit.pk)
    return page(
        request,
        unit,
        "unit",
        "unit",
        {
            "counters": counters,
            "missing": overview.missing_parts(unit),
            "open_now": calendar.is_open(now()),
            "next_opening": calendar.next_opening(now()),
            "people_count": selectors.people_of(unit.pk).filter(is_active=True).count(),
            "offline": [
                device
                for device in unit.devices.filter(revoked_at=None)
                if devices.is_offline(device, now())
            ],
            "may_manage": may(viewer(request), "organisation.manage_city", unit.pk),
        },
    )


@unit_page("organisation.view")
def edit_unit(request: HttpRequest, unit: Unit) -> HttpResponse:
    """Edit what the unit says about itself."""
    if not may(viewer(request), editing_action(unit), unit.pk):
        raise Forbidden(editing_action(unit))
    initial = {name: getattr(unit, name) for name in UnitForm.base_fields}
    form = UnitForm(request.POST or None, initial=initial)
    if request.method == "POST" and accepted(
        form, services.change_unit, actor=actor(request), unit_id=unit.pk
    ):
        messages.success(request, "Đã lưu thông tin đơn vị.")
        return redirect("organisation:unit", code=unit.code)
    context = {"form": form, "heading": "Sửa thông tin đơn vị", "back": "organisation:unit"}
    return page(request, unit, "form", "unit", context, 422 if form.is_bound else 200)


@require_POST
@unit_page("organisation.manage_city")
def set_active(request: HttpRequest, unit: Unit) -> HttpResponse:
    """Let a unit take part or stop."""
    active = request.POST.get("dang_dung") == "1"
    try:
        services.set_unit_active(actor=actor(request), unit_id=unit.pk, active=active)
    except NotValid as wrong:
        messages.error(request, str(wrong))
    else:
        said = "đã bắt đầu dùng hệ thống" if active else "đã ngừng dùng hệ thống. Dữ liệu vẫn còn"
        messages.success(request, f"{unit.name} {said}.")
    return redirect("organisation:unit", code=unit.code)


@unit_page()
def departments(request: HttpRequest, unit: Unit) -> HttpResponse:
    """The unit's departments, those in use first."""
    rows = unit.departments.annotate(
        counters_in_use=Count("counters", filter=Q(counters__active=True), distinct=True)
    ).order_by("-active", "kind", "name")
    heads = overview.heads_by_department(unit.pk)
    context = {"departments": [(row, heads.get(row.pk)) for row in rows]}
    return page(request, unit, "departments", "departments", context)


@unit_page("organisation.edit", sees="organisation.view")
def edit_department(request: HttpRequest, unit: Unit, pk: int | None = None) -> HttpResponse:
    """Add a department or change one."""
    department = found(request, unit, unit.departments.all(), pk) if pk else None
    initial = {"name": department.name, "kind": department.kind} if department else None
    form = DepartmentForm(request.POST or None, initial=initial)
    if request.method == "POST":
        saved: Department | None
        if department:
            saved = accepted(
                form,
                services.change_department,
                actor=actor(request),
                department_id=department.pk,
            )
        else:
            saved = accepted(form, services.add_department, actor=actor(request), unit_id=unit.pk)
        if saved:
            messages.success(request, f"Đã lưu {saved.name}.")
            return redirect("organisation:departments", code=unit.code)
    heading = f"Sửa {department.name}" if department else "Thêm phòng"
    context = {"form": form, "heading": heading, "back": "organisation:departments"}
    return page(request, unit, "form", "departments", context, 422 if form.is_bound else 200)


@require_POST
@unit_page("organisation.edit", sees="organisation.view")
def set_department_active(request: HttpRequest, unit: Unit, pk: int) -> HttpResponse:
    """Close a department or open it again."""
    department = found(request, unit, unit.departments.all(), pk)
    active = request.POST.get("dang_dung") == "1"
    try:
        services.set_department_active(
            actor=actor(request), department_id=department.pk, active=active
        )
    except NotValid as wrong:
        messages.error(request, str(wrong))
    else:
        said = "hoạt động trở lại" if active else "đã ngừng. Bấm “Mở lại” để dùng lại"
        messages.success(request, f"{department.name} {said}.")
    return redirect("organisation:departments", code=unit.code)


@login_required
def fields(request: HttpRequest) -> HttpResponse:
    """The fields of work of the whole city; the city adds and renames them."""
    person = viewer(request)
    if not may(person, "organisation.manage_city", None):
        raise Forbidden("organisation.manage_city")
    form = FieldForm(request.POST or None)
    if request.method == "POST" and (
        saved := accepted(form, services.add_field, actor=actor(request))
    ):
        messages.success(request, f"Đã thêm lĩnh vực {saved.name}.")
        return redirect("organisation:fields")
    rows = Field.objects.annotate(counters_in_use=Count("counters")).order_by("-active", "name")
    return render(
        request,
        "organisation/fields.html",
        {"fields": rows, "form": form},
        status=422 if form.is_bound else 200,
    )


@login_required
def edit_field(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a field or take it out of use."""
    person = viewer(request)
    if not may(person, "organisation.manage_city", None):
        raise Forbidden("organisation.manage_city")
    field = overview.field_or_404(pk)
    form = FieldChangeForm(
        request.POST or None, initial={"name": field.name, "active": field.active}
    )
    if request.method == "POST" and accepted(
        form, services.change_field, actor=actor(request), field_id=field.pk
    ):
        messages.success(request, "Đã lưu lĩnh vực.")
        return redirect("organisation:fields")
    return render(
        request,
        "organisation/field.html",
        {"form": form, "field": field},
        status=422 if form.is_bound else 200,
    )
