"""What citizens find without signing in."""

from __future__ import annotations

import datetime as dt
import re

import pypdfium2
import pytest
from django.test import Client

from motcua.organisation.models import Field
from motcua.organisation.permissions import SYSTEM
from motcua.procedures import papers, selectors, services
from motcua.procedures.facts import ProcedureFacts
from motcua.procedures.views.public import fees_by_channel
from tests.factories import CounterFactory, UnitFactory

pytestmark = pytest.mark.django_db
BIRTH = "/thu-tuc/1.001193/"
Facts = list[ProcedureFacts]


def names(content: bytes) -> list[str]:
    return re.findall(r'procedure-list__name" lang="vi">([^<]+)<', content.decode())


@pytest.mark.parametrize("typed", ["làm khai sinh", "lam khai sin", "KHAI SINH CHO BÉ", "1.001193"])
def test_a_visitor_finds_a_procedure_as_people_type(
    client: Client, catalogue: Facts, typed: str
) -> None:
    assert names(client.get("/thu-tuc/", {"tim": typed}).content)[0] == "Đăng ký khai sinh"


def test_results_while_typing_are_the_list_alone(client: Client, catalogue: Facts) -> None:
    answer = client.get("/thu-tuc/", {"tim": "sao y"}, headers={"HX-Target": "ket-qua"})
    assert b"<html" not in answer.content
    assert names(answer.content)[0] == "Chứng thực bản sao từ bản chính"
    assert "HX-Target" in answer.headers["Vary"]


def test_nothing_found_offers_what_comes_near_and_how_others_search(
    client: Client, catalogue: Facts
) -> None:
    text = client.get("/thu-tuc/", {"tim": "khai thuế nhà trọ"}).content.decode()
    assert "Chưa tìm thấy thủ tục nào" in text
    assert "Có thể quý vị cần" in text
    assert "làm khai sinh" in text


def test_a_field_and_the_online_level_narrow_and_say_so_when_they_hide_a_match(
    client: Client, catalogue: Facts
) -> None:
    field = Field.objects.get(name="Chứng thực").code
    only = client.get("/thu-tuc/", {"linh_vuc": field})
    assert len(names(only.content)) == 3
    hidden = client.get("/thu-tuc/", {"tim": "khai sinh", "linh_vuc": field}).content.decode()
    assert "không thuộc lựa chọn đang lọc" in hidden
    assert names(client.get("/thu-tuc/", {"truc_tuyen": "1"}).content) == []


@pytest.mark.parametrize(
    "query",
    [
        "tim=%00%00", "tim=%F0%9F%98%80", "tim=" + "a" * 5000, "trang=abc", "trang=-1",
        "trang=99999999999999999999", "linh_vuc=%27%3B--", "tim=%25%25_%5C", "tim=%ff%fe",
    ],
)  # fmt: skip
def test_any_search_address_is_answered(client: Client, catalogue: Facts, query: str) -> None:
    assert client.get(f"/thu-tuc/?{query}").status_code == 200


def test_a_page_says_what_is_not_known_and_what_is_not_certain(
    client: Client, catalogue: Facts
) -> None:
    text = client.get(BIRTH).content.decode()
    for part in ("Tờ khai đăng ký khai sinh", "trong ngày", "0 đồng", "163/QĐ-BTP", "Nguồn"):
        assert part in text
    assert "Nộp ở phường, xã khác</dt><dd>chưa rõ" in text
    assert "vai trò ở cấp xã chưa đối chiếu văn bản" in text


def test_an_unknown_time_and_fee_are_shown_as_unknown_never_as_nought(
    client: Client, catalogue: Facts
) -> None:
    bare = catalogue[0].model_copy(
        update={"code": "9.000001", "time_kind": None, "time_note": "", "fees": (), "fee_note": ""}
    )
    services.take_over(facts=[bare], actor=SYSTEM)
    text = client.get("/thu-tuc/9.000001/").content.decode()
    assert '<p class="procedure__figure">chưa rõ' in text
    assert "0 đồng" not in text
    assert text.count('data-label="Mức thu">chưa rõ') == 3


def plain(content: bytes) -> str:
    return re.sub(r"<[^>]+>", "", content.decode())


