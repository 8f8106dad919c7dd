"""The pages: who sees whom, that typed things stay, how files leave, and no field breaks one."""

from __future__ import annotations

import io
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from motcua.citizens.models import Citizen, Consent, HeldPaper
from motcua.citizens.scanners.demo import EICAR
from motcua.citizens.services import consents, papers
from motcua.citizens.urls import urlpatterns
from motcua.kernel.models import AuditEntry
from motcua.organisation.models import Unit
from motcua.organisation.permissions import SYSTEM
from motcua.organisation.rules import Role
from tests.citizens.factories import citizen_at, number, paper_of, pdf, picture
from tests.citizens.test_cccd import CODE, typed_byte_by_byte
from tests.citizens.test_reading import jpeg, photograph, qr
from tests.factories import UnitFactory, person_with
from tests.typed import typed

pytestmark = pytest.mark.django_db


def signed_in(role: Role, unit: Unit) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(person_with(role, unit), backend="django.contrib.auth.backends.ModelBackend")
    return client


def addresses(citizen: Citizen, paper: HeldPaper, consent: Consent) -> dict[str, str]:
    """Every address about this citizen or paper."""
    return {
        **{
            name: reverse(f"citizens:{name}", args=[citizen.public_id])
            for name in ("citizen", "print", "contact", "reveal", "store", "give-consent")
        },
        "withdraw-consent": reverse(
            "citizens:withdraw-consent", args=[citizen.public_id, consent.pk]
        ),
        **{
            name: reverse(f"citizens:{name}", args=[paper.public_id])
            for name in ("paper", "file", "replace", "set-validity", "digitise")
        },
    }


def agreed(citizen: Citizen, unit: Unit) -> Consent:
    return consents.give(
        actor=SYSTEM, unit_id=unit.pk, citizen_id=citizen.pk, purpose="news", via="spoken"
    )


def test_nothing_of_another_unit_is_reached_by_its_address_and_each_try_is_recorded() -> None:
    unit, foreign = UnitFactory(), UnitFactory()
    citizen = citizen_at(foreign)
    paper = paper_of(citizen, foreign)
    about = addresses(citizen, paper, agreed(citizen, foreign))
    client = signed_in(Role.OFFICER, unit)
    for name, address in about.items():
        before = AuditEntry.objects.filter(action="access.refused").count()
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code in {404, 405}, name
        assert AuditEntry.objects.filter(action="access.refused").count() > before, name
    everywhere = {pattern.name for pattern in urlpatterns if "public_id" in str(pattern.pattern)}
    assert set(about) == everywhere
    begin = reverse("citizens:begin-upload")
    for target in ({"citizen": citizen.public_id}, {"replaces": paper.public_id}):
        said = {"name": "a", "file_name": "a", "length": 5, **target}
        assert client.post(begin, said).status_code == 404
    assert HeldPaper.objects.count() == 1


def test_made_up_ids_answer_as_foreign_ones_do() -> None:
    client = signed_in(Role.OFFICER, UnitFactory())
    for name in ("citizen", "paper", "file"):
        assert client.get(reverse(f"citizens:{name}", args=[uuid.uuid4()])).status_code == 404
    assert client.head(reverse("citizens:upload", args=[uuid.uuid4()])).status_code == 404


@pytest.mark.parametrize("role", [Role.HELPER, Role.ADMINISTRATOR, Role.CITY])
def test_who_may_see_no_citizen_sees_no_page(role: Role) -> None:
    client = signed_in(role, UnitFactory())
    assert client.get(reverse("citizens:people")).status_code == 403
    assert client.post(reverse("citizens:card-scan"), {"text": CODE}).status_code == 403


def test_strangers_are_led_to_the_sign_in() -> None:
    assert Client().get(reverse("citizens:people")).status_code == 302
    assert Client().get(reverse("citizens:live")).status_code == 403


def test_a_name_finds_people_here_and_a_whole_number_leads_to_the_person() -> None:
    unit, mine = UnitFactory(), number(male=False)
    citizen = citizen_at(unit, full_name="Nguyễn Thị Mẫu", personal_number=mine)
    client = signed_in(Role.OFFICER, unit)
    page = reverse("citizens:people")
    assert b"Nguy" not in client.get(page).content.split(b"<main")[1]
    found = client.post(page, {"unit": unit.pk, "query": "mau"}).content.decode()
    assert citizen.masked_number in found
    assert mine not in found
    led = client.post(page, {"unit": unit.pk, "query": mine})
    assert led["Location"] == reverse("citizens:citizen", args=[citizen.public_id])
    nobody = client.post(page, {"unit": unit.pk, "query": number()}).content.decode()
    assert "chưa có trong hệ thống" in nobody
    assert client.post(page, {"unit": UnitFactory().pk, "query": "mau"}).status_code == 422


