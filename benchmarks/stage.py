"""What every benchmark stands on: an empty house of its own, invented units, honest figures.

    with house() as home:
        units = furnish(units=168, counters=10)
        with serving() as port, working():
            ...

The database is `DATABASE_URL` if one is given, empty or left by an earlier run, or else an
embedded PostgreSQL in a temporary folder. Import nothing of the product before `house()` has begun.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

TICKS = os.sysconf("SC_CLK_TCK")
START_SECONDS = 120.0
STOP_SECONDS = 15.0


@dataclass(frozen=True)
class MeasuredUnit:
    """One invented unit.

    Arguments:
        counters: ids, in the order of their numbers.
        token: of its one camera computer, which serves all counters.
        leader: session cookie of the leader of its centre.
    """

    pk: int
    counters: list[int]
    token: str
    leader: str


@contextlib.contextmanager
def house() -> Iterator[Path]:
    """A product with nothing in it; yields its home folder, which goes when the process ends."""
    folder = tempfile.mkdtemp(prefix="motcua-bench-")
    # Registered before the embedded PostgreSQL registers its own end, this runs after it.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ |= {
        "MOTCUA_HOME": folder,
        "MOTCUA_REQUIRE_TOTP": "0",
        "MOTCUA_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "motcua.config.settings",
    }
    from motcua.config import processes

    processes.prepare(migrate=True)
    yield Path(folder)
    from django.db import connections

    connections.close_all()


def furnish(*, units: int, counters: int) -> list[MeasuredUnit]:
    """Wards with counters, one camera computer each, a leader of the centre and a head of the
    department in charge, both with phones. Those of an earlier run are taken as they are."""
    from django.db import transaction

    from motcua.service_quality import partitions

    partitions.ensure_months()
    with transaction.atomic():
        return [_unit(number, counters) for number in range(units)]


def _unit(number: int, counters: int) -> MeasuredUnit:
    from motcua.organisation import devices
    from motcua.organisation.models import Counter, Department, Device, Field, RoleAssignment, Unit
    from motcua.organisation.rules import Role

    unit, fresh = Unit.objects.get_or_create(
        code=f"b{number:04d}",
        defaults={"name": f"Phường đo {number}", "kind": "ward", "active": True},
    )
    if not fresh:
        return _again(unit)
    department = Department.objects.create(unit=unit, name="Phòng đo", kind="professional")
    field, _ = Field.objects.get_or_create(code="do", defaults={"name": "Lĩnh vực đo"})
    found = [
        Counter.objects.create(unit=unit, number=n + 1, name="Quầy đo", department=department)
        for n in range(counters)
    ]
    for counter in found:
        counter.fields.set([field])
    token = f"bench-{uuid.uuid4().hex}"
    device = Device.objects.create(
        unit=unit, kind="camera", name="Camera đo", token_hash=devices._hash("token", token)
    )
    device.counters.set(found)
    # Numbers that nobody has would not be given to the SMSC.
    leader = person(f"leader{number}", f"+8490{2 * number:07d}")
    head = person(f"head{number}", f"+8490{2 * number + 1:07d}")
    RoleAssignment.objects.create(person=leader, role=Role.CENTRE_LEADER, unit=unit)
    RoleAssignment.objects.create(
        person=head, role=Role.DEPARTMENT_HEAD, unit=unit, department=department
    )
    return MeasuredUnit(unit.pk, [counter.pk for counter in found], token, cookie_of(leader))


def _again(unit: Any) -> MeasuredUnit:
    from motcua.organisation import devices
    from motcua.organisation.models import Person

    token = f"bench-{uuid.uuid4().hex}"
    unit.devices.update(token_hash=devices._hash("token", token))
    counters = list(unit.counters.order_by("number").values_list("pk", flat=True))
    leader = Person.objects.get(username=f"leader{int(unit.code[1:])}")
    return MeasuredUnit(unit.pk, counters, token, cookie_of(leader))


def person(username: str, phone: str = "") -> Any:
    """Somebody who can be signed in here and holds no role yet."""
    from motcua.organisation.models import Person

    found, _ = Person.objects.get_or_create(
        username=username,
        defaults={"full_name": f"Người đo {username}", "phone": phone},
    )
    return found


def cookie_of(somebody: Any) -> str:
    """A session of this person, as their browser would send it."""
    from django.conf import settings
    from django.test import Client

    browser = Client()
    browser.force_login(somebody)
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def send_by_smpp(port: int) -> None:
    """One SMPP account for the whole city, at an SMSC of this machine."""
    from motcua.messaging.services.accounts import add_account
    from motcua.organisation.permissions import SYSTEM

    options = {
        "host": "127.0.0.1",
        "port": str(port),
        "system_id": "motcua",
        "password": "bi-mat",
        "sender": "TTPVHCC",
    }
    add_account(
        actor=SYSTEM, unit_id=None, kind="smpp", name="Tổng đài đo", rate=100, options=options
    )


def database() -> psycopg.Connection[Any]:
    """A connection beside Django's, for looking on."""
    return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextlib.contextmanager
