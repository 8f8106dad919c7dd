"""Live pages: an event table, woken by NOTIFY, read by one listener per process.

`announce` appends a row inside the caller's transaction; PostgreSQL sends the
NOTIFY only on commit. Each web process keeps one listening connection however
many pages are open, so an idle page costs a queue and nothing else.

Ids are taken before commit, so a row may become visible after a higher one.
The listener therefore reads a little behind its mark and skips what it already
handed on; a page that reconnects gets everything since shortly before its
Last-Event-ID, and a page that opens gets what happened while it was on its way.
Delivery is at least once: an event says what changed, and the page fetches its
state again.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
import logging
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import psycopg
from asgiref.sync import sync_to_async
from django.db import close_old_connections, connection
from django.http import HttpRequest, StreamingHttpResponse

from motcua.kernel.clock import now
from motcua.kernel.models import LiveEvent

log = logging.getLogger(__name__)

NOTIFY_CHANNEL = "motcua_live"
LOOK_BACK = 200
"""Rows behind the mark that are read again, for transactions that commit late."""
RECENT = dt.timedelta(seconds=10)
"""Between the making of a page and the opening of its stream no more time than this passes."""
APPLICATION_NAME = "motcua live"
HEARTBEAT_SECONDS = 15.0
POLL_SECONDS = 2.0
LISTENER_SECONDS = 10.0
"""A page waits so long at the most for the process's listener to reach the database."""
QUEUE_LIMIT = 500
REPLAY_LIMIT = 1000


def announce(*, channel: str, kind: str, data: dict[str, Any] | None = None) -> None:
    """Tell every open page on this channel, when the present transaction commits.

    Arguments:
        channel: for example `unit:12:board`; pages may only open channels their view allows.
        kind: what changed; the page decides what to fetch again.
        data: a few JSON-able facts, no personal data.
    """
    LiveEvent.objects.create(channel=channel, kind=kind, data=data or {}, at=now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [NOTIFY_CHANNEL])


Row = tuple[int, str, str, dict[str, Any]]


class Hub:
    """One process's listener: reads new rows once and hands them to every waiting page."""

    def __init__(self) -> None:
        self._waiting: set[tuple[frozenset[str], asyncio.Queue[Row | None]]] = set()
        self._task: asyncio.Task[None] | None = None
        self._mark: int | None = None
        self._reading = asyncio.Event()

    @contextlib.asynccontextmanager
    async def waiting(self, channels: frozenset[str]) -> AsyncIterator[asyncio.Queue[Row | None]]:
        """A queue of rows on these channels; None says that the page fell behind.

        Every row that commits from here on is in it: the page replays what came before.

        Raises:
            TimeoutError: the listener has no database; the page's stream ends, and it tries again.
        """
        if self._task is None or self._task.done():
            self._reading.clear()
            self._task = asyncio.create_task(self._listen())
        entry = (channels, asyncio.Queue[Row | None](QUEUE_LIMIT))
        self._waiting.add(entry)
        try:
            await asyncio.wait_for(self._reading.wait(), LISTENER_SECONDS)
            yield entry[1]
        finally:
            self._waiting.discard(entry)

    async def _listen(self) -> None:
        parameters = {
            k: v
            for k, v in connection.get_connection_params().items()
            if k not in {"cursor_factory", "context", "prepare_threshold"}
        } | {"application_name": APPLICATION_NAME}
        seen: OrderedDict[int, None] = OrderedDict()
        self._mark = None
        while self._waiting:
            try:
                async with await psycopg.AsyncConnection.connect(
                    **parameters, autocommit=True
                ) as listener:
                    await listener.execute(f"LISTEN {NOTIFY_CHANNEL}")
                    while self._waiting:
                        await self._hand_on(listener, seen)
                        async for _ in listener.notifies(timeout=POLL_SECONDS, stop_after=1):
                            pass
            except (psycopg.OperationalError, OSError) as lost:
                log.warning("live stream lost the database, trying again: %s", lost)
                await asyncio.sleep(1)

    async def _hand_on(
        self, listener: psycopg.AsyncConnection[Any], seen: OrderedDict[int, None]
    ) -> None:
        beginning = self._mark is None
        if self._mark is None:
            row = await (
                await listener.execute("SELECT coalesce(max(id), 0) FROM kernel_liveevent")
            ).fetchone()
            self._mark = int(row[0]) if row else 0
            self._reading.set()
        rows = await (
            await listener.execute(
                "SELECT id, channel, kind, data FROM kernel_liveevent WHERE id > %s ORDER BY id",
                [self._mark - LOOK_BACK],
            )
        ).fetchall()
        for row in rows:
            if row[0] in seen:
                continue
            seen[row[0]] = None
            # What was there before the first page opened is replayed by the page itself.
            if not beginning or row[0] > self._mark:
                self._give(row)
            self._mark = max(self._mark, row[0])
        while len(seen) > 4 * LOOK_BACK:
            seen.popitem(last=False)

    def _give(self, row: Row) -> None:
        for channels, queue in self._waiting:
            if row[1] not in channels:
                continue
            try:
                queue.put_nowait(row)
            except asyncio.QueueFull:
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(None)


