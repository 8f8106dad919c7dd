"""From a camera agent's decision to the SMS at an SMSC, while live boards are open.

    python -m benchmarks.latency [--incidents 80] [--pages 200]

fills an empty house with 20 units of four counters, runs `motcua serve`, `motcua worker` and
`motcua worker --queue urgent`, opens the boards (`benchmarks.pages`, a process of its own), and
plays the agents with the agent's own spool and link: a reading a second of every counter, and
one irritation at each counter in turn, at random moments. Each irritation is told to the leader
of the centre and to the head of the department. The clock runs from the moment when the engine
hands its decision to the agent until the SMSC has every part of the text.

The SMSC is the npm package `smpp` (tests/peers/smsc_node.js) where Node finds it, or else the
one of the tests; the result says which. It answers at once and reports delivery.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import stage
from motcua_contract import Expressions, Health, Irritation, Mood, Reading, VisitOpened
from motcua_edge.camera.translate import UNNUMBERED
from motcua_edge.clock import RunClock
from motcua_edge.identity import Identity
from motcua_edge.link import Link
from motcua_edge.spool import Spool

UNITS, COUNTERS = 20, 4
PAUSE_SECONDS = (0.4, 1.2)
"""Between two irritations, somewhere in the city."""
SETTLE_SECONDS = 10.0
NODE_SMSC = Path(__file__).parent.parent / "tests" / "peers" / "smsc_node.js"
CALM = Expressions(
    neutral=0.7,
    happiness=0.1,
    surprise=0.04,
    sadness=0.04,
    anger=0.03,
    disgust=0.03,
    fear=0.03,
    contempt=0.03,
)


@dataclass(frozen=True)
class Text:
    """A text of one or several parts, when the last of them was there; seconds since 1970."""

    at: float
    to: str
    text: str


@dataclass
class Smsc:
    """A listening SMSC and what it took, part by part as (time, to, text, (group, total))."""

    name: str
    port: int
    parts: list[tuple[float, str, str, tuple[int, int]]] = field(default_factory=list)

    def texts(self) -> list[Text]:
        whole: list[Text] = []
        open_parts: dict[tuple[str, int], list[tuple[float, str]]] = defaultdict(list)
        for at, to, text, (group, total) in list(self.parts):
            got = open_parts[to, group]
            got.append((at, text))
            if len(got) == total:
                whole.append(Text(max(at for at, _ in got), to, "".join(text for _, text in got)))
                del open_parts[to, group]
        return whole


@contextlib.contextmanager
def smsc() -> Iterator[Smsc]:
    if _node_has_smpp():
        process = subprocess.Popen(["node", str(NODE_SMSC)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        peer = Smsc("npm smpp", int(process.stdout.readline()))
        threading.Thread(target=_listen, args=(process, peer), daemon=True).start()
        try:
            yield peer
        finally:
            process.kill()
            process.wait()
        return
    from tests.peers.smsc import Accept, Submit
    from tests.peers.smsc import Smsc as PythonSmsc

    with PythonSmsc() as python:
        peer = Smsc("tests/peers/smsc.py", python.port)

        def take(submit: Submit) -> Accept:
            header = submit.header
            group = (header[3], header[4]) if header else (0, 1)
            peer.parts.append((time.time(), submit.to, submit.text, group))
            return Accept(receipt="DELIVRD")

        python.react = take
        yield peer


def _node_has_smpp() -> bool:
    if shutil.which("node") is None:
        return False
    return subprocess.run(["node", "-e", "require('smpp')"], capture_output=True).returncode == 0


def _listen(process: subprocess.Popen[str], peer: Smsc) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        said = json.loads(line)
        header = said["udh"][0] if said["udh"] else None
        group = (header[-3], header[-2]) if header else (0, 1)
        peer.parts.append((said["at"], said["to"], said["text"], group))


@contextlib.contextmanager
def open_pages(port: int, units: list[stage.MeasuredUnit], count: int) -> Iterator[dict[str, Any]]:
    """That many boards, spread over the units; afterwards what they saw."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.pages", str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    wanted = [(units[n % len(units)].pk, units[n % len(units)].leader) for n in range(count)]
    process.stdin.write(json.dumps(wanted) + "\n")
    process.stdin.flush()
    seen: dict[str, Any] = {"pid": process.pid}
    try:
        if process.stdout.readline() != "open\n":
            raise SystemExit("the live pages did not open")
        yield seen
        process.stdin.close()
        seen |= json.loads(process.stdout.read())
    finally:
        process.kill()
        process.wait()


