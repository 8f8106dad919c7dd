"""Batches from devices: everything is stored once, or refused by name and reason."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from motcua.kernel.models import AuditEntry, LiveEvent
from motcua.organisation.models import Counter, Device
from motcua.service_quality import intake
from motcua.service_quality.intake import visits as visit_items
from motcua.service_quality.models import (
    CounterNow,
    DayRollup,
    HourRollup,
    Irritation,
    Level,
    MinuteRollup,
    Reading,
    RefusedItem,
    Visit,
)
from motcua_contract import Answer, Batch, Mood, Problem
from motcua_contract import Level as ContractLevel
from tests.factories import CounterFactory
from tests.service_quality import messages

pytestmark = pytest.mark.django_db


def deliver(camera: Device, batch: Batch) -> Answer:
    return intake.receive(device=camera, parsed=intake.parse(batch.model_dump_json().encode()))


def seconds(count: int, counter: Counter, **changes: object) -> list:
    start = messages.utc_now() - dt.timedelta(seconds=count)
    return [
        messages.reading(counter.pk, start + dt.timedelta(seconds=i), **changes)
        for i in range(count)
    ]


def test_a_reading_is_kept_with_its_probabilities(camera: Device, counter: Counter) -> None:
    sent = messages.reading(counter.pk, visit=uuid.uuid4())
    answer = deliver(camera, messages.batch(sent))
    assert (answer.accepted, answer.duplicates, answer.refused) == (1, 0, ())
    kept = Reading.objects.get()
    assert kept.at == kept.taken_at == sent.at
    assert kept.visit_id == sent.visit
    assert kept.expressions == [900, 50, 10, 10, 10, 10, 5, 5]
    assert kept.mood == Level.ORDINARY


def test_a_batch_delivered_twice_is_stored_and_counted_once(
    camera: Device, counter: Counter
) -> None:
    visit = uuid.uuid4()
    batch = messages.batch(
        messages.visit_opened(counter.pk, visit),
        *seconds(5, counter, visit=visit),
        messages.visit_closed(counter.pk, visit),
        messages.irritation(counter.pk, visit),
    )
    first, second = deliver(camera, batch), deliver(camera, batch)
    # The closing arrives after its own opening, within one batch.
    assert (first.accepted, first.duplicates) == (8, 0)
    assert (second.accepted, second.duplicates) == (0, 8)
    assert Reading.objects.count() == 5
    assert Visit.objects.count() == Irritation.objects.count() == 1
    assert HourRollup.objects.values_list("seconds", "visits").get() == (5, 1)


def test_the_sums_agree_at_every_span_and_are_zero_based(camera: Device, counter: Counter) -> None:
    noon = messages.utc_now().replace(minute=30, second=10, microsecond=0) - dt.timedelta(hours=1)
    items = [
        messages.reading(counter.pk, noon + dt.timedelta(seconds=i), mood=mood, negative=0.5)
        for i, mood in enumerate((Mood.PLEASED, Mood.DISPLEASED, Mood.DISPLEASED))
    ]
    items.append(
        messages.reading(
            counter.pk,
            noon + dt.timedelta(seconds=3),
            mood=None,
            expressions=None,
            pleasant=None,
            negative=None,
            good_view=0.0,
            problem=Problem.TURNED,
        )
    )
    deliver(camera, messages.batch(*items))
    for rollup in (MinuteRollup, HourRollup, DayRollup):
        kept = rollup.objects.get()
        assert (kept.seconds, kept.present, kept.seen) == (4, 4, 3)
        assert (kept.displeased, kept.pleased, kept.ordinary, kept.very_pleased) == (2, 1, 0, 0)
        assert kept.negative_sum == pytest.approx(1.5)
    assert HourRollup.objects.get().start == noon.replace(minute=0, second=0)


def test_a_bad_item_is_refused_alone_and_what_it_held_is_not_kept(
    camera: Device, counter: Counter
) -> None:
    good = messages.reading(counter.pk)
    body = messages.batch(good).model_dump_json()
    bad = good.model_dump_json().replace('"present":true', '"present":"a picture of somebody"')
    body = body.replace('"items":[', f'"items":[{bad},')
    answer = intake.receive(device=camera, parsed=intake.parse(body.encode()))
    assert answer.accepted == 1
    (refusal,) = answer.refused
    assert (refusal.position, refusal.sequence) == (0, good.sequence)
    kept = RefusedItem.objects.get()
    assert (kept.kind, kept.code, kept.sequence) == ("reading", "malformed", good.sequence)
    assert "present" in kept.reason
    assert "picture" not in kept.reason


def test_a_foreign_counter_is_refused_and_on_the_record(camera: Device, counter: Counter) -> None:
    elsewhere = CounterFactory()
    answer = deliver(
        camera,
        messages.batch(messages.reading(elsewhere.pk), messages.reading(counter.pk)),
    )
    assert answer.accepted == 1
    assert [each.code for each in answer.refused] == ["foreign_counter"]
    assert not Reading.objects.filter(counter=elsewhere).exists()
    entry = AuditEntry.objects.get(action="device.foreign_items_refused")
    assert entry.actor == f"device:{camera.pk}"


def test_a_counter_moved_to_another_unit_is_foreign(camera: Device, counter: Counter) -> None:
    """The device's list may lag behind; its unit decides."""
    stranger = CounterFactory()
    camera.counters.add(stranger)
    answer = deliver(camera, messages.batch(messages.reading(stranger.pk)))
    assert [each.code for each in answer.refused] == ["foreign_counter"]


