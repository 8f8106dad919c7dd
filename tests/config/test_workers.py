"""Alerts have a worker of their own: real workers, one of them held up by a long job."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.db.models import Max
from procrastinate.contrib.django.models import ProcrastinateWorker

from motcua.messaging.models import Message
from motcua.messaging.rules import State
from motcua.messaging.services import Recipient
from tests.factories import PersonFactory
from tests.messaging.conftest import eventually
from tests.messaging.factories import provider_account, queued

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.outage]

GOOD = Recipient(phone="+84901234567")
SILENT = "+84900000003"
"""A number of the demonstration phone that keeps its worker until the provider's time-out."""


def newest() -> int:
    found = ProcrastinateWorker.objects.aggregate(newest=Max("id"))["newest"]
    return int(found or 0)


@contextmanager
def worker(*options: str) -> Iterator[None]:
    """`motcua worker` on the test's database, from when it fetches jobs."""
    chosen = connection.settings_dict
    url = f"postgresql://{chosen['USER']}@/{chosen['NAME']}?host={chosen['HOST']}"
    before = newest()
    running = subprocess.Popen(
        [sys.executable, "-m", "motcua.config.cli", "worker", *options],
        env={**os.environ, "DATABASE_URL": url, "MOTCUA_LOG_LEVEL": "ERROR"},
    )
    try:
        eventually(lambda: newest() > before, 60)
        yield
    finally:
        # Its long job need not be waited for.
        running.kill()
        running.wait(10)


@pytest.fixture
def ordinary() -> Iterator[None]:
    """A worker that does one job at a time."""
    with worker("--concurrency", "1"):
        yield


@pytest.fixture
def urgent() -> Iterator[None]:
    with worker("--queue", "urgent", "--concurrency", "4"):
        yield


def state_of(message: Message) -> State:
    message.refresh_from_db()
    return State(message.state)


def test_an_urgent_message_goes_out_while_the_ordinary_worker_is_held_up(
    ordinary: None, urgent: None
) -> None:
    provider_account("demo", timeout_seconds=40)
    # To staff, whom quiet hours do not concern: this story is told at any hour.
    silent = Recipient(phone=SILENT, person_id=PersonFactory().pk)
    long = queued(urgent=False, recipient=silent)
    eventually(lambda: state_of(long) is State.SENDING, 30)
    alert = queued(urgent=True, recipient=GOOD)
    eventually(lambda: state_of(alert) is State.HANDED_OVER, 10)
    assert state_of(long) is State.SENDING


def test_the_worker_of_alerts_leaves_ordinary_messages_alone(urgent: None) -> None:
    provider_account("demo")
    ordinary_message = queued(urgent=False, recipient=GOOD)
    alert = queued(urgent=True, recipient=GOOD)
    eventually(lambda: state_of(alert) is State.HANDED_OVER, 30)
    assert state_of(ordinary_message) is State.QUEUED
