"""Signing and sealing as rooms above call them: all signatures or none, once, by whom it may be."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from PIL import Image

from motcua.organisation.models import Unit
from motcua.organisation.permissions import SYSTEM, Actor, Forbidden
from motcua.organisation.rules import Role
from motcua.signatures import identities, selectors, services, signing
from motcua.signatures.errors import (
    CannotSign,
    ContentLost,
    IdentityUnusable,
    PinRefused,
)
from motcua.signatures.models import SignedDocument, SigningIdentity, VerificationRecord
from motcua.signatures.providers.pkcs12 import Pkcs12, config_of
from motcua.signatures.rules import Placement, seal_beside
from motcua.signatures.services import Issued
from motcua.signatures.verdicts import State
from tests.factories import UnitFactory, actor_with, person_with
from tests.peers.tsa import TimeAuthority
from tests.signatures.factories import (
    a_paper,
    agency_seal,
    issued,
    office,
    person_key,
    trusted_root,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }


@pytest.fixture
def unit() -> Unit:
    trusted_root()
    return UnitFactory(name="Phường Thử")


def do(unit: Unit, people: Any, key: str = "result:1", document: bytes | None = None) -> Issued:
    leader, clerk, signature, seal = people
    return services.sign_and_seal(
        signer=Actor.of(leader),
        sealer=Actor.of(clerk),
        unit_id=unit.pk,
        document=document or a_paper(),
        signer_id=signature.pk,
        seal_id=seal.pk,
        reason="Phê duyệt kết quả",
        key=key,
    )


def test_the_signature_comes_first_then_the_seal_and_both_hold(unit: Unit) -> None:
    done = do(unit, office(unit))
    verdict = services.verify(done.document)
    assert verdict.state is State.VALID
    assert [facts.field for facts in verdict.signatures] == ["NguoiKy1", "CoQuan1"]
    assert done.document.startswith(a_paper())
    assert done.record.sha256 == verdict.sha256
    assert selectors.signed_content(done.record) == done.document
    assert not done.record.timestamped


def test_the_signature_is_blue_the_seal_red_and_lies_over_its_left_third(unit: Unit) -> None:
    people = office(unit)
    place = Placement(page=0, x=320, y=200)
    leader, clerk, signature, seal = people
    signed = services.sign(
        actor=Actor.of(leader), unit_id=unit.pk, document=a_paper(), identity_id=signature.pk,
        reason="Thử", placement=place,
    )  # fmt: skip
    sealed = services.seal(
        actor=Actor.of(clerk), unit_id=unit.pk, document=signed, identity_id=seal.pk,
        reason="Thử", placement=seal_beside(place),
    )  # fmt: skip

    def counted(document: bytes, red: bool) -> int:
        opened = pypdfium2.PdfDocument(document)
        opened.init_forms()
        page = opened[0]
        left, bottom, _, top = place.box
        height = page.get_size()[1]
        picture = page.render(scale=2).to_pil().convert("RGB")
        third = picture.crop(
            (
                int(left * 2),
                int((height - top) * 2),
                int((left + 60) * 2),
                int((height - bottom) * 2),
            )
        )
        return sum(
            (r - b > 60 and r > 150) if red else (b - r > 60)
            for r, g, b in third.get_flattened_data()
        )

    assert counted(a_paper(), red=False) == counted(a_paper(), red=True) == 0
    assert counted(signed, red=False) > 50
    assert counted(signed, red=True) == 0
    assert counted(sealed, red=True) > 50


def test_the_seal_stays_on_the_page() -> None:
    at_the_edge = seal_beside(Placement(page=0, x=5, y=2))
    assert at_the_edge.x == at_the_edge.y == 0


def test_a_person_signs_with_nobody_elses_key(unit: Unit) -> None:
    _, clerk, signature, seal = office(unit)
    other = person_with(Role.COMMITTEE_LEADER, unit)
    for actor in (Actor.of(other), SYSTEM):
        with pytest.raises(IdentityUnusable, match="chính mình"):
            services.sign(
                actor=actor, unit_id=unit.pk, document=a_paper(), identity_id=signature.pk,
                reason="Thử",
            )  # fmt: skip
    with pytest.raises(IdentityUnusable):
        do(unit, (other, clerk, signature, seal))
    assert not SignedDocument.objects.exists()


def test_only_who_keeps_the_seal_seals_and_only_in_their_unit(unit: Unit) -> None:
    leader, _, signature, seal = office(unit)
    officer = person_with(Role.OFFICER, unit)
    foreign = person_with(Role.CLERK, UnitFactory())
    for nobody in (officer, foreign):
        with pytest.raises(Forbidden):
            do(unit, (leader, nobody, signature, seal))
    elsewhere = UnitFactory()
    with pytest.raises(IdentityUnusable):
        services.seal(
            actor=actor_with(Role.CLERK, elsewhere), unit_id=elsewhere.pk, document=a_paper(),
            identity_id=seal.pk, reason="Thử",
        )  # fmt: skip
    with pytest.raises(IdentityUnusable):
        services.seal(
            actor=actor_with(Role.CLERK, unit), unit_id=unit.pk, document=a_paper(),
            identity_id=signature.pk, reason="Thử",
        )  # fmt: skip


def test_an_identity_that_was_switched_off_signs_no_more(unit: Unit) -> None:
    people = office(unit)
    identities.switch_off(actor=actor_with(Role.ADMINISTRATOR, unit), identity_id=people[2].pk)
    with pytest.raises(IdentityUnusable, match="đã ngừng dùng"):
        do(unit, people)


def test_the_same_key_gives_the_same_document_and_asks_no_key_again(
    unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = office(unit)
    first = do(unit, people)
    monkeypatch.setattr(Pkcs12, "signer", lambda _: pytest.fail("the key was asked again"))
    again = do(unit, people, document=a_paper("Giấy khác"))
    assert again.document == first.document
    assert SignedDocument.objects.count() == 1


def test_a_key_that_fails_at_the_seal_leaves_nothing_half_signed(
    unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = office(unit)
    real, calls = signing.add, []

    def once(*args: Any, **values: Any) -> signing.Outcome:
        calls.append(1)
        if len(calls) == 2:
            raise CannotSign("hỏng giữa chừng")
        return real(*args, **values)

    monkeypatch.setattr(signing, "add", once)
    with pytest.raises(CannotSign):
        do(unit, people)
    assert not SignedDocument.objects.exists()
    monkeypatch.setattr(signing, "add", real)
    assert services.verify(do(unit, people).document).state is State.VALID


def test_work_that_does_not_pass_its_own_examination_is_not_issued(
    unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = office(unit)
    real = signing.add

    def spoiled(*args: Any, **values: Any) -> signing.Outcome:
        made = real(*args, **values)
        return signing.Outcome(made.document.replace(b"/Type", b"/Tyqe", 1), made.timestamped)

    monkeypatch.setattr(signing, "add", spoiled)
    with pytest.raises(CannotSign, match="tự kiểm tra"):
        do(unit, people)
    assert not SignedDocument.objects.exists()
    leader, clerk, signature, seal = people
    with pytest.raises(CannotSign, match="tự kiểm tra"):
        services.sign(
            actor=Actor.of(leader),
            unit_id=unit.pk,
            document=a_paper(),
            identity_id=signature.pk,
            reason="Thử",
        )
    with pytest.raises(CannotSign, match="tự kiểm tra"):
        services.seal(
            actor=Actor.of(clerk),
            unit_id=unit.pk,
            document=a_paper(),
            identity_id=seal.pk,
            reason="Thử",
        )


@pytest.mark.parametrize("document", [b"", b"khong phai pdf", b"%PDF-1.7\nhong"])
def test_what_is_no_whole_pdf_cannot_be_signed(unit: Unit, document: bytes) -> None:
    leader, _, signature, _ = office(unit)
    with pytest.raises(CannotSign):
        services.sign(
            actor=Actor.of(leader), unit_id=unit.pk, document=document,
            identity_id=signature.pk, reason="Thử",
        )  # fmt: skip


def test_a_page_that_is_not_there_cannot_be_signed(unit: Unit) -> None:
    leader, _, signature, _ = office(unit)
    with pytest.raises(CannotSign):
        services.sign(
            actor=Actor.of(leader), unit_id=unit.pk, document=a_paper(),
            identity_id=signature.pk, reason="Thử", placement=Placement(page=7),
        )  # fmt: skip


def test_lost_bytes_are_said_to_be_lost(unit: Unit) -> None:
    people = office(unit)
    done = do(unit, people)
    default_storage.delete(selectors.content_path(done.record.sha256))
    with pytest.raises(ContentLost, match="sao lưu"):
        do(unit, people)


def test_the_database_refuses_to_change_what_was_signed(unit: Unit) -> None:
    done = do(unit, office(unit))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        SignedDocument.objects.filter(pk=done.record.pk).update(reason="khác")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        done.record.delete()


@pytest.fixture
def tsa(settings: Any) -> Iterator[TimeAuthority]:
    with TimeAuthority(issued("TSA thử", time_stamping=True)) as running:
        settings.TSA_URL = running.url
        yield running


def test_with_a_time_stamping_authority_every_signature_is_stamped(
    unit: Unit, tsa: TimeAuthority
) -> None:
    done = do(unit, office(unit))
    assert done.record.timestamped
    verdict = services.verify(done.document)
    assert verdict.state is State.VALID
    assert [facts.stamped_by for facts in verdict.signatures] == ["TSA thử", "TSA thử"]
    assert b"/DSS" in done.document


@pytest.mark.parametrize("behave", ["500", "garbage", "refuse"])
def test_a_time_stamping_authority_that_fails_costs_the_stamp_not_the_signature(
    unit: Unit, tsa: TimeAuthority, behave: str
) -> None:
    tsa.behave = behave
    done = do(unit, office(unit))
    assert not done.record.timestamped
    assert services.verify(done.document).state is State.VALID


def test_a_time_stamping_authority_that_hangs_is_waited_for_five_seconds_each(
    unit: Unit, tsa: TimeAuthority
) -> None:
    tsa.behave = "hang"
    begun = time.monotonic()
    done = do(unit, office(unit))
    assert time.monotonic() - begun < 20
    assert not done.record.timestamped


def test_one_without_anybody_listening_costs_the_stamp_only(unit: Unit, settings: Any) -> None:
    settings.TSA_URL = "http://127.0.0.1:9/"
    assert not do(unit, office(unit)).record.timestamped


def test_a_refused_pin_blocks_the_identity_and_is_never_tried_again(
    unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = office(unit)
    tried = []

    def refuse(_: Pkcs12) -> None:
        tried.append(1)
        raise PinRefused("Thiết bị không nhận mã PIN.")

    monkeypatch.setattr(Pkcs12, "signer", refuse)
    with pytest.raises(PinRefused):
        do(unit, people)
    with pytest.raises(IdentityUnusable, match="mã PIN"):
        do(unit, people)
    assert len(tried) == 1
    assert SigningIdentity.objects.get(pk=people[2].pk).blocked_because


def test_a_verification_is_kept_with_its_verdict_and_not_the_file(unit: Unit) -> None:
    done = do(unit, office(unit))
    record = services.record_verification(
        actor=actor_with(Role.OFFICER, unit), unit_id=unit.pk, document=done.document,
        file_name="ket-qua.pdf", about="H29-1",
    )  # fmt: skip
    assert record.state == State.VALID
    assert record.verdict["signatures"][0]["signer"]
    assert record.sha256 == done.record.sha256
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        VerificationRecord.objects.update(state=State.CHANGED)
    with pytest.raises(Forbidden):
        services.record_verification(
            actor=actor_with(Role.OFFICER, UnitFactory()), unit_id=unit.pk,
            document=done.document, file_name="x.pdf",
        )  # fmt: skip


def test_an_image_of_ones_own_takes_the_place_of_the_drawn_signature(unit: Unit) -> None:
    leader = person_with(Role.COMMITTEE_LEADER, unit)
    picture = BytesIO()
    Image.new("RGBA", (200, 80), (0, 255, 0, 255)).save(picture, "PNG")
    key = issued(leader.full_name)
    identity = identities.add(
        actor=SYSTEM, unit_id=unit.pk, kind="person", person_id=leader.pk, label="",
        provider_kind="pkcs12", config=config_of(key.archive("x"), "x"),
        image=picture.getvalue(),
    )  # fmt: skip
    signed = services.sign(
        actor=Actor.of(leader), unit_id=unit.pk, document=a_paper(), identity_id=identity.pk,
        reason="Thử", placement=Placement(page=0, x=300, y=300),
    )  # fmt: skip
    opened = pypdfium2.PdfDocument(signed)
    opened.init_forms()
    colours = {c for _, c in opened[0].render(scale=1).to_pil().convert("RGB").getcolors(10**6)}
    assert (0, 255, 0) in colours


@pytest.mark.django_db(transaction=True)
def test_two_who_issue_the_same_result_at_once_get_the_same_document(unit: Unit) -> None:
    people = office(unit)
    together = threading.Barrier(3)
    got: list[Any] = []

    def run() -> None:
        together.wait()
        try:
            got.append(do(unit, people).document)
        except Exception as wrong:  # shown by the assertion
            got.append(wrong)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(got)) == 1
    assert isinstance(got[0], bytes)
    assert SignedDocument.objects.count() == 1


def test_a_second_seal_of_the_unit_can_be_chosen(unit: Unit) -> None:
    leader = person_with(Role.CENTRE_LEADER, unit)
    person_key(leader, unit)
    first, second = agency_seal(unit, "UBND"), agency_seal(unit, "Trung tâm")
    assert list(selectors.seals_of(unit.pk)) == [first, second]
    assert selectors.signer_of(leader, unit.pk) is not None
    assert selectors.signer_of(person_with(Role.OFFICER, unit), unit.pk) is None
