"""The failed-CSRF page and the style page."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from motcua.ui.style_page import SampleForm, content


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What a person sees when a form's token does not fit; ``reason`` is for the log only."""
    return render(request, "403_csrf.html", status=403)


def style_page(request: HttpRequest) -> HttpResponse:
    """Every component in every state. Only where data are invented or while developing."""
    if not (settings.DEBUG or settings.DEMONSTRATION):
        raise Http404
    form = SampleForm(request.POST or None)
    status = 422 if form.is_bound and not form.is_valid() else 200
    context = content(form, request.GET.get("trang"))
    return render(request, "ui/style.html", context, status=status)


SURFACES = frozenset({"display", "tablet", "desk", "print", "board", "public"})


def style_surface(request: HttpRequest, surface: str) -> HttpResponse:
    """One of the base templates with sample content; the address names which."""
    if surface not in SURFACES or not (settings.DEBUG or settings.DEMONSTRATION):
        raise Http404
    return render(request, f"ui/style/{surface}.html", content(SampleForm(), None))
