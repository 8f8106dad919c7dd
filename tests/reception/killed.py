"""Finishes one filing per step of the work, and is killed at that step.

    python -m tests.reception.killed OFFICER_ID INTAKE_ID…

Django is loaded once; every step runs in a child of its own, which dies by SIGKILL.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django

django.setup()

from motcua.dossiers import services as dossiers  # noqa: E402
from motcua.organisation.models import Person  # noqa: E402
from motcua.organisation.permissions import Actor  # noqa: E402
from motcua.reception.models import Intake  # noqa: E402
from motcua.reception.receiving import services  # noqa: E402

STEPS = (
    "before it is filed",
    "between filing and reuse",
    "between reuse and receipt",
    "between receipt and link",
    "between link and commit",
    "after the commit",
)


def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def then_die(act: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(*args: Any, **values: Any) -> None:
        act(*args, **values)
        die()

    return wrapped


def arrange(step: str) -> None:
    """Put the end of this process at the step."""
    if step == "before it is filed":
        dossiers.submit = die
    elif step == "between filing and reuse":
        dossiers.submit = then_die(dossiers.submit)
    elif step == "between reuse and receipt":
        services.papers.reuse = then_die(services.papers.reuse)
    elif step == "between receipt and link":
        dossiers.receive = then_die(dossiers.receive)
    elif step == "between link and commit":
        Intake.save = then_die(Intake.save)  # type: ignore[method-assign]


def run(step: str, officer_id: int, intake_id: str) -> None:
    arrange(step)
    officer = Actor.of(Person.objects.get(pk=officer_id))
    services.finish(
        actor=officer, intake_id=intake_id, filing={"subject": step}, ending=services.Ending()
    )
    die()


def main() -> None:
    officer_id = int(sys.argv[1])
    for step, intake_id in zip(STEPS, sys.argv[2:], strict=True):
        child = os.fork()
        if child == 0:
            try:
                run(step, officer_id, intake_id)
            finally:
                os._exit(3)  # reached only when the step was never reached
        _, status = os.waitpid(child, 0)
        print(step, os.WTERMSIG(status) if os.WIFSIGNALED(status) else f"exit {status}")


if __name__ == "__main__":
    main()
