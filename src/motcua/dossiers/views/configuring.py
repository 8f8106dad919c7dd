"""The city's page of numbers that the law leaves open, and of words sent to citizens."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from motcua.dossiers.errors import NotValid
from motcua.dossiers.models import CitizenText, Provision
from motcua.dossiers.provisions import DEFAULTS, PLACES, TEXTS, Occasion, Provisions
from motcua.dossiers.services import configuring
from motcua.organisation.permissions import authorise
from motcua.organisation.views.pages import actor


class ProvisionForm(forms.Form):
    """One number with its source."""

    new = forms.IntegerField(
        label="Giá trị",
        min_value=0,
        max_value=configuring.MOST,
        error_messages={"required": "Nhập giá trị."},
    )
    source = forms.CharField(
        label="Căn cứ, nguồn",
        max_length=300,
        error_messages={"required": "Ghi căn cứ: văn bản, điều, khoản."},
    )
    certain = forms.BooleanField(label="Đã có văn bản chính thức", required=False)


class TextForm(forms.Form):
    """What citizens are told."""

    text = forms.CharField(
        label="Nội dung tin",
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Nội dung tin không được để trống."},
    )
    source = forms.CharField(
        label="Căn cứ, nguồn",
        max_length=300,
        error_messages={"required": "Ghi căn cứ: văn bản, điều, khoản."},
    )


@login_required
def provisions(request: HttpRequest) -> HttpResponse:
    """Everything that can be edited, as it is in force."""
    authorise(actor(request), "dossiers.edit_provisions", None)
    return _page(request)


@login_required
@require_POST
def change_provision(request: HttpRequest, code: str) -> HttpResponse:
    """Change one number."""
    if code not in set(Provisions):
        raise Http404
    form = ProvisionForm(request.POST, prefix=code)
    if form.is_valid():
        try:
            configuring.change_provision(
                actor=actor(request), which=Provisions(code), **form.cleaned_data
            )
        except NotValid as wrong:
            form.add_error(wrong.field, str(wrong))
        else:
            messages.success(request, "Đã lưu, áp dụng từ bây giờ.")
            return redirect("dossiers:provisions")
    return _page(request, {code: form}, 422)


@login_required
@require_POST
def change_text(request: HttpRequest, occasion: str) -> HttpResponse:
    """Change one text."""
    if occasion not in set(Occasion):
        raise Http404
    form = TextForm(request.POST, prefix=occasion)
    if form.is_valid():
        try:
            configuring.change_text(
                actor=actor(request), occasion=Occasion(occasion), **form.cleaned_data
            )
        except NotValid as wrong:
            form.add_error(wrong.field, str(wrong))
        else:
            messages.success(request, "Đã lưu, dùng cho tin tiếp theo.")
            return redirect("dossiers:provisions")
    return _page(request, {occasion: form}, 422)


def _page(
    request: HttpRequest, bound: dict[str, forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    authorise(actor(request), "dossiers.edit_provisions", None)
    bound = bound or {}
    numbers = Provision.objects.in_bulk()
    texts = CitizenText.objects.in_bulk()
    context = {
        "numbers": [
            (which, known.title, bound.get(which) or _number_form(which, numbers.get(which)))
            for which, known in DEFAULTS.items()
        ],
        "texts": [
            (occasion, known.title, bound.get(occasion) or _text_form(occasion, texts))
            for occasion, known in TEXTS.items()
        ],
        "places": [(f"{{{name}}}", meaning) for name, meaning in PLACES.items()],
        "failed": list(bound.values()),
    }
    return render(request, "dossiers/provisions.html", context, status=status)


def _number_form(which: Provisions, row: Provision | None) -> ProvisionForm:
    known = DEFAULTS[which]
    initial = {
        "new": row.value if row else known.value,
        "source": row.source if row else known.source,
        "certain": row.certain if row else known.certain,
    }
    return ProvisionForm(prefix=which, initial=initial)


def _text_form(occasion: Occasion, rows: dict[str, CitizenText]) -> TextForm:
    known, row = TEXTS[occasion], rows.get(occasion)
    initial = {
        "text": row.text if row else known.text,
        "source": row.source if row else known.source,
    }
    return TextForm(prefix=occasion, initial=initial)
