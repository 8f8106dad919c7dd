"""What several tests of this room need."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from motcua.messaging.providers.smpp import pool
from tests.peers.smsc import Smsc


@pytest.fixture
def smsc() -> Iterator[Smsc]:
    """An SMSC, and no session of ours left over afterwards."""
    with Smsc() as peer:
        yield peer
        pool.close_all()


def eventually(check: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until something holds that another thread brings about."""
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, f"did not happen within {seconds} s"
        time.sleep(0.02)


def run_jobs(name: str) -> int:
    """Run the waiting jobs of this name here, and say how many there were."""
    waiting = ProcrastinateJob.objects.filter(status="todo", task_name=name).order_by("id")
    done = 0
    for job in list(waiting):
        app.tasks[name].func(**job.args)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job.pk])
        done += 1
    return done
