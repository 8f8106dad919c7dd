"""What the unit decides: policies; and rehearsals of them."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from motcua.alerts import kinds, links, policies, services, texts
from motcua.alerts.forms import (
    FieldPolicyForm,
    LevelFormSet,
    RehearsalForm,
    TemplateForm,
    initial_levels,
)
from motcua.alerts.models import Policy
from motcua.alerts.policies import PolicyError
from motcua.messaging.encoding import Layout, lay_out
from motcua.organisation.models import Field
from motcua.organisation.permissions import Actor, authorise
from motcua.organisation.views.pages import chosen_unit, viewer


@login_required
def policy_list(request: HttpRequest) -> HttpResponse:
    """Every policy of the unit, by kind."""
    unit, units = chosen_unit(request, "alerts.edit_policy")
    policies.ensure_policies(unit_id=unit.pk)
    found = Policy.objects.filter(unit=unit).select_related("field")
    found = found.prefetch_related("levels__people")
    groups = [
        {
            "kind": kind,
            "policies": [policy for policy in found if policy.kind == kind.code],
            "form": FieldPolicyForm(unit_id=unit.pk, kind=kind.code, prefix=kind.code),
        }
        for kind in kinds.declared()
    ]
    context = {"unit": unit, "units": units, "groups": groups}
    return render(request, "alerts/policies.html", context)


@login_required
@require_POST
def add_policy(request: HttpRequest, kind: str) -> HttpResponse:
    """Give a field its own policy, which begins as a copy of the general one."""
    unit, _ = chosen_unit(request, "alerts.edit_policy")
    form = FieldPolicyForm(request.POST, unit_id=unit.pk, kind=kind, prefix=kind)
    if not form.is_valid():
        messages.error(request, "Chọn lĩnh vực chưa có quy tắc riêng.")
        return redirect(f"{request.path.rsplit('/', 3)[0]}/?don_vi={unit.pk}")
    field: Field = form.cleaned_data["field"]
    policy = policies.copy_for_field(
        actor=Actor.of(viewer(request)), unit_id=unit.pk, kind=kind, field_id=field.pk
    )
    return redirect("alerts:policy", policy.pk)


@login_required
def policy(request: HttpRequest, policy_id: int) -> HttpResponse:
    """The editor of one policy."""
    found = get_object_or_404(Policy.objects.select_related("unit", "field"), pk=policy_id)
    authorise(Actor.of(viewer(request)), "alerts.edit_policy", found.unit_id)
    levels = list(found.levels.prefetch_related("people"))
    template = TemplateForm(request.POST or None, initial={"template": found.template})
    formset = LevelFormSet(
        request.POST or None,
        initial=initial_levels(levels),
        form_kwargs={"unit_id": found.unit_id},
        prefix="cap",
    )
    status = 200
    if request.method == "POST":
        if template.is_valid() and formset.is_valid() and _save(request, found, template, formset):
            return redirect("alerts:policies")
        status = 422
    context: dict[str, Any] = {
        "policy": found,
        "kind": kinds.get(found.kind),
        "form": template,
        "formset": formset,
        "example": example(found),
    }
    return render(request, "alerts/policy.html", context, status=status)


def _save(request: HttpRequest, found: Policy, template: TemplateForm, formset: Any) -> bool:
    try:
        policies.save_policy(
            actor=Actor.of(viewer(request)),
            unit_id=found.unit_id,
            kind=found.kind,
            field_id=found.field_id,
            template=template.cleaned_data["template"],
            levels=formset.drafts(),
        )
    except PolicyError as wrong:
        template.add_error(None, str(wrong))
        return False
    messages.success(request, "Đã lưu quy tắc. Cảnh báo đang chạy theo quy tắc mới từ cấp kế tiếp.")
    return True


@login_required
@require_POST
def remove_policy(request: HttpRequest, policy_id: int) -> HttpResponse:
    """Drop a field's own policy."""
    try:
        policies.remove_policy(actor=Actor.of(viewer(request)), policy_id=policy_id)
    except PolicyError as wrong:
        messages.error(request, str(wrong))
    else:
        messages.success(request, "Đã bỏ quy tắc riêng. Lĩnh vực này theo quy tắc chung.")
    return redirect("alerts:policies")


@login_required
def rehearsal(request: HttpRequest) -> HttpResponse:
    """Try an alert with the real channels; what is sent says that it is a rehearsal."""
    unit, units = chosen_unit(request, "alerts.rehearse")
    choices = [(kind.code, kind.name) for kind in kinds.declared()]
    form = RehearsalForm(request.POST or None, unit_id=unit.pk, kinds=choices)
    if request.method == "POST" and form.is_valid():
        alert = services.rehearse(
            actor=Actor.of(viewer(request)),
            counter_id=form.cleaned_data["counter"].pk,
            kind=form.cleaned_data["kind"],
            key=request.POST.get("key") or secrets.token_urlsafe(9),
        )
        messages.success(request, "Đã phát cảnh báo diễn tập. Theo dõi người nhận bên dưới.")
        return redirect("alerts:alert", alert.pk)
    context = {"unit": unit, "units": units, "form": form, "key": secrets.token_urlsafe(9)}
    status = 422 if request.method == "POST" else 200
    return render(request, "alerts/rehearsal.html", context, status=status)


def example(found: Policy) -> tuple[str, Layout]:
    """The SMS this policy would send for the kind's example, and how it is cut into parts."""
    text = texts.compose(
        template=found.template,
        summary=f"quầy 3 lúc 10:42: {kinds.get(found.kind).example}",
        link=links.url(1_000_000),
        code=1000,
        rehearsal=False,
    )
    return text, lay_out(text)
