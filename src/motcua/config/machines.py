"""Requests of machines take a short way.

Sessions, languages, cookies, CSRF and second factors are people's matters: a machine brings its
token with each request. Passing it through all of them costs three times as much as storing its
readings, because each runs in a thread of its own. So does what Django does around a request
for the database connection of its threads: machines' views work in threads that look after
their connections themselves.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.exception import response_for_exception
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve

PREFIX = "/api/device/"


def _view(path: str) -> ResolverMatch | None:
    """The asynchronous view at a machines' address, if there is one."""
    if not path.startswith(PREFIX):
        return None
    try:
        found = resolve(path)
    except Resolver404:
        return None
    return found if iscoroutinefunction(found.func) else None


async def _answer(request: HttpRequest, found: ResolverMatch) -> HttpResponseBase:
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
        if iscoroutinefunction(self.get_response) and (found := _view(request.path_info)):
            return _answer(request, found)
        return self.get_response(request)


class Application(ASGIHandler):
    """Django's application, whose machines do not even meet the first middleware."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        found = _view(scope["path"]) if scope["type"] == "http" else None
        if found is None:
            await super().__call__(scope, receive, send)
            return
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        with body:
            request, refusal = self.create_request(scope, body)
            response = await self._answer(request, found) if request else refusal
            assert response is not None
            await self.send_response(response, send)

    async def _answer(self, request: HttpRequest, found: ResolverMatch) -> HttpResponseBase:
        try:
            return await _answer(request, found)
        except Exception as wrong:
            explained = sync_to_async(response_for_exception, thread_sensitive=False)
            return await explained(request, wrong)
