"""Who signs with which key, whom the city trusts, and what the check says of both."""

from __future__ import annotations

import datetime as dt
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from motcua.kernel.models import AuditEntry
from motcua.organisation.models import Unit
from motcua.organisation.permissions import SYSTEM, Forbidden
from motcua.organisation.rules import Role
from motcua.signatures import health, identities, selectors, services, trusting
from motcua.signatures.certificates import read_certificate, read_revocation_list
from motcua.signatures.errors import BadCertificate, IdentityUnusable
from motcua.signatures.models import SigningIdentity, TrustRoot
from motcua.signatures.providers.pkcs12 import config_of
from motcua.signatures.rules import Standing, standing
from motcua.signatures.verdicts import State
from tests.factories import CityFactory, UnitFactory, actor_with, person_with
from tests.signatures.factories import (
    DAY,
    NOW,
    a_paper,
    agency_seal,
    an_authority,
    authority,
    fresh_list,
    issued,
    person_key,
    signed,
    trusted_root,
)


def added(unit: Unit, **values: Any) -> SigningIdentity:
    person = person_with(Role.CENTRE_LEADER, unit, full_name="Lê Thị Thử")
    key = values.pop("key", None) or issued("Lê Thị Thử")
    return identities.add(
        **{
            "actor": actor_with(Role.ADMINISTRATOR, unit),
            "unit_id": unit.pk,
            "kind": "person",
            "person_id": person.pk,
            "label": "",
            "provider_kind": "pkcs12",
            "config": config_of(key.archive("mat-khau"), "mat-khau"),
            **values,
        }
    )


@pytest.mark.django_db
class TestIdentities:
    def test_the_row_says_what_the_certificate_says(self) -> None:
        identity = added(UnitFactory())
        assert identity.label == "Lê Thị Thử"
        assert identity.issuer == "CA thử"
        assert identity.valid_until == NOW + 300 * DAY
        assert AuditEntry.objects.filter(action="signing_identity.add").exists()

    def test_password_and_archive_lie_encrypted(self) -> None:
        from django.db import connection

        identity = added(UnitFactory())
        with connection.cursor() as cursor:
            cursor.execute("SELECT secret FROM signatures_signingidentity")
            (stored,) = cursor.fetchone()
        assert "mat-khau" not in stored
        assert "archive" not in stored
        assert identity.config["password"] == "mat-khau"

    def test_a_wrong_password_is_told_at_once_and_nothing_is_kept(self) -> None:
        key = issued("Lê Thị Thử")
        with pytest.raises(BadCertificate, match="mật khẩu"):
            added(UnitFactory(), config=config_of(key.archive("dung"), "sai"))
        assert not SigningIdentity.objects.exists()

    def test_a_certificate_of_somebody_else_needs_a_word_that_it_is_meant(self) -> None:
        key = issued("Người Khác")
        with pytest.raises(IdentityUnusable, match="Người Khác"):
            added(UnitFactory(), key=key)
        assert added(UnitFactory(), key=key, name_may_differ=True).label == "Lê Thị Thử"

    def test_an_expired_certificate_and_one_of_an_authority_are_refused(self) -> None:
        with pytest.raises(IdentityUnusable, match="hết hạn"):
            added(UnitFactory(), key=issued("Lê Thị Thử", valid_until=NOW - DAY))

    def test_who_does_not_work_here_has_no_key_here(self) -> None:
        stranger = person_with(Role.OFFICER, UnitFactory())
        with pytest.raises(IdentityUnusable, match="vai trò"):
            added(UnitFactory(), person_id=stranger.pk)

    def test_a_person_has_one_key_in_a_unit_until_it_is_replaced(self) -> None:
        unit = UnitFactory()
        first = added(unit)
        with pytest.raises(IdentityUnusable, match="Thay chứng thư"):
            added(unit, person_id=first.person_id)
        key = issued("Lê Thị Thử")
        fresh = identities.replace(
            actor=actor_with(Role.ADMINISTRATOR, unit),
            identity_id=first.pk,
            provider_kind="pkcs12",
            config=config_of(key.archive("moi"), "moi"),
        )
        first.refresh_from_db()
        assert (first.active, first.replaced_by) == (False, fresh)
        assert fresh.serial != first.serial
        with pytest.raises(IdentityUnusable, match="đã được thay"):
            identities.replace(
                actor=SYSTEM, identity_id=first.pk, provider_kind="pkcs12",
                config=config_of(key.archive("moi"), "moi"),
            )  # fmt: skip

    @pytest.mark.parametrize("image", [b"GIF89a", b"\x89PNG\r\n\x1a\nhong", b"x" * 300_000])
    def test_an_image_that_is_no_small_png_is_refused(self, image: bytes) -> None:
        with pytest.raises(BadCertificate, match=r"PNG|200 KB"):
            added(UnitFactory(), image=image)

    def test_only_the_units_administrator_manages_its_keys(self) -> None:
        unit = UnitFactory()
        identity = added(unit)
        for actor in (actor_with(Role.CLERK, unit), actor_with(Role.ADMINISTRATOR, UnitFactory())):
            with pytest.raises(Forbidden):
                added(unit, actor=actor)
            with pytest.raises(Forbidden):
                identities.switch_off(actor=actor, identity_id=identity.pk)
            with pytest.raises(Forbidden):
                identities.replace(
                    actor=actor, identity_id=identity.pk, provider_kind="pkcs12", config={}
                )


