"""Live boards as browsers keep them open; started by other benchmarks as a process of its own.

    python -m benchmarks.pages PORT < pages.json

reads a list of [unit, session cookie], opens that many boards' streams, prints `open`, and does
what `live.js` does: news make a page fetch the parts they concern, gathered for 250 ms, and each
part at most every two seconds. When its input ends it prints what it saw as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

import httpx

GATHER_SECONDS, SPACING_SECONDS = 0.25, 2.0
PARTS = {
    "incident": ("su-viec", "quay"),
    "alert": ("su-viec",),
    "message_changed": ("su-viec", "tinh-trang"),
    "mood": ("quay",),
    "visit": ("quay",),
}
"""Which parts of the board each kind of news concerns, as in `board/live.html`."""


class Page:
    """One board in one browser."""

    def __init__(self, port: int, unit: int, cookie: str, fetched: list[float]) -> None:
        self._port, self._unit, self._cookie, self._fetched = port, unit, cookie, fetched
        self._gathering: set[str] = set()
        self._refreshed: dict[str, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.news = 0

    async def open(self, client: httpx.AsyncClient) -> None:
        """Connect; afterwards a task of its own listens."""
        self._client = client
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writer.write(
            f"GET /bang/{self._unit}/dong-su-kien/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Cookie: sessionid={self._cookie}\r\nAccept: text/event-stream\r\n\r\n".encode()
        )
        status = await self._reader.readline()
        if b" 200 " not in status:
            raise SystemExit(f"a live page was refused: {status!r}")
        self._spawn(self._listen())

    def close(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def _listen(self) -> None:
        while line := await self._reader.readline():
            if not line.startswith(b"event: "):
                continue
            self.news += 1
            for part in PARTS.get(line[7:].decode().strip(), ()):
                if part not in self._gathering:
                    self._gathering.add(part)
                    self._spawn(self._refresh(part))

    async def _refresh(self, part: str) -> None:
        due = self._refreshed.get(part, 0.0) + SPACING_SECONDS - time.monotonic()
        await asyncio.sleep(max(GATHER_SECONDS, due))
        self._gathering.discard(part)
        began = self._refreshed[part] = time.monotonic()
        try:
            response = await self._fetch(part)
        except httpx.TransportError:
            # The server closed an idle connection just then; a browser asks again.
            response = await self._fetch(part)
        response.raise_for_status()
        self._fetched.append(time.monotonic() - began)

    async def _fetch(self, part: str) -> httpx.Response:
        return await self._client.get(
            f"/bang/{self._unit}/{part}/", headers={"Cookie": f"sessionid={self._cookie}"}
        )

    def _spawn(self, work: asyncio.Future[None] | object) -> None:
        task = asyncio.ensure_future(work)  # type: ignore[arg-type]
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def play(port: int, wanted: list[tuple[int, str]]) -> dict[str, object]:
    fetched: list[float] = []
    pages = [Page(port, unit, cookie, fetched) for unit, cookie in wanted]
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=200)
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", timeout=60, limits=limits
    ) as client:
        for page in pages:
            await page.open(client)
        print("open", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        for page in pages:
            page.close()
        return {"news": sum(page.news for page in pages), "fetched": fetched}


if __name__ == "__main__":
    first = sys.stdin.readline()
    print(json.dumps(asyncio.run(play(int(sys.argv[1]), json.loads(first)))), flush=True)
