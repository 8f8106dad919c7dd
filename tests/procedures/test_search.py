"""Search finds what people mean."""

import json
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.procedures.search import Entry, Index


@pytest.fixture(scope="module")
def index() -> Index:
    text = (resources.files("motcua.procedures") / "data/procedures.json").read_text()
    return Index(
        Entry(row["code"], row["name"], row.get("everyday_words", ()), row["field"])
        for row in json.loads(text)["procedures"]
    )


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("làm khai sinh", "1.001193"),
        ("lam khai sinh", "1.001193"),
        ("khai sin", "1.001193"),
        ("LÀM GIẤY KHAI SINH CHO BÉ", "1.001193"),
        ("sao y", "2.000815"),
        ("sao y ban chinh", "2.000815"),
        ("giấy độc thân", "1.004873"),
        ("xác nhận độc thân", "1.004873"),
        ("xin phép xây nhà", "1.013225"),
        ("giay phep xay dung", "1.013225"),
        ("mở quán", "1.001612"),
        ("khuyet tat", "1.001653"),
        ("kuyết tật", "1.001653"),
        ("trợ cấp người già", "1.001776"),
        ("nhập hộ khẩu", "1.004222"),
        ("tạm trú", "1.004194"),
        ("sổ hồng", "1.013978"),
        ("1.013229", "1.013229"),
        ("013229", "1.013229"),
        ("dựng rạp", "1.013274"),
    ],
)
def test_everyday_words_and_typing_errors_find_the_procedure(
    index: Index, typed: str, code: str
) -> None:
    assert code in index.search(typed)[:2]


@pytest.mark.parametrize("typed", ["", "   ", "???", "xe máy bay lên mặt trăng", "zzzzzzzz"])
def test_what_no_procedure_is_about_finds_nothing(index: Index, typed: str) -> None:
    assert index.search(typed) == []


@given(st.text(max_size=120))
def test_anything_may_be_typed(typed: str) -> None:
    small = Index([Entry("1.000001", "Đăng ký khai sinh", ["làm khai sinh"])])
    assert set(small.search(typed)) <= {"1.000001"}