@pytest.mark.django_db
class TestTrust:
    def test_only_the_city_decides_whom_to_trust(self) -> None:
        unit = UnitFactory()
        with pytest.raises(Forbidden):
            trusting.add_root(
                actor=actor_with(Role.ADMINISTRATOR, unit), name="CA", source="x",
                content=authority().der,
            )  # fmt: skip
        city = actor_with(Role.CITY, CityFactory())
        root = trusting.add_root(actor=city, name="CA", source="QĐ 1", content=authority().der)
        assert selectors.trust().roots[0].source == "QĐ 1"
        with pytest.raises(BadCertificate, match="đã có"):
            trusting.add_root(actor=city, name="CA", source="QĐ 1", content=authority().der)
        with pytest.raises(Forbidden):
            trusting.set_root_active(
                actor=actor_with(Role.ADMINISTRATOR, unit), root_id=root.pk, active=False
            )

    def test_a_persons_certificate_is_nobody_to_trust_others_by(self) -> None:
        with pytest.raises(BadCertificate, match="CA"):
            trusting.add_root(actor=SYSTEM, name="x", source="x", content=issued("Người").der)

    def test_who_is_trusted_no_more_makes_no_signature_valid(self) -> None:
        paper = signed(a_paper(), issued("Nguyễn Văn A"))
        root = trusted_root()
        assert services.verify(paper).state is State.VALID
        trusting.set_root_active(actor=SYSTEM, root_id=root.pk, active=False)
        assert services.verify(paper).state is State.UNTRUSTED
        trusting.set_root_active(actor=SYSTEM, root_id=root.pk, active=True)
        assert services.verify(paper).state is State.VALID

    def test_only_the_newest_list_is_kept_and_an_older_one_does_not_replace_it(self) -> None:
        root = trusted_root()
        older = authority().revocation_list(issued=NOW - 20 * DAY, next_update=NOW + DAY)
        with pytest.raises(BadCertificate, match="cũ hơn"):
            trusting.add_revocation_list(actor=SYSTEM, root_id=root.pk, content=older, source="x")
        assert root.revocation_lists.count() == 1

    def test_a_list_that_the_authority_did_not_sign_is_refused(self) -> None:
        root = trusted_root(with_list=False)
        forged = fresh_list(an_authority())
        with pytest.raises(BadCertificate, match="không do nơi cấp này ký"):
            trusting.add_revocation_list(actor=SYSTEM, root_id=root.pk, content=forged, source="x")

    def test_the_job_fetches_lists_and_writes_down_what_fails(self) -> None:
        content = [fresh_list()]

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200 if content[0] else 503)
                self.send_header("Content-Length", str(len(content[0])))
                self.end_headers()
                self.wfile.write(content[0])

            def log_message(self, *_: object) -> None:
                """Quiet."""

        server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        root = trusted_root(with_list=False)
        root.revocation_url = f"http://127.0.0.1:{server.server_port}/ca.crl"
        root.save()
        assert list(selectors.stale_lists(NOW)) == [root]
        assert trusting.refresh_revocation_lists() == 1
        assert not selectors.stale_lists(NOW).exists()
        content[0] = b""
        assert trusting.refresh_revocation_lists() == 0
        server.shutdown()
        server.server_close()
        assert TrustRoot.objects.get().revocation_trouble
        assert root.revocation_lists.count() == 1

    def test_lists_that_the_operator_put_into_the_folder_are_taken_over(
        self, settings: Any, tmp_path: Path
    ) -> None:
        ours = an_authority("CA riêng")
        key = issued("Nguyễn Văn A", by=ours)
        paper = signed(a_paper(), key)
        trusted_root(ours, with_list=False)
        assert settings.REVOCATION_FOLDER is None
        assert trusting.load_folder() == 0
        settings.REVOCATION_FOLDER = tmp_path
        assert services.verify(paper).state is State.REVOCATION_UNKNOWN
        (tmp_path / "ours.crl").write_bytes(fresh_list(ours))
        assert trusting.load_folder() == 1
        assert services.verify(paper).state is State.VALID
        ours.revoke([key.certificate], at=NOW - 5 * DAY)
        (tmp_path / "ours.crl").write_bytes(
            ours.revocation_list(issued=NOW, next_update=NOW + 10 * DAY)
        )
        assert trusting.load_folder() == 1
        (facts,) = services.verify(paper).signatures
        assert facts.state is State.REVOKED
        assert facts.revocation_source == "Tệp ours.crl do quản trị máy chủ đặt"
        assert facts.revocation_as_of == NOW

    def test_a_file_that_is_no_list_or_nobodys_is_a_finding_and_stops_no_other(
        self, settings: Any, tmp_path: Path
    ) -> None:
        root = trusted_root(with_list=False)
        (tmp_path / "a.crl").write_bytes(b"not a list")
        (tmp_path / "b.crl").write_bytes(fresh_list(an_authority("CA lạ")))
        (tmp_path / "c.crl").write_bytes(fresh_list(an_authority()))  # forged: the same name
        (tmp_path / "d.crl").write_bytes(fresh_list())
        settings.REVOCATION_FOLDER = tmp_path
        assert trusting.load_folder() == 1
        assert root.revocation_lists.count() == 1
        (finding,) = health.revocation_folder()
        assert not finding.sound
        assert "a.crl" in finding.detail
        assert "CA lạ không có trong danh sách tin cậy" in finding.detail
        assert "c.crl: Danh sách thu hồi không do nơi cấp này ký" in finding.detail
        settings.REVOCATION_FOLDER = tmp_path / "none"
        assert trusting.load_folder() == 0
        (finding,) = health.revocation_folder()
        assert not finding.sound


