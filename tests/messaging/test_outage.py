"""A real worker, a real SMSC, and either of them dying: once each, and nobody forgotten."""

from __future__ import annotations

import os
import random
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import connection

from motcua.messaging.models import Message
from motcua.messaging.rules import State
from tests.messaging.conftest import eventually
from tests.messaging.factories import number_of, queued, smpp_account
from tests.peers.smsc import Accept, Drop, Smsc, Submit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.outage]

SETTLED = {State.HANDED_OVER, State.DELIVERED, State.UNCERTAIN}


class Worker:
    """The job engine in a process of its own, on the test's database."""

    def start(self) -> None:
        chosen = connection.settings_dict
        url = f"postgresql://{chosen['USER']}@/{chosen['NAME']}?host={chosen['HOST']}"
        command = ["-m", "motcua.config.manage", "procrastinate", "worker", "--concurrency", "8"]
        self._process = subprocess.Popen(
            [sys.executable, *command],
            env={**os.environ, "DATABASE_URL": url, "MOTCUA_LOG_LEVEL": "ERROR"},
            stderr=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(5)

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()


@pytest.fixture
def worker(smsc: Smsc) -> Iterator[Worker]:
    smpp_account(smsc.port, timeout_seconds=2)
    running = Worker()
    running.start()
    smsc.wait_bound(30)
    yield running
    running.stop()


def states() -> Counter[str]:
    return Counter(Message.objects.values_list("state", flat=True))


def settled() -> bool:
    return set(states()) <= SETTLED


def test_an_urgent_message_is_at_the_smsc_within_half_a_second(smsc: Smsc, worker: Worker) -> None:
    took = []
    for _ in range(30):
        began = time.monotonic()
        message = queued()
        eventually(lambda m=message: smsc.texts_to(number_of(m)), 10)  # type: ignore[misc]
        took.append(smsc.taken[-1].at - began)
    print(f"queued to SMSC: median {statistics.median(took):.3f} s, worst {max(took):.3f} s")
    assert statistics.median(took) <= 0.5
    assert max(took) <= 2.0


def test_messages_queued_while_the_smsc_is_away_arrive_once_when_it_is_back(
    smsc: Smsc, worker: Worker
) -> None:
    smsc.stop()
    waiting = []
    until = time.monotonic() + 10
    while time.monotonic() < until:
        waiting.append(queued())
        time.sleep(0.5)
    assert smsc.taken == []
    smsc.start()
    eventually(settled, 60)
    assert [len(smsc.texts_to(number_of(message))) for message in waiting] == [1] * len(waiting)
    assert states().keys() == {State.HANDED_OVER}


def test_links_that_break_while_texts_are_on_their_way_double_none(
    smsc: Smsc, worker: Worker
) -> None:
    """Half of the breaks happen after the SMSC took the text; from here both look the same."""
    chance = random.Random(2026)

    def unreliable(submit: Submit) -> Accept | Drop:
        drawn = chance.random()
        if drawn < 0.1:
            return Accept(drop=True)
        return Drop() if drawn < 0.2 else Accept()

    smsc.react = unreliable
    sent = [queued() for _ in range(40)]
    eventually(settled, 60)
    smsc.react = lambda submit: Accept()
    for message in sent:
        message.refresh_from_db()
        rang = len(smsc.texts_to(number_of(message)))
        assert rang <= 1
        assert rang == 1 or message.state == State.UNCERTAIN


def test_a_worker_killed_at_random_moments_loses_nothing_and_doubles_nothing(
    smsc: Smsc, worker: Worker
) -> None:
    smsc.react = lambda submit: Accept(delay=random.random() * 0.3)
    sent = []
    for _ in range(4):
        sent += [queued() for _ in range(12)]
        time.sleep(0.2 + random.random())
        worker.kill()
        worker.start()
        smsc.wait_bound(30)
    eventually(settled, 120)
    rang = {message.pk: len(smsc.texts_to(number_of(message))) for message in sent}
    assert max(rang.values()) == 1
    for message in sent:
        message.refresh_from_db()
        assert rang[message.pk] == 1 or message.state == State.UNCERTAIN
    # Receipts settle those whose answer died with the worker.
    for submit in smsc.taken:
        smsc.send_receipt(submit)
    eventually(
        lambda: states()[State.DELIVERED] == sum(rang.values()),
        30,
    )
