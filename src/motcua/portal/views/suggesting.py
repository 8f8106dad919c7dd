"""The city's page of what suggestions rest on."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from motcua.organisation.permissions import authorise
from motcua.organisation.views.pages import actor as staff
from motcua.portal.errors import NotValid
from motcua.portal.forms import BasisForm
from motcua.portal.models import SuggestionBasis
from motcua.portal.services import suggesting
from motcua.portal.suggestions import DEFAULTS, RULES, TITLES, Basis


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def bases(request: HttpRequest, rule: str = "") -> HttpResponse:
    """Every rule with its days and source; POST changes one."""
    authorise(staff(request), "portal.edit_suggestions", None)
    failed: BasisForm | None = None
    if request.method == "POST":
        if rule not in DEFAULTS:
            raise Http404
        form = BasisForm(request.POST, prefix=rule)
        if form.is_valid():
            try:
                suggesting.change_basis(actor=staff(request), rule=rule, **form.cleaned_data)
            except NotValid as wrong:
                form.add_error(wrong.field, str(wrong))
            else:
                messages.success(request, "Đã lưu, áp dụng từ bây giờ.")
                return redirect("portal:suggestion_bases")
        failed = form
    after_a_result = {each.key for each in RULES}
    context = {
        "rules": [
            {
                "key": key,
                "title": TITLES[key],
                "basis": basis,
                "after": key in after_a_result,
                "form": failed if failed is not None and key == rule else _form(key, basis),
            }
            for key, basis in suggesting.bases().items()
        ],
        "failed": failed,
    }
    status = 200 if failed is None else 422
    return render(request, "portal/suggestion_bases.html", context, status=status)


def _form(key: str, basis: Basis) -> BasisForm:
    row = SuggestionBasis(
        rule=key,
        days=basis.days,
        source=basis.source,
        certain=basis.certain,
        shown=basis.shown,
    )
    return BasisForm(instance=row, prefix=key)