def test_a_refused_form_keeps_what_was_typed_and_says_what_to_do() -> None:
    unit = UnitFactory()
    client = signed_in(Role.OFFICER, unit)
    typed = {
        "unit": unit.pk,
        "full_name": "Trần Văn Thử",
        "personal_number": number(year=1985),
        "birth": "24/11/1986",
        "sex": "nam",
        "phone": "0901234567",
    }
    answer = client.post(reverse("citizens:add"), typed)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Số định danh ghi năm sinh 1985" in text
    assert 'value="Trần Văn Thử"' in text
    assert 'value="24/11/1986"' in text
    typed["override_reason"] = "Đã đối chiếu VNeID"
    assert client.post(reverse("citizens:add"), typed).status_code == 302
    year_only = {**typed, "personal_number": "", "birth": "1950"}
    client.post(reverse("citizens:add"), year_only)
    assert Citizen.objects.get(birth_year=1950).birth_date is None


def test_the_whole_number_is_on_one_answer_and_asks_for_a_reason() -> None:
    unit, mine = UnitFactory(), number(male=False)
    citizen = citizen_at(unit, personal_number=mine)
    client = signed_in(Role.OFFICER, unit)
    address = reverse("citizens:reveal", args=[citizen.public_id])
    refused = client.post(address, {"reason": ""})
    assert refused.status_code == 422
    assert mine not in refused.content.decode()
    shown = client.post(address, {"reason": "In tờ khai"})
    assert mine in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    page = reverse("citizens:citizen", args=[citizen.public_id])
    assert mine not in client.get(page).content.decode()


def test_a_clerk_sees_a_citizen_but_neither_their_number_nor_changes_them() -> None:
    unit = UnitFactory()
    citizen = citizen_at(unit)
    client = signed_in(Role.CLERK, unit)
    assert client.get(reverse("citizens:citizen", args=[citizen.public_id])).status_code == 200
    for name in ("reveal", "contact", "give-consent"):
        address = reverse(f"citizens:{name}", args=[citizen.public_id])
        assert client.post(address, {"reason": "x"}).status_code == 403


def test_the_store_page_tells_what_is_held_from_where_used_when_and_by_whose_consent() -> None:
    here, there = UnitFactory(name="Phường Ở Đây"), UnitFactory(name="Phường Đằng Kia")
    citizen = citizen_at(here)
    citizen_at(there, personal_number=citizen.personal_number)
    held = paper_of(citizen, there, origin="result", origin_reference="H29.9-261101-0007")
    paper_of(citizen, there, name="Giấy khác", content=b"?")
    papers.reuse(
        actor=SYSTEM,
        unit_id=here.pk,
        paper_id=held.pk,
        used_for="H29.1-261123-0001",
        consent_via="signed",
    )
    client = signed_in(Role.OFFICER, here)
    for name in ("citizen", "print"):
        text = client.get(reverse(f"citizens:{name}", args=[citizen.public_id])).content.decode()
        for said in (
            "Giấy chứng sinh",
            "Kết quả do cơ quan cấp",
            "Phường Đằng Kia",
            "H29.9-261101-0007",
            "H29.1-261123-0001",
            "ký trên giấy",
            "Loại tệp không nhận được",
        ):
            assert said in text, (name, said)
        assert citizen.personal_number not in text
    assert AuditEntry.objects.filter(action="citizen.print_store").count() == 1


def test_a_file_leaves_as_an_attachment_of_its_true_kind_and_is_recorded() -> None:
    unit = UnitFactory()
    paper = paper_of(citizen_at(unit), unit, content=picture("PNG"), file_name='a"b\n.html')
    client = signed_in(Role.OFFICER, unit)
    address = reverse("citizens:file", args=[paper.public_id])
    answer = client.get(address)
    assert answer.content == picture("PNG")
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert ".html" not in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert client.get(address + "?xem=1")["Content-Disposition"].startswith("inline;")
    assert AuditEntry.objects.filter(action="paper.open").count() == 2


