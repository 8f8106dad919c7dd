"""How many readings a second the centre takes in, beside its pages.

    DATABASE_URL=postgresql://…/motcua_bench python -m benchmarks.intake [--seconds 60]

fills an empty database with 168 units of ten counters and one camera computer each, serves it
with one real server process, and plays the computers: each sends a gzip batch of its ten
counters' readings every two seconds, as the agent does. Meanwhile a signed-in leader's board
is opened again and again. Everything runs on one machine, the players included; the processor
seconds of server, database and players are counted apart.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import gzip
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import httpx
import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")

UNITS, COUNTERS = 168, 10
PERIOD_SECONDS = 2.0
TICKS = os.sysconf("SC_CLK_TCK")
MOODS = ("ordinary",) * 7 + ("pleased",) * 2 + ("displeased",)


def prepare() -> tuple[list[tuple[str, list[int]]], str, int]:
    """Fill the database; returns tokens with their counters, a leader's cookie, their unit."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    from django.conf import settings
    from django.test import Client

    from motcua.organisation import devices
    from motcua.organisation.models import (
        Counter,
        Department,
        Device,
        Person,
        RoleAssignment,
        Unit,
    )
    from motcua.organisation.rules import Role
    from motcua.service_quality import partitions

    partitions.ensure_months()
    players = []
    for number in range(UNITS):
        unit, _ = Unit.objects.get_or_create(
            code=f"b{number:04d}",
            defaults={"name": f"Phường đo {number}", "kind": "ward", "active": True},
        )
        department, _ = Department.objects.get_or_create(
            unit=unit, name="Phòng đo", kind="professional"
        )
        counters = [
            Counter.objects.get_or_create(
                unit=unit, number=n + 1, defaults={"name": "Quầy đo", "department": department}
            )[0]
            for n in range(COUNTERS)
        ]
        device, _ = Device.objects.get_or_create(unit=unit, kind="camera", name="Camera đo")
        device.counters.set(counters)
        token = f"bench-{number}-{uuid.uuid4().hex}"
        device.token_hash = devices._hash("token", token)
        device.save()
        players.append((token, [counter.pk for counter in counters]))
    unit = Unit.objects.get(code="b0000")
    leader, _ = Person.objects.update_or_create(
        username="leader-bench", defaults={"full_name": "Lãnh đạo đo", "demonstration": True}
    )
    RoleAssignment.objects.get_or_create(person=leader, role=Role.CENTRE_LEADER, unit=unit)
    browser = Client()
    browser.force_login(leader)
    return players, browser.cookies[settings.SESSION_COOKIE_NAME].value, unit.pk


def serve(port: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "motcua.config.cli", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=os.environ | {"MOTCUA_LOG_LEVEL": "ERROR"})
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return server
        time.sleep(0.2)
    server.kill()
    raise SystemExit("the server did not start")


class Player:
    """One camera computer."""

    def __init__(self, port: int, token: str, counters: list[int]) -> None:
        self.port, self.counters = port, counters
        self.head = (
            "POST /api/device/v1/batches HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
            "Content-Encoding: gzip\r\nContent-Length: "
        )
        self.line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.sequence = 0
        self.visits = {counter: str(uuid.uuid4()) for counter in counters}
        self.moods = dict.fromkeys(counters, "ordinary")

    def body(self, moment: dt.datetime) -> bytes:
        """Two seconds of ten counters; a mood changes every twenty seconds on average."""
        items = []
        for second in range(int(PERIOD_SECONDS)):
            at = (moment - dt.timedelta(seconds=second)).isoformat()
            for counter in self.counters:
                self.sequence += 1
                if random.random() < 0.05:
                    self.moods[counter] = random.choice(MOODS)
                items.append(
                    f'{{"kind":"reading","sequence":{self.sequence},"counter":{counter},'
                    f'"at":"{at}","visit":"{self.visits[counter]}","present":true,'
                    '"irritated":false,"good_view":0.8,"problem":null,"expressions":{'
                    '"neutral":0.712,"happiness":0.131,"surprise":0.02,"sadness":0.04,'
                    '"anger":0.033,"disgust":0.012,"fear":0.008,"contempt":0.044},'
                    f'"pleasant":0.131,"negative":0.052,"mood":"{self.moods[counter]}"}}'
                )
        body = (
            f'{{"schema_version":1,"sent_at":"{moment.isoformat()}","signals_after":0,'
            f'"items":[{",".join(items)}]}}'
        )
        return gzip.compress(body.encode(), 1)

    async def post(self, body: bytes) -> tuple[int, bytes]:
        """HTTP by hand: a client library would cost more than the server."""
        if self.line is None:
            self.line = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.line
        writer.write(f"{self.head}{len(body)}\r\n\r\n".encode() + body)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
        return int(head.split()[1]), await reader.readexactly(length)

    async def play(self, until: float, start: float, tally: Tally) -> None:
        await asyncio.sleep(start)
        due = time.monotonic()
        while time.monotonic() < until:
            body = self.body(dt.datetime.now(dt.UTC))
            began = time.monotonic()
            try:
                status, answer = await asyncio.wait_for(self.post(body), 30)
            except (OSError, asyncio.IncompleteReadError, TimeoutError):
                self.line = None
                status, answer = 0, b""
            tally.answers.append(time.monotonic() - began)
            if status == 200:
                tally.accepted += json.loads(answer)["accepted"]
            else:
                tally.refused[status] = tally.refused.get(status, 0) + 1
            due += PERIOD_SECONDS
            await asyncio.sleep(max(0.0, due - time.monotonic()))


