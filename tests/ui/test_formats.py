from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.ui import formats

SAIGON = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.mark.parametrize(
    ("value", "decimals", "lang", "shown"),
    [
        (0, 0, "vi", "0"),
        (999, 0, "vi", "999"),
        (1234567, 0, "vi", "1.234.567"),
        (1234567, 0, "en", "1,234,567"),
        (2.5, 1, "vi", "2,5"),
        (2.5, 0, "vi", "3"),
        (1234.56, 1, "vi", "1.234,6"),
        (1234.56, 1, "en", "1,234.6"),
        (-40, 0, "vi", "−40"),
        (-0.2, 0, "vi", "0"),
        (Decimal("0.05"), 1, "vi", "0,1"),
        (None, 0, "vi", "—"),
    ],
)
def test_a_number_is_written_as_its_language_does(value, decimals, lang, shown):
    assert formats.number(value, decimals, lang) == shown


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_the_digits_of_a_number_survive_its_points(value):
    shown = formats.number(value)
    assert int(shown.replace(".", "").replace("−", "-")) == value
    assert all(len(group) == 3 for group in shown.lstrip("−").split(".")[1:])


@pytest.mark.parametrize(
    ("dong", "lang", "shown"),
    [
        (8000, "vi", "8.000\u00a0đồng"),
        (0, "vi", "0\u00a0đồng"),
        (8000, "en", "8,000\u00a0VND"),
        (None, "vi", "—"),
    ],
)
def test_money_is_whole_dong_that_do_not_break_over_lines(dong, lang, shown):
    assert formats.money(dong, lang) == shown


@pytest.mark.parametrize(
    ("part", "whole", "shown"), [(118, 128, "92%"), (1, 3, "33%"), (0, 7, "0%"), (0, 0, "—")]
)
def test_a_share_of_nothing_is_no_value_rather_than_nought(part, whole, shown):
    assert formats.percent(part, whole) == shown


def test_days_and_times_are_written_the_vietnamese_way():
    moment = datetime(2026, 11, 24, 14, 5, 59, tzinfo=SAIGON)
    assert formats.day(moment) == formats.day(date(2026, 11, 24)) == "24/11/2026"
    assert formats.clock(moment) == formats.clock(time(14, 5)) == "14:05"
    assert formats.long_day(moment) == "Thứ Ba, 24/11/2026"
    assert formats.long_day(date(2026, 11, 29)) == "Chủ nhật, 29/11/2026"
    assert formats.long_day(moment, "en") == "Tuesday, 24/11/2026"
    assert formats.day(None) == formats.clock(None) == formats.long_day(None) == "—"


@pytest.mark.parametrize(
    ("length", "parts", "shown"),
    [
        (0, 2, "0 giây"),
        (0.9, 2, "0 giây"),
        (59.9, 2, "59 giây"),
        (200, 2, "3 phút 20 giây"),
        (3600, 2, "1 giờ"),
        (3660, 2, "1 giờ 1 phút"),
        (3605, 2, "1 giờ"),
        (3605, 3, "1 giờ 5 giây"),
        (timedelta(days=2, hours=4, minutes=30), 2, "2 ngày 4 giờ"),
        (timedelta(days=2, hours=4, minutes=30), 1, "2 ngày"),
        (None, 2, "—"),
    ],
)
def test_a_duration_is_said_in_words(length, parts, shown):
    assert formats.duration(length, parts=parts) == shown


def test_english_durations_know_one_from_many():
    assert formats.duration(3661, "en", parts=3) == "1 hour 1 minute 1 second"
    assert formats.duration(7322, "en", parts=3) == "2 hours 2 minutes 2 seconds"


def test_a_negative_duration_is_refused():
    with pytest.raises(ValueError, match="not negative"):
        formats.duration(-1)


UNIT_SECONDS = {"ngày": 86400, "giờ": 3600, "phút": 60, "giây": 1}


@given(st.integers(min_value=0, max_value=10**8), st.integers(min_value=1, max_value=4))
def test_a_duration_in_words_never_promises_more_than_there_is(seconds, parts):
    words = formats.duration(seconds, parts=parts).split()
    said = sum(
        int(count.replace(".", "")) * UNIT_SECONDS[unit]
        for count, unit in zip(words[::2], words[1::2], strict=True)
    )
    smallest = UNIT_SECONDS[words[-1]]
    assert said <= seconds
    assert parts < 4 or said == seconds
    assert len(words) // 2 <= parts
    assert seconds - said < max(smallest, seconds / 2 + 1)


@pytest.mark.parametrize(
    ("days", "lang", "shown"),
    [
        (2, "vi", "còn 2 ngày làm việc"),
        (0, "vi", "hết hạn hôm nay"),
        (-3, "vi", "quá hạn 3 ngày làm việc"),
        (1, "en", "1 working day left"),
        (0, "en", "due today"),
        (-3, "en", "3 working days overdue"),
    ],
)
def test_what_is_left_of_a_deadline_is_said_in_working_days(days, lang, shown):
    assert formats.working_days_left(days, lang) == shown


NOW = datetime(2026, 11, 24, 14, 5, tzinfo=SAIGON)


@pytest.mark.parametrize(
    ("moment", "lang", "shown"),
    [
        (NOW, "vi", "vừa xong"),
        (NOW - timedelta(seconds=50), "vi", "1 phút trước"),
        (NOW - timedelta(minutes=5, seconds=59), "vi", "5 phút trước"),
        (NOW - timedelta(minutes=5), "en", "5 minutes ago"),
        (NOW - timedelta(hours=2), "vi", "hôm nay lúc 12:05"),
        (NOW - timedelta(hours=15), "vi", "hôm qua lúc 23:05"),
        (NOW - timedelta(days=2), "vi", "22/11/2026 lúc 14:05"),
        (NOW + timedelta(minutes=30), "vi", "hôm nay lúc 14:35"),
        (NOW + timedelta(days=1), "vi", "25/11/2026 lúc 14:05"),
    ],
)
def test_a_moment_is_said_as_people_say_it(moment, lang, shown):
    assert formats.relative(moment, NOW, lang) == shown


def test_yesterday_is_a_calendar_day_and_not_24_hours():
    early = datetime(2026, 11, 24, 0, 30, tzinfo=SAIGON)
    assert formats.relative(early - timedelta(hours=2), early) == "hôm qua lúc 22:30"
    assert early.astimezone(UTC).date() == date(2026, 11, 23)
