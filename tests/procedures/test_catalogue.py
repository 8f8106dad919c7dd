"""The catalogue travels in files, and takes over what they say, all or nothing."""

import datetime as dt
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.kernel.models import AuditEntry
from motcua.organisation.permissions import SYSTEM, Actor, Forbidden
from motcua.organisation.rules import Role
from motcua.procedures import files, selectors, services, workbook
from motcua.procedures.demo import shipped
from motcua.procedures.errors import CatalogueError, UnknownProcedure, VersionClash
from motcua.procedures.facts import compare, plan
from motcua.procedures.rules import Channel, Price, RuleKind, TimeRule, price_of
from tests.factories import CityFactory, UnitFactory, person_with

BIRTH = shipped()[0]
NEXT_YEAR = BIRTH.model_copy(
    update={"effective_from": dt.date(2027, 3, 1), "result": "Giấy khai sinh điện tử"}
)


def test_the_shipped_catalogue_has_52_procedures_each_with_a_source() -> None:
    facts = shipped()
    assert len(facts) == 52
    assert all(each.source for each in facts)
    assert all(fee.source for each in facts for fee in each.fees)


def test_json_and_excel_carry_the_same_facts_there_and_back() -> None:
    facts = shipped()
    assert files.from_json(files.to_json(facts)) == facts
    assert workbook.from_excel(workbook.to_excel(facts)) == facts


def test_a_name_that_looks_like_a_formula_stays_a_name() -> None:
    odd = BIRTH.model_copy(update={"name": "=1+1 là tên"})
    assert workbook.from_excel(workbook.to_excel([odd]))[0].name == "=1+1 là tên"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "JSON"),
        (b"\xff\xfe", "JSON"),
        (b"[]", "danh mục"),
        (b'{"format": 1}', "procedures"),
        (b'{"format": 1, "procedures": [{"code": "1.1"}]}', "chỗ sai"),
        (b'{"format": 1, "procedures": [7]}', "các mục"),
    ],
)
def test_a_file_that_is_none_is_refused_with_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises(CatalogueError) as refused:
        files.from_json(content)
    assert said in " ".join([str(refused.value), *refused.value.problems])


def test_every_problem_of_a_file_is_named_with_its_line() -> None:
    rows = json.loads(files.to_json([BIRTH]))["procedures"]
    rows += [rows[0], rows[0] | {"code": "1.000002", "time_kind": "working_days"}]
    with pytest.raises(CatalogueError) as refused:
        files.from_json(json.dumps({"format": 1, "procedures": rows}).encode())
    assert refused.value.problems == (
        f"Thủ tục thứ 2: mã {BIRTH.code} có hai lần trong tệp.",
        "Thủ tục thứ 3 (1.000002): cách tính thời hạn này cần số ngày hoặc số giờ.",
    )


