"""An HTTP SMS gateway on this machine: keeps what it is sent and answers as told."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import uvicorn


@dataclass
class Gateway:
    """Set `status`, `answer` and `delay`; read `requests`; `doubles` counts ids seen before."""

    status: int = 200
    answer: dict[str, Any] | str = field(default_factory=lambda: {"code": "0", "id": "G1"})
    delay: float = 0.0
    requests: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            event = await receive()
            body += event.get("body", b"")
            if not event.get("more_body"):
                break
        if scope["method"] != "HEAD":
            self.requests.append(self._fields(scope, body))
        if self.delay:
            await asyncio.sleep(self.delay)
        shown = self.answer if isinstance(self.answer, str) else json.dumps(self.answer)
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": shown.encode()})

    def _fields(self, scope: dict[str, Any], body: bytes) -> dict[str, str]:
        found = dict(parse_qsl(scope["query_string"].decode()))
        kind = dict(scope["headers"]).get(b"content-type", b"")
        if kind.startswith(b"application/json"):
            return found | json.loads(body)
        return found | dict(parse_qsl(body.decode()))

    def __enter__(self) -> Gateway:
        config = uvicorn.Config(
            self, host="127.0.0.1", port=0, log_level="error", lifespan="off", ws="none"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        deadline = time.monotonic() + 10
        while not self._server.started:
            assert time.monotonic() < deadline, "the gateway did not start"
            time.sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/gui"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(5)
