"""A real agent process whose engine is a script: visits with an irritation each, five readings
a second, and a ledger of everything that the spool promised to keep.

    python -m tests.outage.synthetic_agent HOME COUNTERS
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

import numpy as np

from motcua_contract import CounterSettings, Item
from motcua_edge import identity
from motcua_edge.camera import agent as agent_module
from motcua_edge.spool import Spool
from motcua_edge.vision.events import (
    Event,
    IrritationEnded,
    IrritationStarted,
    Reading,
    VisitClosed,
    VisitOpened,
    VisitSummary,
)
from motcua_edge.vision.expression import LABELS
from motcua_edge.vision.irritation import Irritation
from motcua_edge.vision.picture import ArrayPicture, Picture
from motcua_edge.vision.score import Level
from motcua_edge.vision.sources import Frame

SHARES = {label: 0.3 if label == "neutral" else 0.1 for label in LABELS}
VISIT_SECONDS = 4.0


class Ticking:
    """Five empty pictures a second."""

    dropped = 0

    def __init__(self) -> None:
        self._zero = time.monotonic()
        self._picture = ArrayPicture(np.zeros((4, 4, 3), np.uint8))

    def now(self) -> float:
        return time.monotonic() - self._zero

    def read(self, timeout_s: float) -> Frame | None:
        time.sleep(0.2)
        return Frame(self.now(), self._picture)

    def close(self) -> None:
        """Nothing stays open."""


class Scripted:
    """One visit after the other, each with an irritation from its second to its third second."""

    def __init__(self) -> None:
        self._number = 0
        self._opened: float | None = None
        self._irritated = self._told = False

    @property
    def visit(self) -> int | None:
        return self._number if self._opened is not None else None

    def step(self, frame: Picture, t: float) -> list[Event]:
        events: list[Event] = []
        if self._opened is None:
            self._number, self._opened = self._number + 1, t
            self._irritated = self._told = False
            events.append(VisitOpened(t, self._number))
        lasted = t - self._opened
        if lasted > 2 and not self._told:
            self._told = self._irritated = True
            events.append(IrritationStarted(t, self._number, Irritation(t - 1, None, 0.8)))
        if lasted > 3 and self._irritated:
            self._irritated = False
            events.append(IrritationEnded(t, self._number, Irritation(t - 2, t, 0.9)))
        mood = Level.DISPLEASED if self._irritated else Level.ORDINARY
        events.append(
            Reading(
                t, self._number, True, 1.0, SHARES, 0.1, 0.3, mood, self._irritated, None, False
            )
        )
        return events + (self.close_visit(t) if lasted > VISIT_SECONDS else [])

    def idle(self, t: float) -> list[Event]:
        return []

    def open_visit(self, t: float) -> list[Event]:
        return []

    def close_visit(self, t: float) -> list[Event]:
        if self._opened is None:
            return []
        start, self._opened = self._opened, None
        curve = [(start, 0.1, 0.1), (t, 0.1, 0.5)]
        summary = VisitSummary(start, t, 40.0, Level.ORDINARY, 1.0, SHARES, curve, [])
        return [VisitClosed(t, self._number, summary)]

    def exclude_visit(self, t: float) -> list[Event]:
        return []


class Engine:
    def open_feed(self, spec: str, settings: CounterSettings) -> Ticking:
        return Ticking()

    def make_pipeline(self, settings: CounterSettings, width: int, height: int) -> Scripted:
        return Scripted()


class LedgerSpool(Spool):
    """Notes what it stored, after it stored it: what stands in the ledger may never be lost."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._ledger = os.open(path.with_name("ledger"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def add(self, items: Sequence[Item]) -> None:
        super().add(items)
        lines = "".join(line(item) for item in items)
        os.write(self._ledger, lines.encode())


def line(item: Item) -> str:
    name = {
        "reading": lambda: f"{item.counter} {item.at.isoformat()}",  # type: ignore[union-attr]
        "irritation": lambda: str(item.id),  # type: ignore[union-attr]
        "visit_opened": lambda: str(item.visit),  # type: ignore[union-attr]
        "visit_closed": lambda: str(item.visit),  # type: ignore[union-attr]
    }[item.kind]()
    return f"{item.kind} {name}\n"


def main(home: Path, counters: int) -> None:
    agent_module.Spool = LedgerSpool  # type: ignore[misc]
    agent = agent_module.Agent(
        home, identity.load(home), [(n + 1, "script") for n in range(counters)], Engine()
    )
    stop = threading.Event()

    def asked(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, asked)
    agent.start()
    while not stop.wait(0.2):
        if (home / "pause").exists():
            # Nothing new: what waits is delivered, and the two sides can be compared.
            for camera in agent.cameras:
                camera.stop()
        (home / "depth").write_text(str(agent.spool.depth()))
    agent.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
