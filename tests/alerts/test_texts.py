"""What goes into an SMS, what comes back, and what a link can carry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.alerts import links
from motcua.alerts.texts import (
    DEFAULT_TEMPLATE,
    TemplateError,
    check_template,
    compose,
    read_answer,
)
from motcua.messaging.encoding import Alphabet, lay_out

SUMMARY = "quầy 3 (Hộ tịch) lúc 10:42: người dân có biểu hiện không hài lòng"


def test_the_alert_of_a_ward_fits_one_sms_of_plain_letters() -> None:
    text = compose(
        template=DEFAULT_TEMPLATE,
        summary=SUMMARY,
        link="https://motcua.binhtien.vn/b/4C92-aaaaaaaaaaaaaa",
        code=17,
        rehearsal=False,
    )
    assert text.startswith(
        "CANH BAO quay 3 (Ho tich) luc 10:42: nguoi dan co bieu hien khong hai long. "
        "Xem va xac nhan: https://"
    )
    layout = lay_out(text)
    assert layout.alphabet is Alphabet.GSM7
    assert layout.count == 1


def test_a_rehearsal_says_so_first() -> None:
    text = compose(template=DEFAULT_TEMPLATE, summary=SUMMARY, link="x", code=17, rehearsal=True)
    assert text.startswith("DIEN TAP - CANH BAO")


def test_braces_in_the_summary_are_left_alone() -> None:
    text = compose(
        template="{noi_dung} {ma} {lien_ket}", summary="{ma}", link="l", code=5, rehearsal=False
    )
    assert text == "{ma} 5 l"


@pytest.mark.parametrize(
    ("template", "wrong"),
    [
        ("Xem {lien_ket}", "{noi_dung}"),
        ("{noi_dung}", "{lien_ket}"),
        ("{noi_dung} {lien_ket} {ten_dan}", "{ten_dan}"),
    ],
)
def test_a_template_that_lacks_or_misnames_something_is_refused(template: str, wrong: str) -> None:
    with pytest.raises(TemplateError) as refused:
        check_template(template)
    assert wrong in str(refused.value)


@pytest.mark.parametrize("text", ["1", " 1. ", "da nhan", "Đã nhận", "DA  NHAN.", "nhan"])
def test_short_answers_take_an_alert(text: str) -> None:
    answer = read_answer(text)
    assert answer is not None
    assert answer.code is None


@pytest.mark.parametrize("text", ["DA NHAN 42", "đã nhận 42.", "nhan 42"])
def test_an_answer_may_name_its_alert(text: str) -> None:
    answer = read_answer(text)
    assert answer is not None
    assert answer.code == 42


@pytest.mark.parametrize(
    "text", ["", "11", "2", "chưa nhận", "da nhan duoc chua?", "toi da nhan 4"]
)
def test_other_texts_take_nothing(text: str) -> None:
    assert read_answer(text) is None


@given(st.integers(0, 2**62))
def test_a_link_comes_back_as_the_notice_it_was_made_for(notice_id: int) -> None:
    assert links.notice_of(links.token(notice_id)) == notice_id


@given(st.text(max_size=40))
def test_no_text_but_a_signed_one_opens_a_notice(text: str) -> None:
    with pytest.raises(links.Forged):
        links.notice_of(text)


def test_one_changed_letter_spoils_a_link() -> None:
    token = links.token(123456)
    for place in range(len(token)):
        other = "a" if token[place] != "a" else "b"
        with pytest.raises(links.Forged):
            links.notice_of(token[:place] + other + token[place + 1 :])


def test_a_link_adds_few_letters_to_the_message() -> None:
    assert len(links.token(10**9)) <= 21
