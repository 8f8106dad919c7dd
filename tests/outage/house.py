"""Real processes to kill: a PostgreSQL of our own, the centre's server, and an agent."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from motcua_edge import identity
from tests.peers.proxy import Proxy

ROOT = Path(__file__).parents[2]
COUNTERS = 2

KEEP_DATABASE = """
import time
from motcua.config.embedded_postgres import ensure_database
print(ensure_database(), flush=True)
while True:
    time.sleep(60)
"""
FURNISH = """
import json
from motcua.config import env
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0, interactive=False)
from tests.factories import CounterFactory, UnitFactory, person_with
from motcua.organisation import devices
from motcua.organisation.permissions import SYSTEM
from motcua.organisation.rules import Role
unit = UnitFactory()
person_with(Role.CENTRE_LEADER, unit)
counters = [CounterFactory(unit=unit, number=n + 1) for n in range(%d)]
waiting = devices.create(
    actor=SYSTEM, unit_id=unit.pk, kind="camera", name="Camera thử", counters=counters
)
"""
TELL = """
print(json.dumps({"code": waiting.code}))
"""


def wait_for(true: Callable[[], Any], seconds: float, what: str) -> None:
    limit = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError, psycopg.Error):
            if true():
                return
        if time.monotonic() > limit:
            raise AssertionError(f"{what} did not come about within {seconds:.0f} s")
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Found:
    """What lies on both sides at the end."""

    readings: int
    irritations: int
    visits: int
    missing: dict[str, int]
    incidents: int
    incident_signs: int
    summed_seconds: int
    refused: int

    @property
    def lost(self) -> int:
        return sum(self.missing.values())


@dataclass
class House:
    """Started by `stand`; every part may be killed and started again."""

    home: Path
    port: int = field(default_factory=free_port)
    database_url: str = ""
    furnish: str = FURNISH % COUNTERS
    _database: subprocess.Popen[str] | None = None
    _server: subprocess.Popen[bytes] | None = None
    _agent: subprocess.Popen[bytes] | None = None
    proxy: Proxy | None = None

    def stand(self) -> None:
        self.start_database()
        found = self._run(self.furnish + TELL)
        self.start_server()
        self.proxy = Proxy(self.port)
        direct = identity.enrol(server=f"http://127.0.0.1:{self.port}", code=found["code"])
        identity.save(
            self.agent_home,
            identity.Identity(
                f"http://127.0.0.1:{self.proxy.port}", direct.token, direct.device, direct.unit
            ),
        )
        self.start_agent()

    @property
    def agent_home(self) -> Path:
        return self.home / "agent"

    def start_database(self) -> None:
        environment = self._environment()
        environment.pop("DATABASE_URL", None)
        self._database = subprocess.Popen(
            [sys.executable, "-c", KEEP_DATABASE],
            env=environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._database.stdout is not None
        self.database_url = self._database.stdout.readline().strip()
        assert self.database_url, "the embedded PostgreSQL did not start"

    def crash_database(self) -> None:
        """As if the machine of the database lost its power."""
        assert self._database is not None
        self._database.kill()
        self._database.wait()
        pid = self._end_postmaster(signal.SIGQUIT)
        wait_for(lambda: not Path(f"/proc/{pid}").exists(), 60, "the end of the database")

    def _end_postmaster(self, how: signal.Signals) -> int:
        """Immediate (SIGQUIT) or fast (SIGINT) shutdown; returns its process id."""
        lock = self.home / "postgres" / "postmaster.pid"
        pid = int(lock.read_text().split()[0])
        os.kill(pid, how)
        return pid

    def start_server(self) -> None:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "motcua.config.cli", "serve", "--port", str(self.port)],
            env=self._environment(),
            cwd=ROOT,
        )
        wait_for(
            lambda: socket.create_connection(("127.0.0.1", self.port), 1).close() is None,
            90,
            "the server",
        )

    def kill_server(self) -> None:
        assert self._server is not None
        self._server.kill()
        self._server.wait()

    def start_agent(self) -> None:
        self._agent = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.outage.synthetic_agent",
                str(self.agent_home),
                str(COUNTERS),
            ],
            env=self._environment(),
            cwd=ROOT,
        )

    def kill_agent(self) -> None:
        assert self._agent is not None
        self._agent.kill()
        self._agent.wait()

    def settled_readings(self) -> int:
        """How many readings the centre has."""
        with psycopg.connect(self.database_url) as centre:
            row = centre.execute("SELECT count(*) FROM service_quality_reading").fetchone()
            assert row is not None
            return int(row[0])

    def settle(self, seconds: float = 90.0) -> Found:
        """Let the cameras stop, everything be delivered, and compare the two sides."""
        (self.agent_home / "pause").touch()
        depth = self.agent_home / "depth"
        time.sleep(1.5)
        wait_for(lambda: depth.read_text().strip() == "0", seconds, "an empty spool")
        return self._compare()

    def close(self) -> None:
        for process in (self._agent, self._server, self._database):
            if process is not None and process.poll() is None:
                process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(15)
                if process.poll() is None:
                    process.kill()
        # The process that keeps the database is ended too hard to end it itself.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            self._end_postmaster(signal.SIGINT)
        if self.proxy is not None:
            self.proxy.close()

    def _compare(self) -> Found:
        ledger: dict[str, set[str]] = {
            kind: set() for kind in ("reading", "irritation", "visit_opened", "visit_closed")
        }
        for line in (self.agent_home / "ledger").read_text().splitlines():
            kind, _, name = line.partition(" ")
            ledger[kind].add(name)
        with psycopg.connect(self.database_url) as centre:

            def names(query: str) -> set[str]:
                return {str(row[0]) for row in centre.execute(query)}

            def number(query: str) -> int:
                row = centre.execute(query).fetchone()
                assert row is not None
                return int(row[0] or 0)

            centre.execute("SET TIME ZONE 'UTC'")
            readings = {
                f"{counter} {taken_at.isoformat()}"
                for counter, taken_at in centre.execute(
                    "SELECT counter_id, taken_at FROM service_quality_reading"
                )
            }
            irritations = names("SELECT id FROM service_quality_irritation")
            visits = names("SELECT id FROM service_quality_visit")
            closed = names("SELECT id FROM service_quality_visit WHERE closed_at IS NOT NULL")
            return Found(
                readings=len(readings),
                irritations=len(irritations),
                visits=len(visits),
                missing={
                    "reading": len(ledger["reading"] - readings),
                    "irritation": len(ledger["irritation"] - irritations),
                    "visit_opened": len(ledger["visit_opened"] - visits),
                    "visit_closed": len(ledger["visit_closed"] - closed),
                },
                incidents=number("SELECT count(*) FROM service_quality_incident"),
                incident_signs=number(
                    "SELECT count(*) FROM service_quality_incidentevent WHERE key <> ''"
                ),
                summed_seconds=number("SELECT sum(seconds) FROM service_quality_dayrollup"),
                refused=number("SELECT count(*) FROM service_quality_refuseditem"),
            )

    def _run(self, program: str) -> Any:
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=self._environment(),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return json.loads(done.stdout.strip().splitlines()[-1])

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "MOTCUA_HOME": str(self.home),
            "DATABASE_URL": self.database_url,
            "DJANGO_SETTINGS_MODULE": "motcua.config.settings",
            "MOTCUA_DEMONSTRATION": "1",
            "MOTCUA_LOG_LEVEL": "CRITICAL",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }


@contextlib.contextmanager
def a_house(home: Path) -> Iterator[House]:
    house = House(home)
    try:
        house.stand()
        yield house
    finally:
        house.close()
