"""The board in the hands of those who lead, and of those who do not."""

import datetime as dt
import io
import uuid

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from motcua.board import month, questions
from motcua.board.incidents import incident_figures
from motcua.board.rules import Period
from motcua.kernel.clock import now, today
from motcua.organisation.models import Counter, Person
from motcua.organisation.rules import Role
from motcua.service_quality import rollups
from motcua.service_quality.models import Incident, Level, Rating, Visit
from motcua.service_quality.models.ratings import Face
from motcua.service_quality.rules import Cause, Outcome, State
from tests.factories import CityFactory, CounterFactory, UnitFactory, person_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def counter() -> Counter:
    return CounterFactory(number=3, name="Hộ tịch")


@pytest.fixture
def leader(counter: Counter) -> Person:
    return person_with(Role.CENTRE_LEADER, counter.unit)


def visits(counter: Counter, level: Level, count: int, score: float | None = 50.0) -> None:
    for _ in range(count):
        closed = now()
        Visit.objects.create(
            id=uuid.uuid4(), counter=counter, opened_at=closed, closed_at=closed, level=level
        )
        rollups.add_visit(rollups.ClosedVisit(counter.pk, closed, level, score))


def incident(counter: Counter, waited: int, outcome: Outcome) -> Incident:
    opened = now() - dt.timedelta(minutes=30)
    return Incident.objects.create(
        unit=counter.unit,
        counter=counter,
        department=counter.department,
        cause=Cause.IRRITATION,
        state=State.CLOSED,
        opened_at=opened,
        acknowledged_at=opened + dt.timedelta(seconds=waited),
        closed_at=now(),
        outcome=outcome,
    )


def rate(counter: Counter, face: Face, count: int) -> None:
    for _ in range(count):
        Rating.objects.create(
            key=uuid.uuid4(),
            unit=counter.unit,
            counter=counter,
            face=face,
            language="vi",
            rated_at=now(),
        )


PAGES = ("unit", "counters", "incidents", "health", "history", "history-workbook", "months")


@pytest.mark.parametrize("page", PAGES)
def test_a_leader_opens_the_unit_and_a_leader_of_another_unit_is_told_nothing(
    client: Client, counter: Counter, leader: Person, page: str
) -> None:
    address = reverse(f"board:{page}", args=[counter.unit_id])
    assert client.get(address).status_code == 302
    client.force_login(leader)
    assert client.get(address).status_code == 200
    client.force_login(person_with(Role.CENTRE_LEADER, UnitFactory()))
    assert client.get(address).status_code == 404
    client.force_login(person_with(Role.OFFICER, counter.unit))
    assert client.get(address).status_code == 404


def test_the_city_reads_every_unit_and_no_one_else_the_city(
    client: Client, counter: Counter, leader: Person
) -> None:
    client.force_login(person_with(Role.CITY, CityFactory()))
    page = client.get(reverse("board:city"), {"tim": counter.unit.name.lower()})
    assert counter.unit.name in page.content.decode()
    assert client.get(reverse("board:unit", args=[counter.unit_id])).status_code == 200
    client.force_login(leader)
    assert client.get(reverse("board:city")).status_code == 403


def test_levels_of_fewer_than_five_visits_are_not_shown(
    client: Client, counter: Counter, leader: Person
) -> None:
    visits(counter, Level.DISPLEASED, 4)
    client.force_login(leader)
    address = reverse("board:counters", args=[counter.unit_id])
    assert "chưa hài lòng trên" not in client.get(address).content.decode()
    visits(counter, Level.PLEASED, 1)
    assert "80% chưa hài lòng trên 5 lượt" in client.get(address).content.decode()


def test_wrong_dates_keep_what_was_typed_and_say_what_is_wrong(
    client: Client, counter: Counter, leader: Person
) -> None:
    client.force_login(leader)
    typed = {"khoang": "tuy-chon", "tu": "2026-11-09", "den": "2026-11-02"}
    page = client.get(reverse("board:history", args=[counter.unit_id]), typed)
    assert page.status_code == 422
    text = page.content.decode()
    assert "Ngày đầu phải trước" in text
    assert 'value="2026-11-09"' in text


def test_ratings_and_camera_levels_are_never_added_together(counter: Counter) -> None:
    visits(counter, Level.DISPLEASED, 6)
    rate(counter, Face.GOOD, 8)
    answers = questions.answers([counter], Period(today(), today()))
    assert (answers.levels.scored, answers.levels.displeased) == (6, 6)
    assert (answers.ratings.count, answers.ratings.good) == (8, 8)
    assert answers.good_rating == "100%"


def test_waits_false_alarms_and_outcomes_are_counted(counter: Counter) -> None:
    for waited in (10, 20, 30, 40, 300):
        incident(counter, waited, Outcome.SOLVED if waited > 10 else Outcome.FALSE_ALARM)
    figures = incident_figures([counter], Period(today() - dt.timedelta(days=1), today()))
    assert (figures.count, figures.median_wait, figures.long_wait) == (5, 30, 300)
    assert figures.false_share == pytest.approx(0.2)
    assert figures.outcomes == {Outcome.SOLVED: 4, Outcome.FALSE_ALARM: 1}


def test_the_workbook_holds_the_same_figures_as_the_page(
    client: Client, counter: Counter, leader: Person
) -> None:
    visits(counter, Level.PLEASED, 3)
    visits(counter, Level.ORDINARY, 3)
    client.force_login(leader)
    body = client.get(reverse("board:history-workbook", args=[counter.unit_id])).content
    sheet = load_workbook(io.BytesIO(body))["theo-quay"]
    row = next(r for r in sheet.iter_rows(values_only=True) if r[0] == "Quầy 3")
    assert row[1:] == (0, 50, 50, 0)


def test_the_month_is_a_readable_paper_in_vietnamese(counter: Counter) -> None:
    visits(counter, Level.PLEASED, 7)
    rate(counter, Face.GOOD, 6)
    paper = pypdfium2.PdfDocument(month.paper(counter.unit, Period(today(), today())))
    text = " ".join(page.get_textpage().get_text_range() for page in paper)
    assert "Quầy 3 – Hộ tịch" in text
    assert "7 lượt phục vụ tại 1 quầy" in text
    assert "100% rất hài lòng" in text


def test_a_month_that_has_not_begun_has_no_paper(
    client: Client, counter: Counter, leader: Person
) -> None:
    client.force_login(leader)
    address = reverse("board:month-paper", args=[counter.unit_id, "2099-01"])
    assert client.get(address).status_code == 404
