"""SMS parts are counted as networks bill them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.messaging import encoding
from motcua.messaging.encoding import Alphabet, lay_out, without_diacritics

GSM_TEXT = st.text(
    st.sampled_from([c for c in encoding.GSM_BASIC if c != "\x1b"] + list(encoding.GSM_EXTENSION)),
    min_size=1,
    max_size=1200,
)
ANY_TEXT = st.text(min_size=1, max_size=600)


@pytest.mark.parametrize(
    ("length", "parts"), [(1, 1), (160, 1), (161, 2), (306, 2), (307, 3), (459, 3), (460, 4)]
)
def test_plain_text_is_cut_at_160_and_then_every_153(length: int, parts: int) -> None:
    assert lay_out("a" * length).count == parts


@pytest.mark.parametrize(
    ("length", "parts"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4)]
)
def test_text_with_marks_is_cut_at_70_and_then_every_67(length: int, parts: int) -> None:
    assert lay_out("ữ" * length).count == parts


def test_one_vietnamese_letter_turns_the_whole_message_to_ucs2() -> None:
    assert lay_out("Ho so da co ket qua").alphabet is Alphabet.GSM7
    assert lay_out("Ho so đa co ket qua").alphabet is Alphabet.UCS2
    assert lay_out("à é ù ì ò").alphabet is Alphabet.GSM7


def test_extension_characters_cost_two() -> None:
    assert lay_out("€" * 80).count == 1
    assert lay_out("€" * 81).count == 2
    assert lay_out("a" * 159 + "€").count == 2


def test_an_extension_character_is_never_cut_in_two() -> None:
    first, second = lay_out("a" * 152 + "€" + "b" * 20).parts
    assert (first, second[0]) == ("a" * 152, "€")


def test_a_character_outside_the_basic_plane_is_never_cut_in_two() -> None:
    layout = lay_out("ữ" * 66 + "😀" + "ữ" * 20)
    assert layout.parts[0] == "ữ" * 66
    assert layout.parts[1].startswith("😀")


def test_decomposed_marks_count_as_the_composed_letter_that_phones_show() -> None:
    assert lay_out(unicodedata.normalize("NFD", "ữ" * 70)).count == 1


def test_marks_are_dropped_as_vietnamese_write_without_them() -> None:
    assert without_diacritics("Đề nghị lãnh đạo kiểm tra ngay – “gấp”…") == (
        'De nghi lanh dao kiem tra ngay - "gap"...'
    )


def test_a_text_of_more_than_255_parts_is_refused() -> None:
    assert lay_out("a" * 153 * 255).count == 255
    with pytest.raises(encoding.TooLong):
        lay_out("a" * (153 * 255 + 1))


@given(GSM_TEXT | ANY_TEXT)
def test_parts_put_together_are_the_text_and_none_is_too_long(text: str) -> None:
    layout = lay_out(text)
    assert "".join(layout.parts) == unicodedata.normalize("NFC", text)
    room = layout.alphabet.single if layout.count == 1 else layout.alphabet.concatenated
    for part in layout.parts:
        assert sum(encoding.width(char, layout.alphabet) for char in part) <= room


@given(GSM_TEXT)
def test_gsm_text_survives_the_wire(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    octets = encoding.encode(text, Alphabet.GSM7)
    assert max(octets) < 0x80
    assert encoding.decode(octets, Alphabet.GSM7) == text


@given(st.text(max_size=200).filter(lambda text: max(text, default="a") < "\ud800"))
def test_ucs2_text_survives_the_wire(text: str) -> None:
    assert encoding.decode(encoding.encode(text, Alphabet.UCS2), Alphabet.UCS2) == text


@given(st.binary(max_size=200), st.sampled_from(Alphabet))
def test_whatever_comes_in_can_be_read_as_something(octets: bytes, alphabet: Alphabet) -> None:
    assert isinstance(encoding.decode(octets, alphabet), str)


@given(ANY_TEXT)
def test_dropping_marks_twice_changes_nothing_more(text: str) -> None:
    once = without_diacritics(text)
    assert without_diacritics(once) == once