def test_a_coming_version_has_its_own_address_and_says_from_when(
    client: Client, catalogue: Facts
) -> None:
    coming = catalogue[0].model_copy(
        update={"effective_from": dt.date(2097, 3, 1), "result": "Giấy khai sinh điện tử"}
    )
    services.take_over(facts=[coming], actor=SYSTEM)
    today = plain(client.get(BIRTH).content)
    assert "Giấy khai sinh điện tử" not in today
    assert "Xem nội dung sẽ áp dụng từ 01/03/2097" in today
    ahead = plain(client.get(BIRTH, {"tu": "2097-03-01"}).content)
    assert "Giấy khai sinh điện tử" in ahead
    assert "chỉ dùng cho hồ sơ nộp từ ngày 01/03/2097" in ahead


@pytest.mark.parametrize("day", ["2000-01-01", "hôm nay", "2026-13-45", "%00"])
def test_a_version_that_never_was_is_not_found(client: Client, catalogue: Facts, day: str) -> None:
    assert client.get(BIRTH, {"tu": day}).status_code == 404


@pytest.mark.parametrize("path", ["/thu-tuc/9.999999/", "/thu-tuc/abc/", "/thu-tuc/1.00119/"])
def test_a_procedure_that_does_not_exist_is_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_chosen_unit_shows_its_counter_and_another_shows_that_none_is_known(
    client: Client, catalogue: Facts
) -> None:
    here, there = UnitFactory(), UnitFactory()
    CounterFactory(unit=here, number=7, name="Hộ tịch", fields=[Field.objects.get(name="Hộ tịch")])
    assert "Quầy 7" in client.get(BIRTH, {"don_vi": here.code}).content.decode()
    assert "Chưa rõ quầy nào" in client.get(BIRTH, {"don_vi": there.code}).content.decode()
    assert "Chọn nơi muốn đến" in client.get(BIRTH, {"don_vi": "x' or 1"}).content.decode()


def test_the_frame_speaks_english_and_the_procedure_stays_vietnamese(
    client: Client, catalogue: Facts
) -> None:
    client.cookies["django_language"] = "en"
    text = client.get(BIRTH).content.decode()
    assert "Papers you need" in text
    assert '<span lang="vi">Tờ khai đăng ký khai sinh' in text


def test_the_sheet_to_take_along_is_one_page_for_every_procedure(shipped: Facts) -> None:
    services.take_over(facts=shipped, actor=SYSTEM)
    longest = sorted(selectors.catalogue(), key=lambda v: -len(str(v.steps) + v.fee_note))
    for version in longest[:6]:
        pdf = pypdfium2.PdfDocument(papers.sheet(version, fees_by_channel(version), None))
        assert len(pdf) == 1, version.name


def test_the_sheet_carries_papers_time_place_and_a_code_that_opens_the_page(
    client: Client, catalogue: Facts
) -> None:
    unit = UnitFactory(name="Phường Thử Nghiệm", address="154 Tháp Mười")
    CounterFactory(unit=unit, number=7, fields=[Field.objects.get(name="Hộ tịch")])
    answer = client.get(f"{BIRTH}to-huong-dan.pdf", {"don_vi": unit.code})
    assert answer.headers["Content-Type"] == "application/pdf"
    page = pypdfium2.PdfDocument(answer.content)[0]
    text = " ".join(page.get_textpage().get_text_range().split())
    for part in ("Đăng ký khai sinh", "Giấy chứng sinh", "quầy 7", "154 Tháp Mười", "chưa rõ"):
        assert part in text
    zxing = pytest.importorskip("zxingcpp")
    read = zxing.read_barcodes(page.render(scale=3).to_pil())
    assert [code.text.endswith(BIRTH) for code in read] == [True]


def test_a_very_long_procedure_still_makes_a_sheet(catalogue: Facts) -> None:
    long = catalogue[0].model_copy(update={"steps": ("Một bước rất dài. " * 100,) * 40})
    services.take_over(facts=[long], actor=SYSTEM)
    version = selectors.in_force("1.001193")
    assert len(pypdfium2.PdfDocument(papers.sheet(version, fees_by_channel(version), None))) > 1