def test_another_counters_visit_cannot_be_closed(camera: Device, counter: Counter) -> None:
    other = CounterFactory()
    visit = Visit.objects.create(id=uuid.uuid4(), counter=other, opened_at=messages.utc_now())
    answer = deliver(camera, messages.batch(messages.visit_closed(counter.pk, visit.pk)))
    assert [each.code for each in answer.refused] == ["foreign_visit"]
    visit.refresh_from_db()
    assert visit.closed_at is None


@pytest.mark.parametrize("hours_off", [-3, 5, 24 * 400])
def test_a_wrong_clock_is_corrected_and_replay_stays_one_reading(
    camera: Device, counter: Counter, hours_off: float
) -> None:
    off = dt.timedelta(hours=hours_off)
    real = messages.utc_now() - dt.timedelta(seconds=3)
    item = messages.reading(counter.pk, real + off)
    answer = deliver(camera, messages.batch(item, sent_at=messages.utc_now() + off))
    assert answer.clock_offset_seconds == pytest.approx(-off.total_seconds(), abs=2)
    # Delivered again later: the measured offset differs a little, the reading is the same.
    later = messages.utc_now() + off - dt.timedelta(seconds=7)
    again = deliver(camera, messages.batch(item, sent_at=later))
    assert (again.accepted, again.duplicates) == (0, 1)
    kept = Reading.objects.get()
    assert abs(kept.at - real) < dt.timedelta(seconds=2)
    assert kept.taken_at == item.at


def test_a_small_difference_of_clocks_changes_nothing(camera: Device, counter: Counter) -> None:
    at = messages.utc_now() - dt.timedelta(seconds=30)
    deliver(
        camera,
        messages.batch(
            messages.reading(counter.pk, at), sent_at=messages.utc_now() - dt.timedelta(seconds=4)
        ),
    )
    assert Reading.objects.get().at == at


def test_readings_out_of_order_all_count_and_the_newest_is_live(
    camera: Device, counter: Counter
) -> None:
    items = seconds(6, counter)
    newest = items[-1]
    for item in (newest, items[4], *items[:4]):
        deliver(camera, messages.batch(item))
    assert Reading.objects.count() == 6
    assert DayRollup.objects.get().seconds == 6
    assert CounterNow.objects.get().at == newest.at


def test_a_reading_of_yesterday_does_not_look_like_now(camera: Device, counter: Counter) -> None:
    deliver(
        camera,
        messages.batch(
            messages.reading(counter.pk, messages.utc_now() - dt.timedelta(days=1)),
        ),
    )
    assert Reading.objects.exists()
    assert not CounterNow.objects.exists()


@pytest.mark.parametrize(
    ("shift", "code"), [(dt.timedelta(days=-1000), "too_old"), (dt.timedelta(hours=1), "in_future")]
)
def test_a_reading_that_cannot_be_placed_is_refused(
    camera: Device, counter: Counter, shift: dt.timedelta, code: str
) -> None:
    item = messages.reading(counter.pk, messages.utc_now() + shift)
    answer = deliver(camera, messages.batch(item))
    assert [each.code for each in answer.refused] == [code]


