"""The stories of the centre in a real Chromium: pages fit a phone, papers are looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.chromium import NEEDED
from tests.scenarios.screens import Screen
from tests.scenarios.stories import (
    STORIES,
    Cast,
    Clock,
    a_certified_copy_is_paid_and_given_the_same_day,
)

pytestmark = [*NEEDED, pytest.mark.django_db(transaction=True)]
TOLD = [
    pytest.param(
        story,
        id=story.__name__,
        marks=() if story is a_certified_copy_is_paid_and_given_the_same_day else pytest.mark.drill,
    )
    for story in STORIES
]
"""The suite tells the shortest; all of them are minutes long."""


@pytest.fixture
def cast(chromium: Browser, live_server: LiveServer) -> Iterator[Cast]:
    """Everybody with a window of their own, in which no script may fail."""
    screens: list[Screen] = []

    def enter(account: Any) -> Screen:
        screens.append(Screen(chromium, live_server.url, account))
        return screens[-1]

    with ThreadPoolExecutor(1) as without_loop:
        yield Cast(enter, lambda act: without_loop.submit(act).result())
        without_loop.submit(lambda: connection.close()).result()
    for screen in screens:
        screen.leave()
    assert [each for screen in screens for each in screen.complaints] == []


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("story", TOLD)
def test_the_centre_tells(story: Callable[[Clock, Cast], None], clock: Clock, cast: Cast) -> None:
    story(clock, cast)
