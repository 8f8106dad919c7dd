"""Store and forward against a centre that answers as told."""

from __future__ import annotations

import gzip
import json
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from motcua_contract import Batch, Guidance, Health, Signal, SignalKind
from motcua_edge import link as link_module
from motcua_edge.clock import RunClock
from motcua_edge.identity import Identity
from motcua_edge.link import Link
from motcua_edge.spool import Spool
from tests.service_quality import messages

IDENTITY = Identity("http://centre.test", "token", "Camera 1", "Phường Thử")


class Centre:
    """Stores what it is sent, as the real one does, unless `mood` says otherwise."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.stored: dict[int, Any] = {}
        self.mood: Callable[[Batch], httpx.Response | None] = lambda batch: None
        self.refuse: set[int] = set()
        self.signals: list[Signal] = []
        self.version = "v1"
        self.guided = 0
        self.tokens: set[str] = set()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.tokens.add(request.headers["Authorization"])
        if request.url.path.endswith("/guidance"):
            if request.headers.get("If-None-Match") == f'"{self.version}"':
                return httpx.Response(304)
            self.guided += 1
            guidance = Guidance(
                version=self.version,
                unit="Phường Thử",
                device="Camera 1",
                now=messages.utc_now(),
                last_signal=0,
                counters=(),
            )
            return httpx.Response(200, content=guidance.model_dump_json())
        assert request.headers["Content-Encoding"] == "gzip"
        batch = Batch.model_validate_json(gzip.decompress(request.content))
        self.batches.append(batch)
        if (answer := self.mood(batch)) is not None:
            return answer
        return self.accept(batch)

    def accept(self, batch: Batch) -> httpx.Response:
        refused = []
        for position, item in enumerate(batch.items):
            if item.sequence in self.refuse:
                refused.append(
                    {
                        "sequence": item.sequence,
                        "position": position,
                        "code": "malformed",
                        "reason": "as told",
                    }
                )
            else:
                self.stored[item.sequence] = item
        after = batch.signals_after if batch.signals_after is not None else 10**9
        return httpx.Response(
            200,
            json={
                "accepted": len(batch.items) - len(refused),
                "duplicates": 0,
                "refused": refused,
                "received_at": messages.utc_now().isoformat(),
                "clock_offset_seconds": 1.5,
                "signals": [json.loads(s.model_dump_json()) for s in self.signals if s.id > after],
                "guidance_version": self.version,
            },
        )

    def of_kind(self, kind: str) -> list[Any]:
        return [item for item in self.stored.values() if item.kind == kind]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_module, "BACKOFF_FIRST_SECONDS", 0.01)
    monkeypatch.setattr(link_module, "BACKOFF_LIMIT_SECONDS", 0.05)
    monkeypatch.setattr(link_module, "URGENT_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(link_module, "FLUSH_SECONDS", 0.05)


@pytest.fixture
def centre() -> Centre:
    return Centre()


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "s")
    yield spool
    spool.close()


@pytest.fixture
def heard() -> dict[str, list[Any]]:
    return {"guidance": [], "signals": []}


@pytest.fixture
def link(centre: Centre, spool: Spool, heard: dict[str, list[Any]]) -> Iterator[Link]:
    def health(sequence: int) -> Health:
        return messages.health(sequence=sequence)

    link = Link(
        IDENTITY,
        spool,
        RunClock(),
        health=health,
        on_guidance=heard["guidance"].append,
        on_signal=heard["signals"].append,
        transport=httpx.MockTransport(centre),
    )
    yield link
    link.stop(flush_seconds=1)


def until(true: Callable[[], bool], seconds: float = 5.0) -> None:
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, "it did not come about in time"
        time.sleep(0.01)


def test_everything_reaches_the_centre_once_and_leaves_the_spool(
    link: Link, centre: Centre, spool: Spool, heard: dict[str, list[Any]]
) -> None:
    spool.add([messages.reading(1) for _ in range(1200)])
    link.start()
    until(lambda: spool.depth() == 0)
    assert len(centre.of_kind("reading")) == 1200
    sent = [item.sequence for batch in centre.batches for item in batch.items]
    assert len(sent) == len(set(sent))
    assert centre.of_kind("health")
    assert centre.tokens == {"Bearer token"}
    assert len(heard["guidance"]) == 1
    assert link.state.online
    assert link.state.clock_offset_seconds == 1.5


def test_while_the_centre_is_away_items_wait_and_an_irritation_goes_first(
    link: Link, centre: Centre, spool: Spool
) -> None:
    away = True

    def mood(batch: Batch) -> httpx.Response | None:
        if away:
            raise httpx.ConnectError("cut")
        return None

    centre.mood = mood
    link.start()
    spool.add([messages.reading(1) for _ in range(600)])
    spool.add([messages.irritation(1, uuid.uuid4())])
    until(lambda: len(centre.batches) > 3)
    assert not link.state.online
    assert spool.depth() == 601
    centre.batches.clear()
    away = False
    until(lambda: spool.depth() == 0)
    assert centre.batches[0].items[0].kind == "irritation"
    assert len(centre.of_kind("reading")) == 600


def test_an_answer_lost_on_the_way_means_the_same_items_again(
    link: Link, centre: Centre, spool: Spool
) -> None:
    lost = iter([True, True])

    def mood(batch: Batch) -> httpx.Response | None:
        if next(lost, False):
            centre.accept(batch)
            raise httpx.ReadTimeout("the answer never came")
        return None

    centre.mood = mood
    item = messages.irritation(1, uuid.uuid4())
    spool.add([item])
    link.start()
    until(lambda: spool.depth() == 0)
    told = [sent for batch in centre.batches for sent in batch.items if sent.kind == "irritation"]
    assert len(told) == 3
    assert {each.id for each in told} == {item.id}


def test_a_busy_centre_is_given_the_time_it_asks_for(
    link: Link, centre: Centre, spool: Spool
) -> None:
    times: list[float] = []

    def mood(batch: Batch) -> httpx.Response | None:
        times.append(time.monotonic())
        if len(times) == 1:
            return httpx.Response(503, headers={"Retry-After": "1"}, json={"code": "busy"})
        return None

    centre.mood = mood
    spool.add([messages.reading(1)])
    link.start()
    until(lambda: spool.depth() == 0)
    assert times[1] - times[0] >= 0.9


def test_a_refused_item_is_set_aside_and_the_others_are_delivered(
    link: Link, centre: Centre, spool: Spool
) -> None:
    centre.refuse = {2}
    spool.add([messages.reading(1) for _ in range(3)])
    link.start()
    until(lambda: spool.depth() == 0)
    assert {item.sequence for item in centre.of_kind("reading")} == {1, 3}
    assert spool.number("refused") == 1


def test_an_item_the_centre_stumbles_over_does_not_hold_up_the_others(
    link: Link, centre: Centre, spool: Spool
) -> None:
    def mood(batch: Batch) -> httpx.Response | None:
        poisoned = any(item.sequence == 1 for item in batch.items)
        return httpx.Response(500) if poisoned else None

    centre.mood = mood
    spool.add([messages.irritation(1, uuid.uuid4())])
    spool.add([messages.reading(1) for _ in range(20)])
    link.start()
    until(lambda: len(centre.of_kind("reading")) == 20, 15)
    assert [each.sequence for each in spool.waiting(10, 10**6)] == [1]


def test_a_refused_token_stops_the_sending_and_keeps_everything(
    link: Link, centre: Centre, spool: Spool
) -> None:
    centre.mood = lambda batch: httpx.Response(401, json={"code": "unknown_device"})
    spool.add([messages.reading(1)])
    link.start()
    until(lambda: link.state.refused_token)
    time.sleep(0.2)
    assert len(centre.batches) == 1
    assert spool.depth() == 1


def test_another_version_of_the_centre_costs_nothing(
    link: Link, centre: Centre, spool: Spool
) -> None:
    centre.mood = lambda batch: httpx.Response(422, json={"code": "unknown_schema"})
    spool.add([messages.reading(1), messages.reading(1)])
    link.start()
    until(lambda: len(centre.batches) > 4)
    assert spool.depth() == 2
    assert spool.number("refused") == 0


@pytest.mark.parametrize("body", [b"", b"<html>Sign in to the Wi-Fi</html>", b"{}"])
def test_a_captive_portals_answer_is_not_taken_for_a_delivery(
    link: Link, centre: Centre, spool: Spool, body: bytes
) -> None:
    centre.mood = lambda batch: httpx.Response(200, content=body)
    spool.add([messages.reading(1)])
    link.start()
    until(lambda: len(centre.batches) > 2)
    assert spool.depth() == 1
    assert not link.state.online


def test_signals_are_heard_once_across_restarts(
    link: Link, centre: Centre, spool: Spool, heard: dict[str, list[Any]]
) -> None:
    link.start()
    until(lambda: link.state.online)
    centre.signals.append(
        Signal(id=5, counter=1, kind=SignalKind.EXCLUDE_VISIT, at=messages.utc_now())
    )
    spool.add([messages.reading(1)])
    until(lambda: len(heard["signals"]) == 1)
    spool.add([messages.reading(1)])
    until(lambda: spool.depth() == 0)
    assert [signal.id for signal in heard["signals"]] == [5]
    assert spool.number("last_signal") == 5


def test_a_change_of_guidance_is_fetched_when_a_batch_tells_of_it(
    link: Link, centre: Centre, spool: Spool, heard: dict[str, list[Any]]
) -> None:
    link.start()
    until(lambda: len(heard["guidance"]) == 1)
    centre.version = "v2"
    spool.add([messages.reading(1)])
    until(lambda: len(heard["guidance"]) == 2)