def test_what_is_not_known_good_is_never_shown_in_place_and_what_is_infected_never_leaves() -> None:
    unit = UnitFactory()
    client = signed_in(Role.OFFICER, unit)
    page = paper_of(None, unit, content=b"<script>alert(1)</script>", file_name="a.html")
    answer = client.get(reverse("citizens:file", args=[page.public_id]) + "?xem=1")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment;")
    infected = paper_of(None, unit, content=EICAR)
    assert client.get(reverse("citizens:file", args=[infected.public_id])).status_code == 404
    HeldPaper.objects.filter(pk=page.pk).update(state="stored", reason="")
    assert client.get(reverse("citizens:file", args=[page.public_id])).status_code == 404


def test_a_paper_is_stored_replaced_and_dated_through_the_pages() -> None:
    unit = UnitFactory()
    citizen = citizen_at(unit)
    client = signed_in(Role.OFFICER, unit)
    store = reverse("citizens:store", args=[citizen.public_id])
    bad = SimpleUploadedFile("a.pdf", b"")
    said = client.post(store, {"giay-name": "Giấy chứng sinh", "giay-file": bad}, follow=True)
    assert "Tệp rỗng" in said.content.decode()
    refused = citizen.papers.get()
    good = SimpleUploadedFile("b.pdf", pdf())
    client.post(reverse("citizens:replace", args=[refused.public_id]), {"file": good})
    usable = citizen.papers.get(state="usable")
    assert usable.replaces == refused
    dates = {"valid_from": "01/12/2026", "valid_until": "01/11/2026"}
    address = reverse("citizens:set-validity", args=[usable.public_id])
    assert client.post(address, dates).status_code == 422
    assert client.post(address, {**dates, "valid_until": "01/12/2027"}).status_code == 302
    assert client.post(store, {"giay-name": ""}).status_code == 422


def test_an_upload_goes_on_where_it_broke_off() -> None:
    unit = UnitFactory()
    citizen = citizen_at(unit)
    client = signed_in(Role.OFFICER, unit)
    content = pdf(4)
    begun = client.post(
        reverse("citizens:begin-upload"),
        {
            "name": "Giấy chứng sinh",
            "file_name": "a.pdf",
            "length": len(content),
            "citizen": citizen.public_id,
        },
    )
    assert begun.status_code == 201
    place = begun["Location"]

    def send(at: Any, piece: bytes) -> Any:
        return client.patch(
            place,
            piece,
            content_type="application/offset+octet-stream",
            headers={"upload-offset": str(at)},
        )

    assert send(0, content[:100])["Upload-Offset"] == "100"
    refused = send(0, content[:100])
    assert (refused.status_code, refused["Upload-Offset"]) == (409, "100")
    assert send("x", b"").status_code == 400
    asked = client.head(place)
    assert (asked["Upload-Offset"], asked["Upload-Length"]) == ("100", str(len(content)))
    done = send(100, content[100:])
    paper = HeldPaper.objects.get()
    assert (done.status_code, done["Paper"]) == (
        204,
        reverse("citizens:paper", args=[paper.public_id]),
    )
    assert client.head(place)["Paper"] == done["Paper"]
    assert (paper.citizen, paper.file.read()) == (citizen, content)
    large = client.post(
        reverse("citizens:begin-upload"),
        {"name": "a", "file_name": "a", "length": 10**9, "citizen": citizen.public_id},
    )
    assert large.status_code == 422
    assert "quá 20 MB" in large.json()["reason"]


def scan(client: Client, **sent: Any) -> Any:
    return client.post(reverse("citizens:card-scan"), sent)


def test_a_scan_fills_the_form_and_says_what_is_odd() -> None:
    client = signed_in(Role.OFFICER, UnitFactory())
    said = scan(client, text=CODE.replace("|Nữ|", "|Nam|")).json()
    assert said["fields"] == {
        "personal_number": "079199000123",
        "full_name": "Nguyễn Thị Mẫu",
        "birth": "05/03/1999",
        "sex": "nam",
        "address": "12 Đường Mẫu, Phường 1, Quận 6, TP. Hồ Chí Minh",
    }
    assert [(each["level"], each["code"]) for each in said["findings"]] == [
        ("error", "sex_differs")
    ]
    mended = scan(client, text=typed_byte_by_byte(CODE)).json()
    assert [each["code"] for each in mended["findings"]] == ["repaired"]
    lost = scan(client, text=CODE.replace("ễ", "?")).json()
    assert lost["fields"]["full_name"] == ""
    assert "nhập lại họ tên" in lost["findings"][0]["text"]


