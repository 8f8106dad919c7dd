"""When a result is promised."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.dossiers.deadlines import (
    NoWorkingDay,
    Pause,
    deadline,
    forward_by,
)
from motcua.kernel.clock import CITY
from motcua.organisation.calendar import Hours, WorkingCalendar
from motcua.procedures.rules import RuleKind, TimeRule

MORNING, AFTERNOON = (dt.time(7, 30), dt.time(11, 30)), (dt.time(13), dt.time(17))
WEEK = tuple(Hours(day, *session) for day in range(5) for session in (MORNING, AFTERNOON))
SATURDAY_MORNING = Hours(5, *MORNING, counts_for_deadline=False)
PLAIN = WorkingCalendar((*WEEK, SATURDAY_MORNING))
CULTURE_DAY = WorkingCalendar(PLAIN.hours, {dt.date(2026, 11, 24): False})


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=CITY)


def promised(
    received: str, rule: TimeRule, calendar: WorkingCalendar = PLAIN, *pauses: Pause
) -> str:
    found = deadline(received=at(received), rule=rule, calendar=calendar, pauses=pauses)
    return f"{found.at:%Y-%m-%d %H:%M}"


SAME_DAY = TimeRule(RuleKind.SAME_DAY)


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("2026-11-19 09:00", "2026-11-19 17:00"),
        ("2026-11-19 14:59", "2026-11-19 17:00"),
        ("2026-11-19 15:00", "2026-11-20 17:00"),
        ("2026-11-20 16:00", "2026-11-23 17:00"),
        ("2026-11-19 12:15", "2026-11-19 17:00"),
        ("2026-11-21 09:00", "2026-11-23 17:00"),  # Saturday reception does not count
        ("2026-11-19 22:40", "2026-11-20 17:00"),  # the dossier machine at night
    ],
)
def test_same_day_until_three_o_clock(received: str, expected: str) -> None:
    assert promised(received, SAME_DAY) == expected


def test_working_days_are_counted_from_the_day_after_and_skip_weekends_and_holidays() -> None:
    three = TimeRule(RuleKind.WORKING_DAYS, 3)
    assert promised("2026-11-18 10:00", three) == "2026-11-23 17:00"
    assert promised("2026-11-20 10:00", three, CULTURE_DAY) == "2026-11-26 17:00"


def test_received_at_night_counts_as_received_at_the_next_session() -> None:
    one = TimeRule(RuleKind.WORKING_DAYS, 1)
    assert promised("2026-11-19 20:00", one) == "2026-11-23 17:00"


def test_calendar_days_end_on_the_next_working_day_if_the_last_is_free() -> None:
    assert promised("2026-11-13 09:00", TimeRule(RuleKind.CALENDAR_DAYS, 15)) == "2026-11-30 17:00"
    assert promised("2026-11-10 09:00", TimeRule(RuleKind.CALENDAR_DAYS, 15)) == "2026-11-25 17:00"


def test_eight_working_hours_run_on_into_the_next_day() -> None:
    eight = TimeRule(RuleKind.WORKING_HOURS, 8)
    assert promised("2026-11-19 09:00", eight) == "2026-11-20 09:00"
    assert promised("2026-11-20 16:00", eight) == "2026-11-23 16:00"


def test_waiting_for_a_supplement_is_not_counted() -> None:
    five = TimeRule(RuleKind.WORKING_DAYS, 5)
    waited = Pause(at("2026-11-12 10:00"), at("2026-11-18 09:00"))
    # Received on Monday 9: the 10th, 11th and 12th are used, two days are left after the 18th.
    assert promised("2026-11-09 09:00", five, PLAIN, waited) == "2026-11-20 17:00"


def test_the_explanation_names_reception_days_off_and_the_promise() -> None:
    found = deadline(
        received=at("2026-11-20 18:00"),
        rule=TimeRule(RuleKind.WORKING_DAYS, 2),
        calendar=CULTURE_DAY,
    )
    assert [line.text for line in found.lines] == [
        "Nhận đủ hồ sơ lúc 18:00 20/11/2026",
        "Ngoài giờ làm việc: tính từ 07:30 23/11/2026",
        "Không tính 24/11 (ngày nghỉ)",
        "Ngày làm việc thứ 2, đếm từ ngày làm việc liền sau: hẹn trả trước 17:00 26/11/2026",
    ]


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("2026-11-19 14:59", "2026-11-19 17:00"),
        ("2026-11-19 15:00", "2026-11-20 07:30"),
        ("2026-11-21 09:00", "2026-11-23 07:30"),
    ],
)
def test_papers_leave_the_same_day_or_next_morning(received: str, expected: str) -> None:
    assert f"{forward_by(received=at(received), calendar=PLAIN):%Y-%m-%d %H:%M}" == expected


def test_an_empty_calendar_is_said_and_not_looped_over() -> None:
    with pytest.raises(NoWorkingDay, match="Lịch làm việc"):
        deadline(received=at("2026-11-19 09:00"), rule=SAME_DAY, calendar=WorkingCalendar(()))


moments = st.datetimes(
    dt.datetime(2026, 1, 1),  # noqa: DTZ001 - the bounds are naive, the zone is given beside
    dt.datetime(2027, 12, 31),  # noqa: DTZ001
    timezones=st.just(CITY),
)
rules = st.one_of(
    st.just(SAME_DAY),
    st.builds(
        TimeRule,
        st.sampled_from([RuleKind.WORKING_DAYS, RuleKind.CALENDAR_DAYS, RuleKind.WORKING_HOURS]),
        st.integers(1, 40),
    ),
)
calendars = st.builds(
    lambda days: WorkingCalendar(PLAIN.hours, days),
    st.dictionaries(st.dates(dt.date(2026, 1, 1), dt.date(2028, 6, 1)), st.booleans(), max_size=25),
)


@given(moments, rules, calendars)
@settings(max_examples=150, deadline=None)
def test_a_promise_lies_after_reception_and_in_working_time(
    received: dt.datetime, rule: TimeRule, calendar: WorkingCalendar
) -> None:
    found = deadline(received=received, rule=rule, calendar=calendar)
    assert found.at > received
    assert calendar.is_working_day(found.at.date())
    assert any(s.start < found.at <= s.end for s in calendar.sessions(found.at.date()))


@given(moments, st.timedeltas(dt.timedelta(), dt.timedelta(days=9)), rules, calendars)
@settings(max_examples=150, deadline=None)
def test_received_later_is_never_promised_earlier(
    received: dt.datetime, delay: dt.timedelta, rule: TimeRule, calendar: WorkingCalendar
) -> None:
    first = deadline(received=received, rule=rule, calendar=calendar)
    second = deadline(received=received + delay, rule=rule, calendar=calendar)
    assert second.at >= first.at


@given(moments, rules, calendars, st.integers(1, 9), st.integers(0, 20))
@settings(max_examples=150, deadline=None)
def test_a_pause_never_makes_the_promise_earlier(
    received: dt.datetime, rule: TimeRule, calendar: WorkingCalendar, after: int, long: int
) -> None:
    plain = deadline(received=received, rule=rule, calendar=calendar)
    start = received + dt.timedelta(days=after)
    if start >= plain.at:
        return
    pause = Pause(start, start + dt.timedelta(days=long))
    paused = deadline(received=received, rule=rule, calendar=calendar, pauses=[pause])
    assert paused.at >= plain.at