@pytest.mark.django_db
class TestHealth:
    def test_all_is_well_with_fresh_keys_and_lists(self) -> None:
        trusted_root()
        unit = UnitFactory()
        person_key(person_with(Role.CENTRE_LEADER, unit), unit)
        assert all(each.sound for each in health.findings())

    def test_what_ends_soon_is_named_with_its_day(self) -> None:
        seal = agency_seal(UnitFactory(), valid_until=NOW + 20 * DAY)
        found = next(iter(health.findings()))
        assert not found.sound
        assert seal.label in found.detail
        assert f"{seal.valid_until:%d/%m/%Y}" in found.detail
        assert "Thay chứng thư" in found.remedy

    def test_a_stale_revocation_list_and_a_silent_tsa_are_findings(self, settings: Any) -> None:
        trusted_root()
        settings.TSA_URL = "http://127.0.0.1:9/"
        with time_machine.travel(NOW + 20 * DAY):
            names = {each.name for each in health.findings() if not each.sound}
        assert names == {"Danh sách thu hồi chứng thư", "Dấu thời gian"}


@given(
    active=st.booleans(),
    blocked=st.booleans(),
    offset=st.integers(-400, 400),
    length=st.integers(1, 400),
)
def test_an_identity_is_usable_only_within_its_days_and_while_nobody_stopped_it(
    active: bool, blocked: bool, offset: int, length: int
) -> None:
    start = NOW + offset * DAY
    end = start + length * DAY
    found = standing(active=active, blocked=blocked, valid_from=start, valid_until=end, at=NOW)
    assert found.usable is (active and not blocked and start <= NOW <= end)
    if found is Standing.SOON:
        assert end - NOW <= dt.timedelta(days=30)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_readers_of_certificates_and_lists(content: bytes) -> None:
    for read in (read_certificate, read_revocation_list):
        with pytest.raises(BadCertificate):
            read(content)
        with pytest.raises(BadCertificate):
            read(b"-----BEGIN CERTIFICATE-----\n" + content)


def test_every_standing_has_its_words() -> None:
    assert all(each.vietnamese for each in Standing)