class Tally:
    """What the players saw."""

    def __init__(self) -> None:
        self.accepted = 0
        self.answers: list[float] = []
        self.pages: list[float] = []
        self.refused: dict[int, int] = {}
        """Batches not taken, by HTTP status; 0 is a lost connection."""


async def browse(address: str, path: str, cookie: str, until: float, tally: Tally) -> None:
    """A leader who opens the board twice a second."""
    async with httpx.AsyncClient(base_url=address, cookies={"sessionid": cookie}) as client:
        while time.monotonic() < until:
            began = time.monotonic()
            response = await client.get(path, timeout=30)
            response.raise_for_status()
            tally.pages.append(time.monotonic() - began)
            await asyncio.sleep(max(0.0, 0.5 - (time.monotonic() - began)))


async def play(
    port: int, players: list[tuple[str, list[int]]], cookie: str, page: str, seconds: float
) -> Tally:
    tally = Tally()
    until = time.monotonic() + seconds
    everybody = [
        Player(port, token, counters).play(until, PERIOD_SECONDS * index / len(players), tally)
        for index, (token, counters) in enumerate(players)
    ]
    await asyncio.gather(*everybody, browse(f"http://127.0.0.1:{port}", page, cookie, until, tally))
    return tally


def processor_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def database_pids(connection: psycopg.Connection[Any]) -> list[int]:
    """Backends of this database and the helpers that write for them."""
    found = connection.execute(
        "SELECT pid FROM pg_stat_activity WHERE (datname = current_database() "
        "OR backend_type IN ('walwriter', 'checkpointer', 'background writer')) "
        "AND pid <> pg_backend_pid()"
    )
    return [pid for (pid,) in found]


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    options = parser.parse_args()
    if not os.environ.get("DATABASE_URL"):
        raise SystemExit("name an empty database by DATABASE_URL")
    players, cookie, unit = prepare()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = serve(port)
    connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    try:
        asyncio.run(play(port, players, cookie, f"/bang/{unit}/", 6.0))
        before = {pid: processor_seconds(pid) for pid in database_pids(connection)}
        server_before, own_before = processor_seconds(server.pid), time.process_time()
        began = time.monotonic()
        tally = asyncio.run(play(port, players, cookie, f"/bang/{unit}/", options.seconds))
        wall = time.monotonic() - began
        database = sum(
            processor_seconds(pid) - before.get(pid, 0.0) for pid in database_pids(connection)
        )
        result = {
            "readings_per_second": round(tally.accepted / wall),
            "offered_per_second": round(UNITS * COUNTERS),
            "batches": len(tally.answers),
            "refused": tally.refused,
            "answer_ms": {
                "median": round(statistics.median(tally.answers) * 1000, 1),
                "p95": round(percentile(tally.answers, 0.95) * 1000, 1),
                "p99": round(percentile(tally.answers, 0.99) * 1000, 1),
            },
            "board_ms": {
                "count": len(tally.pages),
                "median": round(statistics.median(tally.pages) * 1000, 1),
                "p95": round(percentile(tally.pages, 0.95) * 1000, 1),
            },
            "cores": {
                "server": round((processor_seconds(server.pid) - server_before) / wall, 2),
                "database": round(database / wall, 2),
                "players": round((time.process_time() - own_before) / wall, 2),
            },
            "load_average": os.getloadavg(),
            "cpus": os.cpu_count(),
        }
        print(json.dumps(result, indent=2))
    finally:
        server.terminate()
        server.wait(15)
        connection.close()


if __name__ == "__main__":
    main()
