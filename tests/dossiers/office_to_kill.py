"""A whole office in one process, going through dossier after dossier until it is killed.

    python -m tests.dossiers.office_to_kill '{"unit": 1, "version": 2, …}'

Each act is its own transaction, as at a counter. A line is printed after each act was committed.
"""

from __future__ import annotations

import json
import sys

import django

django.setup()

from motcua.dossiers import services  # noqa: E402
from motcua.dossiers.services import Tick  # noqa: E402
from motcua.organisation.models import Person  # noqa: E402
from motcua.organisation.permissions import Actor  # noqa: E402


def main() -> None:
    facts = json.loads(sys.argv[1])
    people = {name: Actor.of(Person.objects.get(pk=pk)) for name, pk in facts["people"].items()}
    turn = 0
    while True:
        turn += 1
        dossier = services.submit(
            actor=people["officer"],
            unit_id=facts["unit"],
            version_id=facts["version"],
            applicant_id=facts["citizen"],
            channel="counter",
            papers={1: Tick()},
            key=f"{facts['run']}:{turn}",
        )
        say("submit", dossier.code)
        pk = dossier.pk
        services.receive(actor=people["officer"], dossier_id=pk)
        say("receive", dossier.code)
        services.take_fee(actor=people["officer"], dossier_id=pk, fee_id=facts["fee"])
        say("fee", dossier.code)
        services.take(actor=people["specialist"], dossier_id=pk)
        services.propose(actor=people["specialist"], dossier_id=pk, title="Giấy", symbol="GXN")
        say("propose", dossier.code)
        services.approve(actor=people["committee_leader"], dossier_id=pk)
        say("approve", dossier.code)
        services.number(actor=people["clerk"], dossier_id=pk)
        say("number", dossier.code)
        services.issue(actor=people["clerk"], dossier_id=pk)
        say("issue", dossier.code)
        services.return_result(actor=people["officer"], dossier_id=pk, returned_to="Người nộp")
        say("return", dossier.code)


def say(act: str, code: str) -> None:
    print(act, code, flush=True)


if __name__ == "__main__":
    main()
