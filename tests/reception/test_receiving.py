"""Receiving at the counter, as the officer's pages do it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from motcua.citizens.models import Consent, PaperUse
from motcua.dossiers.models import Dossier
from motcua.dossiers.rules import State
from motcua.organisation.rules import Role
from motcua.reception.models import Intake
from motcua.reception.receiving import services
from tests.citizens.factories import number, paper_of, pdf
from tests.citizens.test_cccd import CODE
from tests.dossiers.factories import Centre, procedure_of
from tests.factories import UnitFactory, person_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre() -> Centre:
    return Centre()


@pytest.fixture
def desk(centre: Centre, client: Client) -> Client:
    client.force_login(centre.people[Role.OFFICER])
    return client


def begun(centre: Centre, *, chosen: bool = True) -> Intake:
    intake = services.start(
        actor=centre.officer, unit_id=centre.unit.pk, citizen_id=centre.citizen.pk
    )
    if chosen:
        intake = services.choose(
            actor=centre.officer, intake_id=intake.pk, version_id=centre.version.pk
        )
    return intake


def address(name: str, intake: Intake, *more: int) -> str:
    return reverse(f"reception:{name}", args=[intake.pk, *more])


def press(desk: Client, intake: Intake, button: str = "du", **typed: Any) -> Any:
    typed = {"copies": "1", "return_way": "counter", "giay-to": ["1"], **typed}
    return desk.post(address("intake_finish", intake), {"nhan": button, **typed})


def test_a_person_a_procedure_a_tick_and_the_dossier_is_received(
    centre: Centre, desk: Client
) -> None:
    person = {
        "unit": centre.unit.pk,
        "full_name": "Trần Thị Mẫu",
        "personal_number": number(year=1990, male=False),
        "birth": "1990",
        "sex": "nu",
        "phone": "0990000901",
    }
    answer = desk.post(reverse("reception:receive"), person)
    intake = Intake.objects.get()
    assert answer["Location"] == address("intake", intake)
    assert "Thủ tục nào?" in desk.get(answer["Location"]).content.decode()
    desk.post(address("intake_choose", intake), {"phien-ban": centre.version.pk})
    page = desk.get(address("intake", intake)).content.decode()
    assert centre.version.name in page
    assert "Tờ khai" in page
    assert press(desk, intake, subject="Việc thử")["Location"] == address("intake", intake)
    dossier = Dossier.objects.get()
    assert dossier.state == State.RECEIVED
    assert dossier.applicant.full_name == "Trần Thị Mẫu"
    assert dossier.promised_at is not None
    done = desk.get(address("intake", intake)).content.decode()
    assert dossier.code in done
    assert "Vì sao là ngày này" in done


def test_a_day_typed_for_what_another_unit_decides_is_not_dropped_in_silence(
    centre: Centre, desk: Client
) -> None:
    other = Centre(field=centre.field)
    version = procedure_of(centre.field, kind="", amount=None)
    intake = services.choose(
        actor=centre.officer, intake_id=begun(centre, chosen=False).pk, version_id=version.pk
    )
    page = desk.get(address("intake", intake)).content.decode()
    assert "Cơ quan khác giải quyết thì để trống" in page
    typed = {"unit_competent_id": other.unit.pk, "return_unit_id": centre.unit.pk}
    answer = press(desk, intake, promised_at="24/12/2099", promise_reason="Quyết định", **typed)
    assert answer.status_code == 422
    assert "nơi đó hẹn ngày trả khi nhận hồ sơ" in answer.content.decode()
    assert "24/12/2099" in answer.content.decode()
    assert not Dossier.objects.exists()
    assert press(desk, intake, **typed).status_code == 302
    assert Dossier.objects.get().state == State.FORWARDED


def test_a_scanners_enter_before_the_script_is_there_fills_the_form_and_takes_nobody_in(
    centre: Centre, desk: Client
) -> None:
    typed = {"unit": centre.unit.pk, "phone": "0990 000 901", "full_name": "", "ma-the": CODE}
    answer = desk.post(reverse("reception:receive"), typed)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Đã điền từ thẻ" in page
    assert 'value="Nguyễn Thị Mẫu"' in page
    assert 'value="079199000123"' in page
    assert 'value="0990 000 901"' in page
    assert not Intake.objects.exists()


def test_a_code_that_landed_in_another_field_is_taken_out_of_it(
    centre: Centre, desk: Client
) -> None:
    typed = {"unit": centre.unit.pk, "address": CODE, "ma-the": ""}
    page = desk.post(reverse("reception:receive"), typed).content.decode()
    assert 'value="Nguyễn Thị Mẫu"' in page
    assert CODE not in page
    assert f'value="{CODE.split("|")[5]}"' in page


def test_an_unreadable_scan_says_so_and_keeps_what_was_typed(centre: Centre, desk: Client) -> None:
    typed = {"unit": centre.unit.pk, "full_name": "Trần Thị Mẫu", "ma-the": "8934567890123"}
    answer = desk.post(reverse("reception:receive"), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "không phải mã trên thẻ căn cước" in page
    assert 'value="Trần Thị Mẫu"' in page
    assert not Intake.objects.exists()


def test_what_is_missing_is_named_and_nothing_is_filed(centre: Centre, desk: Client) -> None:
    intake = begun(centre)
    answer = press(desk, intake, subject="Giữ nguyên chữ này", **{"giay-to": []})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Tờ khai" in page
    assert "Giữ nguyên chữ này" in page
    assert not Dossier.objects.exists()
    intake.refresh_from_db()
    assert intake.answers["subject"] == "Giữ nguyên chữ này"


def test_an_incomplete_dossier_is_filed_to_ask_for_the_rest(centre: Centre, desk: Client) -> None:
    answer = press(desk, begun(centre), "chua-du", **{"giay-to": []})
    dossier = Dossier.objects.get()
    assert dossier.state == State.SUBMITTED
    assert answer["Location"] == dossier.get_absolute_url()


def test_pressing_twice_files_once(centre: Centre, desk: Client) -> None:
    intake = begun(centre)
    press(desk, intake)
    press(desk, intake)
    code = Dossier.objects.get().code
    again = services.finish(
        actor=centre.officer, intake_id=intake.pk, filing={}, ending=services.Ending()
    )
    assert again.code == code


def test_a_scan_is_stored_beside_its_line_and_goes_with_the_dossier(
    centre: Centre, desk: Client
) -> None:
    intake = begun(centre)
    scan = SimpleUploadedFile("to-khai.pdf", pdf(), "application/pdf")
    desk.post(address("intake_attach", intake, 1), {"tep": scan})
    assert "to-khai.pdf" in desk.get(address("intake", intake)).content.decode()
    press(desk, intake, **{"giay-to": []})
    row = Dossier.objects.get().papers.get(order=1)
    assert row.ticked
    assert row.held is not None
    assert row.held.citizen == centre.citizen


def test_an_unusable_file_is_kept_and_leaves_its_line_open(centre: Centre, desk: Client) -> None:
    intake = begun(centre)
    scan = SimpleUploadedFile("anh.pdf", b"khong phai pdf", "application/pdf")
    answer = desk.post(address("intake_attach", intake, 1), {"tep": scan}, follow=True)
    assert "không dùng được" in answer.content.decode()
    intake.refresh_from_db()
    assert not intake.papers.get("1", {}).get("held")


def test_a_paper_held_already_is_used_again_by_consent(centre: Centre, desk: Client) -> None:
    intake = begun(centre)
    held = paper_of(centre.citizen, centre.unit, name="Tờ khai")
    page = desk.get(address("intake", intake)).content.decode()
    assert "Hỏi người dân có đồng ý dùng lại" in page
    desk.post(address("intake_use", intake, 1), {"giay": held.pk, "dong-y": "spoken"})
    press(desk, intake, **{"giay-to": []})
    dossier = Dossier.objects.get()
    use = PaperUse.objects.get()
    assert use.used_for == dossier.code
    assert use.paper == held
    assert use.consent is not None
    assert use.consent.given_via == "spoken"


def test_without_the_persons_yes_nothing_is_used_again(centre: Centre, desk: Client) -> None:
    intake = begun(centre)
    held = paper_of(centre.citizen, centre.unit, name="Tờ khai")
    desk.post(address("intake_use", intake, 1), {"giay": held.pk, "dong-y": ""})
    intake.refresh_from_db()
    assert intake.papers == {}
    assert not Consent.objects.exists()


def test_another_persons_paper_cannot_be_slipped_in(centre: Centre, desk: Client) -> None:
    intake = begun(centre)
    foreign = paper_of(None, centre.unit, name="Tờ khai")
    desk.post(address("intake_use", intake, 1), {"giay": foreign.pk, "dong-y": "spoken"})
    intake.refresh_from_db()
    assert intake.papers == {}


def test_a_dossier_for_another_unit_goes_there_and_its_clock_waits(
    centre: Centre, desk: Client
) -> None:
    other = Centre(field=centre.field)
    press(desk, begun(centre), unit_competent_id=other.unit.pk, return_unit_id=centre.unit.pk)
    dossier = Dossier.objects.get()
    assert dossier.state == State.FORWARDED
    assert dossier.unit_competent == other.unit
    assert dossier.promised_at is None


def test_typing_is_kept_without_pressing_anything(centre: Centre, desk: Client) -> None:
    intake = begun(centre)
    answer = desk.post(address("intake_save", intake), {"subject": "Dở", "giay-to": ["1"]})
    assert "Đã lưu lúc" in answer.content.decode()
    intake.refresh_from_db()
    assert intake.answers["subject"] == "Dở"
    assert intake.papers["1"]["ticked"]
    begin = desk.get(reverse("reception:receive")).content.decode()
    assert centre.citizen.full_name in begin


def test_put_aside_it_takes_nothing_more(centre: Centre, desk: Client) -> None:
    intake = begun(centre)
    desk.post(address("intake_drop", intake))
    assert "đã bỏ" in press(desk, intake).content.decode()
    assert not Dossier.objects.exists()


def test_changing_the_procedure_forgets_the_ticks_of_the_other(centre: Centre) -> None:
    from tests.dossiers.factories import procedure_of

    intake = begun(centre)
    services.write(actor=centre.officer, intake_id=intake.pk, answers={}, ticked={1})
    other = procedure_of(centre.field)
    changed = services.choose(actor=centre.officer, intake_id=intake.pk, version_id=other.pk)
    assert changed.papers == {}


def test_a_day_is_asked_only_where_the_catalogue_knows_no_time(
    centre: Centre, desk: Client
) -> None:
    from tests.dossiers.factories import procedure_of

    intake = begun(centre)
    unknown = procedure_of(centre.field, kind="", amount=None)
    services.choose(actor=centre.officer, intake_id=intake.pk, version_id=unknown.pk)
    assert 'name="promised_at"' in desk.get(address("intake", intake)).content.decode()
    assert press(desk, intake).status_code == 422
    press(desk, intake, promised_at="31/12/2199", promise_reason="Căn cứ thử")
    assert Dossier.objects.get().promised_at is not None


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.CLERK, Role.CENTRE_LEADER])
def test_only_officers_receive(centre: Centre, client: Client, role: Role) -> None:
    client.force_login(centre.people[role])
    assert client.get(reverse("reception:receive")).status_code == 403


def test_another_units_filing_does_not_exist(centre: Centre, client: Client) -> None:
    intake = begun(centre)
    client.force_login(person_with(Role.OFFICER, UnitFactory()))
    assert client.get(address("intake", intake)).status_code == 404
    assert client.post(address("intake_finish", intake)).status_code == 404


@pytest.mark.parametrize(
    "typed",
    [
        {"copies": "nhiều"},
        {"copies": "-1"},
        {"copies": "99999999999999999999"},
        {"return_way": "bay"},
        {"unit_competent_id": "0' OR 1=1"},
        {"subject": "\x00"},
        {"subject": "x" * 100_000},
        {"giay-to": ["1", "999", "-4", "một", "٣"]},
    ],
    ids=lambda typed: next(iter(typed)),
)
def test_whatever_is_typed_is_answered_in_words(
    centre: Centre, desk: Client, typed: dict[str, Any]
) -> None:
    Centre(field=centre.field)
    answer = press(desk, begun(centre), **typed)
    assert answer.status_code in {302, 422}
    if answer.status_code == 422:
        assert re.search(r"field__error|error-summary", answer.content.decode())
