"""Suggestions: only by consent, each with its reason and source, put away for good."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from motcua.citizens.models import Citizen, Consent
from motcua.citizens.services import papers
from motcua.kernel.clock import today
from motcua.organisation.permissions import SYSTEM
from motcua.portal.services import suggesting
from motcua.portal.suggestions import (
    LINKED_BIRTH,
    RENEWALS,
    RULES,
    WARNED_BEFORE,
    Done,
    Lapsing,
    suggestions,
)
from motcua.procedures import demo
from motcua.procedures.services import take_over
from tests.citizens.factories import paper_of
from tests.factories import CityFactory

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
    assert bool(suggestions((), [paper], on=DAY)) == (0 <= days <= WARNED_BEFORE.days)


def test_every_rule_says_why_and_names_its_source_and_real_procedures() -> None:
    codes = {facts.code for facts in demo.shipped()}
    for rule in RULES:
        assert rule.why.strip()
        assert rule.source.strip()
        assert {*rule.offers, *rule.follows, *rule.unless} <= codes
    assert {code for code, _ in RENEWALS.values()} <= codes


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
