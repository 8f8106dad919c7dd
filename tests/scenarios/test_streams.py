"""Whoever may no longer see a page stops hearing its news at once, whichever page it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

import pytest
from asgiref.sync import iscoroutinefunction, sync_to_async
from django.test import AsyncClient
from django.urls import URLPattern, URLResolver, get_resolver

from motcua.kernel import stream
from motcua.organisation import duty
from motcua.organisation.models import Counter, RoleAssignment
from motcua.organisation.permissions import SYSTEM, Actor
from motcua.organisation.rules import Role
from motcua.organisation.services import people
from tests.factories import CounterFactory, UnitFactory, person_with
from tests.streams import BACKEND, OpenPage, fresh_hub

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Stream:
    """A live stream of staff: its address, a channel it carries, and a role that may follow it."""

    address: str
    channel: str
    role: Role

    def at(self, counter: Counter) -> tuple[str, str]:
        numbers = {"unit": counter.unit_id, "counter": counter.pk}
        return self.address.format(**numbers), self.channel.format(**numbers)


STREAMS = {
    "board:stream": Stream("/bang/{unit}/dong-su-kien/", "unit:{unit}:board", Role.CENTRE_LEADER),
    "alerts:stream": Stream("/canh-bao/song/", "unit:{unit}:alerts", Role.CENTRE_LEADER),
    "service_quality:incident_stream": Stream(
        "/su-viec/song/", "unit:{unit}:board", Role.CENTRE_LEADER
    ),
    "service_quality:band_stream": Stream(
        "/quay/{counter}/song/", "counter:{counter}", Role.CENTRE_LEADER
    ),
    "messaging:live": Stream("/tin-nhan/song/", "messages:{unit}", Role.CENTRE_LEADER),
    "messaging:demo-phone-live": Stream("/dien-thoai/song/", "phones:{unit}", Role.CENTRE_LEADER),
    "dossiers:stream": Stream("/ho-so/tin-moi/", "unit:{unit}:dossiers", Role.OFFICER),
    "reception:desk_stream": Stream("/goi-so/song/", "unit:{unit}:queue", Role.OFFICER),
    "citizens:live": Stream("/giay-to/song/", "unit:{unit}:papers", Role.OFFICER),
}
FOR_ANYBODY = {
    "reception:display_stream",
    "reception:follow_stream",
    "service_quality:tablet_stream",
}
"""Numbers and counters that hang on the wall; nobody signs in for them."""
FOR_MACHINES = "device_api:"
"""Not streams: what devices ask one after the other."""


@pytest.fixture(autouse=True)
def one_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh_hub(monkeypatch)


@sync_to_async
def somebody(role: Role) -> tuple[Counter, RoleAssignment]:
    """Somebody with one role, where others keep the unit going."""
    counter = CounterFactory()
    person_with(Role.ADMINISTRATOR, counter.unit)
    held = RoleAssignment.objects.select_related("person")
    return counter, held.get(person=person_with(role, counter.unit))


@sync_to_async
def news(channel: str, kind: str) -> None:
    stream.announce(channel=channel, kind=kind)


async def relieved(page: OpenPage, held: RoleAssignment) -> None:
    await sync_to_async(people.end_role)(actor=SYSTEM, assignment_id=held.pk)


async def locked(page: OpenPage, held: RoleAssignment) -> None:
    lock = sync_to_async(people.set_person_active)
    await lock(actor=SYSTEM, person_id=held.person_id, active=False)


async def signed_out(page: OpenPage, held: RoleAssignment) -> None:
    await page.client.alogout()


async def given_another_password(page: OpenPage, held: RoleAssignment) -> None:
    await sync_to_async(people.issue_password)(actor=SYSTEM, person_id=held.person_id)


WAYS = [relieved, locked, signed_out, given_another_password]


@pytest.mark.parametrize(
    ("name", "end"),
    [*((name, relieved) for name in STREAMS), *(("board:stream", way) for way in WAYS[1:])],
)
async def test_the_stream_ends_before_the_next_news(
    name: str, end: Callable[[OpenPage, RoleAssignment], Awaitable[None]]
) -> None:
    counter, held = await somebody(STREAMS[name].role)
    address, channel = STREAMS[name].at(counter)
    page = await OpenPage.of(held.person, address)
    await news(channel, "heard")
    assert await page.hears(1) == ["heard"]
    await end(page, held)
    await news(channel, "never")
    assert await page.hears(9) == ["ended"]


@pytest.mark.parametrize("name", STREAMS)
async def test_strangers_hear_nothing_and_everybody_only_of_their_own_unit(name: str) -> None:
    counter, held = await somebody(STREAMS[name].role)
    address, channel = STREAMS[name].at(counter)
    assert (await AsyncClient().get(address)).status_code in {403, 404}
    elsewhere, foreign = await somebody(STREAMS[name].role)
    page = await OpenPage.of(held.person, address)
    await news(STREAMS[name].at(elsewhere)[1], "foreign")
    await news(channel, "own")
    assert await page.hears(1) == ["own"]
    if "{" in STREAMS[name].address:
        stranger = AsyncClient()
        await stranger.aforce_login(foreign.person, backend=BACKEND)
        assert (await stranger.get(address)).status_code in {403, 404}


async def test_what_is_left_is_heard_on_a_new_stream() -> None:
    """Somebody who works in two units and leaves one: the page loads anew and goes on."""
    counter, held = await somebody(Role.CENTRE_LEADER)
    person = held.person
    other = await sync_to_async(UnitFactory)()
    await sync_to_async(RoleAssignment.objects.create)(
        person=person, role=Role.CENTRE_LEADER, unit=other
    )
    page = await OpenPage.of(person, "/canh-bao/song/")
    await relieved(page, held)
    assert await page.hears(9) == ["ended"]
    again = await OpenPage.of(person, "/canh-bao/song/")
    await news(f"unit:{counter.unit_id}:alerts", "never")
    await news(f"unit:{other.pk}:alerts", "heard")
    assert "heard" in (said := await again.hears(2))
    assert "never" not in said


async def test_an_officer_who_hands_over_hears_no_more_of_that_counters_incidents() -> None:
    counter, held = await somebody(Role.OFFICER)
    take = sync_to_async(duty.take_duty)
    await take(actor=Actor.of(held.person), counter_id=counter.pk)
    page = await OpenPage.of(held.person, "/su-viec/song/")
    assert await page.hears(1) == ["duty"]
    successor = await sync_to_async(person_with)(Role.OFFICER, counter.unit)
    await take(actor=Actor.of(successor), counter_id=counter.pk, hand_over=True)
    await news(f"counter:{counter.pk}", "never")
    assert await page.hears(9) == ["ended"]


def test_every_stream_of_the_product_is_told_of_here() -> None:
    found = {name for name in _streams(get_resolver(), "") if not name.startswith(FOR_MACHINES)}
    assert found == STREAMS.keys() | FOR_ANYBODY


def _streams(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _streams(
                pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            )
        elif isinstance(pattern, URLPattern) and iscoroutinefunction(pattern.callback):
            yield f"{prefix}{pattern.name}"