def test_a_late_closing_makes_the_visit_and_a_later_opening_changes_nothing(
    camera: Device, counter: Counter
) -> None:
    visit = uuid.uuid4()
    closed = messages.visit_closed(counter.pk, visit)
    deliver(camera, messages.batch(closed))
    answer = deliver(
        camera, messages.batch(messages.visit_opened(counter.pk, visit, closed.opened))
    )
    assert answer.duplicates == 1
    kept = Visit.objects.get()
    assert (kept.opened_at, kept.closed_at) == (closed.opened, closed.at)
    assert (kept.score, kept.level) == (72.0, Level.PLEASED)
    assert kept.curve == [[0.0, 0.1, 0.1], [60.0, 0.6, 0.0]]
    day = DayRollup.objects.get()
    assert (day.visits, day.scored, day.score_sum, day.visits_pleased) == (1, 1, 72.0, 1)


def test_a_visit_without_enough_view_has_no_score(camera: Device, counter: Counter) -> None:
    closed = messages.visit_closed(
        counter.pk,
        uuid.uuid4(),
        summary=messages.summary(None, ContractLevel.UNKNOWN, good_view=0.05),
    )
    deliver(camera, messages.batch(closed))
    kept = Visit.objects.get()
    assert (kept.score, kept.level) == (None, Level.UNKNOWN)
    day = DayRollup.objects.get()
    assert (day.visits, day.scored) == (1, 0)


def test_an_irritation_opens_one_incident_however_often_it_arrives(
    camera: Device, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[dict] = []
    monkeypatch.setattr(
        visit_items.incidents, "open_incident", lambda **given: opened.append(given)
    )
    visit = uuid.uuid4()
    item = messages.irritation(counter.pk, visit)
    deliver(camera, messages.batch(item))
    deliver(camera, messages.batch(item))
    ended = item.model_copy(update={"ended": messages.utc_now()})
    assert deliver(camera, messages.batch(ended)).accepted == 1
    assert deliver(camera, messages.batch(ended)).duplicates == 1
    (call,) = opened
    assert call["key"] == f"irritation:{item.id}"
    assert (call["counter_id"], call["visit_id"], call["at"]) == (counter.pk, visit, item.at)
    assert Irritation.objects.get().ended_at == ended.ended


def test_nothing_of_a_batch_is_kept_when_the_incident_cannot_be_opened(
    camera: Device, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The device keeps what was not confirmed, and brings it again."""

    def broken(**_: object) -> None:
        raise RuntimeError("no room")

    monkeypatch.setattr(visit_items.incidents, "open_incident", broken)
    with pytest.raises(RuntimeError):
        deliver(camera, messages.batch(messages.irritation(counter.pk, uuid.uuid4())))
    assert not Irritation.objects.exists()


def test_pages_hear_of_a_change_and_not_of_every_second(camera: Device, counter: Counter) -> None:
    start = messages.utc_now() - dt.timedelta(seconds=20)

    def second(i: int, mood: Mood) -> None:
        deliver(
            camera,
            messages.batch(
                messages.reading(counter.pk, start + dt.timedelta(seconds=i), mood=mood)
            ),
        )

    for i in range(4):
        second(i, Mood.ORDINARY)
    heard = LiveEvent.objects.filter(channel=f"counter:{counter.pk}")
    assert heard.count() == 1
    # A change right after the last news is held back, and told once the two seconds are over.
    second(4, Mood.DISPLEASED)
    assert heard.count() == 1
    CounterNow.objects.update(told_at=messages.utc_now() - dt.timedelta(seconds=3))
    second(5, Mood.DISPLEASED)
    assert [event.data["mood"] for event in heard.order_by("id")] == ["ordinary", "displeased"]
    assert LiveEvent.objects.filter(channel=f"unit:{counter.unit_id}:board").count() == 2


def test_health_shows_on_the_device(camera: Device) -> None:
    Device.objects.filter(pk=camera.pk).update(last_seen=None)
    camera.refresh_from_db()
    deliver(camera, messages.batch(messages.health(spooled=3)))
    camera.refresh_from_db()
    assert camera.health["spooled"] == 3
    assert camera.health["clock_trusted"] is True


def test_no_reading_is_ever_changed(camera: Device, counter: Counter) -> None:
    from django.db import DatabaseError, transaction

    deliver(camera, messages.batch(messages.reading(counter.pk)))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Reading.objects.update(present=False)
