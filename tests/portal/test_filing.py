"""Filing online: typed, left, gone on with elsewhere, filed once; nobody else sees any of it."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from motcua.citizens.models import Citizen, Consent, HeldPaper, PaperUse
from motcua.citizens.services.common import make_known
from motcua.dossiers import services as dossiers
from motcua.dossiers.models import Dossier
from motcua.organisation.rules import Role
from motcua.portal import wanting
from motcua.portal.errors import NotValid
from motcua.portal.models import Draft
from motcua.portal.services import drafts
from motcua.procedures.models import ProcedureVersion
from tests.citizens.factories import citizen_at, paper_of, pdf
from tests.dossiers.factories import ITEM, Centre
from tests.factories import CityFactory
from tests.portal.conftest import browser_of

pytestmark = pytest.mark.django_db


def typed(centre: Centre, **values: str) -> dict[str, str]:
    return {
        "unit": centre.unit.code,
        "subject": "Khai sinh cho con",
        "phone": "0990000900",
        "return_way": "counter",
        **values,
    }


def at(name: str, draft: Draft, *more: int) -> str:
    return reverse(f"portal:{name}", args=[draft.public_id, *more])


def scan(content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile("to-khai.pdf", pdf() if content is None else content)


def complete(browser: Client, draft: Draft, centre: Centre) -> None:
    browser.post(at("draft_paper", draft, 1), {"file": scan()})
    browser.post(at("save", draft), typed(centre))


def test_what_is_typed_is_kept_and_gone_on_with_on_another_device(
    browser: Client, citizen: Citizen, draft: Draft, centre: Centre
) -> None:
    answer = browser.post(
        at("save", draft), typed(centre, phone="09"), headers={"HX-Request": "true"}
    )
    assert "Đã lưu lúc" in answer.content.decode()
    text = browser_of(citizen).get(at("draft", draft)).content.decode()
    assert "Khai sinh cho con" in text
    assert 'value="09"' in text


def test_beginning_again_goes_on_with_the_same_draft(
    browser: Client, draft: Draft, centre: Centre
) -> None:
    answer = browser.post(reverse("portal:begin", args=[centre.version.procedure.code]))
    assert answer["Location"] == at("draft", draft)


def test_a_procedure_that_is_not_online_cannot_be_begun(browser: Client, centre: Centre) -> None:
    ProcedureVersion.objects.filter(pk=centre.version.pk).update(online_level="none")
    answer = browser.post(reverse("portal:begin", args=[centre.version.procedure.code]))
    assert answer["Location"] == reverse("procedures:page", args=[centre.version.procedure.code])
    assert not Draft.objects.exists()


def test_what_lacks_is_named_on_top_and_nothing_is_lost(
    browser: Client, draft: Draft, centre: Centre
) -> None:
    answer = browser.post(at("submit", draft), typed(centre, unit="", phone="113"))
    text = answer.content.decode()
    assert answer.status_code == 422
    for part in ("Chọn phường, xã", "Nhập số di động", "Tờ khai", "Khai sinh cho con"):
        assert part in text
    assert not Dossier.objects.exists()


def test_filing_gives_a_code_papers_to_the_unit_and_one_dossier_however_often_it_is_sent(
    browser: Client, citizen: Citizen, draft: Draft, centre: Centre
) -> None:
    complete(browser, draft, centre)
    for _ in range(3):
        answer = browser.post(at("submit", draft), typed(centre))
        assert answer["Location"] == at("receipt", draft)
    dossier = Dossier.objects.get()
    assert dossier.channel == "online"
    assert dossier.applicant == citizen
    row = dossier.papers.get(order=1)
    assert row.ticked
    assert row.held is not None
    assert set(row.held.access.values_list("unit", flat=True)) >= {centre.unit.pk}
    assert dossier.code in browser.get(at("receipt", draft)).content.decode()
    assert dossiers.receive(actor=centre.officer, dossier_id=dossier.pk).promised_at


def test_a_filed_draft_cannot_be_changed(browser: Client, draft: Draft, centre: Centre) -> None:
    complete(browser, draft, centre)
    browser.post(at("submit", draft), typed(centre))
    assert browser.post(at("save", draft), typed(centre, subject="Khác")).status_code == 404
    assert browser.post(at("draft_paper", draft, 1), {"cach": "bo"}).status_code == 404
    assert browser.post(at("drop", draft)).status_code == 404
    assert browser.get(at("draft", draft)).status_code == 302


def test_a_held_paper_is_used_again_with_the_consent_that_the_press_is(
    browser: Client, citizen: Citizen, draft: Draft, centre: Centre
) -> None:
    held = paper_of(citizen, CityFactory(), name="Tờ khai")
    assert "Đồng ý dùng bản này" in browser.get(at("draft", draft)).content.decode()
    browser.post(at("draft_paper", draft, 1), {"cach": "luu", "giay": str(held.public_id)})
    assert not PaperUse.objects.exists()
    browser.post(at("submit", draft), typed(centre))
    use = PaperUse.objects.get()
    assert (use.paper, use.used_for) == (held, Dossier.objects.get().code)
    assert Consent.objects.get().given_via == "online"
    text = browser.get(reverse("portal:store")).content.decode()
    assert f"Dùng cho hồ sơ {use.used_for}" in text


def test_a_paper_may_be_brought_by_hand(browser: Client, draft: Draft, centre: Centre) -> None:
    browser.post(at("draft_paper", draft, 1), {"cach": "mang"})
    browser.post(at("submit", draft), typed(centre))
    assert not Dossier.objects.get().papers.get(order=1).ticked


def test_a_file_that_cannot_be_used_says_why_and_stops_the_filing(
    browser: Client, draft: Draft, centre: Centre
) -> None:
    browser.post(at("draft_paper", draft, 1), {"file": scan(b"MZ\x90\x00 khong phai giay to")})
    answer = browser.post(at("submit", draft), typed(centre))
    assert answer.status_code == 422
    assert "tệp chưa dùng được" in answer.content.decode()
    assert HeldPaper.objects.get().state == "refused"


def test_a_file_in_pieces_goes_on_where_it_broke_off_and_takes_its_place(
    browser: Client, citizen: Citizen, draft: Draft
) -> None:
    content = pdf(3)
    begun = browser.post(
        at("begin_upload", draft, 1), {"length": len(content), "file_name": "to-khai.pdf"}
    )
    url, half = begun["Location"], len(content) // 2
    kind = "application/offset+octet-stream"
    browser.patch(url, content[:half], kind, headers={"Upload-Offset": "0"})
    elsewhere = browser_of(citizen)
    assert elsewhere.head(url)["Upload-Offset"] == str(half)
    done = elsewhere.patch(url, content[half:], kind, headers={"Upload-Offset": str(half)})
    assert done["Paper"] == at("draft", draft)
    assert wanting.papers_wanted(draft)[0].settled
    stranger = browser_of(citizen_at(CityFactory()))
    assert stranger.head(url).status_code == 404


@pytest.mark.parametrize("length", ["", "-1", "0", "abc", "9" * 12, "9" * 40, "1.5", "²"])
def test_lengths_that_cannot_be_are_refused_in_words(
    browser: Client, draft: Draft, length: str
) -> None:
    answer = browser.post(at("begin_upload", draft, 1), {"length": length, "file_name": "a.pdf"})
    assert answer.status_code == 422
    assert answer.json()["reason"]


def test_nobody_reaches_another_citizens_things(
    citizen: Citizen, draft: Draft, centre: Centre, browser: Client
) -> None:
    complete(browser, draft, centre)
    dossier = drafts.submit(citizen=citizen, public_id=draft.public_id)
    paper = HeldPaper.objects.get()
    consent = Consent.objects.create(
        citizen=citizen, unit=centre.unit, purpose="news", given_via="online", recorded_by="x"
    )
    other = browser_of(citizen_at(CityFactory()))
    codes = ("own_dossier",)
    for path in [
        at("draft", draft),
        at("receipt", draft),
        reverse("portal:file_of_paper", args=[paper.public_id]),
        *(reverse(f"portal:{name}", args=[dossier.code]) for name in codes),
    ]:
        assert other.get(path).status_code == 404, path
        assert Client().get(path).status_code == 302, path
        assert browser.get(path).status_code in {200, 302}, path
    for path in [
        at("save", draft), at("submit", draft), at("drop", draft), at("draft_paper", draft, 1),
        at("begin_upload", draft, 1), at("open_help", draft), at("stop_help", draft),
        reverse("portal:answer", args=[dossier.code]),
        reverse("portal:supplement", args=[dossier.code, 0]),
        reverse("portal:begin_supplement", args=[dossier.code, 0]),
        reverse("portal:withdraw", args=[dossier.code]),
        reverse("portal:own_news", args=[dossier.code]),
        reverse("portal:withdraw_consent", args=[consent.pk]),
    ]:  # fmt: skip
        assert other.post(path, {"length": "5"}).status_code == 404, path
        assert Client().post(path).status_code == 302, path
    consent.refresh_from_db()
    assert consent.withdrawn_at is None
    dossier.refresh_from_db()
    assert dossier.state == "submitted"


def test_another_citizens_paper_cannot_be_used_for_ones_own_draft(
    browser: Client, draft: Draft
) -> None:
    foreign = paper_of(citizen_at(CityFactory()), CityFactory(), name="Tờ khai")
    for paper in (foreign.public_id, uuid.uuid4(), "khong-phai-ma"):
        said = {"cach": "luu", "giay": str(paper)}
        assert browser.post(at("draft_paper", draft, 1), said).status_code == 404


def test_being_staff_opens_no_citizens_page(centre: Centre, client: Client, draft: Draft) -> None:
    client.force_login(centre.people[Role.CENTRE_LEADER])
    assert client.get(at("draft", draft)).status_code == 302
    assert client.get("/cua-toi/").status_code == 302


def test_a_new_version_of_the_procedure_asks_for_its_papers_anew(
    browser: Client, draft: Draft, centre: Centre
) -> None:
    complete(browser, draft, centre)
    old = centre.version
    ProcedureVersion.objects.filter(pk=old.pk).update(effective_to="2020-12-31")
    new = ProcedureVersion.objects.get(pk=old.pk)
    new.pk, new.effective_from, new.effective_to = None, "2021-01-01", None
    new.save()
    assert browser.get(at("draft", draft)).status_code == 200
    draft.refresh_from_db()
    assert draft.version == new
    assert not draft.papers.exists()
    assert HeldPaper.objects.count() == 1


def test_a_supplement_is_answered_online_and_the_clock_runs_again(
    browser: Client, citizen: Citizen, centre: Centre
) -> None:
    drafted = drafts.begin(citizen=citizen, code=centre.version.procedure.code)
    complete(browser, drafted, centre)
    dossier = drafts.submit(citizen=citizen, public_id=drafted.public_id)
    dossiers.receive(actor=centre.officer, dossier_id=dossier.pk)
    dossiers.take(actor=centre.specialist, dossier_id=dossier.pk)
    dossiers.ask_supplement(actor=centre.specialist, dossier_id=dossier.pk, items=[ITEM])
    path = reverse("portal:answer", args=[dossier.code])
    page = reverse("portal:own_dossier", args=[dossier.code])
    first, eighth = (reverse("portal:supplement", args=[dossier.code, n]) for n in (0, 7))
    assert ITEM.how in browser.get(page).content.decode()
    assert browser.post(path, {}).status_code == 422
    assert browser.post(eighth, {"file": scan()}).status_code == 404
    browser.post(first, {"file": scan(b"MZ khong")})
    bad = browser.post(path, {"answer": "Gửi lại"})
    assert bad.status_code == 422
    assert "Gửi lại" in bad.content.decode()
    assert "Không dùng được" in bad.content.decode()
    browser.post(first, {"cach": "bo"})
    browser.post(first, {"file": scan()})
    assert "to-khai.pdf" in browser.get(page).content.decode()
    assert browser.post(path, {}).status_code == 302
    assert browser.post(first, {"file": scan()}).status_code == 404, "nobody waits any more"
    dossier.refresh_from_db()
    assert dossier.state == "processing"
    sent = HeldPaper.objects.get(name=ITEM.what, state="usable")
    assert sent.access.filter(unit=centre.unit).exists()


def test_a_citizen_withdraws_with_a_reason_and_not_after_the_decision(
    browser: Client, citizen: Citizen, centre: Centre
) -> None:
    first = centre.processing(applicant_id=_known(citizen, centre))
    path = reverse("portal:withdraw", args=[first.code])
    assert browser.post(path, {"reason": " "}).status_code == 422
    assert browser.post(path, {"reason": "Nộp nhầm nơi"}).status_code == 302
    first.refresh_from_db()
    assert first.state == "withdrawn"
    second = centre.issued(applicant_id=citizen.pk)
    answer = browser.post(reverse("portal:withdraw", args=[second.code]), {"reason": "Thôi"})
    assert answer.status_code == 422
    second.refresh_from_db()
    assert second.state == "issued"


def _known(citizen: Citizen, centre: Centre) -> int:
    make_known(citizen, centre.unit.pk)
    return citizen.pk


def test_dropping_a_draft_keeps_the_files_that_were_sent(
    browser: Client, citizen: Citizen, draft: Draft, centre: Centre
) -> None:
    complete(browser, draft, centre)
    browser.post(at("drop", draft))
    assert not Draft.objects.exists()
    assert HeldPaper.objects.filter(citizen=citizen).count() == 1


def test_filing_without_what_is_needed_is_refused_also_past_the_page(
    citizen: Citizen, draft: Draft
) -> None:
    with pytest.raises(NotValid):
        drafts.submit(citizen=citizen, public_id=draft.public_id)
