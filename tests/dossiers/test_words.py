"""What people type, and how pages go on: pure."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.dossiers.cursors import Cursor
from motcua.dossiers.words import Typed, query, read, words_of


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("H29.1-261123-0042", Typed(code="H29.1-261123-0042")),
        (" h29.minhhoa.01-261123-0042 ", Typed(code="H29.MINHHOA.01-261123-0042")),
        ("261123-0042", Typed(day_code="261123-0042")),
        ("079 085 000 001", Typed(personal_number="079085000001")),
        ("0901 234 567", Typed(words=("4567",))),
        ("Nguyễn  Văn Ấn", Typed(words=("nguyen", "van", "an"))),
        ("4567", Typed(words=("4567",))),
        ("'; DROP --", Typed(words=("drop",))),
        ("  ", Typed()),
    ],
)
def test_what_was_typed_is_understood(typed: str, meant: Typed) -> None:
    assert read(typed) == meant


def test_a_dossier_stands_under_its_words_in_each_of_its_units() -> None:
    found = words_of(
        unit_ids=(7, 7, 9),
        name="Lê Thị Ánh",
        subject="Sao y",
        code="H29.1-261123-0042",
        phone="+84901234567",
    )
    assert {"u7le", "u9anh", "u7sao", "u9n0042", "u7p4567"} <= set(found)
    assert len(found) == len(set(found)) == 14


def test_words_are_looked_for_together_in_one_unit_and_the_last_may_go_on() -> None:
    assert query(("le", "an"), [7]) == "(u7le & u7an:*)"
    assert query(("le",), [7, 9]) == "(u7le:*) | (u9le:*)"
    assert query(("42",), [7]) == "((u742 | u7n0042))"
    assert query(("4567",), [7]) == "((u74567 | u7p4567 | u7n4567))"


@given(st.text(max_size=60))
def test_nothing_typed_can_break_a_query(typed: str) -> None:
    for word in read(typed).words:
        assert word.isascii()
        assert word.isalnum()


@given(st.datetimes(timezones=st.just(dt.UTC)), st.integers(0, 2**62))
def test_a_cursor_comes_back_as_it_went(at: dt.datetime, pk: int) -> None:
    assert Cursor.read(str(Cursor(at, pk))) == Cursor(at, pk)


@given(st.text(max_size=80))
def test_a_made_up_cursor_is_none_and_never_an_error(text: str) -> None:
    found = Cursor.read(text)
    assert found is None or isinstance(found, Cursor)
