"""The card's code as cameras and scanners really give it, and what speaks against a number."""

from __future__ import annotations

import datetime as dt
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.citizens import cccd
from motcua.citizens.cccd import CardError, HealthCard, Level, check, parse
from motcua.citizens.provinces import PROVINCES

CODE = (
    "079199000123|024000111|Nguyễn Thị Mẫu|05031999|Nữ|"
    "12 Đường Mẫu, Phường 1, Quận 6, TP. Hồ Chí Minh|15042021"
)
TODAY = dt.date(2026, 11, 23)


def typed_byte_by_byte(text: str) -> str:
    """What a scanner types that takes UTF-8 for the Western code page of Windows."""
    unused = {0x81, 0x8D, 0x8F, 0x90, 0x9D}
    return "".join(chr(b) if b in unused else bytes([b]).decode("cp1252") for b in text.encode())


def test_a_code_fills_every_field_and_keeps_the_old_place_names() -> None:
    card = parse(CODE)
    assert card.number == "079199000123"
    assert card.old_number == "024000111"
    assert card.full_name == "Nguyễn Thị Mẫu"
    assert (card.birth_date, card.birth_year, card.sex) == (dt.date(1999, 3, 5), 1999, "nu")
    assert card.address == "12 Đường Mẫu, Phường 1, Quận 6, TP. Hồ Chí Minh"
    assert card.issued == dt.date(2021, 4, 15)
    assert not card.damaged
    assert not card.repaired


@pytest.mark.parametrize(
    "around",
    ["\ufeff{}", "{}\r\n", "{}\t", "{}\r", "  {}  ", "\ufeff{}\r\n\t", "\x02{}\x03", "\u200b{}"],
)
def test_what_scanners_add_around_the_code_does_not_matter(around: str) -> None:
    assert parse(around.format(CODE)) == parse(CODE)


def test_decomposed_letters_are_composed() -> None:
    card = parse(unicodedata.normalize("NFD", CODE))
    assert card.full_name == "Nguyễn Thị Mẫu"
    assert card == parse(CODE)


@pytest.mark.parametrize("extra", ["|", "|Nguyễn Văn Cha|Trần Thị Mẹ", "|" * 20, "|a|b|c|d|e"])
def test_more_fields_than_known_are_dropped(extra: str) -> None:
    assert parse(CODE + extra) == parse(CODE)


def test_six_fields_are_enough() -> None:
    card = parse("079199000123||Nguyễn Thị Mẫu|05031999|Nữ|12 Đường Mẫu")
    assert (card.old_number, card.issued, card.address) == ("", None, "12 Đường Mẫu")


def test_a_scanner_that_types_byte_by_byte_is_undone_and_said() -> None:
    mangled = typed_byte_by_byte(CODE)
    assert "Nguyễn" not in mangled
    card = parse(mangled + "\t")
    assert card.repaired
    assert (card.full_name, card.address, card.sex) == (
        "Nguyễn Thị Mẫu",
        "12 Đường Mẫu, Phường 1, Quận 6, TP. Hồ Chí Minh",
        "nu",
    )


@pytest.mark.parametrize(
    ("spoilt", "name", "address"),
    [
        (CODE.replace("ễ", "?").replace("ị", "?").replace("ẫu|", "?u|"), "", True),
        (CODE.replace("Nguyễn", "Nguy\ufffdn"), "", True),
        (CODE.replace("Quận", "Qu?n"), "Nguyễn Thị Mẫu", False),
        (typed_byte_by_byte(CODE).replace("…", ""), "", False),
    ],
    ids=["question marks", "replacement letters", "only the address", "bytes with one lost"],
)
def test_lost_letters_cost_only_what_they_spoil(spoilt: str, name: str, address: bool) -> None:
    card = parse(spoilt)
    assert card.damaged
    assert card.full_name == name
    assert bool(card.address) is address
    assert (card.number, card.birth_date, card.sex) == (
        "079199000123",
        dt.date(1999, 3, 5),
        "nu",
    )


@pytest.mark.parametrize(
    ("born", "date", "year"),
    [
        ("00001950", None, 1950),
        ("00071950", None, 1950),
        ("01011950", dt.date(1950, 1, 1), 1950),
        ("1950", None, 1950),
        ("29022023", None, 2023),
        ("29022024", dt.date(2024, 2, 29), 2024),
        ("", None, None),
        ("chưa rõ", None, None),
        ("00000000", None, None),
    ],
)
def test_old_people_may_have_only_a_year(born: str, date: dt.date | None, year: int | None) -> None:
    card = parse(CODE.replace("05031999", born))
    assert (card.birth_date, card.birth_year) == (date, year)