class Computer:
    """One unit's camera computer: the agent's spool and link, told what to see."""

    def __init__(self, port: int, unit: stage.MeasuredUnit, home: Path) -> None:
        self.unit = unit
        self.clock = RunClock()
        self.spool = Spool(home / "spool.sqlite3")
        self.visits = {counter: uuid.uuid4() for counter in unit.counters}
        self.link = Link(
            Identity(f"http://127.0.0.1:{port}", unit.token, "Camera đo", "Phường đo"),
            self.spool,
            self.clock,
            health=self._health,
            on_guidance=lambda guidance: None,
            on_signal=lambda signal: None,
        )
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def start(self) -> None:
        at = self.clock.now()
        self.spool.add(
            [
                VisitOpened(sequence=UNNUMBERED, counter=counter, visit=visit, at=at)
                for counter, visit in self.visits.items()
            ]
        )
        self.link.start()
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()
        self.link.stop()
        self.spool.close()

    def irritate(self, counter: int) -> float:
        """The engine is sure: returns when, in seconds since 1970."""
        at = self.clock.now()
        decided = time.time()
        self.spool.add(
            [
                Irritation(
                    sequence=UNNUMBERED,
                    counter=counter,
                    id=uuid.uuid4(),
                    visit=self.visits[counter],
                    onset=at - dt.timedelta(seconds=4),
                    at=at,
                    confidence=0.9,
                )
            ]
        )
        return decided

    def _look(self) -> None:
        while not self._stop.wait(1.0):
            at = self.clock.now()
            self.spool.add([self._reading(counter, at) for counter in self.unit.counters])

    def _reading(self, counter: int, at: dt.datetime) -> Reading:
        return Reading(
            sequence=UNNUMBERED,
            counter=counter,
            at=at,
            visit=self.visits[counter],
            present=True,
            good_view=0.9,
            expressions=CALM,
            pleasant=0.1,
            negative=0.1,
            mood=Mood.ORDINARY,
        )

    def _health(self, sequence: int) -> Health:
        return Health(
            sequence=sequence,
            at=self.clock.now(),
            agent="bench",
            detector="",
            expression="",
            sources=(),
            spooled=0,
            spool_dropped=0,
            refused=0,
            disk_free_mb=1,
        )


def run(
    computers: list[Computer], units: list[stage.MeasuredUnit], incidents: int
) -> dict[tuple[int, int], float]:
    """When the engine decided, by unit and place of the counter in it."""
    places = [(unit, place) for unit in range(UNITS) for place in range(COUNTERS)]
    chosen = random.Random(2026).sample(places, incidents)
    decided = {}
    for unit, place in chosen:
        time.sleep(random.uniform(*PAUSE_SECONDS))
        decided[unit, place] = computers[unit].irritate(units[unit].counters[place])
    return decided


def took(
    texts: list[Text], decided: dict[tuple[int, int], float]
) -> dict[tuple[int, int], list[float]]:
    """Seconds from decision to each text, by unit and counter: leader and head."""
    found: dict[tuple[int, int], list[float]] = defaultdict(list)
    for text in texts:
        number = re.search(r"qu[aầ]y (\d+)", text.text, re.IGNORECASE)
        if number is None:
            raise SystemExit(f"not an alert: {text.text!r}")
        # furnish() gives each unit two phones in a row: +8490 and seven digits.
        place = int(text.to[-7:]) // 2, int(number[1]) - 1
        found[place].append(text.at - decided[place])
    return found


def stages() -> dict[str, dict[str, float]]:
    """Where the time goes, by the rows' own clock (one machine, one clock)."""
    rows = stage.database().execute(
        """SELECT extract(epoch FROM i.received_at - i.at), extract(epoch FROM m.queued_at
               - i.received_at), extract(epoch FROM t.started_at - m.queued_at),
               extract(epoch FROM m.handed_over_at - t.started_at)
           FROM service_quality_irritation i
           JOIN service_quality_incident n ON n.visit_id = i.visit_id
           JOIN alerts_alert a ON a.id = n.alert_id
           JOIN messaging_message m ON m.key LIKE 'alert:' || a.id || ':%%'
           JOIN messaging_attempt t ON t.message_id = m.id"""
    )
    names = ("decided_to_received", "received_to_queued", "queued_to_claimed", "claimed_to_taken")
    columns = zip(*rows.fetchall(), strict=True)
    return {
        name: stage.milliseconds([float(value) for value in column])
        for name, column in zip(names, columns, strict=False)
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, default=80, help="at most 80, one a counter")
    parser.add_argument("--pages", type=int, default=200)
    options = parser.parse_args()
    port = stage.free_port()
    os.environ["MOTCUA_PUBLIC_URL"] = "https://motcua.example.vn"
    with contextlib.ExitStack() as inside:
        inside.enter_context(stage.house())
        peer = inside.enter_context(smsc())
        units = stage.furnish(units=UNITS, counters=COUNTERS)
        stage.send_by_smpp(peer.port)
        server = inside.enter_context(stage.serving(port))
        ordinary = inside.enter_context(stage.working())
        urgent = inside.enter_context(stage.working("--queue", "urgent", "--concurrency", "4"))
        watching = inside.enter_context(stage.database())
        seen = inside.enter_context(open_pages(port, units, options.pages))
        computers = []
        for unit in units:
            folder = Path(inside.enter_context(tempfile.TemporaryDirectory()))
            computers.append(Computer(port, unit, folder))
        for computer in computers:
            computer.start()
        time.sleep(SETTLE_SECONDS)
        meter = stage.Meter(
            watching, server=server.pid, worker=ordinary.pid, urgent=urgent.pid, pages=seen["pid"]
        )
        meter.start()
        decided = run(computers, units, options.incidents)
        meter.stop()
        time.sleep(SETTLE_SECONDS)
        for computer in computers:
            computer.stop()
        by_place = took(peer.texts(), decided)
        every = [seconds for each in by_place.values() for seconds in each]
        result = {
            "smsc": peer.name,
            "live_pages": options.pages,
            "incidents": len(decided),
            "incidents_without_both_messages": sum(len(by_place[p]) != 2 for p in decided),
            "decision_to_smsc_ms": stage.milliseconds(every),
            "decision_to_first_sms_ms": stage.milliseconds(
                [min(by_place[place]) for place in decided if by_place[place]]
            ),
            "stages_ms": stages(),
            "cores": meter.cores(),
            **meter.machine(),
        }
    fetched = stage.milliseconds(seen["fetched"])
    stage.show(result | {"news_to_pages": seen["news"], "part_of_page_ms": fetched})


if __name__ == "__main__":
    main()
