"""Papers used again: only good ones, with the person's consent, and never twice for one dossier."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from motcua.citizens import selectors
from motcua.citizens.errors import NotReusable, NotValid
from motcua.citizens.models import Citizen, Consent, HeldPaper, PaperUse
from motcua.citizens.rules import PaperFacts, PaperState, Purpose, why_not_reusable
from motcua.citizens.services import consents, papers
from motcua.kernel.clock import today
from motcua.organisation.models import Unit
from motcua.organisation.permissions import SYSTEM
from tests.citizens.factories import citizen_at, paper_of, pdf
from tests.factories import UnitFactory

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def held() -> tuple[Unit, Citizen, HeldPaper]:
    unit = UnitFactory()
    citizen = citizen_at(unit)
    return unit, citizen, paper_of(citizen, unit)


def use(unit: Unit, paper: HeldPaper, dossier: str = "H29.1-261123-0001") -> PaperUse:
    return papers.reuse(
        actor=SYSTEM, unit_id=unit.pk, paper_id=paper.pk, used_for=dossier, consent_via="spoken"
    )


def test_a_held_paper_is_offered_for_what_means_the_same() -> None:
    _, citizen, paper = held()
    offers = papers.reusable(citizen.pk, today(), "Giấy chứng sinh do cơ sở y tế cấp")
    assert [offer.paper for offer in offers] == [paper]
    assert papers.reusable(citizen.pk, today(), "Giấy phép lái xe") == []


@pytest.mark.parametrize(
    ("name", "wanted", "alike"),
    [
        ("Giấy chứng sinh", "Giấy chứng sinh", True),
        ("giay chung sinh", "Giấy chứng sinh", True),
        ("Giấy chứng sinh", "Bản chính Giấy chứng sinh", True),
        ("Giấy xác nhận thông tin về cư trú", "Giấy tờ chứng minh nơi cư trú", False),
        ("Giấy chứng nhận kết hôn", "Giấy chứng sinh", False),
        ("Giấy chứng nhận quyền sử dụng đất", "Giấy chứng nhận kết hôn", False),
        ("Bản vẽ thiết kế xây dựng", "Đơn đề nghị cấp giấy phép xây dựng", False),
    ],
)
def test_likeness_tells_papers_apart(name: str, wanted: str, alike: bool) -> None:
    assert (selectors.likeness(name, wanted) >= selectors.ALIKE) is alike


@given(
    state=st.sampled_from(PaperState),
    replaced=st.booleans(),
    draft=st.booleans(),
    since=st.none() | st.dates(),
    until=st.none() | st.dates(),
    on=st.dates(),
)
def test_a_paper_is_usable_exactly_when_nothing_speaks_against_it(
    state: PaperState,
    replaced: bool,
    draft: bool,
    since: dt.date | None,
    until: dt.date | None,
    on: dt.date,
) -> None:
    reason = why_not_reusable(PaperFacts(state, replaced, draft, since, until), on)
    good = (
        state is PaperState.USABLE
        and not replaced
        and not draft
        and (since is None or since <= on)
        and (until is None or on <= until)
    )
    assert (reason == "") is good


@pytest.mark.parametrize(
    ("since", "until", "usable"),
    [(None, None, True), (0, 0, True), (1, None, False), (None, -1, False), (-5, 5, True)],
)
def test_offers_and_uses_follow_the_papers_days_both_included(
    since: int | None, until: int | None, usable: bool
) -> None:
    unit, citizen, paper = held()
    papers.set_validity(
        actor=SYSTEM,
        unit_id=unit.pk,
        paper_id=paper.pk,
        valid_from=None if since is None else today() + since * DAY,
        valid_until=None if until is None else today() + until * DAY,
    )
    assert bool(papers.reusable(citizen.pk, today())) is usable
    if usable:
        assert use(unit, paper).paper == paper
    else:
        with pytest.raises(NotReusable):
            use(unit, paper)


def test_using_a_paper_records_the_consent_once_a_dossier() -> None:
    unit, citizen, paper = held()
    first = use(unit, paper)
    assert use(unit, paper).pk == first.pk
    assert (first.consent.citizen, first.consent.paper) == (citizen, paper)
    assert first.consent.reference == first.used_for
    assert first.consent.purpose == Purpose.REUSE_PAPER
    second = use(unit, paper, "H29.1-261123-0002")
    assert second.consent.pk != first.consent.pk


def test_a_consent_given_in_general_covers_the_next_use_until_it_is_withdrawn() -> None:
    unit, citizen, paper = held()
    general = consents.give(
        actor=SYSTEM, unit_id=unit.pk, citizen_id=citizen.pk, purpose="reuse_paper", via="signed"
    )
    assert use(unit, paper).consent == general
    consents.withdraw(actor=SYSTEM, unit_id=unit.pk, consent_id=general.pk)
    assert use(unit, paper, "H29.1-261123-0002").consent != general
    assert PaperUse.objects.filter(consent=general).count() == 1


def test_consents_are_for_one_purpose_and_can_be_withdrawn() -> None:
    unit, citizen, _ = held()
    about = {"actor": SYSTEM, "unit_id": unit.pk, "citizen_id": citizen.pk}
    given_once = consents.give(**about, purpose="suggestions", via="spoken")
    assert consents.give(**about, purpose="suggestions", via="signed") == given_once
    assert selectors.agrees(citizen.pk, Purpose.SUGGESTIONS)
    assert not selectors.agrees(citizen.pk, Purpose.NEWS)
    with time_machine.travel("2026-12-01"):
        consents.withdraw(actor=SYSTEM, unit_id=unit.pk, consent_id=given_once.pk)
    assert not selectors.agrees(citizen.pk, Purpose.SUGGESTIONS)
    assert Consent.objects.get().withdrawn_at is not None
    with pytest.raises(NotValid):
        consents.give(**about, purpose="bán dữ liệu", via="spoken")


def test_the_database_refuses_to_change_or_remove_a_use() -> None:
    unit, _, paper = held()
    done = use(unit, paper)
    for act in (
        lambda: PaperUse.objects.filter(pk=done.pk).update(used_for="khác"),
        lambda: PaperUse.objects.filter(pk=done.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            act()


def test_another_unit_may_open_the_paper_once_the_person_agreed_there() -> None:
    _, citizen, paper = held()
    there = UnitFactory()
    citizen_at(there, personal_number=citizen.personal_number)
    assert list(selectors.papers_open_to([there.pk])) == []
    assert [o.paper for o in papers.reusable(citizen.pk, today())] == [paper]
    use(there, paper)
    assert list(selectors.papers_open_to([there.pk])) == [paper]


def test_a_replaced_paper_is_not_offered_unless_its_replacement_was_refused() -> None:
    unit, citizen, paper = held()
    again = papers.replace(
        actor=SYSTEM, unit_id=unit.pk, paper_id=paper.pk, content=b"?", file_name="hong"
    )
    assert [o.paper for o in papers.reusable(citizen.pk, today())] == [paper]
    third = papers.replace(
        actor=SYSTEM, unit_id=unit.pk, paper_id=again.pk, content=pdf(), file_name="tot.pdf"
    )
    assert third.state == "usable"
    assert [o.paper for o in papers.reusable(citizen.pk, today())] == [third]
