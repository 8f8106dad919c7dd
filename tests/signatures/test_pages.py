"""The pages: who sees them, what they say, what they keep when something is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from motcua.organisation.models import Person
from motcua.organisation.rules import Role
from motcua.signatures.models import SigningIdentity, TrustRoot, VerificationRecord
from tests.factories import CityFactory, UnitFactory, person_with
from tests.signatures.factories import (
    a_paper,
    agency_seal,
    authority,
    fresh_list,
    issued,
    person_key,
    signed,
    trusted_root,
)


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def pdf(content: bytes, name: str = "ket-qua.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


@pytest.mark.django_db
class TestVerifying:
    def test_a_file_leads_to_its_verdict_in_plain_words(self) -> None:
        trusted_root()
        client = client_of(person_with(Role.OFFICER, UnitFactory()))
        paper = signed(a_paper(), issued("Nguyễn Văn A"))
        page = client.post(reverse("signatures:verify"), {"file": pdf(paper)}, follow=True)
        text = page.content.decode()
        assert "Chữ ký hợp lệ" in text
        assert "Nguyễn Văn A" in text
        assert "không có gì được thêm" in text
        changed = bytearray(paper)
        changed[len(changed) // 2] ^= 1
        page = client.post(reverse("signatures:verify"), {"file": pdf(bytes(changed))}, follow=True)
        assert "Không dùng tệp này" in page.content.decode()

    def test_a_forgotten_file_is_asked_for(self) -> None:
        client = client_of(person_with(Role.OFFICER, UnitFactory()))
        page = client.post(reverse("signatures:verify"), {})
        assert page.status_code == 422
        assert "Chọn tệp cần kiểm tra" in page.content.decode()

    def test_another_units_records_are_not_there(self) -> None:
        here = person_with(Role.OFFICER, UnitFactory())
        client_of(here).post(reverse("signatures:verify"), {"file": pdf(a_paper())})
        record = VerificationRecord.objects.get()
        address = reverse("signatures:result", args=[record.pk])
        assert client_of(here).get(address).status_code == 200
        elsewhere = client_of(person_with(Role.OFFICER, UnitFactory()))
        assert elsewhere.get(address).status_code == 404
        assert "ket-qua.pdf" not in elsewhere.get(reverse("signatures:history")).content.decode()
        assert client_of(person_with(Role.CITY, CityFactory())).get(address).status_code == 200

    def test_names_of_files_and_signers_are_text_not_markup(self) -> None:
        client = client_of(person_with(Role.OFFICER, UnitFactory()))
        paper = signed(a_paper(), issued("<script>alert(1)</script>"))
        page = client.post(
            reverse("signatures:verify"), {"file": pdf(paper, "<b>x</b>.pdf")}, follow=True
        )
        assert b"<script>alert(1)" not in page.content
        assert b"<b>x</b>" not in page.content

    def test_the_list_of_what_was_examined_can_be_searched(self) -> None:
        client = client_of(person_with(Role.CLERK, UnitFactory()))
        for name in ("mot.pdf", "hai.pdf"):
            client.post(reverse("signatures:verify"), {"file": pdf(a_paper(), name)})
        found = client.get(reverse("signatures:history"), {"tim": "HAI"}).content.decode()
        assert "hai.pdf" in found
        assert "mot.pdf" not in found
        none = client.get(reverse("signatures:history"), {"ket_qua": "revoked"}).content.decode()
        assert "Không có tệp nào" in none


@pytest.mark.django_db
class TestIdentities:
    def test_the_administrator_adds_a_key_and_a_wrong_password_keeps_what_was_typed(self) -> None:
        unit = UnitFactory()
        admin = client_of(person_with(Role.ADMINISTRATOR, unit))
        leader = person_with(Role.CENTRE_LEADER, unit)
        address = reverse("signatures:identity-add", args=[unit.pk])
        key = issued(leader.full_name)

        def form(password: str) -> dict[str, Any]:
            return {
                "kind": "person", "person": leader.pk, "label": "Lãnh đạo Thử",
                "provider_kind": "pkcs12", "password": password,
                "archive": SimpleUploadedFile("khoa.p12", key.archive("bi-mat-cua-tep")),
            }  # fmt: skip

        page = admin.post(address, form("sai"))
        assert page.status_code == 422
        assert "mật khẩu chưa đúng" in page.content.decode()
        assert "Lãnh đạo Thử" in page.content.decode()
        page = admin.post(address, form("bi-mat-cua-tep"), follow=True)
        assert "Lãnh đạo Thử" in page.content.decode()
        assert "bi-mat-cua-tep" not in page.content.decode()
        assert SigningIdentity.objects.get().person == leader

    def test_what_the_chosen_kind_needs_is_asked_for(self) -> None:
        unit = UnitFactory()
        admin = client_of(person_with(Role.ADMINISTRATOR, unit))
        page = admin.post(
            reverse("signatures:identity-add", args=[unit.pk]),
            {"kind": "agency", "provider_kind": "pkcs11", "password": "1234"},
        )
        assert "Nhập thư viện của thiết bị" in page.content.decode()

    def test_keys_of_other_units_are_neither_seen_nor_managed(self) -> None:
        seal = agency_seal(UnitFactory())
        elsewhere = client_of(person_with(Role.ADMINISTRATOR, UnitFactory()))
        for name in ("identity", "identity-replace"):
            assert elsewhere.get(reverse(f"signatures:{name}", args=[seal.pk])).status_code == 404
        off = reverse("signatures:identity-off", args=[seal.pk])
        assert elsewhere.post(off).status_code == 404
        assert (
            elsewhere.get(reverse("signatures:identity-add", args=[seal.unit_id])).status_code
            == 404
        )
        clerk = client_of(person_with(Role.CLERK, seal.unit))
        assert clerk.get(reverse("signatures:identity", args=[seal.pk])).status_code == 200
        assert clerk.post(off).status_code == 403
        officer = client_of(person_with(Role.OFFICER, seal.unit))
        assert officer.get(reverse("signatures:identities")).status_code == 403

    def test_replacing_and_switching_off_by_the_page(self) -> None:
        unit = UnitFactory()
        leader = person_with(Role.CENTRE_LEADER, unit)
        old = person_key(leader, unit)
        admin = client_of(person_with(Role.ADMINISTRATOR, unit))
        key = issued(leader.full_name)
        page = admin.post(
            reverse("signatures:identity-replace", args=[old.pk]),
            {
                "provider_kind": "pkcs12", "password": "moi",
                "archive": SimpleUploadedFile("khoa.p12", key.archive("moi")),
            },
            follow=True,
        )  # fmt: skip
        assert "Giấy tờ đã ký bằng chứng thư cũ vẫn có giá trị" in page.content.decode()
        fresh = SigningIdentity.objects.get(active=True)
        admin.post(reverse("signatures:identity-off", args=[fresh.pk]))
        assert not SigningIdentity.objects.filter(active=True).exists()


@pytest.mark.django_db
class TestTrust:
    def test_the_city_adds_an_authority_and_its_list(self) -> None:
        city = client_of(person_with(Role.CITY, CityFactory()))
        page = city.post(
            reverse("signatures:trust"),
            {
                "name": "CA Thử", "source": "QĐ 12/2026",
                "certificate": SimpleUploadedFile("ca.cer", authority().der),
            },
            follow=True,
        )  # fmt: skip
        assert "QĐ 12/2026" in page.content.decode()
        root = TrustRoot.objects.get()
        page = city.post(
            reverse("signatures:root", args=[root.pk]),
            {"source": "tải tay", "content": SimpleUploadedFile("ca.crl", fresh_list())},
            follow=True,
        )
        assert "Đã nạp danh sách thu hồi" in page.content.decode()
        city.post(reverse("signatures:root-set-active", args=[root.pk]), {"tin_cay": "0"})
        assert not TrustRoot.objects.get().active

    def test_others_see_the_list_and_change_nothing(self) -> None:
        root = trusted_root()
        officer = client_of(person_with(Role.OFFICER, UnitFactory()))
        page = officer.get(reverse("signatures:trust")).content.decode()
        assert "CA thử" in page
        assert '<form method="post" enctype' not in page
        refused = officer.post(
            reverse("signatures:root-set-active", args=[root.pk]), {"tin_cay": "0"}
        )
        assert refused.status_code == 403
        adding = officer.post(
            reverse("signatures:trust"),
            {
                "name": "x", "source": "x",
                "certificate": SimpleUploadedFile("ca.cer", authority().der),
            },
        )  # fmt: skip
        assert adding.status_code == 403
        assert TrustRoot.objects.get().active


class TestUploads(TestCase):
    @settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
    @given(st.binary(min_size=1, max_size=200), st.text(min_size=1, max_size=40))
    def test_no_upload_breaks_a_page(self, content: bytes, name: str) -> None:
        # What Django itself takes for no name at all never comes from a browser as a file.
        assume(Path(name).name not in {"", ".", ".."})
        unit = UnitFactory()
        client = client_of(person_with(Role.OFFICER, unit))
        page = client.post(reverse("signatures:verify"), {"file": pdf(b"%PDF-" + content, name)})
        assert page.status_code in {302, 422}
        admin = client_of(person_with(Role.ADMINISTRATOR, unit))
        page = admin.post(
            reverse("signatures:identity-add", args=[unit.pk]),
            {
                "kind": "agency", "provider_kind": "pkcs12", "password": name,
                "label": name, "archive": SimpleUploadedFile("x.p12", content),
            },
        )  # fmt: skip
        assert page.status_code == 422


def test_people_who_are_not_signed_in_are_asked_to_do_so() -> None:
    for name in ("verify", "history", "identities", "trust"):
        assert Client().get(reverse(f"signatures:{name}")).status_code == 302
