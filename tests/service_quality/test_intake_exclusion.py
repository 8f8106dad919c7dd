"""“Không dùng camera cho lượt này”: what was measured is gone, and nothing more is taken."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from motcua.kernel.models import AuditEntry
from motcua.organisation.models import Counter, Device
from motcua.organisation.permissions import Actor
from motcua.service_quality import exclusion, intake
from motcua.service_quality.models import (
    CounterNow,
    CounterSignal,
    DayRollup,
    Irritation,
    Level,
    MinuteRollup,
    Reading,
    Visit,
)
from motcua_contract import Answer, Item
from tests.service_quality import messages

pytestmark = pytest.mark.django_db


def deliver(camera: Device, *items: Item) -> Answer:
    parsed = intake.parse(messages.batch(*items).model_dump_json().encode())
    return intake.receive(device=camera, parsed=parsed)


def seconds_of(counter: Counter, visit: uuid.UUID | None, count: int) -> list[Item]:
    start = messages.utc_now() - dt.timedelta(seconds=count)
    return [
        messages.reading(counter.pk, start + dt.timedelta(seconds=i), visit=visit)
        for i in range(count)
    ]


def sums() -> tuple[int, float, int]:
    day = DayRollup.objects.get()
    return day.seconds, round(day.pleasant_sum, 4), day.visits


def test_a_wish_at_the_counter_deletes_what_was_measured_and_takes_it_out_of_every_sum(
    camera: Device, counter: Counter
) -> None:
    earlier, wished = uuid.uuid4(), uuid.uuid4()
    start = messages.utc_now() - dt.timedelta(seconds=4)
    deliver(
        camera,
        messages.visit_closed(counter.pk, earlier, at=messages.utc_now() - dt.timedelta(minutes=1)),
        messages.visit_opened(counter.pk, wished, start),
        messages.irritation(counter.pk, wished),
        *seconds_of(counter, None, 3),
    )
    before = sums()
    deliver(camera, *seconds_of(counter, wished, 4))
    assert sums() != before
    visit = exclusion.exclude_current_visit(counter_id=counter.pk, actor=Actor.link("tablet"))
    assert visit is not None
    assert visit.pk == wished
    assert not Reading.objects.filter(visit_id=wished).exists()
    assert not Irritation.objects.exists()
    assert sums() == before
    assert sum(row.seconds for row in MinuteRollup.objects.all()) == 3
    assert CounterNow.objects.get().mood is None
    assert CounterSignal.objects.get().kind == "exclude_visit"
    assert AuditEntry.objects.filter(action="visit.exclude", subject=f"visit:{wished}").exists()


def test_nothing_of_an_excluded_visit_is_taken_afterwards(camera: Device, counter: Counter) -> None:
    wished = uuid.uuid4()
    opened = messages.utc_now() - dt.timedelta(seconds=10)
    deliver(camera, messages.visit_opened(counter.pk, wished, opened))
    deliver(
        camera,
        messages.visit_excluded(counter.pk, wished, opened),
        *seconds_of(counter, wished, 2),
    )
    answer = deliver(
        camera,
        *seconds_of(counter, wished, 2),
        messages.irritation(counter.pk, wished),
        messages.visit_closed(counter.pk, wished),
    )
    assert [each.code for each in answer.refused] == ["visit_excluded"] * 3
    assert not Reading.objects.exists()
    visit = Visit.objects.get()
    assert visit.closed_at is not None
    assert (visit.score, visit.level, visit.curve) == (None, Level.UNKNOWN, [])
    assert not DayRollup.objects.filter(visits__gt=0).exists()


def test_a_closed_visit_that_is_excluded_late_leaves_the_figures(
    camera: Device, counter: Counter
) -> None:
    wished = uuid.uuid4()
    closed = messages.visit_closed(counter.pk, wished)
    deliver(camera, closed, *seconds_of(counter, wished, 3))
    assert sums()[2] == 1
    deliver(camera, messages.visit_excluded(counter.pk, wished, closed.opened))
    day = DayRollup.objects.get()
    assert (day.seconds, day.visits, day.scored, day.score_sum) == (0, 0, 0, 0)
    assert day.pleasant_sum == pytest.approx(0, abs=1e-6)
    assert not Visit.objects.counted().exists()


def test_a_wish_before_the_camera_saw_anybody_still_reaches_the_camera(counter: Counter) -> None:
    assert (
        exclusion.exclude_current_visit(counter_id=counter.pk, actor=Actor.link("tablet")) is None
    )
    assert CounterSignal.objects.filter(counter=counter, kind="exclude_visit").exists()
