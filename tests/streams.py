"""Live streams as an open page hears them, without a server between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import cast

import pytest
from django.http import StreamingHttpResponse
from django.test import AsyncClient

from motcua.kernel import stream
from motcua.organisation.models import Person

BACKEND = "django.contrib.auth.backends.ModelBackend"
PATIENCE = 10
"""Seconds; less than a heartbeat, so that what is heard in it was not waited out."""


def fresh_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    """A listener for this test's event loop."""
    assert stream.HEARTBEAT_SECONDS > PATIENCE
    monkeypatch.setattr(stream, "hub", stream.Hub())


class OpenPage:
    """A live page of somebody who signed in."""

    def __init__(self, client: AsyncClient, news: AsyncIterator[bytes]) -> None:
        self.client = client
        self._news = news

    @classmethod
    async def of(cls, person: Person, address: str) -> OpenPage:
        client = AsyncClient()
        await client.aforce_login(person, backend=BACKEND)
        answer = await client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        news = cast("AsyncIterator[bytes]", aiter(cast(StreamingHttpResponse, answer)))
        await asyncio.wait_for(anext(news), PATIENCE)  # how to reconnect
        return cls(client, news)

    async def hears(self, count: int) -> list[str]:
        """The next so many kinds of news, fewer when the stream ends."""
        found: list[str] = []

        async def read() -> None:
            async for piece in self._news:
                found.extend(
                    line.removeprefix("event: ")
                    for line in piece.decode().splitlines()
                    if line.startswith("event: ")
                )
                if len(found) >= count:
                    return

        await asyncio.wait_for(read(), PATIENCE)
        return found
