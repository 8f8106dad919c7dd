"""A catalogue file on its way in: whatever it holds, nothing happens that was not seen."""

from __future__ import annotations

import datetime as dt
import io
import json
import uuid
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from motcua.kernel.models import AuditEntry
from motcua.organisation.models import Field
from motcua.organisation.permissions import SYSTEM
from motcua.procedures import demo, files, selectors, services, workbook
from motcua.procedures.errors import CatalogueError
from motcua.procedures.facts import ProcedureFacts, compare, words
from motcua.procedures.models import CatalogueUpload, Procedure

Facts = list[ProcedureFacts]
UPLOAD = "/danh-muc-thu-tuc/nap/"
BIRTH = demo.shipped()[0]
VALID = json.loads(files.to_json([BIRTH]))["procedures"][0]
LAW = dt.date(2097, 3, 1)
WORKBOOK = workbook.to_excel([BIRTH])


def send(client: Client, content: bytes, name: str = "danh-muc.json") -> Any:
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content)})


def plan_of(client: Client, facts: Facts) -> str:
    return str(send(client, files.to_json(facts)).headers["Location"])


def digest(client: Client, address: str) -> str:
    return str(client.get(address).context["planned"].digest)


@pytest.mark.django_db
def test_a_file_is_shown_before_and_after_and_then_taken_over_as_seen(
    city: Client, catalogue: Facts
) -> None:
    changed = catalogue[0].model_copy(update={"effective_from": LAW, "result": "Bản điện tử"})
    new = catalogue[1].model_copy(update={"code": "9.000001", "field": "Lĩnh vực chưa có"})
    address = plan_of(city, [changed, new, catalogue[2]])
    page = city.get(address)
    text = page.content.decode()
    assert "<del>Giấy khai sinh</del>" in text
    assert "<ins>Bản điện tử</ins>" in text
    assert "Lĩnh vực chưa có" in text
    assert page.context["planned"].same == (catalogue[2].code,)
    assert selectors.current_facts(LAW)["1.001193"].result == "Giấy khai sinh"
    answer = city.post(address, {"digest": digest(city, address)})
    assert answer.status_code == 302
    assert selectors.in_force("1.001193", LAW).result == "Bản điện tử"
    assert Field.objects.filter(name="Lĩnh vực chưa có").exists()
    done = AuditEntry.objects.get(action="procedures.take_over")
    assert done.detail == {"new": 1, "changed": 1}


@pytest.mark.django_db
def test_a_catalogue_that_moved_meanwhile_is_left_alone_and_shown_again(
    city: Client, catalogue: Facts
) -> None:
    address = plan_of(city, [catalogue[0].model_copy(update={"note": "từ tệp"})])
    seen = digest(city, address)
    services.take_over(facts=[catalogue[0].model_copy(update={"note": "sửa tay"})], actor=SYSTEM)
    answer = city.post(address, {"digest": seen})
    assert answer.status_code == 422
    assert "vừa được người khác sửa" in answer.content.decode()
    assert selectors.in_force("1.001193").note == "sửa tay"
    assert city.post(address, {"digest": digest(city, address)}).status_code == 302
    assert selectors.in_force("1.001193").note == "từ tệp"


@pytest.mark.django_db
def test_a_file_is_taken_over_once(city: Client, catalogue: Facts) -> None:
    address = plan_of(city, [catalogue[0].model_copy(update={"note": "từ tệp"})])
    seen = digest(city, address)
    assert city.post(address, {"digest": seen}).status_code == 302
    again = city.post(address, {"digest": seen})
    assert "không nạp lần thứ hai" in again.content.decode()
    assert "Nạp đúng những thay đổi này" not in again.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("said", ["", "0" * 64, "khác"])
def test_a_yes_to_something_else_is_no_yes(city: Client, catalogue: Facts, said: str) -> None:
    address = plan_of(city, [catalogue[0].model_copy(update={"note": "từ tệp"})])
    assert city.post(address, {"digest": said}).status_code == 422
    assert selectors.in_force("1.001193").note == catalogue[0].note


