"""The catalogue in the hands of those who work with it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client

from motcua.kernel.models import AuditEntry
from motcua.organisation.models import Field
from motcua.organisation.permissions import SYSTEM
from motcua.organisation.rules import Role
from motcua.procedures import selectors, services, workbook
from motcua.procedures.facts import ProcedureFacts
from motcua.procedures.models import Procedure
from tests.factories import CounterFactory, UnitFactory, person_with

pytestmark = pytest.mark.django_db
Facts = list[ProcedureFacts]
LIST = "/danh-muc-thu-tuc/"
BIRTH = f"{LIST}1.001193/"
NEW, CORRECT = f"{BIRTH}2026-07-01/phien-ban-moi/", f"{BIRTH}2026-07-01/sua/"
LAW = dt.date(2097, 3, 1)


def typed(client: Client, address: str, **changes: Any) -> dict[str, Any]:
    """What a browser would send from this form, with these fields changed."""
    context = client.get(address).context
    editor = context["editor"]
    found: dict[str, Any] = {}
    forms = [editor.form, *editor.requirements, *editor.fees]
    managed = [editor.requirements.management_form, editor.fees.management_form]
    for form in (*forms, *managed):
        for bound in form:
            value = bound.value()
            if value is None or value is False:
                continue
            found[bound.html_name] = "on" if value is True else str(value)
    for name in ("location_independent", "locker_take", "locker_return"):
        found[name] = str(
            editor.form[name].value() if editor.form[name].value() is not None else ""
        )
    return {**found, **changes}


PAGES = [LIST, BIRTH, f"{BIRTH}so-sanh/", f"{LIST}xuat/json/", f"{LIST}xuat/xlsx/"]
EDITING = [NEW, CORRECT, f"{BIRTH}cach-goi/", f"{BIRTH}thoi-ap-dung/", f"{LIST}nap/"]


@pytest.mark.parametrize("role", list(Role))
def test_everyone_who_works_here_looks_and_only_the_city_writes(
    client: Client, catalogue: Facts, role: Role
) -> None:
    client.force_login(person_with(role, UnitFactory()))
    assert [client.get(page).status_code for page in PAGES] == [200] * len(PAGES)
    expected = 200 if role is Role.CITY else 403
    assert [client.get(page).status_code for page in EDITING] == [expected] * len(EDITING)
    answer = client.post(f"{BIRTH}2026-07-01/bo/")
    assert answer.status_code == (302 if role is Role.CITY else 403)


@pytest.mark.parametrize("page", [*PAGES, *EDITING])
def test_a_visitor_is_asked_to_sign_in(client: Client, catalogue: Facts, page: str) -> None:
    answer = client.get(page)
    assert answer.status_code == 302
    assert "/tai-khoan/dang-nhap/" in answer.headers["Location"]


def test_the_list_finds_what_is_unknown_and_what_is_about_to_change(
    officer: Client, catalogue: Facts
) -> None:
    coming = catalogue[1].model_copy(update={"effective_from": LAW, "note": "luật mới"})
    services.take_over(facts=[coming], actor=SYSTEM)
    changing = officer.get(LIST, {"tinh_trang": "sap-doi"}).context["page"].object_list
    assert [(e.version.procedure.code, e.changes_on) for e in changing] == [("1.000894", LAW)]
    unknown = officer.get(LIST, {"tinh_trang": "thieu"}).context["page"].object_list
    assert all("Phi địa giới" in entry.unknown for entry in unknown)
    found = officer.get(LIST, {"tim": "lam giay hon thu"}).context["page"].object_list
    assert found[0].version.name == "Đăng ký kết hôn"
    assert "Không có thủ tục nào khớp" in officer.get(LIST, {"tim": "zzzzzz"}).content.decode()


def test_a_version_shows_its_doubts_its_source_and_the_viewers_counters(catalogue: Facts) -> None:
    unit, foreign = UnitFactory(), UnitFactory()
    field = Field.objects.get(name="Hộ tịch")
    CounterFactory(unit=unit, number=4, fields=[field])
    CounterFactory(unit=foreign, number=9, fields=[field])
    client = Client()
    client.force_login(person_with(Role.SPECIALIST, unit))
    text = client.get(BIRTH).content.decode()
    assert "nhận định nghiệp vụ, chưa có quy định" in text
    assert "bản ghi tháng 7/2026" in text
    assert f"{unit.name}, quầy 4" in text
    assert foreign.name not in text


def test_a_law_of_a_coming_year_is_prepared_on_screen(city: Client, catalogue: Facts) -> None:
    form = typed(city, NEW, effective_from="01/03/2097", result="Giấy khai sinh điện tử")
    preview = city.post(NEW, form | {"xem": "1"})
    assert "Giấy khai sinh điện tử" in preview.content.decode()
    assert Procedure.objects.get(code="1.001193").versions.count() == 1
    answer = city.post(NEW, form | {"ghi": "1"})
    assert answer.status_code == 302
    assert selectors.in_force("1.001193", LAW).result == "Giấy khai sinh điện tử"
    eve = selectors.in_force("1.001193", LAW - dt.timedelta(days=1))
    assert (eve.result, eve.effective_to) == ("Giấy khai sinh", LAW - dt.timedelta(days=1))
    differences = city.get(f"{BIRTH}so-sanh/", {"truoc": "2026-07-01", "sau": "2097-03-01"})
    assert [change["title"] for change in differences.context["changes"]] == ["Kết quả"]


def test_saving_the_form_as_it_came_changes_nothing(city: Client, catalogue: Facts) -> None:
    before = selectors.current_facts(dt.date(2026, 11, 23))["1.001193"]
    assert city.post(CORRECT, typed(city, CORRECT) | {"ghi": "1"}).status_code == 302
    assert selectors.current_facts(dt.date(2026, 11, 23))["1.001193"] == before


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"effective_from": ""}, "Nhập ngày"),
        ({"effective_from": "31/02/2027"}, "Ngày không đúng"),
        ({"effective_from": "01/07/2026"}, "phải bắt đầu sau ngày 01/07/2026"),
        ({"effective_from": "01/01/9999"}, "ngoài khoảng được nhận"),
        ({"name": ""}, "Nhập tên thủ tục"),
        ({"name": "x" * 301}, "300"),
        ({"source": ""}, "Ghi văn bản"),
        ({"field": "Không có lĩnh vực này"}, "Chọn lĩnh vực"),
        ({"time_kind": "working_days", "time_amount": ""}, "cần số ngày hoặc số giờ"),
        ({"time_amount": "-3"}, "time_amount"),
        ({"time_kind": "đời đời"}, "time_kind"),
        ({"steps": "\x00"}, "ký tự"),
        ({"steps": "bước\n" * 100}, "quá nhiều mục"),
        ({"uncertain": "Mục lạ: ai biết"}, "mục lạ"),
        ({"phi-1-channel": "counter", "phi-1-kind": "unknown"}, "hai mức thu"),
        ({"phi-0-amount": "ba nghìn"}, "phi-0-amount"),
        ({"giay-0-copies": "0"}, "giay-0-copies"),
        ({"giay-TOTAL_FORMS": "x"}, ""),
        ({"phi-TOTAL_FORMS": "99999"}, ""),
        ({"revision": ""}, ""),
    ],
)
def test_what_is_mistyped_is_told_and_what_was_typed_stays(
    city: Client, catalogue: Facts, wrong: dict[str, str], said: str
) -> None:
    form = typed(city, NEW, effective_from="01/03/2097", note="chữ của tôi") | wrong
    answer = city.post(NEW, form | {"ghi": "1"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert said.lower() in text.lower()
    assert "chữ của tôi" in text
    assert Procedure.objects.get(code="1.001193").versions.count() == 1


def test_more_rows_are_given_without_losing_what_was_typed(city: Client, catalogue: Facts) -> None:
    form = typed(city, NEW, result="đang gõ dở", them_giay="1")
    answer = city.post(NEW, form)
    assert answer.status_code == 200
    assert "đang gõ dở" in answer.content.decode()
    assert len(answer.context["editor"].requirements) == len(catalogue[0].requirements) + 4


def test_the_second_of_two_editors_is_told(city: Client, catalogue: Facts) -> None:
    form = typed(city, CORRECT, note="của người đến sau")
    corrected = catalogue[0].model_copy(update={"note": "của người đến trước"})
    services.take_over(facts=[corrected], actor=SYSTEM)
    answer = city.post(CORRECT, form | {"ghi": "1"})
    assert answer.status_code == 422
    assert "vừa được người khác sửa" in answer.content.decode()
    assert selectors.in_force("1.001193").note == "của người đến trước"


def test_a_prepared_version_can_be_taken_back_and_the_present_one_goes_on(
    city: Client, catalogue: Facts
) -> None:
    coming = catalogue[0].model_copy(update={"effective_from": LAW, "note": "luật mới"})
    services.take_over(facts=[coming], actor=SYSTEM)
    city.post(f"{BIRTH}{LAW.isoformat()}/bo/")
    assert selectors.in_force("1.001193", LAW).effective_to is None
    assert AuditEntry.objects.filter(action="procedures.withdraw_version").count() == 1
    refused = city.post(f"{BIRTH}2026-07-01/bo/", follow=True).content.decode()
    assert "Chỉ bỏ được phiên bản chưa áp dụng" in refused
    assert selectors.in_force("1.001193")


def test_an_abolished_procedure_ends_and_its_page_says_so(city: Client, catalogue: Facts) -> None:
    yesterday = selectors.today() - dt.timedelta(days=1)
    ended = {"last_day": f"{yesterday:%d/%m/%Y}", "reason": "Quyết định 1/QĐ"}
    early = city.post(f"{BIRTH}thoi-ap-dung/", {"last_day": "01/01/2020", "reason": "x"})
    assert early.status_code == 422
    assert city.post(f"{BIRTH}thoi-ap-dung/", {"last_day": "", "reason": ""}).status_code == 422
    assert city.post(f"{BIRTH}thoi-ap-dung/", ended).status_code == 302
    public = city.get("/thu-tuc/1.001193/").content.decode()
    assert "không còn áp dụng" in public
    assert selectors.search("làm khai sinh") == [] or all(
        version.procedure.code != "1.001193" for version in selectors.search("làm khai sinh")
    )


def test_everyday_words_are_found_at_once_and_are_on_the_record(
    city: Client, catalogue: Facts
) -> None:
    address = f"{BIRTH}cach-goi/"
    assert city.post(address, {"words": " thêm  thành viên nhí \n\nđầy tháng"}).status_code == 302
    assert [v.procedure.code for v in selectors.search("thanh vien nhi")][:1] == ["1.001193"]
    assert Procedure.objects.get(code="1.001193").everyday_words == [
        "thêm thành viên nhí",
        "đầy tháng",
    ]
    assert AuditEntry.objects.filter(action="procedures.change_words").count() == 1
    for bad in ("x" * 81, "\n".join(str(n) for n in range(50)), "a\x00b"):
        assert city.post(address, {"words": bad}).status_code == 422


def test_an_export_is_what_an_import_reads(officer: Client, catalogue: Facts) -> None:
    content = officer.get(f"{LIST}xuat/json/").content
    assert len(json.loads(content)["procedures"]) == len(catalogue)
    read = workbook.read(officer.get(f"{LIST}xuat/xlsx/").content)
    assert {facts.code: facts for facts in read} == {facts.code: facts for facts in catalogue}
    assert (
        json.loads(officer.get(f"{LIST}xuat/json/", {"ngay": "2000-01-01"}).content)["procedures"]
        == []
    )


@pytest.mark.parametrize(
    "path",
    [
        f"{LIST}9.999999/", f"{LIST}xuat/pdf/", f"{LIST}xuat/json/?ngay=abc", f"{BIRTH}?tu=abc",
        f"{BIRTH}so-sanh/?truoc=2000-01-01", f"{BIRTH}2020-01-01/sua/",
        f"{BIRTH}2026-02-31/phien-ban-moi/", f"{LIST}nap/00000000-0000-0000-0000-000000000000/",
    ],
)  # fmt: skip
def test_what_does_not_exist_is_not_found(city: Client, catalogue: Facts, path: str) -> None:
    assert city.get(path).status_code == 404
