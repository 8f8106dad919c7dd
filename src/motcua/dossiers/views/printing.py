"""The official forms as PDF, for whoever may see the dossier."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from motcua.dossiers import papers
from motcua.dossiers.models import Payment
from motcua.dossiers.views.access import dossier_or_404


@login_required
@require_GET
def paper(request: HttpRequest, code: str, slug: str) -> HttpResponse:
    """One form of a dossier; 404 while the dossier has not come so far."""
    found = dossier_or_404(request, code)
    try:
        return pdf(papers.make(found, slug), f"{slug}-{found.code}")
    except papers.NoSuchPaper as wrong:
        raise Http404 from wrong


@login_required
@require_GET
def fee_receipt(request: HttpRequest, payment_id: int) -> HttpResponse:
    """What was paid, on paper."""
    payment = (
        Payment.objects.filter(pk=payment_id)
        .select_related("dossier__version__field", "dossier__applicant", "unit", "by")
        .first()
    )
    if payment is None:
        raise Http404
    dossier_or_404(request, payment.dossier.code)
    return pdf(papers.receipt_of(payment), f"bien-lai-{payment.receipt_number}")


def pdf(made: bytes, name: str) -> HttpResponse:
    """Shown in the browser, from which it is printed; never kept by a shared cache."""
    return HttpResponse(
        made,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{name}.pdf"',
            "Cache-Control": "private, no-store",
        },
    )
