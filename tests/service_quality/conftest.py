"""What the tests of this room find in place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest
from asgiref.sync import sync_to_async

from motcua.organisation.models import Counter, Device
from motcua.service_quality import api, guidance
from tests.factories import CounterFactory, enrolled_device

T = TypeVar("T")


@pytest.fixture(autouse=True)
def _fresh_versions() -> Iterator[None]:
    guidance.forget_versions()
    yield
    guidance.forget_versions()


@pytest.fixture
def counter(db: None) -> Counter:
    return CounterFactory()


@pytest.fixture
def camera(counter: Counter) -> Device:
    return enrolled_device(counter)[0]


@pytest.fixture
def same_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the device API work in the test's own thread, and so in its transaction."""

    async def run(work: Callable[[], T]) -> T:
        return await sync_to_async(work, thread_sensitive=True)()

    monkeypatch.setattr(api.intake_threads, "run", run)
