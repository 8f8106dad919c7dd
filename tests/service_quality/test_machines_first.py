"""The short way of machines past what is for people, on an asynchronous server."""

from __future__ import annotations

import pytest
from django.test import AsyncClient

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
