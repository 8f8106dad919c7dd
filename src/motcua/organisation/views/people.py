"""People of a unit: who they are, what they may do, how they get in, when they are away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from motcua.kernel import phones
from motcua.kernel.clock import today
from motcua.kernel.text import matches
from motcua.organisation import overview, selectors
from motcua.organisation.errors import NotValid
from motcua.organisation.forms.people import AbsenceForm, ContactForm, NewPersonForm, RoleForm
from motcua.organisation.models import Absence, Person, RoleAssignment, Unit
from motcua.organisation.permissions import Forbidden, may
from motcua.organisation.rules import Role
from motcua.organisation.services import absences, second_factor
from motcua.organisation.services import people as services
from motcua.organisation.views.pages import accepted, actor, found, page, unit_page, viewer

PAGE_SIZE = 40
MANAGE = "organisation.manage_people"
_NOT_TOLD = "Người này chưa có số di động hay e-mail nên chưa được báo: nhắn trực tiếp."


@unit_page()
def people(request: HttpRequest, unit: Unit) -> HttpResponse:
    """Everybody who works in the unit, with their roles; phones are masked."""
    query = request.GET.get("tim", "").strip()
    away = selectors.absent(selectors.people_of(unit.pk).values_list("pk", flat=True))
    rows = [
        {"person": person, "roles": roles, "absence": away.get(person.pk)}
        for person, roles in overview.staff(unit.pk)
        if matches(query, person.full_name, person.title, person.username)
    ]
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("trang")),
        "query": query,
        "may_manage": may(viewer(request), MANAGE, unit.pk),
    }
    template = "_people_list" if request.headers.get("HX-Target") == "danh-sach" else "people"
    return page(request, unit, template, "people", context)


@never_cache
@unit_page(MANAGE, sees="organisation.view")
def add_person(request: HttpRequest, unit: Unit) -> HttpResponse:
    """Add somebody; the one-time password is on the answer and nowhere else."""
    form = NewPersonForm(unit, _roles_of(request, unit), data=request.POST or None)
    if request.method == "POST" and (
        new := accepted(form, services.add_person, actor=actor(request), unit_id=unit.pk)
    ):
        return _password_page(request, unit, new, f"Đã thêm {new.person.full_name}")
    context = {"form": form, "heading": "Thêm người", "back": "organisation:people"}
    return page(request, unit, "form", "people", context, 422 if form.is_bound else 200)


@unit_page()
def person(request: HttpRequest, unit: Unit, pk: int) -> HttpResponse:
    """One person: contact, roles, absences, account."""
    return _person_page(request, unit, found(request, unit, selectors.people_of(unit.pk), pk))


def _person_page(
    request: HttpRequest, unit: Unit, person: Person, status: int = 200, **more: Any
) -> HttpResponse:
    looked_after = may(viewer(request), MANAGE, unit.pk) and services.may_look_after(
        actor(request), person
    )
    context = {
        "person": person,
        "roles": overview.roles_in(unit.pk, person.pk),
        "works_elsewhere": overview.works_elsewhere(unit.pk, person.pk),
        "absences": person.absences.filter(until__gte=today()).order_by("since"),
        "looked_after": looked_after,
        "has_second_factor": looked_after and second_factor.has_second_factor(person),
        "may_manage": may(viewer(request), MANAGE, unit.pk),
        "may_reveal": may(viewer(request), "organisation.reveal_phone", unit.pk),
        "may_record_absence": may(viewer(request), "organisation.record_absence", unit.pk),
        "role_form": RoleForm(unit, _roles_of(request, unit), prefix="vai-tro"),
        "absence_form": AbsenceForm(unit, person, prefix="vang-mat"),
        "today": today(),
        **more,
    }
    return page(request, unit, "person", "people", context, status)


@unit_page(MANAGE, sees="organisation.view")
def edit_person(request: HttpRequest, unit: Unit, pk: int) -> HttpResponse:
    """Edit name, title, phones and e-mail."""
    person = _looked_after(request, unit, pk)
    form = ContactForm(request.POST or None, initial=ContactForm.values_of(person))
    if request.method == "POST" and accepted(
        form, services.change_person, actor=actor(request), person_id=person.pk
    ):
        messages.success(request, f"Đã lưu thông tin của {form.cleaned_data['full_name']}.")
        return redirect("organisation:person", code=unit.code, pk=person.pk)
    context = {
        "form": form,
        "heading": f"Sửa thông tin: {person.full_name}",
        "back": "organisation:person",
        "back_pk": person.pk,
    }
    return page(request, unit, "form", "people", context, 422 if form.is_bound else 200)


@require_POST
@unit_page(MANAGE, sees="organisation.view")
def grant_role(request: HttpRequest, unit: Unit, pk: int) -> HttpResponse:
    """Give the person another role in this unit."""
    person = found(request, unit, selectors.people_of(unit.pk), pk)
    form = RoleForm(unit, _roles_of(request, unit), data=request.POST, prefix="vai-tro")
    if accepted(
        form, services.grant_role, actor=actor(request), person_id=person.pk, unit_id=unit.pk
    ):
        messages.success(request, "Đã giao vai trò.")
        return redirect("organisation:person", code=unit.code, pk=person.pk)
    return _person_page(request, unit, person, 422, role_form=form)


@require_POST
@unit_page(MANAGE, sees="organisation.view")
def end_role(request: HttpRequest, unit: Unit, pk: int, role_pk: int) -> HttpResponse:
    """Take a role away."""
    assignment = found(
        request, unit, RoleAssignment.objects.filter(unit=unit, person_id=pk), role_pk
    )
    try:
        services.end_role(actor=actor(request), assignment_id=assignment.pk)
    except NotValid as wrong:
        messages.error(request, str(wrong))
    else:
        name = Role(assignment.role).vietnamese
        messages.success(request, f"Đã thôi vai trò {name}. Giao lại được ở mục “Giao vai trò”.")
    return redirect("organisation:person", code=unit.code, pk=pk)


@require_POST
@unit_page(MANAGE, sees="organisation.view")
def set_active(request: HttpRequest, unit: Unit, pk: int) -> HttpResponse:
    """Lock an account or open it again."""
    person = _looked_after(request, unit, pk)
    active = request.POST.get("dang_dung") == "1"
    try:
        services.set_person_active(actor=actor(request), person_id=person.pk, active=active)
    except NotValid as wrong:
        messages.error(request, str(wrong))
    else:
        said = "đăng nhập lại được" if active else "đã khoá. Bấm “Mở khoá” để dùng lại"
        messages.success(request, f"Tài khoản của {person.full_name} {said}.")
    return redirect("organisation:person", code=unit.code, pk=person.pk)


@never_cache
@require_POST
@unit_page(MANAGE, sees="organisation.view")
def issue_password(request: HttpRequest, unit: Unit, pk: int) -> HttpResponse:
    """A new one-time password, on this answer and nowhere else."""
    person = _looked_after(request, unit, pk)
    new = services.issue_password(actor=actor(request), person_id=person.pk)
    return _password_page(request, unit, new, f"Đã cấp lại mật khẩu cho {person.full_name}")


@require_POST
@unit_page(MANAGE, sees="organisation.view")
def reset_second_factor(request: HttpRequest, unit: Unit, pk: int) -> HttpResponse:
    """Take the second factor away from somebody who lost their telephone."""
    person = _looked_after(request, unit, pk)
    try:
        second_factor.reset_second_factor(actor=actor(request), person_id=person.pk)
    except NotValid as wrong:
        messages.error(request, str(wrong))
    else:
        told = "Đã báo cho người này." if person.phone or person.email else _NOT_TOLD
        messages.success(request, f"Đã đặt lại xác thực hai lớp của {person.full_name}. {told}")
    return redirect("organisation:person", code=unit.code, pk=person.pk)


@never_cache
@require_POST
@unit_page("organisation.reveal_phone", sees="organisation.view")
def reveal_phone(request: HttpRequest, unit: Unit, pk: int) -> HttpResponse:
    """Show the full numbers once, on the record."""
    person = found(request, unit, selectors.people_of(unit.pk), pk)
    numbers = services.reveal_phone(actor=actor(request), person_id=person.pk, unit_id=unit.pk)
    shown = [phones.local(number) for number in numbers]
    if request.headers.get("HX-Request"):
        return page(request, unit, "_phones", "people", {"numbers": shown, "person": person})
    return _person_page(request, unit, person, numbers=shown)


@require_POST
@unit_page("organisation.record_absence", sees="organisation.view")
def add_absence(request: HttpRequest, unit: Unit, pk: int) -> HttpResponse:
    """Record days away."""
    person = found(request, unit, selectors.people_of(unit.pk), pk)
    form = AbsenceForm(unit, person, data=request.POST, prefix="vang-mat")
    if accepted(
        form, absences.add_absence, actor=actor(request), unit_id=unit.pk, person_id=person.pk
    ):
        messages.success(request, f"Đã ghi ngày vắng mặt của {person.full_name}.")
        return redirect("organisation:person", code=unit.code, pk=person.pk)
    return _person_page(request, unit, person, 422, absence_form=form)


@require_POST
@unit_page("organisation.record_absence", sees="organisation.view")
def remove_absence(request: HttpRequest, unit: Unit, pk: int, absence_pk: int) -> HttpResponse:
    """Take an absence back."""
    person = found(request, unit, selectors.people_of(unit.pk), pk)
    absence = found(request, unit, Absence.objects.filter(person=person), absence_pk)
    absences.remove_absence(actor=actor(request), unit_id=unit.pk, absence_id=absence.pk)
    messages.success(
        request, f"Đã bỏ ngày vắng mặt {absence.since:%d/%m/%Y}–{absence.until:%d/%m/%Y}."
    )
    return redirect("organisation:person", code=unit.code, pk=person.pk)


def _password_page(
    request: HttpRequest, unit: Unit, new: services.NewPassword, heading: str
) -> HttpResponse:
    context = {"person": new.person, "password": new.password, "heading": heading}
    return page(request, unit, "password", "people", context)


def _looked_after(request: HttpRequest, unit: Unit, pk: int) -> Person:
    person = found(request, unit, selectors.people_of(unit.pk), pk)
    if not services.may_look_after(actor(request), person):
        raise Forbidden(MANAGE)
    return person


def _roles_of(request: HttpRequest, unit: Unit) -> frozenset[Role]:
    return frozenset(
        role
        for role, where in viewer(request).active_roles()
        if where == unit.pk or role is Role.CITY
    )
