"""Clock, identifiers, telephone and personal numbers, text, events."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
import time_machine
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from motcua.kernel import audit, clock, events, ids, personal_numbers, phones, text
from motcua.kernel.models import AuditEntry


def test_today_is_the_citys_day_while_it_is_still_yesterday_in_greenwich() -> None:
    with time_machine.travel(dt.datetime(2026, 11, 23, 18, 30, tzinfo=dt.UTC), tick=False):
        assert clock.now().isoformat() == "2026-11-24T01:30:00+07:00"
        assert clock.today() == dt.date(2026, 11, 24)


@given(st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)))
def test_a_day_begins_at_midnight_in_the_city(day: dt.date) -> None:
    start = clock.start_of_day(day)
    assert start.utcoffset() == dt.timedelta(hours=7)
    assert (start.date(), start.time()) == (day, dt.time())


def test_identifiers_carry_the_version_and_variant_of_the_standard() -> None:
    for _ in range(200):
        value = ids.new_id()
        assert (value.version, value.variant) == (7, "specified in RFC 4122")


@given(st.lists(st.integers(0, 2**48 - 1), min_size=2, max_size=20, unique=True))
def test_identifiers_of_later_milliseconds_sort_later(milliseconds: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        made = []
        for value in milliseconds:
            patch.setattr(ids.time, "time_ns", lambda value=value: value * 1_000_000)
            made.append((value, ids.new_id()))
    assert [value for value, _ in sorted(made, key=lambda pair: pair[1])] == sorted(milliseconds)
    assert [value for value, _ in sorted(made, key=lambda pair: str(pair[1]))] == sorted(
        milliseconds
    )


def test_identifiers_of_one_moment_differ() -> None:
    assert len({ids.new_id() for _ in range(10_000)}) == 10_000


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0901234567", "+84901234567"),
        ("0901 234 567", "+84901234567"),
        ("090-123.4567", "+84901234567"),
        ("(090) 1234567", "+84901234567"),
        ("+84901234567", "+84901234567"),
        ("84901234567", "+84901234567"),
        ("0084901234567", "+84901234567"),
        ("032 1234567", "+84321234567"),
        ("0561234567", "+84561234567"),
        ("0592345678", "+84592345678"),
        ("0701234567", "+84701234567"),
        ("0896123456", "+84896123456"),
        ("0993123456", "+84993123456"),
    ],
)
def test_a_mobile_number_is_kept_in_one_form_however_it_is_typed(typed: str, kept: str) -> None:
    assert phones.normalise_mobile(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["", "abc", "090123456", "09012345678", "0101234567", "0951234567890", "+1 650 253 0000"],
)
def test_what_is_no_vietnamese_number_is_refused(typed: str) -> None:
    with pytest.raises(phones.PhoneError):
        phones.normalise(typed)


@pytest.mark.parametrize(
    "typed", ["01681234567", "01201234567", "01881234567", "01991234567", "+841681234567"]
)
def test_a_number_from_before_2018_is_refused_with_a_hint(typed: str) -> None:
    with pytest.raises(phones.PhoneError, match="2018"):
        phones.normalise(typed)


@pytest.mark.parametrize("typed", ["02838221234", "028 3822 1234", "02743822999", "02543852111"])
def test_a_landline_is_a_number_but_takes_no_message(typed: str) -> None:
    assert phones.normalise(typed).startswith("+842")
    with pytest.raises(phones.PhoneError, match="di động"):
        phones.normalise_mobile(typed)


@pytest.mark.parametrize("typed", ["1022", "19001234", "18001090", "113"])
def test_a_service_number_takes_no_message(typed: str) -> None:
    with pytest.raises(phones.PhoneError):
        phones.normalise_mobile(typed)


@pytest.mark.parametrize(
    ("number", "shown"),
    [("+84901234567", "090***4567"), ("", ""), ("1022", "***"), ("+842838221234", "028***1234")],
)
def test_a_masked_number_shows_its_ends_and_a_short_one_nothing(number: str, shown: str) -> None:
    assert phones.masked(number) == shown


def test_a_number_is_read_out_in_groups() -> None:
    assert phones.local("+84901234567") == "0901 234 567"
    assert phones.local("+16502530000") == "+16502530000"


def test_numbers_of_invented_people_are_well_formed_and_known() -> None:
    number = f"{phones.DEMONSTRATION}101"
    assert phones.normalise_mobile(number) == number
    assert phones.is_demonstration(number)
    assert not phones.is_demonstration("+84901234567")


@given(st.text(max_size=25))
def test_whatever_is_typed_as_a_number_is_either_kept_or_refused(typed: str) -> None:
    try:
        kept = phones.normalise(typed)
    except phones.PhoneError:
        return
    assert phones.normalise(kept) == kept


@pytest.mark.parametrize(
    ("number", "year", "male"),
    [
        ("079199000123", 1999, False),
        ("079099000123", 1999, True),
        ("079205000123", 2005, True),
        ("001305000123", 2005, False),
    ],
)
def test_a_personal_number_carries_year_and_sex(number: str, year: int, male: bool) -> None:
    assert personal_numbers.birth_year(number) == year
    assert personal_numbers.is_male(number) is male


@pytest.mark.parametrize("typed", ["", "07919900012", "0791990001234", "07919900012x", "024000111"])
def test_anything_but_twelve_digits_is_refused(typed: str) -> None:
    with pytest.raises(personal_numbers.PersonalNumberError, match="12 chữ số"):
        personal_numbers.normalise(typed)


def test_spaces_and_dots_in_a_personal_number_do_not_matter() -> None:
    assert personal_numbers.normalise(" 079 199.000 123 ") == "079199000123"


def test_a_personal_number_is_masked_found_by_key_and_unreadable_in_the_database() -> None:
    number = "079199000123"
    assert personal_numbers.masked(number) == "079*****0123"
    key = personal_numbers.search_key(number)
    assert key == personal_numbers.search_key(number) != personal_numbers.search_key("0" * 12)
    field = personal_numbers.EncryptedTextField()
    stored = field.get_prep_value(number)
    assert stored is not None
    assert number not in stored
    assert stored != field.get_prep_value(number), "equal numbers must not look equal"
    assert field.from_db_value(stored) == number


def test_a_number_encrypted_under_another_key_is_not_misread(settings: object) -> None:
    stored = personal_numbers.EncryptedTextField().get_prep_value("079199000123")
    settings.FIELD_KEY = "A" * 43 + "="  # type: ignore[attr-defined]
    with pytest.raises(personal_numbers.PersonalNumberError, match="MOTCUA_FIELD_KEY"):
        personal_numbers.EncryptedTextField().from_db_value(stored)


@pytest.mark.parametrize(
    ("query", "found"),
    [("binh tien", True), ("Bình", True), ("TIEN BINH", True), ("tiên", True), ("", True),
     ("long hai", False), ("inh", False)],
)  # fmt: skip
def test_a_name_is_found_with_or_without_marks_by_the_beginnings_of_its_words(
    query: str, found: bool
) -> None:
    assert text.matches(query, "Phường Bình Tiên") is found


def test_marks_are_taken_off_every_letter() -> None:
    assert (
        text.without_marks("Đường Tháp Mười, Ỷ Lan, đặc khu") == "Duong Thap Muoi, Y Lan, dac khu"
    )


def test_people_are_sorted_by_given_name() -> None:
    names = ["Đỗ Văn Ân (minh hoạ)", "Bùi Thị Yến", "Trần An", "Lê Bình"]
    assert sorted(names, key=text.by_given_name) == [
        "Đỗ Văn Ân (minh hoạ)", "Trần An", "Lê Bình", "Bùi Thị Yến",
    ]  # fmt: skip


@dataclass(frozen=True)
class Rang:
    times: int


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    found: list[int] = []
    monkeypatch.setitem(events._handlers, Rang, [])
    return found


@pytest.mark.django_db
def test_every_subscriber_hears_once_in_the_order_of_subscription(heard: list[int]) -> None:
    def first(event: Rang) -> None:
        heard.append(event.times)

    def second(event: Rang) -> None:
        heard.append(event.times * 10)

    for handler in (first, second, first):
        events.subscribe(Rang, handler)
    with transaction.atomic():
        events.publish(Rang(2))
    assert heard == [2, 20]


@pytest.mark.django_db(transaction=True)
def test_news_outside_a_transaction_is_a_mistake(heard: list[int]) -> None:
    with pytest.raises(transaction.TransactionManagementError, match="Rang"):
        events.publish(Rang(1))


@pytest.mark.django_db(transaction=True)
def test_a_failing_subscriber_undoes_the_fact_itself(heard: list[int]) -> None:
    def fails(event: Rang) -> None:
        raise RuntimeError("no")

    @transaction.atomic
    def ring() -> None:
        audit.record(action="test.rang", actor="system", subject="bell:1")
        events.publish(Rang(1))

    events.subscribe(Rang, fails)
    with pytest.raises(RuntimeError):
        ring()
    assert not AuditEntry.objects.exists()
