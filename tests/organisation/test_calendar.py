"""The working calendar: pure rules, held by properties; and the rows of 2026–2027."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.kernel.clock import CITY
from motcua.organisation import loading, selectors
from motcua.organisation.calendar import HORIZON_DAYS, SATURDAY, Hours, WorkingCalendar
from motcua.organisation.models import CalendarDay
from tests.factories import CalendarDayFactory, CityFactory, OpeningHoursFactory, UnitFactory

WEEK = tuple(
    Hours(weekday, dt.time(*opens), dt.time(*closes))
    for weekday in range(5)
    for opens, closes in (((7, 30), (11, 30)), ((13, 0), (17, 0)))
)
SATURDAY_MORNING = Hours(SATURDAY, dt.time(7, 30), dt.time(11, 30), counts_for_deadline=False)

minutes = st.integers(0, 24 * 60 - 1).map(lambda value: dt.time(value // 60, value % 60))
hours = st.builds(
    lambda weekday, pair, counts: Hours(weekday, min(pair), max(pair), counts),
    st.integers(0, 6),
    st.tuples(minutes, minutes).filter(lambda pair: pair[0] != pair[1]),
    st.booleans(),
)
dates = st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31))
calendars = st.builds(
    WorkingCalendar,
    st.lists(hours, max_size=8).map(tuple),
    st.dictionaries(dates, st.booleans(), max_size=20),
)
moments = st.datetimes(
    dt.datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    dt.datetime(2027, 12, 31),  # noqa: DTZ001
    timezones=st.just(CITY),
)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{text}+07:00")


@given(calendars, dates)
def test_sessions_are_half_open(calendar: WorkingCalendar, day: dt.date) -> None:
    for session in calendar.sessions(day):
        assert calendar.is_open(session.start)
        assert session.end not in session
        assert calendar.is_open(session.end - dt.timedelta(microseconds=1))


@given(calendars, moments)
def test_open_means_within_one_of_the_days_sessions(
    calendar: WorkingCalendar, moment: dt.datetime
) -> None:
    inside = any(moment in session for session in calendar.sessions(moment.date()))
    assert calendar.is_open(moment) is inside
    assert calendar.is_open(moment.astimezone(dt.UTC)) is inside


@settings(max_examples=60, deadline=None)
@given(calendars, moments, st.booleans())
def test_the_next_opening_is_the_first_open_moment(
    calendar: WorkingCalendar, moment: dt.datetime, counting: bool
) -> None:
    following = calendar.next_opening(moment, counting=counting)
    if following is None:
        days = (moment.date() + dt.timedelta(days=n) for n in range(1, HORIZON_DAYS))
        assert not any(
            session.counts_for_deadline or not counting
            for day in days
            for session in calendar.sessions(day)
        )
        return
    assert following >= moment
    assert calendar.is_open(following)
    if calendar.is_open(moment) and not counting:
        assert following == moment
    # Nothing opens in between: sessions that begin earlier would have been found.
    day = moment.date()
    while day <= following.date():
        for session in calendar.sessions(day):
            if session.counts_for_deadline or not counting:
                assert not (session.end > moment and max(session.start, moment) < following)
        day += dt.timedelta(days=1)


@given(calendars, dates)
def test_a_day_works_exactly_when_a_session_counts(calendar: WorkingCalendar, day: dt.date) -> None:
    counted = [session for session in calendar.sessions(day) if session.counts_for_deadline]
    assert calendar.is_working_day(day) is bool(counted)


@given(calendars, dates)
def test_a_day_off_has_no_session_and_a_make_up_day_only_counting_ones(
    calendar: WorkingCalendar, day: dt.date
) -> None:
    off = WorkingCalendar(calendar.hours, {day: False})
    assert off.sessions(day) == []
    made_up = WorkingCalendar(calendar.hours, {day: True}).sessions(day)
    assert all(session.counts_for_deadline for session in made_up)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-23T07:29:59", False),
        ("2026-11-23T07:30:00", True),
        ("2026-11-23T11:29:59", True),
        ("2026-11-23T11:30:00", False),
        ("2026-11-23T13:00:00", True),
        ("2026-11-23T17:00:00", False),
        ("2026-11-28T09:00:00", True),
        ("2026-11-29T09:00:00", False),
    ],
)
def test_an_ordinary_week_with_saturday_reception(moment: str, is_open: bool) -> None:
    assert WorkingCalendar((*WEEK, SATURDAY_MORNING)).is_open(at(moment)) is is_open


def test_saturday_reception_is_open_but_is_no_working_day() -> None:
    calendar = WorkingCalendar((*WEEK, SATURDAY_MORNING))
    saturday = dt.date(2026, 11, 28)
    assert calendar.is_open(at("2026-11-28T08:00:00"))
    assert not calendar.is_working_day(saturday)
    assert calendar.next_opening(at("2026-11-27T17:00:00")) == at("2026-11-28T07:30:00")
    assert calendar.next_opening(at("2026-11-27T17:00:00"), counting=True) == at(
        "2026-11-30T07:30:00"
    )


def test_a_make_up_saturday_works_mondays_hours_even_where_reception_is_usual() -> None:
    saturday = dt.date(2026, 8, 22)
    calendar = WorkingCalendar((*WEEK, SATURDAY_MORNING), {saturday: True})
    assert [f"{s.start:%H:%M}-{s.end:%H:%M}" for s in calendar.sessions(saturday)] == [
        "07:30-11:30",
        "13:00-17:00",
    ]
    assert calendar.is_working_day(saturday)


def test_a_calendar_without_hours_never_opens() -> None:
    calendar = WorkingCalendar((), {dt.date(2026, 1, 10): True})
    assert calendar.next_opening(at("2026-01-01T00:00:00")) is None
    assert list(calendar.working_days_from(dt.date(2026, 1, 1))) == []


@pytest.fixture
def city() -> None:
    loading.load()


@pytest.mark.django_db
@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-01-01", False), ("2026-01-02", False), ("2026-01-10", True),
        ("2026-02-16", False), ("2026-02-20", False), ("2026-02-23", True),
        ("2026-04-27", False), ("2026-04-30", False), ("2026-05-01", False),
        ("2026-08-22", True), ("2026-08-31", False), ("2026-09-02", False),
        ("2026-11-23", True), ("2026-11-24", False), ("2026-11-25", True),
        ("2027-02-05", False), ("2027-02-11", False), ("2027-02-12", True),
        ("2027-04-16", False), ("2027-05-03", False), ("2027-11-24", False),
    ],
)  # fmt: skip
def test_the_citys_days_of_2026_and_2027(day: str, works: bool) -> None:
    unit = UnitFactory()
    calendar = selectors.calendar_of(unit.pk)
    assert calendar.is_working_day(dt.date.fromisoformat(day)) is works


@pytest.mark.django_db
@pytest.mark.usefixtures("city")
def test_what_no_document_confirms_yet_is_marked() -> None:
    doubtful = CalendarDay.objects.filter(certain=False).values_list("date", flat=True)
    assert dt.date(2027, 2, 8) in doubtful
    assert dt.date(2027, 9, 3) in doubtful
    assert dt.date(2026, 11, 24) not in doubtful
    assert not CalendarDay.objects.filter(source="").exists()


@pytest.mark.django_db
def test_a_units_own_row_goes_before_the_citys_for_the_same_date() -> None:
    city = CityFactory()
    for weekday in range(5):
        OpeningHoursFactory(unit=city, weekday=weekday)
    unit, neighbour = UnitFactory(), UnitFactory()
    CalendarDayFactory(date="2026-11-24")
    CalendarDayFactory(unit=unit, date="2026-11-24", kind=CalendarDay.Kind.WORKING_DAY)
    day = dt.date(2026, 11, 24)
    assert selectors.calendar_of(unit.pk).is_working_day(day)
    assert not selectors.calendar_of(neighbour.pk).is_working_day(day)


@pytest.mark.django_db
def test_a_unit_without_hours_of_its_own_keeps_the_citys() -> None:
    city, unit, other = CityFactory(), UnitFactory(), UnitFactory()
    OpeningHoursFactory(unit=city, weekday=0)
    OpeningHoursFactory(unit=unit, weekday=1)
    calendars = selectors.calendars_of([unit.pk, other.pk])
    assert [each.weekday for each in calendars[unit.pk].hours] == [1]
    assert [each.weekday for each in calendars[other.pk].hours] == [0]


@pytest.mark.django_db
def test_the_calendars_of_the_whole_city_take_two_queries(
    django_assert_num_queries: object,
) -> None:
    loading.load()
    units = list(selectors.Unit.objects.values_list("pk", flat=True))
    with django_assert_num_queries(2):  # type: ignore[operator]
        assert len(selectors.calendars_of(units)) == 169
