"""Suggestions: only by consent, each with its reason and source, put away for good."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from motcua.citizens.models import Citizen, Consent, HeldPaper
from motcua.citizens.services import papers
from motcua.kernel.clock import today
from motcua.organisation.permissions import SYSTEM
from motcua.organisation.rules import Role
from motcua.portal.services import suggesting
from motcua.portal.suggestions import (
    DEFAULTS,
    EVERY,
    LINKED_BIRTH,
    RENEWALS,
    RULES,
    TITLES,
    Basis,
    Done,
    Lapsing,
    suggestions,
)
from motcua.procedures import demo
from motcua.procedures.services import take_over
from tests.citizens.factories import paper_of
from tests.dossiers.factories import Centre
from tests.factories import CityFactory, person_with

DAY = dt.date(2026, 11, 23)
BORN = Done("1.001193", DAY, "H29.1-261120-0001")


def keys(*done: Done, on: dt.date = DAY, dismissed: frozenset[str] = frozenset()) -> list[str]:
    found = suggestions(done, (), on=on, dismissed=dismissed)
    return [each.key.partition(":")[0] for each in found]


def test_a_birth_suggests_insurance_and_residence_for_a_while() -> None:
    assert keys(BORN) == ["birth-insurance", "birth-residence"]
    assert keys(BORN, on=DAY + dt.timedelta(days=61)) == ["birth-insurance"]
    assert keys(BORN, on=DAY + dt.timedelta(days=91)) == []
    assert keys(BORN, on=DAY - dt.timedelta(days=1)) == []


def test_what_was_done_already_is_not_suggested() -> None:
    assert keys(BORN, Done(LINKED_BIRTH, DAY, "H29.1-261123-0002")) == []


def test_a_suggestion_put_away_stays_away() -> None:
    first = suggestions([BORN], (), on=DAY)[0].key
    assert keys(BORN, dismissed=frozenset({first})) == ["birth-residence"]


@given(st.integers(-400, 400))
def test_a_paper_is_spoken_of_only_in_its_last_days(days: int) -> None:
    paper = Lapsing("x", "Giấy phép xây dựng số 12", DAY + dt.timedelta(days=days))
    assert bool(suggestions((), [paper], on=DAY)) == (
        0 <= days <= DEFAULTS["lapse-construction"].days
    )


def test_every_rule_says_why_and_names_its_source_and_real_procedures() -> None:
    names = {facts.code: facts.name for facts in demo.shipped()}
    for rule in RULES:
        assert rule.why.strip()
        assert rule.offers or rule.advice
        assert {*rule.offers, *rule.follows, *rule.unless} <= set(names)
    for renewal in RENEWALS:
        assert renewal.words in names[renewal.offers[0]].lower()
    assert len(DEFAULTS) == len(RULES) + len(RENEWALS)


@pytest.mark.parametrize("key", DEFAULTS)
def test_a_source_names_records_that_say_it_and_none_claims_a_text_that_nobody_compared(
    key: str,
) -> None:
    basis = DEFAULTS[key]
    facts = {each.code: each for each in demo.shipped()}
    named = re.findall(r"[0-9][.][0-9]{6}", basis.source)
    rule = next(each for each in EVERY if each.key == key)
    assert set(named) >= set(rule.offers)
    assert set(named) <= set(facts)
    assert not basis.certain
    if key == "birth-insurance":
        assert "Bảo hiểm xã hội cấp thẻ bảo hiểm y tế" in " ".join(facts[named[0]].steps)


def test_registering_a_birth_again_suggests_nothing_for_a_newborn() -> None:
    assert keys(Done("1.004884", DAY, "H29.1-261120-0003")) == []


def test_a_registered_birth_is_not_sent_to_the_procedure_that_registers_births() -> None:
    assert all(LINKED_BIRTH not in each.offers for each in suggestions([BORN], (), on=DAY))


def test_the_city_says_for_how_long_by_which_text_and_whether_at_all() -> None:
    longer = {**DEFAULTS, "birth-residence": Basis(365, "Văn bản thử")}
    later = DAY + dt.timedelta(days=200)
    found = suggestions([BORN], (), on=later, bases=longer)
    assert [each.basis.source for each in found] == ["Văn bản thử"]
    hidden = {key: Basis(365, "x", shown=False) for key in DEFAULTS}
    assert suggestions([BORN], (), on=DAY, bases=hidden) == []


@pytest.mark.django_db
def test_only_the_city_changes_a_basis_and_citizens_read_it(
    browser: Client, citizen: Citizen, centre: Centre
) -> None:
    take_over(facts=demo.shipped(), actor=SYSTEM)
    suggesting.give_consent(citizen=citizen, purpose="suggestions")
    paper = paper_of(citizen, CityFactory(), name="Giấy phép xây dựng")
    HeldPaper.objects.filter(pk=paper.pk).update(valid_until=today() + dt.timedelta(days=50))
    assert "Luật thử" not in browser.get("/cua-toi/").content.decode()
    path, said = (
        reverse("portal:change_basis", args=["lapse-construction"]),
        {
            "lapse-construction-days": "60",
            "lapse-construction-source": "Luật thử, Điều 1",
            "lapse-construction-certain": "on",
            "lapse-construction-shown": "on",
        },
    )
    staff = Client()
    staff.force_login(centre.people[Role.ADMINISTRATOR])
    assert staff.post(path, said).status_code in {403, 404}
    staff.force_login(person_with(Role.CITY, CityFactory()))
    page = reverse("portal:suggestion_bases")
    assert TITLES["birth-residence"] in staff.get(page).content.decode()
    bad = staff.post(path, {**said, "lapse-construction-source": " "})
    assert bad.status_code == 422
    assert "Ghi căn cứ" in bad.content.decode()
    assert staff.post(path, said).status_code == 302
    text = browser.get("/cua-toi/").content.decode()
    assert "Luật thử, Điều 1" in text
    assert "Chưa đối chiếu văn bản gốc" not in text
    assert staff.post(reverse("portal:change_basis", args=["khong-co"]), said).status_code == 404


@pytest.mark.django_db
def test_nothing_is_shown_without_consent_and_nothing_after_it_is_withdrawn(
    browser: Client, citizen: Citizen
) -> None:
    take_over(facts=demo.shipped(), actor=SYSTEM)
    paper = paper_of(citizen, CityFactory(), name="Giấy phép xây dựng")
    papers.set_validity(
        actor=SYSTEM,
        unit_id=paper.unit_id,
        paper_id=paper.pk,
        valid_from=None,
        valid_until=today() + dt.timedelta(days=9),
    )
    assert "sắp hết giá trị" not in browser.get("/cua-toi/").content.decode()
    browser.post(reverse("portal:consent"), {"purpose": "suggestions"})
    text = browser.get("/cua-toi/").content.decode()
    for part in ("sắp hết giá trị", "Vì sao hiện điều này", "Gia hạn giấy phép xây dựng", "Nguồn"):
        assert part in text
    key = suggesting.of(citizen)[0].suggestion.key
    browser.post(reverse("portal:dismiss"), {"key": key})
    assert suggesting.of(citizen) == []
    browser.post(reverse("portal:withdraw_consent", args=[Consent.objects.get().pk]))
    assert "Đồng ý nhận gợi ý" in browser.get("/cua-toi/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("purpose", ["", "news", "gi-do", "\0"])
def test_only_purposes_that_are_asked_for_can_be_agreed_to(browser: Client, purpose: str) -> None:
    browser.post(reverse("portal:consent"), {"purpose": purpose})
    assert not Consent.objects.exists()
