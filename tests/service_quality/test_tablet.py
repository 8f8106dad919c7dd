"""The citizen's tablet: one touch, kept once, never changed."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import transaction
from django.db.utils import DatabaseError
from django.test import Client

from motcua.kernel.clock import now
from motcua.organisation.models import Counter
from motcua.organisation.permissions import Forbidden
from motcua.organisation.rules import Role
from motcua.service_quality import ratings
from motcua.service_quality.models import (
    CounterNow,
    CounterSignal,
    Face,
    Incident,
    Rating,
    RatingReason,
    RatingRemark,
    Visit,
)
from tests.factories import CounterFactory, UnitFactory, actor_with


@pytest.fixture
def counter(db: None) -> Counter:
    return CounterFactory(number=3)


@pytest.fixture
def token(counter: Counter) -> str:
    actor = actor_with(Role.ADMINISTRATOR, counter.unit)
    return ratings.tablet_address(actor=actor, counter_id=counter.pk)


def touch(token: str, status: int = 204, **body: object) -> uuid.UUID:
    key = body.pop("key", None) or uuid.uuid4()
    answer = Client(enforce_csrf_checks=True).post(
        f"/danh-gia/{token}/gui/", {"key": str(key), **body}, content_type="application/json"
    )
    assert answer.status_code == status, answer.content
    assert isinstance(key, uuid.UUID)
    return key


def someone_at(counter: Counter, **values: object) -> Visit:
    visit = Visit.objects.create(
        id=uuid.uuid4(), counter=counter, opened_at=now() - dt.timedelta(minutes=4), **values
    )
    CounterNow.objects.update_or_create(
        counter=counter, defaults={"at": now(), "present": True, "visit_id": visit.pk, "mood": 2}
    )
    return visit


def test_a_touch_is_kept_with_the_visit_at_the_counter(counter: Counter, token: str) -> None:
    visit = someone_at(counter)
    touch(token, kind="rating", face=3, language="en")
    rating = Rating.objects.get()
    assert (rating.face, rating.language, rating.visit_id) == (Face.GOOD, "en", visit.pk)
    assert not Incident.objects.exists()


def test_a_touch_sent_again_counts_once(token: str) -> None:
    key = touch(token, kind="rating", face=3)
    touch(token, kind="rating", face=1, key=key)
    assert [rating.face for rating in Rating.objects.all()] == [Face.GOOD]


def test_a_poor_rating_opens_an_incident_of_the_same_visit(counter: Counter, token: str) -> None:
    visit = someone_at(counter)
    touch(token, kind="rating", face=1)
    incident = Incident.objects.get()
    assert (incident.cause, incident.visit_id) == ("poor_rating", visit.pk)


def test_a_rating_kept_on_the_tablet_is_dated_to_the_touch(counter: Counter, token: str) -> None:
    touch(token, kind="rating", face=2, age_ms=60_000)
    age = now() - Rating.objects.get().rated_at
    assert dt.timedelta(seconds=59) < age < dt.timedelta(seconds=90)


def test_a_poor_rating_that_comes_much_later_is_kept_but_alarms_nobody(token: str) -> None:
    touch(token, kind="rating", face=1, age_ms=45 * 60_000)
    assert Rating.objects.count() == 1
    assert not Incident.objects.exists()


def test_a_second_rating_does_not_take_the_same_visit(counter: Counter, token: str) -> None:
    someone_at(counter)
    touch(token, kind="rating", face=3)
    touch(token, kind="rating", face=2)
    assert Rating.objects.filter(visit_id=None).count() == 1


def test_a_citizen_who_just_got_up_still_rates_their_visit(counter: Counter, token: str) -> None:
    visit = Visit.objects.create(
        id=uuid.uuid4(),
        counter=counter,
        opened_at=now() - dt.timedelta(minutes=9),
        closed_at=now() - dt.timedelta(minutes=1),
    )
    touch(token, kind="rating", face=3)
    assert Rating.objects.get().visit_id == visit.pk


def test_a_rating_cannot_be_changed_or_removed(token: str) -> None:
    touch(token, kind="rating", face=1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Rating.objects.update(face=3)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Rating.objects.all().delete()


def test_reasons_and_words_are_added_once_and_unknown_reasons_dropped(token: str) -> None:
    for code in ("long-wait", "attitude"):
        RatingReason.objects.get_or_create(code=code, defaults={"face": Face.POOR})
    key = touch(token, kind="rating", face=1)
    touch(token, kind="remark", key=key, reasons=["long-wait", "khong-co"], comment=" Chờ lâu ")
    touch(token, kind="remark", key=key, reasons=["attitude"], comment="khác")
    remark = RatingRemark.objects.get()
    assert (remark.reasons, remark.comment) == (["long-wait"], "Chờ lâu")


def test_the_help_button_opens_an_incident_and_twice_is_once(token: str) -> None:
    key = touch(token, kind="help")
    touch(token, kind="help", key=key)
    assert Incident.objects.get().cause == "citizen_button"
    assert Incident.objects.get().events.count() >= 1


def test_leaving_the_camera_out_excludes_the_visit_and_tells_the_camera(
    counter: Counter, token: str
) -> None:
    visit = someone_at(counter)
    touch(token, kind="no_camera")
    visit.refresh_from_db()
    assert visit.excluded_at is not None
    assert CounterSignal.objects.get().kind == "exclude_visit"
    touch(token, kind="rating", face=3)
    assert Rating.objects.get().visit_id is None


def test_a_late_choice_is_about_the_visit_of_its_moment(counter: Counter, token: str) -> None:
    earlier = Visit.objects.create(
        id=uuid.uuid4(),
        counter=counter,
        opened_at=now() - dt.timedelta(minutes=9),
        closed_at=now() - dt.timedelta(minutes=5),
    )
    present = someone_at(counter)
    touch(token, kind="no_camera", age_ms=6 * 60_000)
    earlier.refresh_from_db()
    present.refresh_from_db()
    assert earlier.excluded_at is not None
    assert present.excluded_at is None


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "rating"},
        {"kind": "rating", "face": 7},
        {"kind": "rating", "face": 1, "age_ms": "x"},
        {"kind": "rating", "face": 1, "age_ms": 1e300},
        {"kind": "remark", "reasons": 5},
        {"kind": "đánh giá"},
        {},
    ],
)
def test_a_broken_touch_is_refused_and_keeps_nothing(token: str, body: dict[str, object]) -> None:
    touch(token, 422, **body)
    assert not Rating.objects.exists()


def test_a_body_that_is_no_json_object_is_refused(token: str) -> None:
    for body in (b"", b"[1]", b"\xff", b"null"):
        answer = Client().post(f"/danh-gia/{token}/gui/", body, content_type="application/json")
        assert answer.status_code == 422


def test_a_flood_of_touches_is_held_back_and_the_tablet_may_try_again(token: str) -> None:
    for _ in range(ratings.TOUCHES_A_MINUTE):
        touch(token, kind="rating", face=3)
    touch(token, 429, kind="rating", face=3)


def test_a_forged_or_renewed_address_opens_nothing(counter: Counter, token: str) -> None:
    client = Client()
    assert client.get(f"/danh-gia/{token}/").status_code == 200
    assert client.get(f"/danh-gia/{token[:-1]}x/").status_code == 404
    assert client.get("/danh-gia/abc/").status_code == 404
    actor = actor_with(Role.CENTRE_LEADER, counter.unit)
    ratings.tablet_address(actor=actor, counter_id=counter.pk, renew=True)
    assert client.get(f"/danh-gia/{token}/").status_code == 404
    touch(token, 404, kind="help")
    assert not Incident.objects.exists()


def test_only_who_sets_up_counters_gets_the_address(counter: Counter) -> None:
    for actor in (
        actor_with(Role.OFFICER, counter.unit),
        actor_with(Role.ADMINISTRATOR, UnitFactory()),
    ):
        with pytest.raises(Forbidden):
            ratings.tablet_address(actor=actor, counter_id=counter.pk)
