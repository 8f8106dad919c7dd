"""Live pages over real connections: in order, replayed, and through a lost database."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import uvicorn
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.db import connection, transaction

from motcua.kernel import stream
from motcua.kernel.models import LiveEvent
from tests.kernel import stream_site

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.kernel.stream_site"),
]

Heard = tuple[int, str, dict[str, object]]


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch, settings: object) -> Iterator[str]:
    monkeypatch.setattr(stream, "hub", stream.Hub())
    settings.MIDDLEWARE = []  # type: ignore[attr-defined]
    server = uvicorn.Server(
        uvicorn.Config(
            ASGIHandler(), port=0, log_level="warning", timeout_graceful_shutdown=1, lifespan="off"
        )
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


async def listen(address: str, channel: str, last_id: str = "") -> AsyncIterator[Heard]:
    """The events of one page, as a browser reads them; a comment or `retry` is no event."""
    headers = {"Last-Event-ID": last_id} if last_id else {}
    async with (
        httpx.AsyncClient(timeout=20) as client,
        client.stream("GET", f"{address}/{channel}/", headers=headers) as response,
    ):
        assert response.headers["content-type"] == "text/event-stream"
        fields: dict[str, str] = {}
        async for line in response.aiter_lines():
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
            elif "event" in fields:
                yield int(fields.get("id", 0)), fields["event"], json.loads(fields["data"])
                fields = {}


async def first(count: int, address: str, channel: str, last_id: str = "") -> list[Heard]:
    found: list[Heard] = []
    async for event in listen(address, channel, last_id):
        found.append(event)
        if len(found) == count:
            break
    return found


@sync_to_async
def announce(channel: str, *kinds: str) -> None:
    for kind in kinds:
        with transaction.atomic():
            stream.announce(channel=channel, kind=kind, data={"kind": kind})


async def until_open(pages: int = 1) -> None:
    for _ in range(500):
        if len(stream.hub._waiting) >= pages and stream.hub._mark is not None:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"{len(stream.hub._waiting)} of {pages} pages open")


async def test_events_arrive_in_order_and_only_on_their_channel(address: str) -> None:
    page = asyncio.create_task(first(3, address, "one"))
    await until_open()
    await announce("two", "not-mine")
    await announce("one", "a", "b", "c")
    heard = await asyncio.wait_for(page, 10)
    assert [kind for _, kind, _ in heard] == ["a", "b", "c"]
    assert heard[0][2] == {"channel": "one", "kind": "a"}
    assert [number for number, _, _ in heard] == sorted(number for number, _, _ in heard)


async def test_an_event_arrives_within_a_second(address: str) -> None:
    page = asyncio.create_task(first(1, address, "fast"))
    await until_open()
    started = time.monotonic()
    await announce("fast", "now")
    await asyncio.wait_for(page, 10)
    assert time.monotonic() - started < 1


async def test_what_is_rolled_back_is_never_heard(address: str) -> None:
    @sync_to_async
    @transaction.atomic
    def fail() -> None:
        stream.announce(channel="undone", kind="never")
        raise RuntimeError

    page = asyncio.create_task(first(1, address, "undone"))
    await until_open()
    with pytest.raises(RuntimeError):
        await fail()
    await announce("undone", "after")
    assert [kind for _, kind, _ in await asyncio.wait_for(page, 10)] == ["after"]


async def test_a_page_that_comes_back_hears_what_it_missed(address: str) -> None:
    page = asyncio.create_task(first(1, address, "back"))
    await until_open()
    await announce("back", "heard")
    [(number, _, _)] = await asyncio.wait_for(page, 10)
    await announce("back", "missed-1", "missed-2")
    heard = await asyncio.wait_for(first(3, address, "back", str(number)), 10)
    # At least once: it may hear again what it heard last, and never hears less.
    assert [kind for _, kind, _ in heard] == ["heard", "missed-1", "missed-2"]


async def test_a_page_hears_what_happened_between_its_making_and_its_opening(
    address: str,
) -> None:
    await announce("gap", "just-before")
    heard = await asyncio.wait_for(first(1, address, "gap"), 10)
    assert [kind for _, kind, _ in heard] == ["just-before"]


async def test_a_fresh_page_does_not_hear_old_news(address: str) -> None:
    await announce("old", "long-ago")
    await LiveEvent.objects.aupdate(at="2026-01-01T00:00:00+07:00")
    page = asyncio.create_task(first(1, address, "old"))
    await until_open()
    await announce("old", "new")
    assert [kind for _, kind, _ in await asyncio.wait_for(page, 10)] == ["new"]


async def test_what_happens_while_the_first_page_waits_for_its_listener_is_heard(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = stream.psycopg.AsyncConnection.connect

    async def slowly(*given: object, **named: object) -> object:
        await asyncio.sleep(1)
        return await connect(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(stream.psycopg.AsyncConnection, "connect", slowly)
    page = asyncio.create_task(first(1, address, "slow"))
    await asyncio.sleep(0.5)
    await announce("slow", "meanwhile")
    assert [kind for _, kind, _ in await asyncio.wait_for(page, 10)] == ["meanwhile"]


async def test_a_row_that_commits_late_is_heard_although_higher_ids_came_first(
    address: str,
) -> None:
    @sync_to_async
    def insert(number: int, kind: str) -> None:
        with transaction.atomic():
            LiveEvent.objects.create(id=number, channel="late", kind=kind)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_notify(%s, '')", [stream.NOTIFY_CHANNEL])

    page = asyncio.create_task(first(2, address, "late"))
    await until_open()
    await insert(1_000_050, "higher")
    await asyncio.sleep(0.2)
    await insert(1_000_049, "lower, later")
    heard = await asyncio.wait_for(page, 10)
    assert [kind for _, kind, _ in heard] == ["higher", "lower, later"]


async def test_the_page_stays_open_when_the_listener_loses_the_database(address: str) -> None:
    @sync_to_async
    def cut() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE application_name = %s",
                [stream.APPLICATION_NAME],
            )
            return int(cursor.fetchone()[0])

    page = asyncio.create_task(first(2, address, "cut"))
    await until_open()
    await announce("cut", "before")
    await asyncio.sleep(0.3)
    assert await cut() == 1
    await announce("cut", "while away")
    heard = await asyncio.wait_for(page, 15)
    assert [kind for _, kind, _ in heard] == ["before", "while away"]


async def test_fifty_pages_hear_everything_and_hold_no_connection(address: str) -> None:
    """More pages than the pool has connections: an open page must hold none."""
    pages = [asyncio.create_task(first(5, address, "many")) for _ in range(50)]
    await until_open(50)
    for number in range(5):
        await announce("many", f"news-{number}")
    heard = await asyncio.wait_for(asyncio.gather(*pages), 30)
    assert all([kind for _, kind, _ in each] == [f"news-{n}" for n in range(5)] for each in heard)


@pytest.mark.parametrize("header", ["abc", "-1", "١٢", "1e3", ""])
async def test_a_last_id_that_is_no_number_counts_as_none(address: str, header: str) -> None:
    await announce("odd", "x")
    encoded = header if header.isascii() else ""
    assert await asyncio.wait_for(first(1, address, "odd", encoded), 10)


async def test_a_page_ends_before_the_news_that_its_viewer_may_no_longer_see(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = asyncio.create_task(first(99, address, "guarded"))
    await until_open()
    await announce("guarded", "seen", "handed over", "seen too")
    await asyncio.sleep(0.5)
    monkeypatch.setitem(stream_site.allowed, "guarded", False)
    await announce("guarded", "handed over", "never")
    heard = await asyncio.wait_for(page, 10)
    assert [kind for _, kind, _ in heard] == ["seen", "handed over", "seen too", "ended"]


async def test_a_quiet_page_is_asked_about_as_well(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.2)
    monkeypatch.setitem(stream_site.allowed, "guarded", False)
    heard = await asyncio.wait_for(first(99, address, "guarded"), 10)
    assert [kind for _, kind, _ in heard] == ["ended"]


async def test_a_page_that_falls_behind_is_told_to_fetch_everything() -> None:
    hub = stream.Hub()
    queue: asyncio.Queue[stream.Row | None] = asyncio.Queue(3)
    hub._waiting.add((frozenset({"slow"}), queue))  # type: ignore[arg-type]
    for number in range(4):
        hub._give((number, "slow", "news", {}))
    assert queue.get_nowait() is None
    assert queue.empty()


async def test_a_page_does_not_wait_for_ever_for_a_listener_without_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def unreachable() -> None:
        await asyncio.Event().wait()

    hub = stream.Hub()
    monkeypatch.setattr(hub, "_listen", unreachable)
    monkeypatch.setattr(stream, "LISTENER_SECONDS", 0.05)

    async def page() -> None:
        async with hub.waiting(frozenset({"any"})):
            pytest.fail("opened without a listener")

    opening = asyncio.create_task(page())
    await asyncio.wait([opening], timeout=5)
    assert opening.done()
    assert isinstance(opening.exception(), TimeoutError)
    assert not hub._waiting
    assert hub._task is not None
    hub._task.cancel()