def serving(port: int, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """`motcua serve`, ready to answer."""
    with _running("serve", "--port", str(port), *arguments) as server:
        limit = time.monotonic() + START_SECONDS
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if server.poll() is not None or time.monotonic() > limit:
                raise SystemExit("the server did not start")
            time.sleep(0.1)
        yield server


@contextlib.contextmanager
def working(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """`motcua worker`; ready when it listens for jobs."""
    with _running("worker", *arguments) as worker:
        yield worker


@contextlib.contextmanager
def _running(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-m", "motcua.config.cli", *command])
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Meter:
    """Processor seconds of our processes, and what others took of the machine meanwhile.

    Arguments:
        pids: process ids by the name under which their time is reported; children count too.
    """

    def __init__(self, connection: psycopg.Connection[Any], **pids: int) -> None:
        self._connection = connection
        self._pids = pids

    def start(self) -> None:
        self._began = time.monotonic()
        self._before = self._read()
        self._load = os.getloadavg()[0]

    def stop(self) -> None:
        after = self._read()
        self.wall = time.monotonic() - self._began
        self.seconds = {
            name: sum(spent - self._before[name].get(pid, 0.0) for pid, spent in of.items())
            for name, of in after.items()
        }
        self.others = self.seconds.pop("machine") - sum(self.seconds.values())
        self.load = (round(self._load, 1), round(os.getloadavg()[0], 1))

    def cores(self) -> dict[str, float]:
        return {name: round(spent / self.wall, 2) for name, spent in self.seconds.items()}

    def machine(self) -> dict[str, Any]:
        """What a reader needs to judge the figures."""
        return {
            "cpus": os.cpu_count(),
            "load_average_before_and_after": self.load,
            "cores_taken_by_others": round(max(0.0, self.others) / self.wall, 2),
        }

    def _read(self) -> dict[str, dict[int, float]]:
        found = {
            name: {each: processor_seconds(each) for each in [pid, *children_of(pid)]}
            for name, pid in self._pids.items()
        }
        found["database"] = {pid: processor_seconds(pid) for pid in self._backends()}
        found["players"] = {os.getpid(): time.process_time()}
        busy = Path("/proc/stat").read_text().split("\n", 1)[0].split()
        # user, nice, system, then idle and waiting for disks, interrupts, and other guests.
        spent = [int(field) for field in busy[1:9]]
        found["machine"] = {0: (sum(spent) - spent[3] - spent[4]) / TICKS}
        return found

    def _backends(self) -> list[int]:
        found = self._connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
            "OR backend_type IN ('walwriter', 'checkpointer', 'background writer', "
            "'io worker')"
        )
        return [pid for (pid,) in found]


def processor_seconds(pid: int) -> float:
    """User and system time of a process, 0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def children_of(pid: int) -> list[int]:
    """All processes below this one."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, task.read_text().split()):
                found += [child, *children_of(child)]
    return found


def percentile(values: list[float], share: float) -> float:
    """Nearest rank; 0 of nothing."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else 0.0


def milliseconds(values: list[float]) -> dict[str, float]:
    """Count, median, 95th and 99th percentile and the worst of durations in seconds."""
    shares = {"median": 0.5, "p95": 0.95, "p99": 0.99, "worst": 1.0}
    return {"count": len(values)} | {
        name: round(percentile(values, share) * 1000, 1) for name, share in shares.items()
    }


def show(result: dict[str, Any]) -> None:
    print(json.dumps(result, indent=2, ensure_ascii=False))
