"""Anybody may look a dossier up who holds its paper or knows its telephone, and nobody else."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.dossiers import services as dossiers
from motcua.dossiers.models import Dossier
from motcua.dossiers.papers import look_up_url
from motcua.dossiers.selectors import qr_token
from motcua.kernel.models import AuditEntry
from motcua.messaging.models import Message
from motcua.portal.errors import TooMany
from motcua.portal.models import Attempts
from motcua.portal.rules import LOOK_UP_LIMITS, last_digits, masked_name, tidy_code
from motcua.portal.services import looking_up
from tests.dossiers.factories import ITEM, WHY, Centre

pytestmark = pytest.mark.django_db
PAGE = "/tra-cuu/"
CODE_MOST = LOOK_UP_LIMITS[1][1][0].most


def ask(client: Client, code: str, digits: str, address: str = "10.0.0.1") -> HttpResponse:
    return client.post(PAGE, {"code": code, "digits": digits}, REMOTE_ADDR=address)


def opened(client: Client, dossier: Dossier) -> str:
    answer = ask(client, dossier.code, "0900")
    assert answer.status_code == 302
    return client.get(answer.headers["Location"]).content.decode()


def without_what_was_typed(answer: HttpResponse, *typed: str) -> str:
    """The page without what it repeats and without tokens that differ each time."""
    text = answer.content.decode()
    for each in typed:
        text = text.replace(each, "·") if each else text
    return re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]+"', "", text)


def test_code_and_last_digits_show_where_a_dossier_is(client: Client, centre: Centre) -> None:
    text = opened(client, centre.processing())
    assert "Hồ sơ đang được giải quyết" in text
    assert "Chuyên viên thụ lý" in text
    assert centre.department.name in text
    assert "Vì sao là ngày này" in text
    assert "Cán bộ đã bắt đầu giải quyết hồ sơ." in text


def test_no_officer_no_telephone_and_no_full_name_is_shown(client: Client, centre: Centre) -> None:
    dossier = centre.processing(subject="Khai sinh cho Nguyễn Bé Thử")
    text = opened(client, dossier)
    assert "N. T. Mẫu" in text
    for secret in ("Nguyễn Thị Mẫu", "Nguyễn Bé Thử", centre.citizen.phone, "0990000900"):
        assert secret not in text
    for person in centre.people.values():
        assert person.full_name not in text


def test_what_is_missing_is_said_with_its_reason_and_how_to_get_it(
    client: Client, centre: Centre
) -> None:
    dossier = centre.processing()
    dossiers.ask_supplement(actor=centre.specialist, dossier_id=dossier.pk, items=[ITEM])
    text = opened(client, dossier)
    for part in (ITEM.what, ITEM.why, ITEM.how, "Hồ sơ cần bổ sung"):
        assert part in text


def test_a_result_says_where_to_collect_it(client: Client, centre: Centre) -> None:
    text = opened(client, centre.issued())
    assert "Mời quý vị nhận kết quả" in text
    assert f"Tại Trung tâm PVHCC {centre.unit.name}" in text


def test_a_late_dossier_comes_with_an_apology(client: Client, centre: Centre) -> None:
    dossier = centre.processing()
    Dossier.objects.filter(pk=dossier.pk).update(promised_at=dossier.submitted_at)
    assert "Trung tâm xin lỗi quý vị" in opened(client, dossier)


def test_a_withdrawn_dossier_says_why(client: Client, centre: Centre) -> None:
    dossier = centre.processing()
    dossiers.withdraw(actor=centre.officer, dossier_id=dossier.pk, reason=WHY)
    text = opened(client, dossier)
    assert WHY in text
    assert "Đang ở đâu" not in text


@pytest.mark.parametrize("typed", ["  {} ", "{lower}", "{long}"])
def test_a_code_is_found_as_people_type_it(client: Client, centre: Centre, typed: str) -> None:
    code = centre.filed().code
    typed = typed.format(code, lower=code.lower(), long=code.replace("-", " – "))
    assert ask(client, typed, " 0900 ").status_code == 302


def test_unknown_codes_and_wrong_digits_are_one_and_the_same_answer(
    client: Client, centre: Centre
) -> None:
    code = centre.filed().code
    other = code[:-4] + "9999"
    known, unknown = ask(client, code, "1111"), ask(client, other, "1111")
    assert known.status_code == unknown.status_code == 422
    assert without_what_was_typed(known, code) == without_what_was_typed(unknown, other)
    assert set(known.headers) == set(unknown.headers)


def test_a_dossier_without_telephone_is_never_opened_by_digits(
    client: Client, centre: Centre
) -> None:
    centre.citizen.phone = ""
    centre.citizen.save(update_fields=["phone"])
    code = centre.filed().code
    for digits in ("0000", "    ", ""):
        assert ask(client, code, digits).status_code == 422
        assert looking_up.find(code=code, digits=digits, address="10.0.0.2") is None


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(code=st.text(max_size=80), digits=st.text(max_size=8))
def test_whatever_is_typed_is_answered_and_opens_nothing(
    client: Client, code: str, digits: str
) -> None:
    Attempts.objects.all().delete()
    assert ask(client, code, digits).status_code == 422


def test_a_code_is_closed_after_too_many_wrong_digits_known_or_not(
    client: Client, centre: Centre
) -> None:
    code = centre.filed().code
    other = code[:-4] + "9999"
    seen = {}
    for typed in (code, other):
        for turn in range(CODE_MOST):
            assert ask(client, typed, "1111", f"10.1.0.{turn}").status_code == 422
        seen[typed] = ask(client, typed, "0900", "10.2.0.1")
    assert seen[code].status_code == seen[other].status_code == 429
    assert without_what_was_typed(seen[code], code) == without_what_was_typed(seen[other], other)


def test_an_address_is_stopped_whatever_codes_it_tries(client: Client, centre: Centre) -> None:
    most = LOOK_UP_LIMITS[0][1][0].most
    for turn in range(most):
        assert ask(client, f"H29.1-261123-{turn:04d}", "1111").status_code == 422
    assert ask(client, centre.filed().code, "0900").status_code == 429
    assert ask(client, centre.filed().code, "0900", "10.9.9.9").status_code == 302


def test_right_look_ups_cost_nothing(client: Client, centre: Centre) -> None:
    code = centre.filed().code
    for _ in range(CODE_MOST + 3):
        assert ask(client, code, "0900").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_guesses_sent_at_once_are_counted_like_guesses_sent_one_by_one() -> None:
    code = Centre().filed().code

    def guess(turn: int) -> bool:
        try:
            looking_up.find(code=code, digits=f"{turn:04d}", address=f"10.3.0.{turn}")
        except TooMany:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        answered = sum(pool.map(guess, range(40)))
    assert answered == CODE_MOST


def test_every_refusal_is_on_the_record_without_what_was_typed(
    client: Client, centre: Centre
) -> None:
    code = centre.filed().code
    ask(client, code, "1111")
    ask(client, "Nguyễn Văn A", "1111")
    entries = AuditEntry.objects.filter(action="portal.look_up_refused").order_by("pk")
    assert [entry.subject for entry in entries] == [f"dossier:{code}", "dossier:?"]
    assert "1111" not in str([entry.detail for entry in entries])


def test_the_qr_of_form_01_opens_the_dossier_and_leaves_its_address(
    client: Client, centre: Centre
) -> None:
    dossier = centre.received()
    path = look_up_url(dossier).split("://", 1)[-1].split("/", 1)[-1]
    answer = client.get(f"/{path}", follow=True)
    assert answer.redirect_chain[-1][0] == reverse("portal:dossier", args=[dossier.code])
    assert "Hồ sơ đã được tiếp nhận" in answer.content.decode()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(token=st.text(alphabet=st.characters(exclude_characters="/\\"), min_size=1, max_size=40))
def test_no_other_token_opens_anything(client: Client, token: str) -> None:
    Attempts.objects.all().delete()
    answer = client.get(reverse("portal:by_qr", args=["H29.1-261123-0001", token]))
    assert answer.status_code == 302
    assert answer.headers["Location"] == PAGE


def test_a_token_opens_its_own_dossier_only(client: Client, centre: Centre) -> None:
    first, second = centre.filed(), centre.filed()
    answer = client.get(reverse("portal:by_qr", args=[second.code, qr_token(first.code)]))
    assert answer.headers["Location"] == PAGE


def test_a_dossier_page_is_closed_to_browsers_that_proved_nothing(
    client: Client, centre: Centre
) -> None:
    dossier = centre.filed()
    path = reverse("portal:dossier", args=[dossier.code])
    assert client.get(path).headers["Location"] == PAGE
    assert client.post(reverse("portal:switch_news", args=[dossier.code])).status_code == 302
    assert not looking_up.silent(dossier)
    opened(client, dossier)
    client.post(reverse("portal:leave"))
    assert client.get(path).headers["Location"] == PAGE


def test_who_stops_the_news_gets_no_more_messages_until_they_want_them_again(
    client: Client, centre: Centre
) -> None:
    dossier = centre.filed()
    opened(client, dossier)
    switch = reverse("portal:switch_news", args=[dossier.code])
    client.post(switch, {"tin": "0"})
    dossiers.receive(actor=centre.officer, dossier_id=dossier.pk)
    assert not Message.objects.filter(purpose__startswith="dossier.").exists()
    client.post(switch, {"tin": "1"})
    dossiers.take(actor=centre.specialist, dossier_id=dossier.pk)
    dossiers.ask_supplement(actor=centre.specialist, dossier_id=dossier.pk, items=[ITEM])
    assert Message.objects.filter(purpose="dossier.supplement").exists()


def test_the_frame_speaks_english(client: Client, centre: Centre) -> None:
    client.cookies["django_language"] = "en"
    assert "Where is your dossier?" in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("Nguyễn Thị Mẫu", "N. T. Mẫu"),
        ("Mẫu", "Mẫu"),
        ("", ""),
        ("Trần Văn Thử (minh hoạ)", "T. V. Thử"),
    ],
)
def test_a_name_is_masked_to_initials(name: str, masked: str) -> None:
    assert masked_name(name) == masked


def test_short_numbers_prove_nothing() -> None:
    assert last_digits("") == last_digits("113") == ""
    assert last_digits("+84990000900") == "0900"
    assert tidy_code(" h29.1 – 261123 - 0001") == "H29.1-261123-0001"
