"""The stories of the centre, every page read without a browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.scenarios.pages import Person
from tests.scenarios.stories import STORIES, Cast, Clock


@pytest.mark.django_db
@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_the_centre_tells(story: Callable[[Clock, Cast], None], clock: Clock) -> None:
    story(clock, Cast(Person))