@pytest.mark.django_db
def test_a_conflict_with_a_later_version_is_told_and_blocks_everything(
    city: Client, catalogue: Facts
) -> None:
    services.take_over(
        facts=[catalogue[0].model_copy(update={"effective_from": LAW, "note": "sau"})],
        actor=SYSTEM,
    )
    between = {"effective_from": LAW - dt.timedelta(days=30), "note": "giữa"}
    other = catalogue[1].model_copy(update={"note": "vô can"})
    address = plan_of(city, [catalogue[0].model_copy(update=between), other])
    page = city.get(address)
    assert "đã có phiên bản áp dụng từ" in page.content.decode()
    assert "Nạp đúng những thay đổi này" not in page.content.decode()
    answer = city.post(address, {"digest": page.context["planned"].digest})
    assert answer.status_code == 422
    assert selectors.in_force("1.000894").note == catalogue[1].note


@pytest.mark.django_db
def test_only_the_city_uploads_and_confirms(
    city: Client, officer: Client, catalogue: Facts
) -> None:
    assert send(officer, files.to_json(catalogue)).status_code == 403
    address = plan_of(city, [catalogue[0].model_copy(update={"note": "từ tệp"})])
    assert officer.get(address).status_code == 403
    assert officer.post(address, {"digest": digest(city, address)}).status_code == 403
    assert city.post(f"{UPLOAD}{uuid.uuid4()}/", {"digest": "x"}).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Tệp trống"),
        (b"nothing", "không phải JSON"),
        (b"PK\x03\x04 broken", "không phải bảng tính"),
        (b'{"format": 1, "procedures": []}', "không có thủ tục nào"),
        (b'{"format": 1, "procedures": ' + b"[" * 100_000, "không phải JSON"),
        (b" " * (10 * 1024 * 1024 + 1), "lớn hơn 10 MB"),
    ],
    ids=["empty", "text", "broken zip", "no rows", "deep", "large"],
)
def test_a_file_that_is_none_is_told_so_and_nothing_is_kept(
    city: Client, content: bytes, said: str
) -> None:
    answer = send(city, content)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not CatalogueUpload.objects.exists()
    assert city.post(UPLOAD).status_code == 422


def book_with(change: Any) -> bytes:
    book = load_workbook(io.BytesIO(WORKBOOK))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cell(book: Workbook, sheet: str, row: int, title: str) -> Any:
    column = [each.value for each in book[sheet][1]].index(title) + 1
    return book[sheet].cell(row, column)


def put(sheet: str, row: int, title: str, value: Any) -> bytes:
    return book_with(lambda book: setattr(cell(book, sheet, row, title), "value", value))


PAPERS, FEES, MAIN = workbook.PAPERS, workbook.FEES, workbook.PROCEDURES


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (put(FEES, 3, "Mức thu (đồng)", "ba nghìn"),
         "Trang “Phí, lệ phí”, dòng 3 (1.001193): Mức thu (đồng) “ba nghìn” không phải số nguyên."),
        (put(PAPERS, 4, "Hình thức", "bản gì đó"),
         "Trang “Giấy tờ”, dòng 4 (1.001193): Hình thức “bản gì đó” không phải giá trị được dùng."),
        (put(MAIN, 2, "Có hiệu lực từ ngày", "đầu năm"),
         "Trang “Thủ tục”, dòng 2 (1.001193): Có hiệu lực từ ngày “đầu năm” không phải ngày."),
        (put(MAIN, 2, "Phi địa giới", "hình như"),
         "Trang “Thủ tục”, dòng 2 (1.001193): Phi địa giới “hình như” chỉ nhận có hoặc không."),
        (put(PAPERS, 5, "Mã thủ tục", "1.999999"),
         "Trang “Giấy tờ”, dòng 5: mã “1.999999” không có trong trang “Thủ tục”."),
        (put(MAIN, 1, "Tên", "Tên gọi"), "Trang “Thủ tục” thiếu cột “Tên”."),
        (put(MAIN, 1, "Tên", "Tên gọi"), "Trang “Thủ tục” có cột lạ: “Tên gọi”."),
        (put(MAIN, 1, "Tên", "Nguồn"), "Trang “Thủ tục” có hai cột cùng tên."),
        (book_with(lambda book: book.remove(book[FEES])), "Tệp thiếu trang tính “Phí, lệ phí”."),
        (put(MAIN, 2, "Điều chưa chắc", "Mục lạ: ai biết"), "“Mục lạ” không có trong danh mục"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_workbook_is_named_by_sheet_row_and_column(
    content: bytes, said: str
) -> None:
    with pytest.raises(CatalogueError) as refused:
        workbook.from_excel(content)
    assert any(said in problem for problem in refused.value.problems), refused.value.problems


def test_a_workbook_filled_by_hand_is_understood() -> None:
    def by_hand(book: Workbook) -> None:
        cell(book, MAIN, 2, "Có hiệu lực từ ngày").value = "01/03/2027"
        cell(book, MAIN, 2, "Cách tính thời hạn").value = "Ngày làm việc"
        cell(book, MAIN, 2, "Thời hạn").value = 5
        cell(book, MAIN, 2, "Mã thủ tục").value = 1.00119
        cell(book, MAIN, 2, "Quyết định công bố").value = 163
        cell(book, MAIN, 2, "Phi địa giới").value = "Có"
        for sheet in (PAPERS, FEES):
            for row in range(2, book[sheet].max_row + 1):
                cell(book, sheet, row, "Mã thủ tục").value = "1.001190"

    (read,) = workbook.from_excel(book_with(by_hand))
    assert (read.code, read.effective_from) == ("1.001190", dt.date(2027, 3, 1))
    assert (str(read.time_kind), read.time_amount) == ("working_days", 5)
    assert (read.announcing_decision, read.location_independent) == ("163", True)
    assert (read.requirements, read.fees) == (BIRTH.requirements, BIRTH.fees)


def test_a_workbook_that_unpacks_to_gigabytes_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for number in range(3):
            packed.writestr(f"xl/{number}.xml", b"\0" * (40 * 1024 * 1024))
    with pytest.raises(CatalogueError, match="lớn quá"):
        workbook.from_excel(out.getvalue())


@given(st.data())
@settings(max_examples=30, suppress_health_check=list(HealthCheck))
def test_a_damaged_workbook_is_read_or_refused_never_a_fall(data: st.DataObject) -> None:
    whole = bytearray(WORKBOOK)
    for _ in range(data.draw(st.integers(1, 12))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(len(whole) // 2, len(whole)))
    sentences_or_facts(lambda: workbook.from_excel(bytes(whole[:cut])))


CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**12), 10**12), st.floats(allow_nan=False),
    st.datetimes(), st.times(),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=60),
)  # fmt: skip


