"""`kill -9` between any two steps of the last button at the counter: all of it, or nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from motcua.citizens.models import PaperUse
from motcua.dossiers.models import Dossier, Event
from motcua.dossiers.rules import State
from motcua.messaging.models import Message
from motcua.reception.models import Intake
from motcua.reception.receiving import services
from tests.citizens.factories import paper_of
from tests.dossiers.factories import Centre

STEPS = 6


def begun(centre: Centre) -> Intake:
    """A filing with a paper that is used again, ready for the last button."""
    values = {"actor": centre.officer, "intake_id": None}
    intake = services.start(
        actor=centre.officer, unit_id=centre.unit.pk, citizen_id=centre.citizen.pk
    )
    values["intake_id"] = intake.pk
    services.choose(**values, version_id=centre.version.pk)
    held = paper_of(centre.citizen, centre.unit, name="Tờ khai")
    return services.use_held(**values, order=1, paper_id=held.pk, via="spoken")


@pytest.mark.outage
@pytest.mark.django_db(transaction=True)
def test_killed_at_any_step_a_filing_is_whole_or_as_it_was(settings: Any) -> None:
    centre = Centre()
    intakes = [begun(centre) for _ in range(STEPS)]
    database = connection.settings_dict
    ended = subprocess.run(
        [sys.executable, "-m", "tests.reception.killed", str(centre.officer.person.pk),
         *(str(intake.pk) for intake in intakes)],
        env={
            **os.environ,
            "DATABASE_URL": f"postgresql://{database['USER']}@/{database['NAME']}"
            f"?host={quote(str(database['HOST']), safe='')}",
            "PYTHONPATH": os.pathsep.join(sys.path),
            "MOTCUA_FIELD_KEY": settings.FIELD_KEY,
            "MOTCUA_SECRET_KEY": settings.SECRET_KEY,
        },
        capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    killed = [line.rpartition(" ")[2] for line in ended.stdout.splitlines()]
    assert killed == ["9"] * STEPS, (ended.stdout, ended.stderr[-2000:])

    # Only the filing that had been committed is there, and it is there with everything.
    whole = Dossier.objects.get()
    assert (whole.subject, whole.state) == ("after the commit", State.RECEIVED)
    assert Intake.objects.exclude(dossier=None).get() == intakes[-1]
    assert PaperUse.objects.get().used_for == whole.code
    assert Event.objects.count() == 2
    assert Message.objects.count() == 1

    # The officer presses again, everywhere: one dossier each, and no number was skipped.
    for intake in intakes:
        services.finish(
            actor=centre.officer, intake_id=intake.pk, filing={}, ending=services.Ending()
        )
    numbers = sorted(int(code.rpartition("-")[2]) for code in codes())
    assert numbers == list(range(1, STEPS + 1))
    assert sorted(PaperUse.objects.values_list("used_for", flat=True)) == sorted(codes())


def codes() -> list[str]:
    return list(Dossier.objects.values_list("code", flat=True))
