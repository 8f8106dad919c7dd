"""Fees on a dossier's page, and the list of receipts of a unit."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from motcua.dossiers import services
from motcua.dossiers.cursors import Cursor
from motcua.dossiers.errors import DossierError
from motcua.dossiers.models import Dossier, Payment
from motcua.dossiers.rules import OPEN, State
from motcua.dossiers.views.access import dossier_or_404
from motcua.kernel.clock import start_of_day, today
from motcua.organisation.models import Person
from motcua.organisation.permissions import may
from motcua.organisation.views.pages import actor, chosen_unit
from motcua.ui import formats

RECEIPTS = 50


class FeeForm(forms.Form):
    """One fee: which row of the catalogue, how many, and what was taken."""

    fee_id = forms.TypedChoiceField(
        label="Khoản thu", coerce=int, required=False, empty_value=None, widget=forms.RadioSelect
    )
    quantity = forms.IntegerField(label="Số lượng", min_value=1, max_value=9999, initial=1)
    amount = forms.IntegerField(
        label="Số tiền thu (đồng)",
        min_value=0,
        required=False,
        help_text="Để trống: thu đúng mức trong danh mục nhân số lượng.",
    )
    exemption = forms.CharField(label="Lý do miễn, giảm", max_length=300, required=False)
    source = forms.CharField(
        label="Căn cứ, nếu danh mục chưa ghi mức thu", max_length=300, required=False
    )

    def __init__(self, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["fee_id"]
        assert isinstance(field, forms.TypedChoiceField)
        quotes = services.quotes(dossier)
        field.choices = [(quote.fee_id or "", words(quote)) for quote in quotes]
        field.initial = quotes[0].fee_id or ""


def words(quote: services.Quote) -> str:
    """A fee as people choose it."""
    amount = "chưa rõ mức thu" if quote.amount is None else formats.money(quote.amount)
    per = f"/{quote.per}" if quote.per else ""
    payer = f", {quote.payer}" if quote.payer else ""
    kind = quote.kind.vietnamese
    return f"{kind[0].upper()}{kind[1:]}{payer}: {amount}{per}"


def fee_context(person: Person, dossier: Dossier) -> dict[str, Any]:
    """What a dossier's page shows of money."""
    open_ = dossier.state in OPEN or dossier.state == State.COMPLETED
    return {
        "payments": dossier.payments.select_related("by", "cancellation").order_by("at"),
        "fee_form": FeeForm(dossier=dossier, prefix="thu")
        if open_ and may(person, "dossiers.take_fee", dossier.unit_received_id)
        else None,
        "may_cancel": may(person, "dossiers.cancel_receipt", dossier.unit_received_id),
    }


@login_required
@require_POST
def take_fee(request: HttpRequest, code: str) -> HttpResponse:
    """Take a fee and give its receipt."""
    found = dossier_or_404(request, code)
    form = FeeForm(request.POST, dossier=found, prefix="thu")
    if form.is_valid():
        try:
            payment = services.take_fee(
                actor=actor(request), dossier_id=found.pk, **form.cleaned_data
            )
        except DossierError as wrong:
            form.add_error(None, str(wrong))
        else:
            messages.success(request, f"Đã ghi biên lai số {payment.number}.")
            return redirect("dossiers:dossier", code=found.code)
    context = {"dossier": found, "fee_form": form}
    return render(request, "dossiers/fee.html", context, status=422)


@login_required
@require_POST
def cancel(request: HttpRequest, payment_id: int) -> HttpResponse:
    """Say that a receipt does not hold."""
    payment = Payment.objects.filter(pk=payment_id).select_related("dossier").first()
    if payment is None:
        raise Http404
    found = dossier_or_404(request, payment.dossier.code)
    try:
        services.cancel_receipt(
            actor=actor(request), payment_id=payment_id, reason=request.POST.get("ly-do", "")
        )
    except DossierError as wrong:
        messages.error(request, str(wrong))
    else:
        messages.success(request, f"Đã huỷ biên lai số {payment.number}.")
    return redirect("dossiers:dossier", code=found.code)


@login_required
def receipts(request: HttpRequest) -> HttpResponse:
    """A unit's receipts of some days, every number accounted for."""
    unit, units = chosen_unit(request, "dossiers.view")
    since, until = days(request, today() - dt.timedelta(days=6), today())
    found = Payment.objects.filter(
        unit_id=unit.pk,
        at__gte=start_of_day(since),
        at__lt=start_of_day(until + dt.timedelta(days=1)),
    )
    cursor = Cursor.read(request.GET.get("sau"))
    shown = found.filter(cursor.before("at")) if cursor else found
    rows = list(
        shown.select_related("dossier", "by", "cancellation")
        .defer("dossier__search")
        .order_by("-at", "-pk")[: RECEIPTS + 1]
    )
    more = len(rows) > RECEIPTS
    rows = rows[:RECEIPTS]
    context = {
        "unit": unit,
        "units": units,
        "since": since,
        "until": until,
        "rows": rows,
        "count": found.count(),
        "total": found.filter(Q(cancellation=None)).aggregate(sum=Sum("amount"))["sum"] or 0,
        "next": str(Cursor(rows[-1].at, rows[-1].pk)) if more else "",
    }
    return render(request, "dossiers/receipts.html", context)


def days(request: HttpRequest, since: dt.date, until: dt.date) -> tuple[dt.date, dt.date]:
    """The days typed as `tu` and `den`; what cannot be read is as if it were not typed."""
    field = forms.DateField(required=False)

    def read(name: str, default: dt.date) -> dt.date:
        try:
            return field.clean(request.GET.get(name, "")) or default
        except forms.ValidationError:
            return default

    first, last = read("tu", since), read("den", until)
    return (first, last) if first <= last else (last, first)
