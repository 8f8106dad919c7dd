"""Requests as uvicorn brings them to the application."""

from __future__ import annotations

import asyncio
from typing import Any

from motcua.config.application import Application


async def ask(
    application: Application, path: str, *, method: str = "POST", body: bytes = b"{}"
) -> tuple[int, dict[bytes, bytes], bytes]:
    """Status, headers and body of the answer; the client stays on the line meanwhile."""
    coming: list[dict[str, Any]] = [{"type": "http.request", "body": body}]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return coming.pop(0) if coming else await asyncio.Future()

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1")],
    }
    await application(scope, receive, send)
    head, *rest = sent
    return head["status"], dict(head["headers"]), b"".join(part["body"] for part in rest)
