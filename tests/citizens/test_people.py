"""People: one row a number, found by those who may, every look at a number on the record."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from motcua.citizens import rules, selectors
from motcua.citizens.errors import (
    AnotherName,
    CitizensError,
    Inconsistent,
    NotKnownHere,
    NotValid,
    TooManyLookUps,
)
from motcua.citizens.models import Citizen
from motcua.citizens.services import (
    change_contact,
    find_by_number,
    find_or_add,
    introduce,
    reveal_number,
)
from motcua.kernel.models import AuditEntry
from motcua.organisation.permissions import SYSTEM
from motcua.organisation.rules import Role
from tests.citizens.factories import citizen_at, number
from tests.factories import UnitFactory, actor_with

pytestmark = pytest.mark.django_db


def test_the_number_is_stored_encrypted_found_by_key_and_shown_masked() -> None:
    mine = number(male=False)
    citizen = citizen_at(UnitFactory(), personal_number=mine)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM citizens_citizen WHERE id = %s", [citizen.pk])
        stored = " ".join(str(value) for value in cursor.fetchone())
    assert mine not in stored
    found = Citizen.objects.get(pk=citizen.pk)
    assert found.personal_number == mine
    assert found.masked_number == f"{mine[:3]}*****{mine[-4:]}"


def test_the_same_number_is_the_same_person_in_every_unit() -> None:
    mine = number(male=False)
    here, there = UnitFactory(), UnitFactory()
    first = citizen_at(here, personal_number=mine, phone="0901234567")
    again = citizen_at(there, personal_number=mine, phone="0907654321", address="Phường 1")
    assert again.pk == first.pk
    assert (again.phone, again.address) == ("+84901234567", "Phường 1")
    assert {known.unit_id for known in again.known_at.all()} == {here.pk, there.pk}


@pytest.mark.django_db(transaction=True)
def test_two_counters_that_add_one_number_at_once_make_one_person() -> None:
    unit, mine = UnitFactory(), number(male=False)
    made: list[int] = []

    def add() -> None:
        try:
            made.append(citizen_at(unit, personal_number=mine).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert len(set(made)) == 1


def test_without_a_number_name_birth_date_and_telephone_make_the_same_person() -> None:
    unit = UnitFactory()
    facts = {"personal_number": "", "birth_date": dt.date(2020, 2, 1), "phone": "0901234567"}
    child = citizen_at(unit, full_name="Trần Bé Thử", **facts)
    assert citizen_at(unit, full_name="TRẦN BÉ THỬ", **facts) == child
    assert citizen_at(unit, full_name="Trần Bé Khác", **facts) != child
    assert citizen_at(UnitFactory(), full_name="Trần Bé Thử", **facts) != child


def test_a_contradiction_needs_a_reason_and_the_reason_is_kept() -> None:
    unit = UnitFactory()
    wrong = {"personal_number": number(year=1985), "birth_date": dt.date(1986, 1, 1)}
    with pytest.raises(Inconsistent, match="1985"):
        citizen_at(unit, **wrong)
    assert not Citizen.objects.exists()
    citizen = citizen_at(unit, **wrong, override_reason="Thẻ in sai năm, đã đối chiếu VNeID")
    entry = AuditEntry.objects.get(subject=f"citizen:{citizen.public_id}")
    assert entry.detail == {"reason": "Thẻ in sai năm, đã đối chiếu VNeID"}


def test_another_name_under_the_same_number_needs_a_reason() -> None:
    unit, mine = UnitFactory(), number(male=False)
    citizen = citizen_at(unit, personal_number=mine, full_name="Nguyễn Thị Mẫu")
    assert citizen_at(unit, personal_number=mine, full_name="NGUYEN THI MAU") == citizen
    with pytest.raises(AnotherName, match="Nguyễn Thị Mẫu"):
        citizen_at(unit, personal_number=mine, full_name="Lê Thị Khác")
    renamed = citizen_at(
        unit, personal_number=mine, full_name="Lê Thị Khác", override_reason="Cải chính họ"
    )
    assert (renamed.pk, renamed.full_name) == (citizen.pk, "Lê Thị Khác")
    assert selectors.search_people("le thi khac", [unit.pk]) == [renamed]


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("full_name", {"full_name": "  "}),
        ("full_name", {"full_name": "a" * 121}),
        ("personal_number", {"personal_number": "123"}),
        ("personal_number", {"personal_number": "٠٧٩١٩٩٠٠٠١٢٣"}),
        ("birth_date", {"birth_date": dt.date(2999, 1, 1)}),
        ("birth_year", {"birth_year": 12}),
        ("sex", {"sex": "x"}),
        ("phone", {"phone": "12"}),
        ("email", {"email": "không phải"}),
        ("address", {"address": "x" * 301}),
    ],
)
def test_what_cannot_be_names_its_field(field: str, values: dict[str, object]) -> None:
    with pytest.raises(NotValid) as refused:
        citizen_at(UnitFactory(), **values)
    assert refused.value.field == field


def test_people_are_found_by_name_without_marks_and_by_the_end_of_their_telephone() -> None:
    unit = UnitFactory()
    mau = citizen_at(unit, full_name="Nguyễn Thị Mẫu", phone="0901234567")
    dat = citizen_at(unit, full_name="Đỗ Tiến Đạt", phone="0907654321")
    search = selectors.search_people
    assert search("mau nguyen", [unit.pk]) == [mau]
    assert search("ĐẠT", [unit.pk]) == [dat]
    assert search("ngu", [unit.pk]) == [mau]
    assert search("4567", [unit.pk]) == [mau]
    assert search("0907 654 321", [unit.pk]) == [dat]
    assert search("+84 907654321", [unit.pk]) == [dat]
    assert search("1", [unit.pk]) == search("a", [unit.pk]) == search("", [unit.pk]) == []
    assert search("guyễn", [unit.pk]) == []


def test_nobody_is_found_by_name_where_they_are_not_known() -> None:
    citizen = citizen_at(UnitFactory(), full_name="Nguyễn Thị Mẫu", phone="0901234567")
    other = UnitFactory()
    assert selectors.search_people("mau", [other.pk]) == []
    assert selectors.search_people("4567", [other.pk]) == []
    introduce(
        actor=SYSTEM,
        unit_id=citizen.created_unit_id,
        citizen_id=citizen.pk,
        to_unit_id=other.pk,
        reason="H29.1-261123-0001",
    )
    assert selectors.search_people("mau", [other.pk]) == [citizen]


def test_a_search_gives_a_few_people_and_never_the_list_of_all() -> None:
    unit = UnitFactory()
    for _ in range(rules.MOST_FOUND + 3):
        citizen_at(unit)
    assert len(selectors.search_people("nguyen", [unit.pk])) == rules.MOST_FOUND


@hypothesis_settings(max_examples=40)
@given(query=st.text(max_size=60) | st.text("0123456789 +.&|!:*()'\\", max_size=30))
def test_no_query_breaks_the_search(query: str) -> None:
    assert selectors.search_people(query, [1]) == []


def test_looking_up_a_number_is_on_the_record_without_the_number() -> None:
    unit, mine = UnitFactory(), number(male=False)
    citizen = citizen_at(UnitFactory(), personal_number=mine)
    officer = actor_with(Role.OFFICER, unit)
    assert find_by_number(actor=officer, unit_id=unit.pk, number=mine) == citizen
    assert find_by_number(actor=officer, unit_id=unit.pk, number=number()) is None
    entries = AuditEntry.objects.filter(actor=officer.label).order_by("pk")
    assert [entry.action for entry in entries] == ["citizen.look_up", "citizen.look_up_missed"]
    assert mine not in str(list(entries.values()))
    assert citizen.known_at.filter(unit=unit).exists()


def test_who_guesses_numbers_is_stopped_for_an_hour_and_nobody_else() -> None:
    unit = UnitFactory()
    guesser, other = actor_with(Role.OFFICER, unit), actor_with(Role.OFFICER, unit)
    mine = number(male=False)
    citizen = citizen_at(unit, personal_number=mine)
    with time_machine.travel("2026-11-24 09:00+07:00", tick=False) as clock:
        for _ in range(rules.LOOK_UPS_WITHOUT_RESULT):
            find_by_number(actor=guesser, unit_id=unit.pk, number=number())
        with pytest.raises(TooManyLookUps):
            find_by_number(actor=guesser, unit_id=unit.pk, number=mine)
        assert find_by_number(actor=other, unit_id=unit.pk, number=mine) == citizen
        clock.shift(rules.LOOK_UP_WINDOW + dt.timedelta(seconds=1))
        assert find_by_number(actor=guesser, unit_id=unit.pk, number=mine) == citizen


def test_seeing_the_whole_number_needs_a_reason_that_is_kept() -> None:
    unit, mine = UnitFactory(), number(male=False)
    citizen = citizen_at(unit, personal_number=mine)
    officer = actor_with(Role.OFFICER, unit)
    ask = {"actor": officer, "unit_id": unit.pk, "citizen_id": citizen.pk}
    with pytest.raises(NotValid):
        reveal_number(**ask, reason="  ")
    assert reveal_number(**ask, reason="In tờ khai") == mine
    entry = AuditEntry.objects.get(action="citizen.reveal_number")
    assert entry.detail == {"reason": "In tờ khai"}
    assert (entry.actor, entry.unit_id) == (officer.label, unit.pk)


def test_contact_changes_are_recorded_by_the_names_of_the_fields_only() -> None:
    unit = UnitFactory()
    citizen = citizen_at(unit, phone="0901234567")
    change_contact(
        actor=SYSTEM, unit_id=unit.pk, citizen_id=citizen.pk, phone="0907654321", email=""
    )
    citizen.refresh_from_db()
    assert citizen.phone == "+84907654321"
    entry = AuditEntry.objects.get(action="citizen.change")
    assert entry.detail == {"changed": ["phone"]}


def test_a_unit_without_the_citizen_can_neither_change_nor_introduce_nor_see_them() -> None:
    citizen = citizen_at(UnitFactory())
    stranger = UnitFactory().pk
    about = {"actor": SYSTEM, "unit_id": stranger, "citizen_id": citizen.pk}
    with pytest.raises(NotKnownHere):
        change_contact(**about, phone="")
    with pytest.raises(NotKnownHere):
        reveal_number(**about, reason="tò mò")
    with pytest.raises(NotKnownHere):
        introduce(**about, to_unit_id=stranger, reason="")


wild = st.text(max_size=40)


@hypothesis_settings(max_examples=40)
@given(
    full_name=wild,
    personal_number=wild | st.from_regex(r"[0-9]{12}", fullmatch=True),
    birth_date=st.none() | st.dates(),
    birth_year=st.none() | st.integers(),
    sex=wild | st.sampled_from(["", "nam", "nu"]),
    address=wild,
    phone=wild,
    email=wild,
    override_reason=wild,
)
def test_no_typed_value_makes_adding_fail_without_a_word(**typed: object) -> None:
    unit = UnitFactory()
    try:
        citizen = find_or_add(actor=SYSTEM, unit_id=unit.pk, **typed)  # type: ignore[arg-type]
    except CitizensError as refused:
        message = str(refused)
        assert message
    else:
        assert Citizen.objects.get(pk=citizen.pk).full_name


def test_searches_use_their_indexes() -> None:
    unit = UnitFactory()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    for query, index in (("mau", "citizen_name_words"), ("4567", "citizen_phone_from_its_end")):
        with CaptureQueriesContext(connection) as asked:
            selectors.search_people(query, [unit.pk])
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN " + asked[-1]["sql"])
            plan = str(cursor.fetchall())
        assert index in plan
