"""Store and forward: what lies in the spool reaches the centre, once, whatever the network does.

One thread sends batches, urgent items first. It waits longer after each failure, and a little at
random, so that a city of counters does not come back in step. Nothing leaves the spool before
the centre has confirmed it; what was confirmed but not yet removed when the power went is sent
again, and the centre knows it.
"""

from __future__ import annotations

import gzip
import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx
from pydantic import ValidationError

from motcua_contract import (
    MAX_BATCH_BYTES,
    MAX_ITEMS,
    SCHEMA,
    Answer,
    Guidance,
    Health,
    Signal,
)
from motcua_edge.clock import RunClock
from motcua_edge.identity import API, Identity
from motcua_edge.spool import Spool, Waiting
from motcua_edge.verdicts import Failed, check, not_understood

log = logging.getLogger(__name__)

FLUSH_SECONDS = 2.0
"""Plain readings are gathered for so long; urgent items leave at once."""
HEALTH_SECONDS = 30.0
GUIDANCE_SECONDS = 60.0
"""Guidance is asked for at least this often, even when nothing tells of a change."""
TIMEOUT_SECONDS = 10.0
CONNECT_SECONDS = 4.0
BACKOFF_FIRST_SECONDS = 0.5
BACKOFF_LIMIT_SECONDS = 15.0
URGENT_PAUSE_SECONDS = 1.0
"""An urgent item does not wait for the end of a back-off, but for this."""
REFUSED_PAUSE_SECONDS = 60.0
"""Between attempts of a device whose token is refused."""
STUCK_AFTER = 3
"""Failures of the same batch after which a smaller one is tried."""
POSTPONED_SECONDS = 60.0
"""How long an item on which the centre fails is left aside for the others."""
BATCH_BYTES = MAX_BATCH_BYTES - 4096


@dataclass
class LinkState:
    """How the link is, for the health page."""

    online: bool = False
    last_contact: float | None = None
    """time.monotonic() of the last good answer."""
    trouble: str = "Đang kết nối tới trung tâm."
    clock_offset_seconds: float = 0.0
    delivered: int = 0
    refused_token: bool = False