@pytest.mark.parametrize(
    "code",
    [
        "HS4797421234567|4e677579e1bb856e205468e1bb8b|01/01/2015|1|4e6869|79 - 034|-",
        "7936012345|4e677579e1bb856e205468e1bb8b|01/01/2015|1|4e6869|79 - 034|-",
    ],
)
def test_a_health_insurance_card_is_refused_by_its_name(code: str) -> None:
    with pytest.raises(HealthCard, match="bảo hiểm y tế"):
        parse(code)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "|",
        "|||||||",
        "https://vneid.gov.vn/xyz",
        "024000111|a|b|c|d|e",
        "٠٧٩١٩٩٠٠٠١٢٣|a|b|c|d|e",
    ],
)
def test_anything_else_is_refused_with_what_to_do(code: str) -> None:
    with pytest.raises(CardError, match="nhập tay"):
        parse(code)


@pytest.mark.parametrize("name", ["H'Hen Niê", "K’Brứ", "Y-Khoa", "Nguyễn T. Ðào"])
def test_names_of_every_people_are_names(name: str) -> None:
    assert parse(CODE.replace("Nguyễn Thị Mẫu", name)).full_name == name.replace("Ð", "Đ")


names = st.text(
    st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩị"), min_size=1
)


@given(names, st.dates(dt.date(1900, 1, 1), TODAY), st.booleans(), st.integers(0, 999999))
def test_every_good_code_comes_back_as_it_was_however_it_was_typed(
    name: str, born: dt.date, male: bool, last: int
) -> None:
    century = 2 * ((born.year - 1900) // 100) + (not male)
    number = f"079{century}{born.year % 100:02d}{last:06d}"
    code = f"{number}||{name}|{born:%d%m%Y}|{'Nam' if male else 'Nữ'}|Quận 6|15042021"
    for typed in (code, unicodedata.normalize("NFD", code), typed_byte_by_byte(code)):
        card = parse(typed)
        assert (card.number, card.full_name, card.birth_date) == (number, name, born)
        assert card.sex == ("nam" if male else "nu")
        assert check(number, today=TODAY, birth_date=born, sex=card.sex) == []


@given(st.text() | st.from_regex(r"[0-9]{12}(\|.*){5,8}") | st.text("|0123456789 Nữ\x00\ufeff"))
def test_no_scanned_text_does_more_than_fill_or_be_refused(text: str) -> None:
    try:
        card = parse(text)
    except CardError:
        return
    assert card.number.isascii()
    assert card.number.isdigit()
    assert card.sex in {"", "nam", "nu"}
    assert len(card.full_name) <= 120
    assert len(card.address) <= 300
    assert not any(ord(letter) < 32 for letter in card.full_name + card.address)


@given(st.text())
def test_no_typed_number_makes_the_checks_fail(number: str) -> None:
    for finding in check(number, today=TODAY, birth_date=TODAY, sex="nam"):
        assert finding.text


def levels(number: str, **facts: object) -> dict[str, Level]:
    return {each.code: each.level for each in check(number, today=TODAY, **facts)}  # type: ignore[arg-type]


def test_what_contradicts_the_number_is_an_error_and_an_unknown_place_a_warning() -> None:
    assert levels("079199000123", birth_year=1999, sex="nu") == {}
    assert levels("079199000123", birth_year=1998) == {"birth_year_differs": Level.ERROR}
    assert levels("079199000123", sex="nam") == {"sex_differs": Level.ERROR}
    assert levels("999199000123", birth_year=1999) == {"unknown_place": Level.WARNING}
    assert levels("079350000123") == {"born_in_the_future": Level.ERROR}
    assert levels("079399000123", birth_year=1999)["birth_year_differs"] is Level.ERROR
    assert levels("12345") == {"not_twelve_digits": Level.ERROR}
    assert levels("079226000123", birth_date=dt.date(2026, 12, 1)) == {
        "birth_date_ahead": Level.ERROR
    }


def test_the_sixty_three_provinces_before_july_2025_are_known() -> None:
    assert len(PROVINCES) == 63
    assert all(code.isdigit() and len(code) == 3 for code in PROVINCES)
    assert cccd.errors(check("079199000123", today=TODAY)) == []
