"""Promises that come near are told of once: the holder, then the head, then the leader."""

import datetime as dt

import pytest
import time_machine

from motcua.alerts.models import Alert
from motcua.dossiers import services, warnings
from motcua.dossiers.events import DossierDueSoon, DossierOverdue
from motcua.dossiers.models import Dossier
from motcua.dossiers.nearness import Nearness, worth_telling
from motcua.kernel import events
from motcua.kernel.clock import CITY
from motcua.messaging.models import Message
from motcua.organisation.rules import Role
from tests.dossiers.factories import ITEM, WHY, Centre
from tests.factories import person_with

pytestmark = pytest.mark.django_db


def on(text: str) -> time_machine.travel:
    return time_machine.travel(f"{text}+07:00", tick=False)


def round_on(text: str) -> warnings.Round:
    with on(text):
        return warnings.warn()


@pytest.fixture
def centre() -> Centre:
    return Centre()


@pytest.fixture
def dossier(centre: Centre) -> Dossier:
    """Received on Monday the 16th, promised for Thursday the 19th at 17:00."""
    with on("2026-11-16 09:00"):
        return centre.processing()


def test_the_holder_is_told_the_day_before_the_head_on_the_day_the_leader_after(
    centre: Centre, dossier: Dossier
) -> None:
    assert round_on("2026-11-17 08:00").dossiers == 0
    soon = round_on("2026-11-18 08:00")
    assert (soon.holders, soon.departments, soon.units) == (1, 0, 0)
    message = Message.objects.get(purpose="dossier.due_soon")
    assert message.person == centre.people[Role.SPECIALIST]
    assert dossier.code in message.text
    today = round_on("2026-11-19 08:00")
    assert (today.holders, today.departments, today.units) == (0, 1, 0)
    due = Alert.objects.get(kind="dossiers_due")
    assert due.department_id == centre.department.pk
    late = round_on("2026-11-20 08:00")
    assert (late.holders, late.departments, late.units) == (0, 0, 1)
    assert Alert.objects.filter(kind="dossiers_overdue").count() == 1


def test_a_round_that_runs_twice_tells_nobody_twice(centre: Centre, dossier: Dossier) -> None:
    assert round_on("2026-11-19 08:00").dossiers == 1
    assert round_on("2026-11-19 08:00").dossiers == 0
    assert round_on("2026-11-19 09:00").dossiers == 0
    assert Alert.objects.count() == 1


def test_nobody_is_told_at_night_or_on_a_free_day(centre: Centre, dossier: Dossier) -> None:
    assert round_on("2026-11-19 22:00").dossiers == 0
    assert round_on("2026-11-22 09:00").dossiers == 0


def test_a_new_promise_is_told_of_anew(centre: Centre, dossier: Dossier) -> None:
    round_on("2026-11-19 08:00")
    with on("2026-11-19 09:00"):
        services.extend(
            actor=centre.head,
            dossier_id=dossier.pk,
            new_promise=dt.datetime(2026, 11, 24, 17, tzinfo=CITY),
            reason=WHY,
        )
    assert round_on("2026-11-20 08:00").dossiers == 0
    assert round_on("2026-11-24 08:00").departments == 1


def test_while_a_supplement_is_awaited_nobody_is_told(centre: Centre, dossier: Dossier) -> None:
    with on("2026-11-17 09:00"):
        services.ask_supplement(actor=centre.specialist, dossier_id=dossier.pk, items=[ITEM])
    assert round_on("2026-11-23 08:00").dossiers == 0


def test_whoever_stands_in_is_told_instead_of_the_absent(centre: Centre, dossier: Dossier) -> None:
    deputy = person_with(Role.SPECIALIST, centre.unit, centre.department)
    centre.people[Role.SPECIALIST].absences.create(
        since="2026-11-01", until="2026-11-30", covered_by=deputy
    )
    round_on("2026-11-18 08:00")
    assert Message.objects.get(purpose="dossier.due_soon").person == deputy


def test_rooms_above_hear_of_each_dossier(
    centre: Centre, dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[object] = []
    monkeypatch.setitem(events._handlers, DossierDueSoon, [heard.append])
    monkeypatch.setitem(events._handlers, DossierOverdue, [heard.append])
    round_on("2026-11-18 08:00")
    round_on("2026-11-20 08:00")
    assert [type(each) for each in heard] == [DossierDueSoon, DossierOverdue]


def test_what_came_today_is_told_of_only_in_its_last_hours() -> None:
    due = dt.datetime(2026, 11, 16, 17, tzinfo=CITY)
    at = dt.datetime(2026, 11, 16, 9, tzinfo=CITY)
    assert not worth_telling(Nearness.TODAY, started=at, due=due, at=at)
    assert worth_telling(Nearness.TODAY, started=at, due=due, at=at.replace(hour=15))
    assert worth_telling(Nearness.TODAY, started=at - dt.timedelta(days=1), due=due, at=at)
    assert not worth_telling(Nearness.NONE, started=at, due=due, at=at)
