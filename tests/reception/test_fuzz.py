"""Whatever stands in whatever field while somebody is received, the page answers."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.dossiers import papers as forms
from motcua.dossiers.models import Dossier
from motcua.organisation.rules import Role
from motcua.reception.receiving import services
from tests.citizens.factories import paper_of
from tests.dossiers.factories import Centre, procedure_of
from tests.typed import typed

pytestmark = pytest.mark.django_db

PERSON = [
    "unit", "full_name", "personal_number", "birth", "sex", "address", "phone", "email",
    "override_reason", "ma-the",
]  # fmt: skip
FILING = [
    "nhan", "subject", "applicant_note", "copies", "unit_competent_id", "return_way",
    "return_unit_id", "although_incomplete", "promised_at", "promise_reason", "giay-to",
]  # fmt: skip
GOOD = {"copies": "1", "return_way": "counter", "giay-to": "1", "nhan": "du"}


def drawn(data: st.DataObject, names: list[str]) -> dict[str, Any]:
    """Good values in some fields, anything in others, nothing in the rest."""
    sent: dict[str, Any] = {}
    for name in names:
        if name in GOOD and data.draw(st.booleans(), f"{name} is good"):
            sent[name] = GOOD[name]
        elif data.draw(st.booleans(), f"{name} is sent"):
            sent[name] = data.draw(typed, name)
    return sent


@settings(max_examples=25)
@given(data=st.data())
def test_no_field_of_receiving_breaks_a_page(data: st.DataObject) -> None:
    centre, other = Centre(), Centre()
    assert other.unit.active
    client = Client(raise_request_exception=True)
    client.force_login(centre.people[Role.OFFICER])
    unknown_time = data.draw(st.booleans(), "the catalogue knows no time")
    version = procedure_of(centre.field, kind="", amount=None) if unknown_time else centre.version
    held = paper_of(centre.citizen, centre.unit, name="Tờ khai")
    intake = services.start(
        actor=centre.officer, unit_id=centre.unit.pk, citizen_id=centre.citizen.pk
    )
    services.choose(actor=centre.officer, intake_id=intake.pk, version_id=version.pk)

    def address(name: str, *more: Any) -> str:
        return reverse(f"reception:{name}", args=[intake.pk, *more])

    file = SimpleUploadedFile("x" * 300, data.draw(st.binary(max_size=60), "file"))
    posts: dict[str, tuple[list[str], dict[str, Any]]] = {
        reverse("reception:receive"): (PERSON, {"unit": centre.unit.pk}),
        address("intake_choose"): (["phien-ban"], {}),
        address("intake_save"): (FILING, {}),
        address("intake_attach", 1): ([], {"tep": file}),
        address("intake_attach", 2**31): ([], {"tep": file}),
        address("intake_use", 1): (["giay", "dong-y"], {"giay": held.pk}),
        address("intake_detach", 1): ([], {}),
        address("intake_finish"): (FILING, {}),
    }
    where = data.draw(st.sampled_from(sorted(posts)), "address")
    names, fixed = posts[where]
    answer = client.post(where, {**fixed, **drawn(data, names)})
    assert answer.status_code in {200, 302, 403, 404, 422}
    page = client.get(address("intake"))
    assert page.status_code == 200
    assert "<script>alert(1)" not in page.content.decode()
    for dossier in Dossier.objects.filter(unit_received=centre.unit):
        assert client.get(dossier.get_absolute_url()).status_code == 200
        for each in forms.papers_of(dossier):
            assert forms.make(dossier, each.slug).startswith(b"%PDF-")


@settings(max_examples=10)
@given(data=st.data())
def test_no_query_of_receiving_breaks_a_page(data: st.DataObject) -> None:
    centre = Centre()
    client = Client(raise_request_exception=True)
    client.force_login(centre.people[Role.OFFICER])
    intake = services.start(
        actor=centre.officer, unit_id=centre.unit.pk, citizen_id=centre.citizen.pk
    )
    queries = {
        reverse("reception:receive"): ["nguoi"],
        reverse("reception:intake", args=[intake.pk]): ["doi"],
        reverse("reception:intake_choose", args=[intake.pk]): ["q"],
        reverse("reception:intake", args=[uuid.uuid4()]): ["doi"],
    }
    where = data.draw(st.sampled_from(sorted(queries)), "address")
    answer = client.get(where, drawn(data, queries[where]))
    assert answer.status_code in {200, 302, 404}