@given(st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_no_bytes_make_the_reader_fall(content: bytes) -> None:
    for read in (files.from_json, workbook.from_excel):
        with pytest.raises(CatalogueError):
            read(content)


def test_a_plan_tells_new_changed_same_and_absent_apart() -> None:
    other = BIRTH.model_copy(update={"code": "1.000003"})
    current = {BIRTH.code: BIRTH, "9.999999": BIRTH}
    planned = plan(current, [NEXT_YEAR, other])
    assert [change.facts.code for change in planned.new] == ["1.000003"]
    assert [(c.title, c.after) for c in planned.changed[0].changes] == [
        ("Kết quả", "Giấy khai sinh điện tử")
    ]
    assert planned.absent == ("9.999999",)
    assert plan(current, [BIRTH]).same == (BIRTH.code,)
    assert compare(BIRTH, BIRTH) == ()


@pytest.mark.django_db
def test_a_law_of_next_year_takes_effect_by_itself() -> None:
    services.take_over(facts=[BIRTH], actor=SYSTEM)
    services.take_over(facts=[NEXT_YEAR], actor=SYSTEM)
    assert selectors.in_force(BIRTH.code, dt.date(2027, 2, 28)).result == "Giấy khai sinh"
    assert selectors.in_force(BIRTH.code, dt.date(2027, 3, 1)).result == "Giấy khai sinh điện tử"
    with pytest.raises(UnknownProcedure):
        selectors.in_force(BIRTH.code, dt.date(2020, 1, 1))


@pytest.mark.django_db
def test_what_was_taken_over_reads_back_the_same_and_twice_changes_nothing() -> None:
    facts = shipped()
    first = services.take_over(facts=facts, actor=SYSTEM)
    assert len(first.new) == 52
    held = selectors.current_facts(dt.date(2026, 11, 23))
    assert [held[each.code] for each in facts] == facts
    assert services.take_over(facts=facts, actor=SYSTEM).empty


@pytest.mark.django_db
def test_a_correction_keeps_the_version_and_is_on_the_record() -> None:
    services.take_over(facts=[BIRTH], actor=SYSTEM)
    before = selectors.in_force(BIRTH.code, dt.date(2026, 11, 23)).pk
    corrected = BIRTH.model_copy(update={"note": "đăng ký sớm"})
    services.take_over(facts=[corrected], actor=SYSTEM)
    after = selectors.in_force(BIRTH.code, dt.date(2026, 11, 23))
    assert (after.pk, after.note) == (before, "đăng ký sớm")
    entry = AuditEntry.objects.get(action="procedures.correct")
    assert ["Điều cần biết", BIRTH.note, "đăng ký sớm"] in entry.detail["changes"]


@pytest.mark.django_db
def test_a_version_cannot_slip_in_before_a_later_one() -> None:
    services.take_over(facts=[BIRTH], actor=SYSTEM)
    services.take_over(facts=[NEXT_YEAR], actor=SYSTEM)
    between = BIRTH.model_copy(update={"effective_from": dt.date(2026, 12, 1), "note": "khác"})
    with pytest.raises(VersionClash, match="01/03/2027"):
        services.take_over(facts=[between], actor=SYSTEM)


@pytest.mark.django_db
def test_what_holds_today_can_be_corrected_while_next_years_version_waits() -> None:
    services.take_over(facts=[BIRTH], actor=SYSTEM)
    services.take_over(facts=[NEXT_YEAR], actor=SYSTEM)
    services.take_over(facts=[BIRTH.model_copy(update={"note": "sửa"})], actor=SYSTEM)
    held = selectors.in_force(BIRTH.code, dt.date(2026, 11, 23))
    assert (held.note, held.effective_to) == ("sửa", dt.date(2027, 2, 28))
    assert len(selectors.versions_of(BIRTH.code)) == 2


@pytest.mark.django_db
def test_only_the_city_edits_the_catalogue() -> None:
    city, ward = CityFactory(), UnitFactory()
    services.take_over(facts=[BIRTH], actor=Actor.of(person_with(Role.CITY, city)))
    for role in (Role.ADMINISTRATOR, Role.CENTRE_LEADER, Role.OFFICER):
        with pytest.raises(Forbidden):
            services.take_over(facts=[NEXT_YEAR], actor=Actor.of(person_with(role, ward)))


@pytest.mark.django_db
def test_search_sees_a_change_at_once() -> None:
    services.take_over(facts=[BIRTH], actor=SYSTEM)
    assert [v.procedure.code for v in selectors.search("lam khai sinh")] == [BIRTH.code]
    services.take_over(
        facts=[BIRTH.model_copy(update={"everyday_words": ("cục cưng",)})], actor=SYSTEM
    )
    assert [v.procedure.code for v in selectors.search("cuc cung")] == [BIRTH.code]


def test_a_price_goes_by_channel_and_class_and_says_when_it_is_not_known() -> None:
    prices = [
        Price(Channel.COUNTER, "", 8000),
        Price(Channel.COUNTER, "hộ nghèo", 0),
        Price(Channel.ONLINE, "", None),
    ]
    assert price_of(prices, channel=Channel.COUNTER, payer="hộ nghèo") == prices[1]
    assert price_of(prices, channel=Channel.COUNTER, payer="người khác") == prices[0]
    assert price_of(prices, channel=Channel.ONLINE) == prices[2]
    assert price_of(prices, channel=Channel.POST) is None


def test_a_time_rule_needs_an_amount_unless_it_is_the_same_day() -> None:
    assert "15 giờ" in str(TimeRule(RuleKind.SAME_DAY))
    with pytest.raises(ValueError, match="at least one"):
        TimeRule(RuleKind.WORKING_DAYS)
