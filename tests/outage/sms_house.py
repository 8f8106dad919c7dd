"""A house that also sends: two workers, and an SMSC behind a line that can be cut.

Workers are started again when they end, as systemd does it. Afterwards what the SMSC took is
compared with the record: by person, incident and step.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.outage.house import ROOT, Found, House, wait_for
from tests.peers.proxy import Proxy
from tests.peers.smsc import Smsc, Submit

RESTART_SECONDS = 1.0
PROVIDER_TIMEOUT_SECONDS = 3
RECEIPT_SECONDS = 15.0

FURNISH_SENDING = """
from tests.messaging.factories import smpp_account
from motcua.organisation.models import Person, RoleAssignment
from tests.factories import PersonFactory
for counter in counters[1:]:
    counter.department = counters[0].department
    counter.save()
RoleAssignment.objects.create(
    person=PersonFactory(), role=Role.DEPARTMENT_HEAD, unit=unit, department=counters[0].department
)
# To invented numbers a real provider carries nothing.
for number, person in enumerate(Person.objects.all()):
    person.phone = f"+84901{number:06d}"
    person.save()
smpp_account(%d, timeout_seconds=%d)
"""


@dataclass(frozen=True)
class Sent:
    """The two sides of every message to a person about a step of an incident's alert.

    Arguments:
        twice: messages that a phone showed more than once.
        missing: messages that no phone showed though the record does not call them uncertain.
        doubtful: uncertain on the record; the stuck screen shows them.
        told_by_nobody: incidents of which no phone showed anything.
    """

    messages: int
    rang: int
    twice: int
    missing: int
    doubtful: int
    incidents: int
    told_by_nobody: int
    persons_of_first_steps: int
    same_person_and_step: int


@dataclass
class SmsHouse(House):
    """A `House` whose alerts go out."""

    smsc: Smsc = field(default_factory=Smsc)
    sms_line: Proxy | None = None
    _workers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _closing: threading.Event = field(default_factory=threading.Event)

    def stand(self) -> None:
        self.smsc.start()
        self.sms_line = Proxy(self.smsc.port)
        self.furnish += FURNISH_SENDING % (self.sms_line.port, PROVIDER_TIMEOUT_SECONDS)
        super().stand()
        for name, arguments in WORKERS.items():
            self._start_worker(name, arguments)
        threading.Thread(target=self._keep_workers, daemon=True).start()
        self.smsc.wait_bound(60)

    def kill_worker(self, name: str) -> None:
        """kill -9; somebody starts it again."""
        self._workers[name].kill()
        self._workers[name].wait()

    def settle(self, seconds: float = 120.0) -> Found:
        """As for readings, and until no message waits for a worker any more.

        What the SMSC took it then reports as delivered, as networks do in the end.
        """
        found = super().settle(seconds)
        reported: set[str] = set()

        def quiet() -> bool:
            fresh = [each for each in self.smsc.taken if each.reference not in reported]
            if fresh:
                self.smsc.wait_bound(60)
                silent = self._unacknowledged(fresh)
                reported.update(each.reference for each in fresh if each not in silent)
            return not self._in_motion() and not self._unreported()

        wait_for(quiet, seconds, "an end of sending and of receipts")
        return found

    def sent(self) -> Sent:
        """Compare the record with the phones."""
        rang: Counter[tuple[str, str]] = Counter()
        for number in {submit.to for submit in self.smsc.taken}:
            rang |= Counter((f"+{number}", text) for text in self.smsc.texts_to(number))
        with psycopg.connect(self.database_url) as centre:
            rows = centre.execute(
                "SELECT m.address, m.text, m.state, n.person_id, n.step_id, s.number, a.id "
                "FROM alerts_notice n JOIN alerts_step s ON s.id = n.step_id "
                "JOIN alerts_alert a ON a.id = s.alert_id "
                "JOIN messaging_message m ON m.key = n.message_key AND n.message_key <> ''"
            ).fetchall()
            incidents = {
                alert
                for (alert,) in centre.execute("SELECT alert_id FROM service_quality_incident")
            }
        counts = [(rang[address, text], state) for address, text, state, *_ in rows]
        told = {row[6] for row, (times, _) in zip(rows, counts, strict=True) if times}
        places = Counter((row[3], row[4]) for row in rows)
        return Sent(
            messages=len(rows),
            rang=sum(times > 0 for times, _ in counts),
            twice=sum(times > 1 for times, _ in counts),
            missing=sum(not times and state != "uncertain" for times, state in counts),
            doubtful=sum(state == "uncertain" for _, state in counts),
            incidents=len(incidents),
            told_by_nobody=len(incidents - told),
            persons_of_first_steps=sum(row[5] == 0 for row in rows),
            same_person_and_step=sum(count > 1 for count in places.values()),
        )

    def close(self) -> None:
        self._closing.set()
        for worker in self._workers.values():
            worker.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                worker.wait(10)
            if worker.poll() is None:
                worker.kill()
        super().close()
        if self.sms_line is not None:
            self.sms_line.close()
        self.smsc.stop()

    def _unacknowledged(self, reported: list[Submit]) -> list[Submit]:
        """Send receipts; returns those of which nobody said that they came."""
        before = len(self.smsc.acknowledged)
        asked = {self.smsc.send_receipt(submit): submit for submit in reported}
        with contextlib.suppress(AssertionError):
            wait_for(
                lambda: len(self.smsc.acknowledged) - before == len(reported),
                RECEIPT_SECONDS,
                "acknowledgements",
            )
        known = set(self.smsc.acknowledged[before:])
        return [submit for number, submit in asked.items() if number not in known]

    def _in_motion(self) -> int:
        return self._number(
            "SELECT count(*) FROM messaging_message WHERE state IN ('queued', 'sending')"
        )

    def _unreported(self) -> int:
        """Texts that a phone showed and the record does not know as delivered yet."""
        numbers = {submit.to for submit in self.smsc.taken}
        whole = sum(len(set(self.smsc.texts_to(number))) for number in numbers)
        return whole - self._number(
            "SELECT count(*) FROM messaging_message WHERE state = 'delivered'"
        )

    def _number(self, query: str) -> int:
        with psycopg.connect(self.database_url) as centre:
            row = centre.execute(query).fetchone()
            assert row is not None
            return int(row[0])

    def _start_worker(self, name: str, arguments: tuple[str, ...]) -> None:
        self._workers[name] = subprocess.Popen(
            [sys.executable, "-m", "motcua.config.cli", "worker", *arguments],
            env=self._environment(),
            cwd=ROOT,
        )

    def _keep_workers(self) -> None:
        while not self._closing.wait(RESTART_SECONDS):
            for name, arguments in WORKERS.items():
                if self._workers[name].poll() is not None and not self._closing.is_set():
                    self._start_worker(name, arguments)


WORKERS = {"urgent": ("--queue", "urgent", "--concurrency", "4"), "all": ()}


@contextlib.contextmanager
def an_sms_house(home: Path) -> Iterator[SmsHouse]:
    house = SmsHouse(home)
    try:
        house.stand()
        yield house
    finally:
        house.close()
