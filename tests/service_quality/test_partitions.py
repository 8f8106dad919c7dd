"""Readings by the month: made ahead, filled from the default partition, dropped whole."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection

from motcua.organisation.models import Counter, Device
from motcua.service_quality import intake, partitions
from motcua.service_quality.models import DayRollup, MinuteRollup, Reading
from motcua.service_quality.partitions import Month
from tests.service_quality import messages

pytestmark = pytest.mark.django_db


def rows_in(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def deliver(camera: Device, counter: Counter, at: dt.datetime) -> None:
    batch = messages.batch(messages.reading(counter.pk, at), sent_at=at)
    intake.receive(device=camera, parsed=intake.parse(batch.model_dump_json().encode()))


def test_months_are_made_ahead_and_take_what_fell_into_the_default(
    camera: Device, counter: Counter
) -> None:
    # Months of today may stand already: a worker that ran in this database leaves them.
    with time_machine.travel(dt.datetime(2031, 5, 10, 3, tzinfo=dt.UTC), tick=False) as traveller:
        deliver(camera, counter, messages.utc_now())
        assert rows_in("service_quality_reading_default") == 1
        made = partitions.ensure_months()
        assert len(made) == 3
        assert rows_in("service_quality_reading_default") == 0
        assert rows_in(made[0]) == 1
        assert partitions.ensure_months() == []
        traveller.shift(dt.timedelta(seconds=1))
        deliver(camera, counter, messages.utc_now())
        assert rows_in(made[0]) == Reading.objects.count() == 2


def test_a_month_goes_when_all_of_it_is_past_its_time_and_the_sums_stay(
    camera: Device, counter: Counter, settings: object
) -> None:
    settings.READINGS_KEPT_DAYS = 30  # type: ignore[attr-defined]
    start = dt.datetime(2026, 3, 10, 3, tzinfo=dt.UTC)
    with time_machine.travel(start, tick=False) as traveller:
        (march, *_) = partitions.ensure_months()
        deliver(camera, counter, start)
        traveller.move_to(start + dt.timedelta(days=45))
        assert march not in partitions.drop_expired()
        traveller.move_to(start + dt.timedelta(days=60))
        assert march in partitions.drop_expired()
    assert not Reading.objects.exists()
    assert not MinuteRollup.objects.exists()
    assert DayRollup.objects.get().seconds == 1


@pytest.mark.parametrize(
    ("month", "following"), [(Month(2026, 11), Month(2026, 12)), (Month(2026, 12), Month(2027, 1))]
)
def test_months_follow_each_other_without_a_gap(month: Month, following: Month) -> None:
    assert month.next() == following
    assert Month.of(following.start - dt.timedelta(microseconds=1)) == month
    assert Month.of(following.start) == following
    assert Month.named(month.table) == month


def test_the_default_partition_is_no_month() -> None:
    assert Month.named("service_quality_reading_default") is None
