"""From a procedure's public page into filing it, where it is filed online and a unit takes it."""

from __future__ import annotations

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from motcua.citizens.models import Citizen
from motcua.organisation.models import Counter, Unit
from motcua.portal.errors import NotValid
from motcua.portal.models import Draft
from motcua.portal.services import drafts
from motcua.procedures.models import ProcedureVersion
from tests.dossiers.factories import Centre
from tests.factories import UnitFactory

pytestmark = pytest.mark.django_db
BUTTON = "Nộp hồ sơ trực tuyến"


def page(client: Client, centre: Centre, **query: str) -> str:
    address = reverse("procedures:page", args=[centre.version.procedure.code])
    return client.get(address, query).content.decode()


def start(centre: Centre) -> str:
    return reverse("portal:begin", args=[centre.version.procedure.code])


def test_a_procedures_page_leads_into_filing_it(client: Client, centre: Centre) -> None:
    assert f'href="{start(centre)}"' in page(client, centre)
    chosen = page(client, centre, don_vi=centre.unit.code)
    assert f'href="{start(centre)}?don_vi={centre.unit.code}"' in chosen


@pytest.mark.parametrize("level", ["end_to_end", "partial", ""])
def test_a_level_that_is_partial_or_not_known_does_not_forbid_it(
    client: Client, centre: Centre, level: str
) -> None:
    ProcedureVersion.objects.filter(pk=centre.version.pk).update(online_level=level)
    assert BUTTON in page(client, centre)


def test_no_button_where_it_is_not_filed_online(client: Client, centre: Centre) -> None:
    ProcedureVersion.objects.filter(pk=centre.version.pk).update(online_level="none")
    assert BUTTON not in page(client, centre)


def test_no_button_for_a_version_that_is_still_to_come(client: Client, centre: Centre) -> None:
    coming = dt.date(2097, 3, 1)
    ProcedureVersion.objects.filter(pk=centre.version.pk).update(effective_from=coming)
    assert BUTTON not in page(client, centre)


@pytest.mark.parametrize("lack", ["no counter", "no code", "asleep"])
def test_no_button_and_no_draft_where_no_unit_takes_it(
    client: Client, citizen: Citizen, centre: Centre, lack: str
) -> None:
    code = centre.version.procedure.code
    if lack == "no counter":
        Counter.objects.all().update(active=False)
    else:
        change = {"agency_id": ""} if lack == "no code" else {"active": False}
        Unit.objects.filter(pk=centre.unit.pk).update(**change)
    assert BUTTON not in page(client, centre)
    with pytest.raises(NotValid):
        drafts.begin(citizen=citizen, code=code)


def test_who_is_not_signed_in_comes_back_to_the_procedure_they_chose(
    client: Client, centre: Centre
) -> None:
    answer = client.get(start(centre), {"don_vi": centre.unit.code})
    back = parse_qs(urlsplit(answer["Location"]).query)["next"][0]
    assert back == f"{start(centre)}?don_vi={centre.unit.code}"


def test_looking_begins_nothing_and_one_press_begins_in_the_chosen_unit(
    browser: Client, citizen: Citizen, centre: Centre
) -> None:
    text = browser.get(start(centre), {"don_vi": centre.unit.code}).content.decode()
    assert "Bắt đầu" in text
    assert not Draft.objects.exists()
    answer = browser.post(start(centre), {"don_vi": centre.unit.code})
    draft = Draft.objects.get(citizen=citizen)
    assert draft.unit == centre.unit
    there = reverse("portal:draft", args=[draft.public_id])
    assert answer["Location"] == there
    assert browser.get(start(centre))["Location"] == there, "a begun one is gone on with"


def test_a_unit_that_does_not_take_it_can_be_neither_carried_along_nor_chosen(
    browser: Client, centre: Centre
) -> None:
    other = UnitFactory(agency_id="H29.KHONG.NHAN")
    browser.post(start(centre), {"don_vi": other.code})
    draft = Draft.objects.get()
    assert draft.unit is None
    path = reverse("portal:draft", args=[draft.public_id])
    assert other.code not in browser.get(path).content.decode()
    browser.post(reverse("portal:save", args=[draft.public_id]), {"unit": other.code})
    draft.refresh_from_db()
    assert draft.unit is None


def test_the_list_of_procedures_offers_only_what_is_filed_online(
    browser: Client, centre: Centre
) -> None:
    path = reverse("portal:file") + "?tim=" + centre.version.name
    assert start(centre) in browser.get(path).content.decode()
    Counter.objects.all().update(active=False)
    assert start(centre) not in browser.get(path).content.decode()
