"""The ASGI application: who goes which way through the one server process.

- Machines (`/api/device/`) go straight to their asynchronous view, which works in a few threads
  of its own.
- Pages go through all middleware and their view in one thread. Django's asynchronous way would
  change threads some twenty times a request; on a busy machine each change waits for its turn.
- Live streams, static files and what does not exist go Django's asynchronous way, without a
  thread of their own.

Only so many pages are made at a time: the others wait without holding a thread or a database
connection, so that neither cameras nor live streams ever find the pool of connections empty.
"""

from __future__ import annotations

import asyncio
from typing import Any

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import response_for_exception
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve

from motcua.config import machines

PAGES_AT_ONCE = 12
"""Half of the pool of database connections (`settings.database`)."""


class Application(ASGIHandler):
    """Django's handler with shorter ways."""

    def __init__(self) -> None:
        super().__init__()
        self._in_one_thread = BaseHandler()
        self._in_one_thread.load_middleware(is_async=False)
        self._turn = asyncio.Semaphore(PAGES_AT_ONCE)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        found = machines.view(scope["path"]) if scope["type"] == "http" else None
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
            return await machines.answer(request, found)
        except Exception as wrong:
            explained = sync_to_async(response_for_exception, thread_sensitive=False)
            return await explained(request, wrong)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        if not _is_page(request.path_info):
            return await super().get_response_async(request)
        async with self._turn:
            return await sync_to_async(self._in_one_thread.get_response)(request)


def _is_page(path: str) -> bool:
    try:
        return not iscoroutinefunction(resolve(path).func)
    except Resolver404:
        return False
