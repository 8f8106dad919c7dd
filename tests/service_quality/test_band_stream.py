"""What an officer hears of a counter ends with the hand-over, on a page that stays open."""

from __future__ import annotations

import pytest
from asgiref.sync import sync_to_async

from motcua.kernel import stream
from motcua.organisation import duty
from motcua.organisation.models import Counter, Person, RoleAssignment
from motcua.organisation.permissions import Actor
from motcua.organisation.rules import Role
from tests.factories import CounterFactory, person_with
from tests.streams import OpenPage, fresh_hub

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def one_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh_hub(monkeypatch)


@sync_to_async
def seated(role: Role = Role.OFFICER) -> tuple[Counter, Person]:
    counter = CounterFactory()
    person = person_with(role, counter.unit)
    if role is Role.OFFICER:
        duty.take_duty(actor=Actor.of(person), counter_id=counter.pk)
    return counter, person


@sync_to_async
def hand_over(counter: Counter) -> None:
    other = person_with(Role.OFFICER, counter.unit)
    duty.take_duty(actor=Actor.of(other), counter_id=counter.pk, hand_over=True)


@sync_to_async
def mood(counter: Counter, number: int) -> None:
    stream.announce(channel=f"counter:{counter.pk}", kind="mood", data={"number": number})


async def opened(counter: Counter, person: Person) -> OpenPage:
    return await OpenPage.of(person, f"/quay/{counter.pk}/song/")


async def test_a_relieved_officer_hears_nothing_of_the_citizen_who_comes_next() -> None:
    counter, officer = await seated()
    page = await opened(counter, officer)
    await mood(counter, 1)
    assert await page.hears(2) == ["duty", "mood"]
    await hand_over(counter)
    await mood(counter, 2)
    assert await page.hears(9) == ["ended"]


async def test_a_leader_goes_on_hearing_whoever_sits_there() -> None:
    counter, leader = await seated(Role.CENTRE_LEADER)
    page = await opened(counter, leader)
    await hand_over(counter)
    await mood(counter, 1)
    assert await page.hears(2) == ["duty", "mood"]


async def test_whose_role_ends_hears_nothing_more_within_a_heartbeat(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.3)
    counter, leader = await seated(Role.CENTRE_LEADER)
    page = await opened(counter, leader)
    await sync_to_async(RoleAssignment.objects.filter(person=leader).delete)()
    assert await page.hears(1) == ["ended"]
