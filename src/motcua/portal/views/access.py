"""Citizens who are signed in: their cookie, their views."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from motcua.citizens.models import Citizen
from motcua.portal.errors import NotFound
from motcua.portal.services import sign_in

P = ParamSpec("P")
COOKIE = "motcua_citizen"


def viewer(request: HttpRequest) -> Citizen | None:
    """The citizen who is signed in here. Never anything of a member of staff."""
    token = request.COOKIES.get(COOKIE, "")
    return sign_in.citizen_of(token) if token else None


def citizens_only(
    view: Callable[Concatenate[HttpRequest, Citizen, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A view for a signed-in citizen; what is not theirs answers 404."""

    @never_cache
    @wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        citizen = viewer(request)
        if citizen is None:
            there = request.get_full_path() if request.method == "GET" else reverse("portal:own")
            if request.headers.get("HX-Request"):
                answer = HttpResponse(status=401)
                answer["HX-Redirect"] = reverse("portal:sign_in")
                return answer
            return redirect(f"{reverse('portal:sign_in')}?{urlencode({'next': there})}")
        try:
            return view(request, citizen, *args, **kwargs)
        except NotFound:
            raise Http404 from None

    return wrapped  # type: ignore[return-value] # Concatenate drops names


def signed_in(response: HttpResponse, token: str) -> HttpResponse:
    """The answer with the cookie of a session; it ends with the browser."""
    response.set_cookie(
        COOKIE,
        token,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response
