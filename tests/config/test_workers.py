"""Alerts have a worker of their own: real workers, held up by a long job or killed."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import time_machine
from django.db import connection
from django.db.models import Max
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateWorker

from motcua.config import check_workers
from motcua.kernel import queues, workers
from motcua.kernel.clock import now
from motcua.kernel.models import WorkerBeat
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
def worker(*options: str) -> Iterator[subprocess.Popen[bytes]]:
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
        yield running
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


@pytest.fixture
def no_jobs(transactional_db: None) -> None:
    """The job engine's tables are not Django's: what earlier tests left in them stays."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


def job(queue: str, **when: object) -> None:
    """Something that nobody does here: its queue may be told."""
    app.configure_task(
        "kernel.forget_live_events", queue=queue, queueing_lock=f"test {queue}", **when
    ).defer(timestamp=0)


def check_of(queue: str) -> tuple[bool, str, str]:
    """What `motcua check` says of the workers of this queue."""
    [kind] = [kind for kind in check_workers.KINDS if kind.queue == queue]
    standing = workers.standing(queue)
    return (
        check_workers.sound(kind, standing),
        check_workers.detail(standing),
        check_workers.remedy(kind, standing),
    )


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


def test_the_check_sees_a_worker_that_runs_and_one_that_ended_as_it_should() -> None:
    assert check_of("urgent")[1].startswith("chưa có tiến trình nào từng chạy")
    with worker("--queue", "urgent") as running:
        eventually(lambda: check_of("urgent")[0], 20)
        assert "1 tiến trình đang chạy, thấy lần cuối vừa xong" in check_of("urgent")[1]
        assert not check_of("")[0], "an urgent worker does no ordinary job"
        running.terminate()
        assert running.wait(20) == 0
    assert not check_of("urgent")[0]
    assert not WorkerBeat.objects.exists()


def test_the_check_sees_that_a_worker_was_killed_and_what_waits_since(
    monkeypatch: pytest.MonkeyPatch, no_jobs: None
) -> None:
    monkeypatch.setattr(workers, "SILENT_AFTER", dt.timedelta(seconds=12))
    with worker() as running:
        eventually(lambda: check_of("")[0], 20)
        assert not check_of("urgent")[0], "though it also does urgent jobs"
        first = WorkerBeat.objects.get().seen_at
        eventually(lambda: WorkerBeat.objects.get().seen_at > first, 20)
        assert check_of("")[0]
        running.kill()
        running.wait(10)
    job("default")
    job(queues.URGENT)
    eventually(lambda: not check_of("")[0], 20)
    for queue in ("", "urgent"):
        assert re.search(r"; \d+ việc chờ, lâu nhất \d+ giây$", check_of(queue)[1])
    assert "không còn chạy, thấy lần cuối" in check_of("")[1]
    assert check_of("")[2].startswith("Chạy: systemctl restart motcua-worker,")


def test_the_check_is_red_where_a_worker_lives_and_its_jobs_wait_all_the_same(
    no_jobs: None,
) -> None:
    WorkerBeat.objects.create(queue=queues.URGENT, host="may-thu", process=1)
    job(queues.URGENT)
    job("default")
    assert check_of(queues.URGENT)[0]
    later = dt.timedelta(seconds=61)
    with time_machine.travel(now() + later, tick=False):
        WorkerBeat.objects.update(seen_at=now())
        good, said, remedy = check_of(queues.URGENT)
    assert not good
    assert re.search(r"; 1 việc chờ, lâu nhất 1 phút \d+ giây$", said)
    assert remedy.startswith("Việc ứ lại dù có tiến trình chạy")


def test_a_job_that_is_not_due_yet_does_not_wait(no_jobs: None) -> None:
    job(queues.URGENT, schedule_in={"minutes": 5})
    assert workers.standing(queues.URGENT).waiting == 0
