"""Which workers are alive and how far behind they are, as the database knows it.

The job engine's own table says that some worker lives, not whose jobs it runs.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import os
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass

from asgiref.sync import sync_to_async
from django.db import OperationalError, close_old_connections
from django.db.models import Max, Min, Q
from django.db.models.functions import Coalesce
from procrastinate.contrib.django.models import ProcrastinateJob

from motcua.kernel import queues
from motcua.kernel.clock import now
from motcua.kernel.models import WorkerBeat

log = logging.getLogger(__name__)

BEAT_SECONDS = 10.0
SILENT_AFTER = dt.timedelta(seconds=30)
"""Three beats; also when the engine gives a silent worker's jobs to another."""
FORGOTTEN_AFTER = dt.timedelta(days=7)


@dataclass(frozen=True)
class Standing:
    """How one kind of worker stands.

    Arguments:
        alive: workers heard of within `SILENT_AFTER`.
        seen_at: when the last of them was heard of; None when none ever ran.
        waiting: jobs that are due and that nobody has begun.
        oldest: how long the first of these has been due; zero when none waits.
    """

    alive: int
    seen_at: dt.datetime | None
    waiting: int
    oldest: dt.timedelta


def standing(queue: str) -> Standing:
    """How the workers of this queue stand; the empty queue is that of every other job."""
    at = now()
    beats = WorkerBeat.objects.filter(queue=queue)
    mine = Q(queue_name=queue) if queue else ~Q(queue_name=queues.URGENT)
    due = (
        ProcrastinateJob.objects.filter(mine, status="todo")
        .filter(Q(scheduled_at=None) | Q(scheduled_at__lte=at))
        .annotate(since=Coalesce("scheduled_at", Min("procrastinateevent__at")))
    )
    oldest = due.order_by("since").values_list("since", flat=True).first()
    return Standing(
        beats.filter(seen_at__gte=at - SILENT_AFTER).count(),
        beats.aggregate(last=Max("seen_at"))["last"],
        due.count(),
        at - oldest if oldest else dt.timedelta(),
    )


@contextlib.asynccontextmanager
async def beating(queue: str = "") -> AsyncIterator[None]:
    """Have this process known as a worker of the queue for as long as it runs."""
    beat = await sync_to_async(_begin)(queue)
    task = asyncio.create_task(_go_on(beat))
    try:
        yield
    finally:
        task.cancel()
        await sync_to_async(_end)(beat)


async def _go_on(beat: WorkerBeat) -> None:
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        await sync_to_async(_seen)(beat)


def _begin(queue: str) -> WorkerBeat:
    WorkerBeat.objects.filter(seen_at__lt=now() - FORGOTTEN_AFTER).delete()
    return WorkerBeat.objects.create(queue=queue, host=socket.gethostname(), process=os.getpid())


def _seen(beat: WorkerBeat) -> None:
    beat.seen_at = now()
    try:
        beat.save()  # also where a restored backup does not know it
    except OperationalError as lost:
        log.warning("the worker's beat did not reach the database: %s", lost)
    finally:
        close_old_connections()


def _end(beat: WorkerBeat) -> None:
    with contextlib.suppress(OperationalError):
        beat.delete()
