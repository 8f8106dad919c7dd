"""Whom the city trusts."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from motcua.kernel.clock import now
from motcua.organisation.permissions import Actor, may
from motcua.organisation.views.pages import actor, viewer
from motcua.signatures import selectors, trusting
from motcua.signatures.errors import SignatureError
from motcua.signatures.forms import RevocationForm, RootForm
from motcua.signatures.models import TrustRoot
from motcua.signatures.views.common import posted, show, units_of

SEES, MANAGES = "signatures.verify", "signatures.manage_trust"


@login_required
@require_http_methods(["GET", "POST"])
def trust(request: HttpRequest) -> HttpResponse:
    """The list; the city adds to it here."""
    units_of(request, SEES)
    person = viewer(request)
    editable = may(person, MANAGES, None)
    form = RootForm(*posted(request))
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data}
        content = values.pop("certificate").read()
        try:
            root = trusting.add_root(actor=Actor.of(person), content=content, **values)
        except SignatureError as wrong:
            form.add_error("certificate", str(wrong))
        else:
            messages.success(request, f"Từ bây giờ thành phố tin cậy {root.name}.")
            return redirect("signatures:root", root.pk)
    stale = set(selectors.stale_lists(now()).values_list("pk", flat=True))
    return show(
        request,
        "trust",
        {
            "roots": [(root, root.pk in stale) for root in TrustRoot.objects.all()],
            "form": form if editable else None,
        },
        422 if form.is_bound else 200,
    )


@login_required
@require_http_methods(["GET", "POST"])
def root(request: HttpRequest, root_id: int) -> HttpResponse:
    """One authority with its revocation lists."""
    units_of(request, SEES)
    person = viewer(request)
    found = get_object_or_404(TrustRoot, pk=root_id)
    form = RevocationForm(*posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            trusting.add_revocation_list(
                actor=Actor.of(person),
                root_id=found.pk,
                content=form.cleaned_data["content"].read(),
                source=form.cleaned_data["source"],
            )
        except SignatureError as wrong:
            form.add_error("content", str(wrong))
        else:
            messages.success(request, "Đã nạp danh sách thu hồi.")
            return redirect("signatures:root", found.pk)
    return show(
        request,
        "root",
        {
            "root": found,
            "lists": found.revocation_lists.all(),
            "now": now(),
            "form": form if may(person, MANAGES, None) else None,
        },
        422 if form.is_bound else 200,
        tab="trust",
    )


@login_required
@require_POST
def set_active(request: HttpRequest, root_id: int) -> HttpResponse:
    """Trust it no more, or again."""
    get_object_or_404(TrustRoot, pk=root_id)
    active = request.POST.get("tin_cay") == "1"
    found = trusting.set_root_active(actor=actor(request), root_id=root_id, active=active)
    said = "được tin cậy trở lại" if active else "không còn được tin cậy"
    messages.success(request, f"{found.name} {said}.")
    return redirect("signatures:root", root_id)