@given(
    st.lists(st.tuples(st.sampled_from([MAIN, PAPERS, FEES]), st.integers(1, 7),
                       st.integers(1, 24), CELLS), min_size=1, max_size=6)
)  # fmt: skip
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@pytest.mark.django_db
def test_any_cells_make_sentences_with_row_numbers_or_a_catalogue_that_can_be_kept(
    cells: list[tuple[str, int, int, Any]],
) -> None:
    def change(book: Workbook) -> None:
        for sheet, row, column, value in cells:
            book[sheet].cell(row, column).value = value

    facts = sentences_or_facts(lambda: workbook.from_excel(book_with(change)))
    kept(facts)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=8) | st.sampled_from([*VALID, "amount"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@given(st.lists(st.dictionaries(st.sampled_from([*VALID, "x"]), JSON, max_size=4), max_size=2))
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@pytest.mark.django_db
def test_any_json_makes_sentences_or_a_catalogue_that_can_be_kept(rows: list[Any]) -> None:
    content = json.dumps({"format": 1, "procedures": [VALID | row for row in rows]}).encode()
    kept(sentences_or_facts(lambda: files.from_json(content)))


def test_a_code_of_control_letters_is_told_in_letters_that_can_be_read() -> None:
    rows = {"format": 1, "procedures": [{"code": "\x1f"}]}
    with pytest.raises(CatalogueError) as wrong:
        files.from_json(json.dumps(rows).encode())
    assert all(problem.isprintable() for problem in wrong.value.problems)


def sentences_or_facts(read: Any) -> Facts:
    try:
        return list(read())
    except CatalogueError as wrong:
        for problem in wrong.problems:
            assert problem[0].isupper()
            assert problem.endswith(".")
            assert problem.isprintable()
            assert not set("{}[]") & set(problem.split("“")[0])
        return []


def kept(facts: Facts) -> None:
    """Whatever a reader lets through, the database and the pages can hold."""
    with transaction.atomic():
        services.take_over(facts=facts, actor=SYSTEM)
        for each in facts:
            assert selectors.current_facts(each.effective_from)[each.code] == each
            workbook.to_excel([each])
        Procedure.objects.all().update(revision=0)
        transaction.set_rollback(True)
    selectors._index.cache_clear()


@given(st.sampled_from(sorted(VALID)), JSON)
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_facts_that_differ_are_shown_differently(name: str, value: Any) -> None:
    try:
        other = ProcedureFacts.model_validate(VALID | {name: value})
    except ValueError:
        return
    for change in compare(BIRTH, other):
        assert change.before != change.after
    assert words(other.requirements)