def test_a_photograph_is_read_and_not_stored() -> None:
    client = signed_in(Role.OFFICER, UnitFactory())
    said = scan(client, photo=SimpleUploadedFile("the.jpg", jpeg(photograph(qr()))))
    assert said.json()["fields"]["full_name"] == "Nguyễn Thị Mẫu"
    assert not HeldPaper.objects.exists()
    blank = scan(client, photo=io.BytesIO(picture("JPEG")))
    assert blank.status_code == 422
    assert "Không thấy mã QR" in blank.json()["findings"][0]["text"]


def test_a_scan_for_a_unit_finds_who_is_held_and_puts_the_look_up_on_the_record() -> None:
    unit = UnitFactory()
    client = signed_in(Role.OFFICER, unit)
    assert scan(client, text=CODE, unit=unit.pk).json()["citizen"] is None
    citizen = citizen_at(UnitFactory(), personal_number="079199000123", phone="0901234567")
    known = scan(client, text=CODE, unit=unit.pk).json()["citizen"]
    assert known["page"] == reverse("citizens:citizen", args=[citizen.public_id])
    assert known["phone"] == "090***4567"
    assert AuditEntry.objects.filter(action="citizen.look_up", unit_id=unit.pk).count() == 1
    foreign = UnitFactory()
    assert scan(client, text=CODE, unit=foreign.pk).json()["citizen"] is None
    assert not AuditEntry.objects.filter(unit_id=foreign.pk, action__startswith="citizen.look")


def test_consents_are_given_and_withdrawn_on_the_page() -> None:
    unit = UnitFactory()
    citizen = citizen_at(unit)
    client = signed_in(Role.OFFICER, unit)
    give = reverse("citizens:give-consent", args=[citizen.public_id])
    assert client.post(give, {"purpose": "x", "via": "spoken"}).status_code == 422
    client.post(give, {"purpose": "suggestions", "via": "spoken"})
    consent = citizen.consents.get()
    address = reverse("citizens:withdraw-consent", args=[citizen.public_id, consent.pk])
    client.post(address)
    consent.refresh_from_db()
    assert consent.withdrawn_at is not None
    other = agreed(citizen_at(unit), unit)
    wrong = reverse("citizens:withdraw-consent", args=[citizen.public_id, other.pk])
    assert client.post(wrong).status_code == 404
    other.refresh_from_db()
    assert other.withdrawn_at is None


files = st.binary(max_size=60).map(lambda content: SimpleUploadedFile("x", content))


@hypothesis_settings(max_examples=40)
@given(data=st.data())
def test_no_field_of_any_form_breaks_a_page(data: st.DataObject) -> None:
    unit = UnitFactory()
    citizen = citizen_at(unit)
    paper = paper_of(citizen, unit)
    about = addresses(citizen, paper, agreed(citizen, unit))
    client = signed_in(Role.OFFICER, unit)
    forms = {
        reverse("citizens:people"): ("query", "unit"),
        reverse("citizens:add"): (
            "full_name",
            "personal_number",
            "birth",
            "sex",
            "address",
            "phone",
            "email",
            "override_reason",
        ),
        reverse("citizens:card-scan"): ("text", "unit", "photo"),
        reverse("citizens:begin-upload"): ("name", "file_name", "length", "citizen", "replaces"),
        about["contact"]: ("phone", "email", "address"),
        about["reveal"]: ("reason",),
        about["store"]: ("giay-name", "giay-file"),
        about["give-consent"]: ("purpose", "via"),
        about["set-validity"]: ("valid_from", "valid_until"),
        about["replace"]: ("file",),
        about["digitise"]: ("next",),
    }
    address = data.draw(st.sampled_from(sorted(forms)))
    sent: dict[str, Any] = {"unit": unit.pk}
    for name in forms[address]:
        is_file = name.endswith("file") or name == "photo"
        sent[name] = data.draw(files if is_file else typed, label=name)
    assert client.post(address, sent).status_code < 500
