"""Finishes one filing per step of the work, and is killed at that step.

    python -m tests.reception.killed OFFICER_ID INTAKE_ID…

Django is loaded once; every step runs in a child of its own, which dies by SIGKILL.
"""

from __future__ import annotations

import sys

import django

django.setup()

from motcua.dossiers import services as dossiers  # noqa: E402
from motcua.organisation.models import Person  # noqa: E402
from motcua.organisation.permissions import Actor  # noqa: E402
from motcua.reception.models import Intake  # noqa: E402
from motcua.reception.receiving import services  # noqa: E402
from tests.killing import die, each_step, then_die  # noqa: E402

STEPS = (
    "before it is filed",
    "between filing and reuse",
    "between reuse and receipt",
    "between receipt and link",
    "between link and commit",
    "after the commit",
)


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
    intakes = dict(zip(STEPS, sys.argv[2:], strict=True))
    each_step(STEPS, lambda step: run(step, officer_id, intakes[step]))


if __name__ == "__main__":
    main()
