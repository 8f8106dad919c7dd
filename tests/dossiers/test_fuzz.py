"""Whatever stands in whatever field of an act, the page answers, and what it kept can be shown."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.dossiers import papers, services
from motcua.dossiers.models import Dossier
from motcua.dossiers.rules import ACTS, TRANSITIONS, Act, State
from motcua.dossiers.views.act_forms import FORMS
from motcua.organisation.rules import Role
from tests.dossiers.factories import ITEM, WHY, Centre, procedure_of
from tests.typed import typed

pytestmark = pytest.mark.django_db

FILES = st.binary(max_size=60).map(lambda content: SimpleUploadedFile("x.pdf", content))
REFUSALS = {302, 409, 422}


def dossier_in(centre: Centre, state: State) -> Dossier:
    """One that stands there by way of real acts."""
    if state is State.SUBMITTED:
        # Without a time in the catalogue, so that the form asks for the day as well.
        unknown = procedure_of(centre.field, kind="", amount=None)
        return centre.filed(version_id=unknown.pk)
    if state is State.FORWARDED:
        return Centre(field=centre.field).received(unit_competent_id=centre.unit.pk)
    if state is State.SUPPLEMENT:
        asked = centre.received()
        return services.ask_supplement(actor=centre.officer, dossier_id=asked.pk, items=[ITEM])
    if state is State.PAUSED:
        held = centre.processing()
        return services.pause(actor=centre.specialist, dossier_id=held.pk, reason=WHY)
    makers = {
        State.RECEIVED: centre.received,
        State.PROCESSING: centre.processing,
        State.PROPOSED: centre.proposed,
        State.APPROVED: centre.approved,
        State.ISSUED: centre.issued,
    }
    return makers[state]()


def states_of(act: Act) -> list[State]:
    return [state for state, acts in TRANSITIONS.items() if act in acts]


@pytest.mark.parametrize("act", sorted(FORMS), ids=str)
@settings(max_examples=5)
@given(data=st.data())
def test_no_field_of_any_act_breaks_its_page(act: Act, data: st.DataObject) -> None:
    centre = Centre()
    dossier = dossier_in(centre, states_of(act)[0])
    role = data.draw(st.sampled_from(sorted(ACTS[act].roles)), "role")
    person = centre.people[role]
    client = Client(raise_request_exception=True)
    client.force_login(person)
    form = FORMS[act](dossier=dossier, person=person, prefix=act)
    sent: dict[str, Any] = {}
    for name in form.fields:
        values = FILES if name == "file" else typed
        if name == "revision":
            values = st.just(str(dossier.revision)) | typed
        if data.draw(st.booleans(), f"{name} is sent"):
            sent[form.add_prefix(name)] = data.draw(values, name)
    if data.draw(st.booleans(), "a leader is asked"):
        sent |= {"de-nghi": "1", "vi-sao": data.draw(typed, "vi-sao")}
    answer = client.post(reverse("dossiers:act", args=[dossier.code, act]), sent)
    assert answer.status_code in {*REFUSALS, 403}
    assert "<script>alert(1)" not in answer.content.decode()
    if answer.status_code == 302:
        # What was kept can be shown and printed.
        now = Dossier.objects.get(pk=dossier.pk)
        page = client.get(now.get_absolute_url())
        assert page.status_code == 200
        assert "<script>alert(1)" not in page.content.decode()
        for each in papers.papers_of(now):
            assert papers.make(now, each.slug).startswith(b"%PDF-")


@settings(max_examples=20)
@given(data=st.data())
def test_no_field_of_money_decisions_lists_and_addresses_breaks_a_page(
    data: st.DataObject,
) -> None:
    centre = Centre()
    dossier = centre.processing()
    payment = services.take_fee(
        actor=centre.officer,
        dossier_id=dossier.pk,
        fee_id=services.quotes(dossier)[0].fee_id,
    )
    asked = services.ask_leader(
        actor=centre.specialist,
        dossier_id=dossier.pk,
        act=Act.STOP,
        reason=WHY,
        content={"reason": WHY},
    )
    posts = {
        reverse("dossiers:take_fee", args=[dossier.code]): [
            "thu-fee_id", "thu-quantity", "thu-amount", "thu-exemption", "thu-source",
        ],
        reverse("dossiers:cancel_receipt", args=[payment.pk]): ["ly-do"],
        reverse("dossiers:decide", args=[asked.pk]): ["tra-loi", "ly-do"],
        reverse("dossiers:hand_over"): ["ho_so", "to_person_id", "note"],
    }  # fmt: skip
    gets = {
        reverse("dossiers:work"): ["hang", "sau"],
        reverse("dossiers:search"): ["tim", "sau"],
        reverse("dossiers:register"): [
            "don_vi", "tu", "den", "trang_thai", "cach_nop", "thu_tuc", "sau", "in",
        ],
        reverse("dossiers:receipts"): ["don_vi", "tu", "den", "sau"],
        reverse("dossiers:hand_over"): ["don_vi", "tu_ai"],
        reverse("dossiers:dossier", args=[dossier.code]): ["hang", "sau"],
    }  # fmt: skip
    client = Client(raise_request_exception=True)
    client.force_login(centre.people[data.draw(st.sampled_from(sorted(centre.people)), "role")])
    method, addresses = data.draw(st.sampled_from([("post", posts), ("get", gets)]), "method")
    address = data.draw(st.sampled_from(sorted(addresses)), "address")
    sent = {
        name: data.draw(typed, name)
        for name in addresses[address]
        if data.draw(st.booleans(), f"{name} is sent")
    }
    answer = getattr(client, method)(address, sent)
    assert answer.status_code in {200, 302, 403, 404, 409, 422}


@settings(max_examples=10)
@given(code=typed)
def test_no_code_in_an_address_breaks_a_page(code: str) -> None:
    client = Client(raise_request_exception=True)
    client.force_login(Centre().people[Role.OFFICER])
    for rest in ("/", "/tiep-nhan.pdf"):
        answer = client.get(f"/ho-so/{quote(code, safe='')}{rest}")
        assert answer.status_code in {302, 404}
