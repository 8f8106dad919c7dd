"""A helper sees one draft, read-only, as long as the citizen wishes; only counts are kept."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from motcua.citizens.models import Citizen
from motcua.kernel.models import AuditEntry
from motcua.organisation.models import Person
from motcua.organisation.permissions import Actor, Forbidden
from motcua.organisation.rules import Role
from motcua.portal.errors import NotFound, TooMany
from motcua.portal.models import Draft, HelpSession
from motcua.portal.rules import HELP_LIMIT
from motcua.portal.services import drafts, helping
from tests.dossiers.factories import Centre
from tests.factories import UnitFactory, person_with

pytestmark = pytest.mark.django_db
DESK = "/huong-dan/"


@pytest.fixture
def helper(centre: Centre) -> Person:
    return centre.people[Role.HELPER]


@pytest.fixture
def desk(helper: Person) -> Client:
    client = Client()
    client.force_login(helper)
    return client


def code_of(browser: Client, draft: Draft) -> str:
    text = browser.post(reverse("portal:open_help", args=[draft.public_id])).content.decode()
    found = re.search(r'help-code num">([0-9]{3} [0-9]{3})<', text)
    assert found is not None
    return found[1]


def joined(browser: Client, desk: Client, draft: Draft) -> str:
    answer = desk.post(DESK, {"code": code_of(browser, draft)})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_a_helper_sees_the_draft_and_what_lacks_but_no_name_number_or_file(
    browser: Client, desk: Client, draft: Draft, citizen: Citizen
) -> None:
    drafts.save(
        citizen=citizen, public_id=draft.public_id, typed={"subject": "Khai sinh"}, unit=None
    )
    text = desk.get(joined(browser, desk, draft)).content.decode()
    for part in ("Khai sinh", "Chọn phường, xã", "Tờ khai", "N. T. Mẫu"):
        assert part in text
    for secret in (
        citizen.full_name,
        citizen.personal_number,
        "0990000900",
        citizen.phone,
        "/tep/",
    ):
        assert secret not in text
    assert (
        "Người hướng dẫn đang xem"
        in browser.get(reverse("portal:draft", args=[draft.public_id])).content.decode()
    )


def test_a_helper_changes_nothing(browser: Client, desk: Client, draft: Draft) -> None:
    joined(browser, desk, draft)
    for name in ("save", "submit", "drop", "stop_help"):
        answer = desk.post(reverse(f"portal:{name}", args=[draft.public_id]), {"subject": "x"})
        assert answer.status_code == 302
        assert "dang-nhap" in answer["Location"]
    draft.refresh_from_db()
    assert draft.subject == ""


def test_the_citizen_ends_it_and_the_helper_sees_nothing_more(
    browser: Client, desk: Client, draft: Draft
) -> None:
    page = joined(browser, desk, draft)
    browser.post(reverse("portal:stop_help", args=[draft.public_id]))
    text = desk.get(page).content.decode()
    assert "đã kết thúc" in text
    assert draft.version.name not in text
    assert desk.get(page, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_what_is_kept_is_procedure_minutes_and_outcome_and_nobody(
    browser: Client, desk: Client, draft: Draft, citizen: Citizen
) -> None:
    page = joined(browser, desk, draft)
    HelpSession.objects.update(joined_at=helping.now() - dt.timedelta(minutes=7))
    desk.post(f"{page}xong/", {"outcome": "goes_on"})
    kept = HelpSession.objects.get()
    assert (kept.draft, kept.minutes, kept.outcome) == (None, 7, "goes_on")
    assert kept.procedure == draft.version.procedure
    said = str(list(AuditEntry.objects.filter(action__startswith="portal.help").values()))
    assert str(citizen.public_id) not in said
    assert str(draft.public_id) not in said


def test_a_code_is_good_once_for_ten_minutes_and_for_one_draft(
    browser: Client, desk: Client, draft: Draft, centre: Centre
) -> None:
    first = code_of(browser, draft)
    second = code_of(browser, draft)
    assert desk.post(DESK, {"code": first}).status_code == (422 if first != second else 302)
    assert desk.post(DESK, {"code": second}).status_code == 302
    assert desk.post(DESK, {"code": second}).status_code == 422
    third = code_of(browser, draft)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=11)):
        client = Client()
        client.force_login(centre.people[Role.HELPER])
        assert client.post(DESK, {"code": third}).status_code == 422
        helping.close_old()
    assert not HelpSession.objects.filter(ended_at=None).exists()


def test_wrong_codes_are_stopped_and_on_the_record(helper: Person, centre: Centre) -> None:
    actor = Actor.of(helper)
    for turn in range(HELP_LIMIT.most):
        with pytest.raises(NotFound):
            helping.join(actor=actor, unit_id=centre.unit.pk, code=f"{turn:06d}")
    with pytest.raises(TooMany):
        helping.join(actor=actor, unit_id=centre.unit.pk, code="999999")
    assert AuditEntry.objects.filter(action="portal.help_refused").count() == HELP_LIMIT.most


def test_another_helper_sees_nothing_of_it(browser: Client, desk: Client, draft: Draft) -> None:
    page = joined(browser, desk, draft)
    other = Client()
    other.force_login(person_with(Role.HELPER, UnitFactory()))
    assert other.get(page).status_code == 404
    assert other.post(f"{page}xong/", {"outcome": "filed"}).status_code == 404
    assert Client().get(page).status_code == 302


def test_a_help_that_nobody_ended_is_ended_after_an_hour(
    browser: Client, desk: Client, draft: Draft
) -> None:
    joined(browser, desk, draft)
    HelpSession.objects.update(joined_at=helping.now() - dt.timedelta(minutes=61))
    assert helping.close_old() == 1
    assert HelpSession.objects.get().ended_by == "time"


def test_only_helpers_and_officers_help_in_their_own_unit(centre: Centre, client: Client) -> None:
    client.force_login(centre.people[Role.CLERK])
    assert client.get(DESK).status_code == 403
    with pytest.raises(Forbidden):
        helping.join(actor=centre.actor(Role.HELPER), unit_id=UnitFactory().pk, code="000000")


def test_a_help_on_the_same_screen_is_written_down_and_leaders_see_the_counts(
    desk: Client, centre: Centre, client: Client
) -> None:
    said = {"procedure": centre.version.procedure.code, "minutes": "12", "outcome": "filed"}
    for _ in range(5):
        assert desk.post(reverse("portal:same_screen"), said).status_code == 302
    assert desk.post(reverse("portal:same_screen"), {**said, "minutes": "0"}).status_code == 422
    client.force_login(centre.people[Role.CENTRE_LEADER])
    text = client.get(reverse("portal:help_figures")).content.decode()
    assert centre.version.name in text
    assert "5 lượt hỗ trợ" in text
    assert "12" in text
    client.force_login(person_with(Role.CENTRE_LEADER, UnitFactory()))
    assert centre.version.name not in client.get(reverse("portal:help_figures")).content.decode()
    assert desk.get(reverse("portal:help_figures")).status_code == 403
