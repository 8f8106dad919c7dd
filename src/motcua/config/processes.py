"""The long-running processes of the centre: the web server and the job workers."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence

from motcua.config.embedded_postgres import ensure_database

GRACE_SECONDS = 3
"""How long open requests and live pages may take when the server is told to stop."""


def prepare(*, migrate: bool = False) -> None:
    """Load Django and put static files where they are served from.

    Arguments:
        migrate: also bring the database to the code's state.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
    ensure_database()
    import django
    from django.core.management import call_command

    django.setup()
    if migrate:
        migrate_database()
    call_command("collectstatic", verbosity=0, interactive=False)


def migrate_database() -> None:
    """Bring the database to the code's state, however long an index of millions of rows takes: the
    limit on statements is meant for pages."""
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    call_command("migrate", verbosity=0, interactive=False)
    with connection.cursor() as cursor:
        cursor.execute("RESET statement_timeout")


def serve(*, host: str, port: int, workers: int) -> int:
    """Serve until told to stop.

    Arguments:
        host: address to listen on.
        port: TCP port, 1–65535.
        workers: number of server processes.
    """
    import uvicorn

    prepare()
    uvicorn.run(
        "motcua.config.asgi:application",
        host=host,
        port=port,
        workers=workers if workers > 1 else None,
        timeout_graceful_shutdown=GRACE_SECONDS,
        log_level="warning",
        proxy_headers=True,
        server_header=False,
    )
    return 0


def worker(*, concurrency: int, queues: Sequence[str] = ()) -> int:
    """Run jobs until told to stop; a job cut short is run again by another worker.

    Arguments:
        concurrency: jobs at a time; each takes a thread and at most one database connection.
        queues: the only queues whose jobs it runs; empty means all of them.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
    ensure_database()
    import django

    django.setup()
    asyncio.run(_work(concurrency, queues))
    return 0


async def _work(concurrency: int, queues: Sequence[str]) -> None:
    from procrastinate.app import WorkerOptions
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    from motcua.kernel import workers

    options: WorkerOptions = {
        "concurrency": concurrency,
        "shutdown_graceful_timeout": GRACE_SECONDS,
        "fetch_job_polling_interval": 5.0,
    }
    if queues:
        options["queues"] = queues
    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    with app.replace_connector(connector.get_worker_connector()) as running:
        async with running.open_async(), workers.beating(queues[0] if queues else ""):
            await running.run_worker_async(**options)
