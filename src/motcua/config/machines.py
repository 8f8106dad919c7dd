"""Requests of machines take a short way.

Sessions, languages, cookies, CSRF and second factors are people's matters: a machine brings its
token with each request. Passing it through all of them costs three times as much as storing its
readings, because each runs in a thread of its own. `application.py` leaves out even what Django
does around a request for the database connections of its threads: machines' views work in
threads that look after their connections themselves.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve

PREFIX = "/api/device/"


def view(path: str) -> ResolverMatch | None:
    """The asynchronous view at a machines' address, if there is one."""
    if not path.startswith(PREFIX):
        return None
    try:
        found = resolve(path)
    except Resolver404:
        return None
    return found if iscoroutinefunction(found.func) else None


async def answer(request: HttpRequest, found: ResolverMatch) -> HttpResponseBase:
    """What the view says, with the few headers that middleware would have added."""
    request.resolver_match = found
    response: HttpResponseBase = await found.func(request, *found.args, **found.kwargs)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    if isinstance(response, HttpResponse):
        response.headers.setdefault("Content-Length", str(len(response.content)))
    return response


class MachinesFirst:
    """The first middleware: hands requests of machines to their view and skips all others."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if iscoroutinefunction(self.get_response) and (found := view(request.path_info)):
            return answer(request, found)
        return self.get_response(request)
