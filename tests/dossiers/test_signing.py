"""A result signed and sealed: one file that holds, whoever is killed or quicker on the way."""

from __future__ import annotations

import datetime as dt
import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from motcua.citizens import selectors as held_papers
from motcua.citizens.errors import NotReady
from motcua.citizens.models import HeldPaper
from motcua.citizens.rules import Origin
from motcua.citizens.services import housekeeping, papers
from motcua.dossiers import services
from motcua.dossiers.errors import ChangedMeanwhile, DossierError, NotNow
from motcua.dossiers.models import Dossier, Result
from motcua.dossiers.rules import Act, State
from motcua.dossiers.services import results, signing
from motcua.kernel.clock import today
from motcua.organisation.permissions import Actor
from motcua.organisation.rules import Role
from motcua.signatures import services as signatures
from motcua.signatures.models import SigningIdentity
from motcua.signatures.verdicts import State as Verdict
from tests.dossiers.factories import Centre
from tests.dossiers.killed import COMMITTED, STEPS, do
from tests.dossiers.test_at_once import at_once
from tests.factories import actor_with, person_with
from tests.killing import steps_reached
from tests.signatures.factories import a_paper, agency_seal, person_key, trusted_root

pytestmark = pytest.mark.django_db(transaction=True)


class SigningCentre(Centre):
    """A centre whose leader has a key and whose clerk keeps a seal."""

    def __post_init__(self) -> None:
        super().__post_init__()
        trusted_root()
        person_key(self.people[Role.COMMITTEE_LEADER], self.unit)
        self.seal: SigningIdentity = agency_seal(self.unit)

    def drafted(self, **values: Any) -> Dossier:
        """Before the leader, with a draft to be signed."""
        dossier = self.processing(**values)
        draft = papers.store(
            actor=self.specialist,
            unit_id=self.unit.pk,
            content=a_paper(),
            file_name="du-thao.pdf",
            name="Giấy xác nhận",
            origin=Origin.DRAFT,
            citizen_id=self.citizen.pk,
            origin_reference=dossier.code,
        )
        return services.propose(
            actor=self.specialist,
            dossier_id=dossier.pk,
            title="Giấy xác nhận",
            symbol="GXN-UBND",
            held_id=draft.pk,
        )


def content(held: HeldPaper | None) -> bytes:
    assert held is not None
    with held.file.open("rb") as file:
        return bytes(file.read())


def files(settings: Any) -> set[Path]:
    """Bytes of papers that lie in the private storage."""
    folder = Path(settings.STORAGES["default"]["OPTIONS"]["location"]) / "papers"
    return {path for path in folder.rglob("*") if path.is_file()}


def without_row(settings: Any) -> set[Path]:
    known = {Path(paper.file.path) for paper in HeldPaper.objects.all()}
    return {path for path in files(settings) if path not in known}


@pytest.mark.outage
def test_killed_at_any_step_a_result_is_signed_sealed_and_returned_once(settings: Any) -> None:
    centre = SigningCentre()
    doers = {
        Act.APPROVE: centre.leader,
        Act.ISSUE: centre.clerk,
        Act.RETURN_RESULT: centre.officer,
    }
    dossiers = [centre.drafted() for _ in range(max(map(len, STEPS.values())))]
    for act, actor in doers.items():
        steps = dict(zip(STEPS[act], dossiers, strict=False))
        before = {step: Dossier.objects.get(pk=one.pk).state for step, one in steps.items()}
        assert actor.person is not None
        arguments = (act, actor.person.pk, centre.seal.pk, *(one.pk for one in steps.values()))
        assert steps_reached("tests.dossiers.killed", arguments, settings) == list(steps)
        for step, dossier in steps.items():
            now = Dossier.objects.get(pk=dossier.pk)
            assert (now.state != before[step]) is (step == COMMITTED), (act, step)
            _file_agrees(now)
        # Pressed again by the same person; who had got through is told so, and by whom.
        for dossier in dossiers:
            if Dossier.objects.get(pk=dossier.pk).state in before.values():
                do(act, actor, centre.seal.pk, dossier.pk)
            else:
                with pytest.raises(NotNow):
                    do(act, actor, centre.seal.pk, dossier.pk)

    for dossier in dossiers:
        _is_whole(dossier)
    numbers = Result.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, len(dossiers) + 1))
    _leftovers_have_no_row_and_are_removed(settings, kills=4)


def _file_agrees(dossier: Dossier) -> None:
    """Whatever moment it is, the dossier's file carries the signatures that its row says."""
    result = dossier.results.get()
    verdict = signatures.verify(content(result.file))
    expected = int(result.signed_digitally) + int(result.sealed_digitally)
    assert len(verdict.signatures) == expected
    assert (result.signed_at is not None) is result.signed_digitally
    assert (result.issued_at is not None) is result.sealed_digitally
    held = HeldPaper.objects.filter(origin_reference=dossier.code, superseded=False)
    assert held.get() == result.file


