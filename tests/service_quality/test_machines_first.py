"""The short way of machines past what is for people, on an asynchronous server."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core import signals
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient
from django.urls import resolve

from motcua.config.application import Application
from motcua.config.machines import MachinesFirst
from tests.peers.asgi import ask

PEOPLES = {"Set-Cookie", "Content-Language", "Content-Security-Policy"}


@pytest.mark.parametrize("path", ["/api/device/v1/guidance", "/api/device/v1/batches"])
async def test_a_machine_meets_no_session_no_language_and_no_cookie(path: str) -> None:
    response = await AsyncClient().get(path)
    assert response.status_code in {401, 405}
    assert not PEOPLES & set(response.headers)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert int(response.headers["Content-Length"]) == len(response.content)


async def test_an_unknown_address_below_the_devices_is_simply_not_found() -> None:
    assert (await AsyncClient().get("/api/device/v1/nothing")).status_code == 404
    assert (await AsyncClient().get("/api/device/")).status_code == 404


async def test_people_keep_their_whole_way() -> None:
    response = await AsyncClient().get("/khong-co-trang-nay/")
    assert "Content-Security-Policy" in response.headers


async def test_a_machine_meets_nothing_that_would_take_a_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def people(*arguments: object, **named: object) -> None:
        raise AssertionError("a machine's request went the way of people")

    signals.request_started.connect(people)
    monkeypatch.setattr(MachinesFirst, "__call__", people)
    try:
        status, headers, body = await ask(Application(), "/api/device/v1/batches")
    finally:
        signals.request_started.disconnect(people)
    assert status == 401
    assert int(headers[b"Content-Length"]) == len(body)
    assert json.loads(body)["code"] == "unknown_device"


async def test_a_fault_in_a_machines_view_is_answered_and_not_dropped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def broken(request: HttpRequest) -> HttpResponse:
        raise RuntimeError("planted")

    found = resolve("/api/device/v1/batches")
    monkeypatch.setattr("motcua.config.machines.resolve", lambda path: found)
    monkeypatch.setattr(found, "func", broken)
    status, _, body = await ask(Application(), "/api/device/v1/batches")
    assert status == 500
    assert b"planted" not in body


async def test_what_a_machine_breaks_off_is_forgotten() -> None:
    async def gone() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        raise AssertionError("there is nobody to answer")

    await Application()(
        {"type": "http", "method": "POST", "path": "/api/device/v1/batches"}, gone, send
    )
