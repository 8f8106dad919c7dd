"""`kill -9` at a chosen step of some work: a process of its own, and a child of it for each step.

In the process that is killed:

    def arrange(step): patch what comes at that step with `die` or `then_die`
    killing.each_step(STEPS, run)           # run(step) works in the child, and dies there

In the test: `killing.steps_reached("tests.room.killed", arguments, settings)` returns the steps at
which a child was killed; one whose step was never reached is missing.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from django.db import connection


def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def then_die(act: Callable[..., Any], at_call: int = 1) -> Callable[..., Any]:
    """The same, and death when its call of that number has returned."""
    calls = 0

    def wrapped(*args: Any, **values: Any) -> Any:
        nonlocal calls
        calls += 1
        done = act(*args, **values)
        if calls == at_call:
            die()
        return done

    return wrapped


def each_step(steps: Iterable[str], run: Callable[[str], None]) -> None:
    """Fork before each step; print the signal of which the child died."""
    for step in steps:
        # A child must not speak through its parent's connections.
        connection.close()
        connection.close_pool()
        child = os.fork()
        if child == 0:
            try:
                run(step)
            except BaseException:  # the child must end here, not in its parent's loop
                traceback.print_exc()
            os._exit(3)  # the step was never reached
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            print(step, flush=True)


def database_url() -> str:
    """The test's own database, for another process."""
    found = connection.settings_dict
    who = ":".join(quote(str(part), safe="") for part in (found["USER"], found["PASSWORD"]) if part)
    host = quote(str(found["HOST"]), safe="")
    return f"postgresql://{who}@/{found['NAME']}?host={host}&port={found['PORT'] or 5432}"


def steps_reached(module: str, arguments: Iterable[object], settings: Any) -> list[str]:
    """Run the module against this test's database, keys and files, and read what it printed."""
    location = settings.STORAGES["default"]["OPTIONS"]["location"]
    ended = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        env={
            **os.environ,
            "DATABASE_URL": database_url(),
            "PYTHONPATH": os.pathsep.join(sys.path),
            # Private files lie under the home, as in the settings of the product.
            "MOTCUA_HOME": str(location.parent),
            "MOTCUA_FIELD_KEY": settings.FIELD_KEY,
            "MOTCUA_SECRET_KEY": settings.SECRET_KEY,
        },
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    sys.stderr.write(ended.stderr)
    return ended.stdout.splitlines()