def _is_whole(dossier: Dossier) -> None:
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert dossier.state == State.COMPLETED
    result = dossier.results.get()
    verdict = signatures.verify(content(result.file))
    assert verdict.state is Verdict.VALID
    assert [each.state for each in verdict.signatures] == [Verdict.VALID, Verdict.VALID]
    assert result.full_number in verdict.signatures[1].reason
    held = HeldPaper.objects.filter(origin_reference=dossier.code)
    assert held.get(origin=Origin.RESULT) == result.file
    assert held.count() == 3, "the draft, the signed and the sealed file"
    acts = list(dossier.events.order_by("revision").values_list("act", flat=True))
    assert acts == ["submit", "receive", "take", "propose", "approve", "issue", "return_result"]
    assert dossier.hops.count() == len(acts)
    assert result.returned_to == "Người nộp"


def _leftovers_have_no_row_and_are_removed(settings: Any, *, kills: int) -> None:
    """Bytes written just before a kill belong to nothing; in two days they are gone."""
    lost = without_row(settings)
    assert len(lost) == 2 * kills, "of each act, those killed between bytes and commit"
    three_days_ago = time.time() - dt.timedelta(days=3).total_seconds()
    for path in lost:
        os.utime(path, (three_days_ago, three_days_ago))
    assert housekeeping.forget_files_without_row() == len(lost)
    assert without_row(settings) == set()


def test_of_two_leaders_who_sign_at_once_only_the_winner_leaves_a_signed_file(
    settings: Any,
) -> None:
    centre = SigningCentre()
    second = person_with(Role.COMMITTEE_LEADER, centre.unit)
    person_key(second, centre.unit)
    for _ in range(3):
        dossier = centre.drafted()
        outcomes = at_once(
            [
                lambda who=who, one=dossier: signing.sign_and_approve(
                    actor=who, dossier_id=one.pk, expected_version=one.revision
                )
                for who in (centre.leader, Actor.of(second))
            ]
        )
        (lost,) = [each for each in outcomes if isinstance(each, ChangedMeanwhile)]
        result = dossier.results.get()
        assert result.signed_by is not None
        assert result.signed_by.full_name in str(lost)
        (signature,) = signatures.verify(content(result.file)).signatures
        assert signature.signer == result.signed_by.full_name
        held = HeldPaper.objects.filter(origin_reference=dossier.code)
        assert held.count() == 2, "the draft and the winner's copy"
    assert without_row(settings) == set()


def test_of_two_clerks_who_seal_at_once_one_issues_and_no_number_is_lost(settings: Any) -> None:
    centre = SigningCentre()
    second = actor_with(Role.CLERK, centre.unit)
    for turn in range(1, 4):
        dossier = signing.sign_and_approve(actor=centre.leader, dossier_id=centre.drafted().pk)
        outcomes = at_once(
            [
                lambda who=who, one=dossier: signing.seal_and_issue(
                    actor=who,
                    dossier_id=one.pk,
                    seal_id=centre.seal.pk,
                    expected_version=one.revision,
                )
                for who in (centre.clerk, second)
            ]
        )
        assert sum(isinstance(each, DossierError) for each in outcomes) == 1
        result = dossier.results.get()
        assert result.number == turn
        assert len(signatures.verify(content(result.file)).signatures) == 2
    assert without_row(settings) == set()


def test_what_cannot_be_judged_now_is_not_signed_and_nothing_is_kept(settings: Any) -> None:
    centre = SigningCentre()
    dossier = centre.drafted()
    before = files(settings)
    settings.CLAMD = "127.0.0.1:1"
    with pytest.raises(NotReady, match="bấm lại sau"):
        signing.sign_and_approve(actor=centre.leader, dossier_id=dossier.pk)
    assert files(settings) == before
    assert Dossier.objects.get(pk=dossier.pk).state == State.PROPOSED


def test_a_made_document_is_not_kept_outside_of_an_act() -> None:
    centre = SigningCentre()
    with pytest.raises(transaction.TransactionManagementError):
        papers.store_made(
            actor=centre.leader,
            unit_id=centre.unit.pk,
            content=a_paper(),
            verdict=papers.judged(a_paper()),
            file_name="ket-qua.pdf",
            name="Kết quả",
            origin=Origin.RESULT,
            citizen_id=centre.citizen.pk,
            origin_reference="",
        )


def test_a_draft_is_no_paper_to_be_used_again_and_the_result_is() -> None:
    centre = SigningCentre()
    dossier = centre.drafted()
    assert held_papers.reusable(centre.citizen.pk, today(), "Giấy xác nhận") == []
    signing.sign_and_approve(actor=centre.leader, dossier_id=dossier.pk)
    assert held_papers.reusable(centre.citizen.pk, today(), "Giấy xác nhận") == []
    signing.seal_and_issue(actor=centre.clerk, dossier_id=dossier.pk, seal_id=centre.seal.pk)
    (offer,) = held_papers.reusable(centre.citizen.pk, today(), "Giấy xác nhận")
    result = results.current(dossier)
    assert result is not None
    assert offer.paper == result.file


def test_the_unit_that_returns_a_result_may_open_its_file() -> None:
    centre, other = SigningCentre(), Centre()
    dossier = centre.drafted(return_unit_id=other.unit.pk)
    dossier = signing.sign_and_approve(actor=centre.leader, dossier_id=dossier.pk)
    assert not held_papers.papers_open_to([other.unit.pk]).exists()
    signing.seal_and_issue(actor=centre.clerk, dossier_id=dossier.pk, seal_id=centre.seal.pk)
    assert held_papers.papers_open_to([other.unit.pk]).get().origin == Origin.RESULT
