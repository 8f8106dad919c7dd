"""Who goes which way through the server process."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import resolve

from motcua.config import application
from motcua.config.application import Application
from motcua.config.security import ContentSecurityPolicyMiddleware
from motcua.ui.language import ChosenLanguageMiddleware
from tests.peers.asgi import ask

ALIVE = "/song/"


def with_view(monkeypatch: pytest.MonkeyPatch, view: Any) -> None:
    """Let this view stand at the address that needs neither person nor database."""
    found = resolve(ALIVE)
    found.func = view
    for place in ("motcua.config.application", "django.core.handlers.base"):
        monkeypatch.setattr(
            f"{place}.{'resolve' if 'config' in place else 'get_resolver'}",
            (lambda path: found) if "config" in place else (lambda urlconf=None: Only(found)),
        )


class Only:
    """A resolver that knows one address."""

    def __init__(self, found: Any) -> None:
        self.resolve = lambda path: found


async def test_a_page_with_all_its_middleware_is_made_in_one_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[int] = []

    def note(self: object, request: object, response: object = None) -> object:
        seen.append(threading.get_ident())
        return response

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(threading.get_ident())
        return HttpResponse("ok")

    with_view(monkeypatch, view)
    monkeypatch.setattr(ChosenLanguageMiddleware, "process_request", note)
    monkeypatch.setattr(ChosenLanguageMiddleware, "process_response", note)
    status, headers, body = await ask(Application(), ALIVE, method="GET")
    assert (status, body) == (200, b"ok")
    assert b"Content-Security-Policy" in headers
    assert len(seen) == 3
    assert len(set(seen)) == 1
    assert seen[0] != threading.get_ident()


async def test_only_so_many_pages_are_made_at_a_time_and_machines_do_not_wait_for_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(application, "PAGES_AT_ONCE", 2)
    inside: list[int] = []
    at_once: list[int] = []
    go_on = threading.Event()

    def slow(request: HttpRequest) -> HttpResponse:
        inside.append(1)
        at_once.append(len(inside))
        go_on.wait(10)
        time.sleep(0.02)
        inside.pop()
        return HttpResponse("ok")

    running = Application()
    with_view(monkeypatch, slow)
    pages = [asyncio.create_task(ask(running, ALIVE, method="GET")) for _ in range(6)]
    while len(inside) < 2:
        await asyncio.sleep(0.01)
    status, _, _ = await ask(running, "/api/device/v1/batches")
    assert status == 401
    go_on.set()
    assert {status for status, _, _ in await asyncio.gather(*pages)} == {200}
    assert max(at_once) == 2


async def test_what_does_not_exist_goes_the_way_of_people(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its page is in the product's own dress, with the headers that protect it."""
    assert ContentSecurityPolicyMiddleware.async_capable
    status, headers, _ = await ask(Application(), "/khong-co-trang-nay/", method="GET")
    assert status == 404
    assert b"Content-Security-Policy" in headers