hub = Hub()


def frame(row: Row) -> bytes:
    """One event in the text/event-stream format (WHATWG HTML, section 9.2)."""
    number, channel, kind, data = row
    body = json.dumps({"channel": channel, **data}, ensure_ascii=False)
    return f"id: {number}\nevent: {kind}\ndata: {body}\n\n".encode()


RELOAD = b"event: reload\ndata: {}\n\n"
"""The page fell behind: it fetches its live parts again."""
ENDED = b"event: ended\ndata: {}\n\n"
"""The viewer may hear no more: the page loads anew, and says there what they may still see."""


@dataclass
class Permission:
    """Whether the viewer may go on listening, asked again and again while the page is open.

    Arguments:
        ask: looks everything up afresh; runs in a thread.
        kinds: news after which it is asked at once; else every HEARTBEAT_SECONDS.
    """

    ask: Callable[[], bool]
    kinds: frozenset[str] = frozenset()
    asked: float = field(default_factory=time.monotonic)

    async def holds(self, kind: str = "") -> bool:
        if kind not in self.kinds and time.monotonic() - self.asked < HEARTBEAT_SECONDS:
            return True
        self.asked = time.monotonic()
        return await sync_to_async(self._ask_and_let_go)()

    def _ask_and_let_go(self) -> bool:
        try:
            return self.ask()
        finally:
            close_old_connections()


async def _events(
    channels: frozenset[str], last_id: int | None, permission: Permission
) -> AsyncIterator[bytes]:
    yield b"retry: 2000\n\n"
    opened = now()
    async with hub.waiting(channels) as queue:
        missed = LiveEvent.objects.filter(channel__in=channels).order_by("id")
        if last_id is not None:
            missed = missed.filter(id__gt=last_id - LOOK_BACK)
        else:
            missed = missed.filter(at__gte=opened - RECENT)
        replay = [event async for event in missed[:REPLAY_LIMIT]]
        # Django would keep this request's connection until the page closes, and a pool
        # of connections is smaller than the number of open pages.
        await sync_to_async(close_old_connections)()
        for event in replay:
            if not await permission.holds(event.kind):
                yield ENDED
                return
            yield frame((event.id, event.channel, event.kind, event.data))
        while True:
            try:
                row = await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS)
            except TimeoutError:
                news, kind = b": still here\n\n", ""
            else:
                news, kind = (frame(row), row[2]) if row else (RELOAD, "")
            if not await permission.holds(kind):
                yield ENDED
                return
            yield news


def last_heard(request: HttpRequest) -> str:
    """The last id that this page has heard: from the browser, or from live.js on a new stream."""
    return request.headers.get("Last-Event-ID") or request.GET.get("last_event_id", "")


def respond(
    channels: Iterable[str],
    last_event_id: str = "",
    *,
    still_allowed: Callable[[], bool] = lambda: True,
    ask_again_at: Iterable[str] = (),
) -> StreamingHttpResponse:
    """The response of a live page, which ends when the page is left or no longer allowed.

    Arguments:
        channels: those that the caller has checked the viewer may follow.
        last_event_id: see `last_heard`; not a number counts as none.
        still_allowed: looks up afresh whether the viewer may go on; when not, the stream ends
            before any further news.
        ask_again_at: kinds of news that may change the answer.
    """
    last = int(last_event_id) if last_event_id.isascii() and last_event_id.isdigit() else None
    response = StreamingHttpResponse(
        _events(frozenset(channels), last, Permission(still_allowed, frozenset(ask_again_at))),
        content_type="text/event-stream",
    )
    response["Cache-Control"] = "no-cache, no-transform"
    response["X-Accel-Buffering"] = "no"
    return response
