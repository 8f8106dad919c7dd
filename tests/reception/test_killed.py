"""`kill -9` between any two steps of the last button at the counter: all of it, or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from motcua.citizens.models import PaperUse
from motcua.dossiers.models import Dossier, Event
from motcua.dossiers.rules import State
from motcua.messaging.models import Message
from motcua.reception.models import Intake
from motcua.reception.receiving import services
from tests.citizens.factories import paper_of
from tests.dossiers.factories import Centre
from tests.killing import steps_reached
from tests.reception.killed import STEPS


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
    intakes = [begun(centre) for _ in STEPS]
    arguments = (centre.officer.person.pk, *(intake.pk for intake in intakes))
    assert steps_reached("tests.reception.killed", arguments, settings) == list(STEPS)

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
    assert numbers == list(range(1, len(STEPS) + 1))
    assert sorted(PaperUse.objects.values_list("used_for", flat=True)) == sorted(codes())


def codes() -> list[str]:
    return list(Dossier.objects.values_list("code", flat=True))
