"""Citizens sign in by VNeID, and in the demonstration as somebody invented."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from motcua.citizens.models import Citizen
from motcua.kernel import audit
from motcua.portal import oidc
from motcua.portal.errors import SignInFailed
from motcua.portal.services import sign_in as services
from motcua.portal.views.access import COOKIE, signed_in, viewer

_PENDING = "portal_sign_in"


@never_cache
@require_safe
def sign_in(request: HttpRequest) -> HttpResponse:
    """Why one signs in, what is kept, and the button of VNeID."""
    if viewer(request) is not None:
        return redirect(_next(request, request.GET.get("next", "")))
    return _page(request)


@never_cache
@require_POST
def leave_for_vneid(request: HttpRequest) -> HttpResponse:
    """On to the provider, with what proves the way back kept in this browser's session."""
    try:
        url, pending = oidc.begin(_back())
    except SignInFailed as wrong:
        return _page(request, gettext(str(wrong)), 503)
    request.session[_PENDING] = {**pending, "next": request.POST.get("next", "")}
    return redirect(url)


@never_cache
@require_safe
def back_from_vneid(request: HttpRequest) -> HttpResponse:
    """Back from the provider; an answer counts once."""
    pending = request.session.pop(_PENDING, None)
    try:
        citizen = services.welcome(oidc.finish(request.GET.dict(), pending, _back()))
    except SignInFailed as wrong:
        audit.record(
            action="portal.sign_in_failed", actor="link:portal", subject="citizen:", detail={}
        )
        return _page(request, gettext(str(wrong)), 403)
    there = redirect(_next(request, pending["next"]))
    return signed_in(there, services.begin(citizen, via="vneid"))


@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """As an invented citizen; only in the demonstration."""
    if not settings.DEMONSTRATION:
        raise Http404
    citizen = get_object_or_404(
        Citizen, public_id=request.POST.get("nguoi", "")[:36] or None, demonstration=True
    )
    there = redirect(_next(request, request.POST.get("next", "")))
    return signed_in(there, services.begin(citizen, via="demonstration"))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Close this session."""
    services.end(request.COOKIES.get(COOKIE, ""))
    answer = redirect("portal:sign_in")
    answer.delete_cookie(COOKIE)
    return answer


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of whom, why, for how long, and what one may ask for."""
    return render(request, "portal/privacy.html", {"citizen": viewer(request)})


def _page(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    invented = Citizen.objects.filter(demonstration=True).order_by("pk")[:5]
    context = {
        "problem": problem,
        "provider": oidc.application(),
        "invented": invented if settings.DEMONSTRATION else [],
        "next": request.POST.get("next", "") or request.GET.get("next", ""),
        "tab": "own",
    }
    return render(request, "portal/sign_in.html", context, status=status)


def _back() -> str:
    return settings.PUBLIC_URL + reverse("portal:back_from_vneid")


def _next(request: HttpRequest, wanted: str) -> str:
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        return wanted
    return reverse("portal:own")
