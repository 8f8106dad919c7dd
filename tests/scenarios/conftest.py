"""Fixtures that stories borrow from the rooms, and the week in which those of the centre happen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.core.cache import cache

from motcua.kernel.clock import CITY
from motcua.procedures import selectors
from motcua.reception import waiting
from tests.scenarios.stories import MONDAY, Clock
from tests.service_quality.conftest import _fresh_versions, same_thread

__all__ = ["_fresh_versions", "same_thread"]


@pytest.fixture
def fresh() -> Iterator[None]:
    """Nothing that an earlier test's rolled-back rows left in memory."""
    waiting.forget()
    cache.clear()
    selectors._index.cache_clear()
    yield
    selectors._index.cache_clear()


@pytest.fixture
def clock() -> Iterator[Clock]:
    with time_machine.travel(MONDAY, tick=True) as traveller:

        def to(day: int, at: str) -> dt.datetime:
            moment = dt.datetime.combine(
                MONDAY + dt.timedelta(days=day), dt.time.fromisoformat(at), tzinfo=CITY
            )
            traveller.move_to(moment)
            return moment

        yield to
