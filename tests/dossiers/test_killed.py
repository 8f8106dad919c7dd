"""`kill -9` in the middle of an office's work: nothing lost, nothing twice, no number skipped."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from motcua.dossiers import services
from motcua.dossiers.models import Dossier, Event, Payment, Result
from motcua.dossiers.rules import State
from motcua.kernel.models import AuditEntry
from motcua.organisation.rules import Role
from tests.dossiers.factories import Centre
from tests.killing import database_url

pytestmark = [pytest.mark.outage, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).parents[2]
KILLS = 3


def office(centre: Centre, run: int) -> subprocess.Popen[str]:
    facts = {
        "run": run,
        "unit": centre.unit.pk,
        "version": centre.version.pk,
        "citizen": centre.citizen.pk,
        "fee": centre.version.fees.get(channel="counter").pk,
        "people": {
            role: centre.people[role].pk
            for role in (Role.OFFICER, Role.SPECIALIST, Role.COMMITTEE_LEADER, Role.CLERK)
        },
    }
    return subprocess.Popen(
        [sys.executable, "-m", "tests.dossiers.office_to_kill", json.dumps(facts)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_url(), "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_an_office_killed_again_and_again_leaves_whole_dossiers() -> None:
    centre = Centre()
    chance = random.Random(7)
    said: list[tuple[str, str]] = []
    for run in range(KILLS):
        process = office(centre, run)
        assert process.stdout is not None
        # Dies after so many committed acts, and a little: somewhere inside the next one.
        for _ in range(chance.randint(5, 14)):
            line = process.stdout.readline()
            assert line, "the office ended by itself"
            said.append(tuple(line.split()))  # type: ignore[arg-type]
        time.sleep(chance.random() * 0.05)
        process.kill()
        said += [tuple(line.split()) for line in process.stdout]  # type: ignore[misc]
        process.wait()
    _nothing_that_was_said_is_lost(said)
    _numbers_have_no_gap(centre)
    _rows_agree()
    _work_goes_on(centre)


def _nothing_that_was_said_is_lost(said: list[tuple[str, str]]) -> None:
    by_act = {"submit": "submit", "receive": "receive", "propose": "propose",
              "approve": "approve", "issue": "issue", "return": "return_result"}  # fmt: skip
    for act, code in said:
        found = Event.objects.filter(dossier__code=code)
        if act in by_act:
            assert found.filter(act=by_act[act]).count() == 1, (act, code)
        if act == "fee":
            assert Payment.objects.filter(dossier__code=code).count() == 1
        if act == "number":
            assert Result.objects.get(dossier__code=code).number is not None


def _numbers_have_no_gap(centre: Centre) -> None:
    codes = Dossier.objects.order_by("pk").values_list("code", flat=True)
    numbers = sorted(int(code.rpartition("-")[2]) for code in codes)
    assert numbers == list(range(1, len(numbers) + 1))
    receipts = sorted(Payment.objects.values_list("receipt_number", flat=True))
    assert receipts == list(range(1, len(receipts) + 1))
    results = sorted(Result.objects.exclude(number=None).values_list("number", flat=True))
    assert results == list(range(1, len(results) + 1))


def _rows_agree() -> None:
    for dossier in Dossier.objects.defer("search"):
        events = list(dossier.events.order_by("revision"))
        assert [event.revision for event in events] == list(range(dossier.revision + 1))
        assert events[-1].to_state == dossier.state
        told = AuditEntry.objects.filter(subject=f"dossier:{dossier.code}")
        acts = [event.act for event in events]
        assert sorted(each.action for each in told if each.action.split(".")[1] in acts) == sorted(
            f"dossier.{act}" for act in acts
        )
        result = dossier.results.first()
        signed = dossier.state in {State.APPROVED, State.ISSUED, State.COMPLETED}
        assert (result is not None and result.signed_at is not None) is signed
        issued = dossier.state in {State.ISSUED, State.COMPLETED}
        assert (result is not None and result.issued_at is not None) is issued


def _work_goes_on(centre: Centre) -> None:
    """Whatever was left half-way is finished by hand; a number that waited is used."""
    for dossier in Dossier.objects.filter(state=State.APPROVED):
        waiting = dossier.results.get().number
        services.issue(actor=centre.clerk, dossier_id=dossier.pk)
        assert waiting in {None, dossier.results.get().number}
    before = Dossier.objects.count()
    assert centre.filed().code.endswith(f"-{before + 1:04d}")
