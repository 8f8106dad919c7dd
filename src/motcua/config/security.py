"""Response headers that hold for every page."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from motcua.config import env


def form_targets(issuer: str) -> str:
    """Where forms may lead: here, and to the place of OpenID sign-in, which a form redirects to."""
    if not issuer:
        return "'self'"
    parts = urlsplit(issuer)
    return f"'self' {parts.scheme}://{parts.netloc}"


CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; "
    "frame-ancestors 'none'; base-uri 'self'; object-src 'none'; "
    f"form-action {form_targets(env.OIDC_ISSUER.text())}"
)
PERMISSIONS_POLICY = "camera=(), microphone=(), geolocation=()"


class ContentSecurityPolicyMiddleware:
    """Pages load nothing but the product's own files, and no page may frame them.

    Neither scripts nor styles may stand inside a page; plots place their labels by script (CSSOM).
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if iscoroutinefunction(self.get_response):
            return self._later(request)  # type: ignore[return-value]
        return self._with_headers(self.get_response(request))

    async def _later(self, request: HttpRequest) -> HttpResponseBase:
        return self._with_headers(await self.get_response(request))  # type: ignore[misc]

    @staticmethod
    def _with_headers(response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response