class Link:
    """Delivers the spool and brings guidance.

    Arguments:
        health: makes the machine's report, given the item's sequence number.
        on_guidance: hears every new guidance; called on the link's thread.
        on_signal: hears every signal once per run of this machine, in order.
        transport: for tests.
    """

    def __init__(
        self,
        identity: Identity,
        spool: Spool,
        clock: RunClock,
        *,
        health: Callable[[int], Health],
        on_guidance: Callable[[Guidance], None],
        on_signal: Callable[[Signal], None],
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.state = LinkState()
        self._spool = spool
        self._clock = clock
        self._health = health
        self._on_guidance = on_guidance
        self._on_signal = on_signal
        self._client = httpx.Client(
            base_url=identity.server + API,
            headers={"Authorization": f"Bearer {identity.token}"},
            timeout=httpx.Timeout(TIMEOUT_SECONDS, connect=CONNECT_SECONDS),
            transport=transport,
        )
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="link", daemon=True)
        self._version = ""
        self._guided = -GUIDANCE_SECONDS
        self._reported = -HEALTH_SECONDS
        self._failures = 0
        self._count = MAX_ITEMS
        self._postponed: dict[int, float] = {}
        self._signals_known = spool.number("signals_known") > 0
        spool.when_urgent(self._wake.set)

    def start(self) -> None:
        self._thread.start()

    def stop(self, *, flush_seconds: float = 3.0) -> None:
        """End the thread after a last attempt to deliver what waits."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(flush_seconds + TIMEOUT_SECONDS)
        self._client.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                pause = self._turn()
            except Exception:
                log.exception("the link stumbled")
                pause = BACKOFF_LIMIT_SECONDS
            self._sleep(pause)
        if self.state.online:
            self._turn()

    def _sleep(self, seconds: float) -> None:
        """Wait, but not past an urgent item; after a failure even that waits a moment."""
        least = min(seconds, URGENT_PAUSE_SECONDS) if self._failures else 0.0
        if not self._stop.wait(least):
            self._wake.wait(seconds - least)

    def _turn(self) -> float:
        """Deliver what is due; returns the seconds until the next turn."""
        self._wake.clear()
        try:
            if time.monotonic() - self._guided >= GUIDANCE_SECONDS:
                self._fetch_guidance()
            more = self._deliver()
        except Failed as failed:
            return self._back_off(failed)
        except httpx.HTTPError as lost:
            log.debug("no connection: %s", lost)
            return self._back_off(Failed("Không kết nối được tới trung tâm."))
        self._failures = 0
        self.state.online, self.state.trouble = True, ""
        self.state.refused_token = False
        self.state.last_contact = time.monotonic()
        return 0.0 if more else FLUSH_SECONDS

    def _fetch_guidance(self) -> None:
        headers = {"If-None-Match": f'"{self._version}"'} if self._version else {}
        response = self._client.get("/guidance", headers=headers)
        if response.status_code != 304:
            check(response)
            try:
                guidance = Guidance.model_validate_json(response.content)
            except ValidationError as wrong:
                raise not_understood() from wrong
            self._version = guidance.version
            if not self._signals_known:
                self._know_signal(guidance.last_signal)
            self._on_guidance(guidance)
        self._guided = time.monotonic()

    def _deliver(self) -> bool:
        """Send one batch; whether more waits."""
        moment = time.monotonic()
        self._postponed = {s: until for s, until in self._postponed.items() if until > moment}
        count = self._count
        waiting = self._spool.waiting(count, BATCH_BYTES, skip=self._postponed)
        bodies = [each.body for each in waiting]
        report = moment - self._reported >= HEALTH_SECONDS and len(bodies) < MAX_ITEMS
        if report:
            bodies.append(self._health(self._spool.next_sequence()).model_dump_json())
        if not bodies:
            return False
        try:
            answer = self._post(bodies)
        except (Failed, httpx.HTTPError) as failed:
            self._shrink(waiting, failed)
            raise
        if report:
            self._reported = moment
        refused = [
            (waiting[each.position].sequence, each.code, each.reason)
            for each in answer.refused
            if each.position < len(waiting)
        ]
        self._spool.delivered((each.sequence for each in waiting), refused)
        self._count = MAX_ITEMS
        self.state.delivered += len(waiting)
        self.state.clock_offset_seconds = answer.clock_offset_seconds
        for signal in answer.signals:
            self._on_signal(signal)
            self._know_signal(signal.id)
        if answer.guidance_version != self._version:
            self._fetch_guidance()
        return len(waiting) == count

    def _post(self, bodies: list[str]) -> Answer:
        after = self._spool.number("last_signal") if self._signals_known else None
        signals = "null" if after is None else str(after)
        body = (
            f'{{"schema_version":{SCHEMA},"sent_at":"{self._clock.now().isoformat()}",'
            f'"signals_after":{signals},"items":[{",".join(bodies)}]}}'
        )
        response = self._client.post(
            "/batches",
            content=gzip.compress(body.encode(), 5),
            headers={"Content-Type": "application/json", "Content-Encoding": "gzip"},
        )
        check(response)
        try:
            return Answer.model_validate_json(response.content)
        except ValidationError as wrong:
            raise not_understood() from wrong

    def _know_signal(self, number: int) -> None:
        self._spool.remember("last_signal", number)
        if not self._signals_known:
            self._spool.remember("signals_known", 1)
            self._signals_known = True

    def _shrink(self, waiting: list[Waiting], failed: Exception) -> None:
        """A batch that fails again and again is made smaller, until the item that the centre
        stumbles over is alone; that one then waits aside for a while."""
        if not isinstance(failed, Failed) or not failed.blames_batch:
            return
        if self._failures < STUCK_AFTER and not failed.final:
            return
        if len(waiting) > 1:
            self._count = max(1, len(waiting) // 2)
        elif waiting and failed.final:
            self._spool.delivered(
                [waiting[0].sequence], [(waiting[0].sequence, failed.code, str(failed))]
            )
        elif waiting:
            self._postponed[waiting[0].sequence] = time.monotonic() + POSTPONED_SECONDS
            self._count = MAX_ITEMS

    def _back_off(self, failed: Failed) -> float:
        self._failures += 1
        self.state.online, self.state.trouble = False, str(failed)
        self.state.refused_token = failed.unknown_device
        if failed.unknown_device:
            return REFUSED_PAUSE_SECONDS
        ceiling = min(BACKOFF_LIMIT_SECONDS, BACKOFF_FIRST_SECONDS * 2 ** min(self._failures, 10))
        # "Full jitter": M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
        pause = random.uniform(ceiling / 4, ceiling)  # noqa: S311
        log.info("%s Thử lại sau %.1f giây.", failed, max(pause, failed.retry_after))
        return max(pause, failed.retry_after)
