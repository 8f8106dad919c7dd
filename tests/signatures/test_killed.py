"""`kill -9` between any two steps of signing: nothing is half signed, and doing it again works."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from motcua.organisation.permissions import Actor
from motcua.signatures import selectors, services
from motcua.signatures.models import SignedDocument
from motcua.signatures.verdicts import State
from tests.factories import UnitFactory
from tests.killing import steps_reached
from tests.signatures.factories import a_paper, office, trusted_root
from tests.signatures.killed import STEPS


@pytest.mark.outage
@pytest.mark.django_db(transaction=True)
def test_killed_at_any_step_a_document_has_all_its_signatures_or_is_not_signed(
    settings: Any, tmp_path: Path
) -> None:
    trusted_root()
    unit = UnitFactory()
    leader, clerk, signature, seal = office(unit)
    (tmp_path / "paper.pdf").write_bytes(a_paper())
    arguments = (signature.pk, seal.pk, unit.pk, tmp_path / "paper.pdf")
    assert steps_reached("tests.signatures.killed", arguments, settings) == list(STEPS)

    signed = {each.key: each for each in SignedDocument.objects.all()}
    assert set(signed) == {"after the commit"}
    for step in STEPS:
        done = services.sign_and_seal(
            signer=Actor.of(leader), sealer=Actor.of(clerk), unit_id=unit.pk, document=a_paper(),
            signer_id=signature.pk, seal_id=seal.pk, reason="Thử", key=step,
        )  # fmt: skip
        verdict = services.verify(done.document)
        assert verdict.state is State.VALID
        assert len(verdict.signatures) == 2
        assert selectors.signed_content(done.record) == done.document
    assert SignedDocument.objects.count() == len(STEPS)
    # No half-written file either: what lies aside has no name that a row could mean.
    for file in (tmp_path / "files").rglob("*.pdf"):
        assert services.verify(file.read_bytes()).state is State.VALID
