"""The officer's band and the pages about a counter: who sees what."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from motcua.kernel.clock import now
from motcua.organisation import duty
from motcua.organisation.models import Counter, Person
from motcua.organisation.permissions import Actor
from motcua.organisation.rules import Role
from motcua.service_quality import incidents
from motcua.service_quality.models import Advice, CounterNotice, CounterNow, Incident, Visit
from motcua.service_quality.moods import Sight, Situation, advice_for, band
from tests.factories import CounterFactory, UnitFactory, person_with


@pytest.fixture
def counter(db: None) -> Counter:
    return CounterFactory(number=3, name="Hộ tịch")


@pytest.fixture
def officer(counter: Counter) -> Person:
    person = person_with(Role.OFFICER, counter.unit)
    duty.take_duty(actor=Actor.of(person), counter_id=counter.pk)
    return person


def seen_by(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def looks(counter: Counter, **values: object) -> None:
    CounterNow.objects.update_or_create(
        counter=counter,
        defaults={"at": now(), "present": True, "visit_id": uuid.uuid4(), **values},
    )


def test_every_mood_has_a_word_and_advice_only_when_it_sinks() -> None:
    for mood in (None, 0, 1, 2, 3, 4):
        shown = band(Sight(present=True, mood=mood, irritated=False))
        assert shown.word
        assert (shown.situation is Situation.SINKING) == (mood == 1)
    assert band(Sight(True, 4, irritated=True)).situation is Situation.IRRITATED
    assert band(Sight(True, 1, irritated=True, excluded=True)).situation is None
    assert band(None).code == "unknown"


def test_advice_stays_during_a_visit_and_changes_with_the_next() -> None:
    assert advice_for(["a", "b"], 4) == advice_for(["a", "b"], 4) != advice_for(["a", "b"], 5)
    assert advice_for([], 4) == ""


def test_the_officer_sees_advice_when_the_mood_sinks(counter: Counter, officer: Person) -> None:
    Advice.objects.all().delete()
    Advice.objects.create(situation="sinking", text="Nói chậm lại.", source="bài thử")
    looks(counter, mood=1)
    page = seen_by(officer).get(f"/quay/{counter.pk}/").content.decode()
    assert "Nói chậm lại." in page
    assert "Kém vui hơn lúc đầu" in page


def test_an_old_reading_is_not_shown_as_the_present(counter: Counter, officer: Person) -> None:
    looks(counter, mood=1)
    CounterNow.objects.update(at="2026-01-01T00:00Z")
    page = seen_by(officer).get(f"/quay/{counter.pk}/").content.decode()
    assert "Camera chưa gửi số liệu" in page


def test_a_visit_without_camera_shows_nothing_of_the_mood(
    counter: Counter, officer: Person
) -> None:
    visit = Visit.objects.create(
        id=uuid.uuid4(), counter=counter, opened_at=now(), excluded_at=now()
    )
    looks(counter, mood=1, visit_id=visit.pk)
    page = seen_by(officer).get(f"/quay/{counter.pk}/").content.decode()
    assert "Lượt này không dùng camera" in page
    assert "Kém vui" not in page


def test_another_officer_is_offered_the_seat_and_sees_no_mood(counter: Counter) -> None:
    looks(counter, mood=1)
    page = seen_by(person_with(Role.OFFICER, counter.unit)).get(f"/quay/{counter.pk}/")
    assert "Tôi ngồi quầy này" in page.content.decode()
    assert "Kém vui" not in page.content.decode()


@pytest.mark.parametrize("path", ["", "tuan/", "nguong/", "may-tinh-bang/", "thong-bao/sua/"])
def test_people_of_another_unit_see_no_counter(counter: Counter, path: str) -> None:
    for role in (Role.OFFICER, Role.CENTRE_LEADER, Role.ADMINISTRATOR):
        stranger = seen_by(person_with(role, UnitFactory()))
        assert stranger.get(f"/quay/{counter.pk}/{path}").status_code == 404


@pytest.mark.parametrize(
    "path", ["", "tuan/", "nguong/", "may-tinh-bang/", "thong-bao/", "thong-bao/sua/"]
)
def test_the_centre_s_leader_sees_every_page_of_the_counter(counter: Counter, path: str) -> None:
    leader = seen_by(person_with(Role.CENTRE_LEADER, counter.unit))
    assert leader.get(f"/quay/{counter.pk}/{path}").status_code == 200


def test_the_officer_calls_for_help_once(counter: Counter, officer: Person) -> None:
    client, key = seen_by(officer), str(uuid.uuid4())
    for _ in range(2):
        answer = client.post(f"/quay/{counter.pk}/ho-tro/", {"key": key})
        assert answer.status_code == 302
    incident = Incident.objects.get()
    assert (incident.cause, incident.officer) == ("officer_button", officer)
    assert "Đã báo lãnh đạo" in client.get(f"/quay/{counter.pk}/").content.decode()


def test_an_officer_who_does_not_sit_there_cannot_call_for_that_counter(counter: Counter) -> None:
    stranger = seen_by(person_with(Role.OFFICER, counter.unit))
    assert stranger.post(f"/quay/{counter.pk}/ho-tro/").status_code == 404
    assert not Incident.objects.exists()


def test_the_notice_quotes_no_law_until_the_unit_writes_it(counter: Counter) -> None:
    client = seen_by(person_with(Role.ADMINISTRATOR, counter.unit))
    page = client.get(f"/quay/{counter.pk}/thong-bao/").content.decode()
    assert "Chưa ghi căn cứ pháp lý" in page
    words = {name: f"chữ {name}" for name in ("purpose", "measured", "never", "kept", "refusal")}
    words |= {"contact": "1022", "legal_basis": "Văn bản của đơn vị", "legal_source": "24/11/2026"}
    assert client.post(f"/quay/{counter.pk}/thong-bao/sua/", words).status_code == 302
    page = client.get(f"/quay/{counter.pk}/thong-bao/").content.decode()
    assert "Văn bản của đơn vị" in page
    assert CounterNotice.objects.get().unit == counter.unit


def test_the_incident_page_tells_the_officer_s_name_only_to_those_who_lead(
    counter: Counter, officer: Person
) -> None:
    leader = person_with(Role.CENTRE_LEADER, counter.unit)
    incident = incidents.open_incident(counter_id=counter.pk, cause="irritation", key="a", at=now())
    page = seen_by(leader).get(f"/su-viec/{incident.pk}/").content.decode()
    assert officer.full_name in page
    own = seen_by(officer).get(f"/su-viec/{incident.pk}/").content.decode()
    assert "Ghi ý kiến của tôi" in own
    assert leader.full_name not in own
    colleague = seen_by(person_with(Role.OFFICER, counter.unit))
    assert colleague.get(f"/su-viec/{incident.pk}/").status_code == 404


def test_a_refused_act_keeps_what_was_typed(counter: Counter) -> None:
    client = seen_by(person_with(Role.CENTRE_LEADER, counter.unit))
    incident = incidents.open_incident(counter_id=counter.pk, cause="irritation", key="a", at=now())
    page = client.post(f"/su-viec/{incident.pk}/close/", {"close-note": "Đã gặp người dân"})
    assert page.status_code == 422
    assert "Đã gặp người dân" in page.content.decode()
    assert "Chọn kết quả" in page.content.decode()
    done = client.post(
        f"/su-viec/{incident.pk}/close/", {"close-outcome": "apologised", "close-note": "Đã gặp"}
    )
    assert done.status_code == 302
    incident.refresh_from_db()
    assert incident.outcome == "apologised"


def test_a_relieved_officers_page_is_sent_away_whole(counter: Counter, officer: Person) -> None:
    other = person_with(Role.OFFICER, counter.unit)
    duty.take_duty(actor=Actor.of(other), counter_id=counter.pk, hand_over=True)
    answer = seen_by(officer).get(f"/quay/{counter.pk}/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true"
    assert answer.content == b""
    assert "nhận bàn giao" in seen_by(officer).get(f"/quay/{counter.pk}/").content.decode()
