"""What an officer hears of a counter ends with the hand-over, on a page that stays open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import cast

import pytest
from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse
from django.test import AsyncClient

from motcua.kernel import stream
from motcua.organisation import duty
from motcua.organisation.models import Counter, Person, RoleAssignment
from motcua.organisation.permissions import Actor
from motcua.organisation.rules import Role
from tests.factories import CounterFactory, person_with

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def fresh_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "hub", stream.Hub())


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


async def opened(counter: Counter, person: Person) -> AsyncIterator[bytes]:
    client = AsyncClient()
    await client.aforce_login(person, backend="django.contrib.auth.backends.ModelBackend")
    answer = await client.get(f"/quay/{counter.pk}/song/")
    assert answer.status_code == 200
    return cast("AsyncIterator[bytes]", aiter(cast(StreamingHttpResponse, answer)))


async def kinds_until(news: AsyncIterator[bytes], count: int) -> list[str]:
    """The next so many kinds of news, fewer when the stream ends."""
    found: list[str] = []

    async def read() -> None:
        async for piece in news:
            found.extend(
                line.removeprefix("event: ")
                for line in piece.decode().splitlines()
                if line.startswith("event: ")
            )
            if len(found) >= count:
                return

    await asyncio.wait_for(read(), 20)
    return found


async def test_a_relieved_officer_hears_nothing_of_the_citizen_who_comes_next() -> None:
    counter, officer = await seated()
    news = await opened(counter, officer)
    await mood(counter, 1)
    assert await kinds_until(news, 2) == ["duty", "mood"]
    await hand_over(counter)
    await mood(counter, 2)
    assert await kinds_until(news, 9) == ["reload"]


async def test_a_leader_goes_on_hearing_whoever_sits_there() -> None:
    counter, leader = await seated(Role.CENTRE_LEADER)
    news = await opened(counter, leader)
    await hand_over(counter)
    await mood(counter, 1)
    assert await kinds_until(news, 2) == ["duty", "mood"]


async def test_whose_role_ends_hears_nothing_more_within_a_heartbeat(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.3)
    counter, leader = await seated(Role.CENTRE_LEADER)
    news = await opened(counter, leader)
    await sync_to_async(RoleAssignment.objects.filter(person=leader).delete)()
    assert await kinds_until(news, 1) == ["reload"]
