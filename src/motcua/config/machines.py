"""Requests of machines take a short way.

Sessions, languages, cookies, CSRF and second factors are people's matters: a machine brings its
token with each request. Passing it through all of them costs three times as much as storing its
readings, because each runs in a thread of its own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

PREFIX = "/api/device/"


class MachinesFirst:
    """The first middleware: hands requests of machines to their view and skips all others."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        short = request.path_info.startswith(PREFIX) and iscoroutinefunction(self.get_response)
        return self._directly(request) if short else self.get_response(request)

    async def _directly(self, request: HttpRequest) -> HttpResponseBase:
        try:
            found = resolve(request.path_info)
        except Resolver404:
            found = None
        if found is None or not iscoroutinefunction(found.func):
            later: Awaitable[HttpResponseBase] = self.get_response(request)  # type: ignore[assignment]
            return await later
        request.resolver_match = found
        response: HttpResponseBase = await found.func(request, *found.args, **found.kwargs)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        if isinstance(response, HttpResponse):
            response.headers.setdefault("Content-Length", str(len(response.content)))
        return response
