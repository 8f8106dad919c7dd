"""The agent of one machine: its cameras, its spool and its link, started and stopped together."""

from __future__ import annotations

import fcntl
import logging
import shutil
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO

import httpx
from pydantic import ValidationError

from motcua_contract import Guidance, Health, Signal, VisitClosed
from motcua_edge.camera.counter import CounterCamera
from motcua_edge.camera.translate import UNNUMBERED
from motcua_edge.camera.watch import Engine
from motcua_edge.clock import RunClock
from motcua_edge.identity import Identity
from motcua_edge.link import Link
from motcua_edge.spool import Spool

log = logging.getLogger(__name__)

STOP_SECONDS = 5.0


class AlreadyRunning(Exception):
    """Another agent works in this folder."""

    def __init__(self, home: Path) -> None:
        super().__init__(f"Đã có một tiến trình camera đang chạy với thư mục {home}.")


@dataclass(frozen=True, slots=True)
class Versions:
    """What the models call themselves."""

    detector: str = ""
    expression: str = ""


class Agent:
    """Everything `motcua camera run` runs.

    Arguments:
        home: folder of the token and the spool.
        counters: number of each counter, as people know it, with its source.
        transport: for tests.

    Raises:
        AlreadyRunning: the folder is taken.
    """

    def __init__(
        self,
        home: Path,
        identity: Identity,
        counters: Sequence[tuple[int, str]],
        engine: Engine,
        *,
        versions: Versions | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.home = home
        self.identity = identity
        self.clock = RunClock()
        self._lock = _only_one(home)
        self.spool = Spool(home / "spool.sqlite3")
        self._versions = versions or Versions()
        self.link = Link(
            identity,
            self.spool,
            self.clock,
            health=self._health,
            on_guidance=self._guided,
            on_signal=self._signalled,
            transport=transport,
        )
        self.cameras = [
            CounterCamera(
                number,
                spec,
                engine=engine,
                spool=self.spool,
                clock=self.clock,
                centre_offset=self._centre_offset,
            )
            for number, spec in counters
        ]
        self._close_cut_off_visits()
        self._recall_guidance()

    def start(self) -> None:
        self.link.start()
        for camera in self.cameras:
            camera.start()

    def wait(self, stop: threading.Event) -> None:
        """Until told to stop, or until every recording is over and delivered."""
        while not stop.wait(0.3):
            if all(camera.ended.is_set() for camera in self.cameras) and not self.spool.depth():
                return

    def stop(self) -> None:
        """Close the visits, deliver what can be delivered now, keep the rest."""
        for camera in self.cameras:
            camera.stop()
        limit = time.monotonic() + STOP_SECONDS
        for camera in self.cameras:
            camera.join(max(0.1, limit - time.monotonic()))
        self.link.stop()
        self.spool.close()
        self._lock.close()

    def unknown_counters(self) -> list[int]:
        """Numbers on the command line that the centre does not give this device."""
        return [camera.number for camera in self.cameras if camera.settings is None]

    def _centre_offset(self) -> float:
        return self.link.state.clock_offset_seconds

    def _guided(self, guidance: Guidance) -> None:
        self._configure(guidance)
        fresh = self._guidance_file.with_suffix(".new")
        fresh.write_text(guidance.model_dump_json())
        fresh.replace(self._guidance_file)

    def _recall_guidance(self) -> None:
        """What was last heard holds while the centre is away."""
        try:
            guidance = Guidance.model_validate_json(self._guidance_file.read_bytes())
        except (FileNotFoundError, ValidationError):
            return
        self._configure(guidance)

    def _configure(self, guidance: Guidance) -> None:
        given = {settings.number: settings for settings in guidance.counters}
        for camera in self.cameras:
            camera.configure(given.get(camera.number))

    @property
    def _guidance_file(self) -> Path:
        return self.home / "guidance.json"

    def _signalled(self, signal: Signal) -> None:
        for camera in self.cameras:
            if camera.settings is not None and camera.settings.counter == signal.counter:
                camera.signal(signal)

    def _health(self, sequence: int) -> Health:
        reports = (camera.health() for camera in self.cameras)
        return Health(
            sequence=sequence,
            at=self.clock.now(),
            agent=_version(),
            detector=self._versions.detector,
            expression=self._versions.expression,
            sources=tuple(report for report in reports if report is not None),
            spooled=self.spool.depth(),
            spool_dropped=self.spool.number("dropped"),
            refused=self.spool.number("refused"),
            disk_free_mb=shutil.disk_usage(self.home).free // 2**20,
        )

    def _close_cut_off_visits(self) -> None:
        """The last run was killed within these visits: they end where it last saw them."""
        self.spool.add(
            [
                VisitClosed(
                    sequence=UNNUMBERED,
                    counter=known.counter,
                    visit=known.visit,
                    opened=known.opened,
                    at=known.seen,
                )
                for known in self.spool.open_visits()
            ]
        )


def _only_one(home: Path) -> IO[str]:
    """Hold the folder for this process, until it ends however it ends."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = (home / "agent.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise AlreadyRunning(home) from None
    return file


def _version() -> str:
    try:
        return version("motcua")
    except PackageNotFoundError:
        return ""
