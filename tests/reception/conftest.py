"""The queue's tests run at any hour: a demonstration gives numbers day and night."""

from __future__ import annotations

from typing import Any

import pytest

from motcua.reception import waiting
from tests.reception.factories import Hall, hall_with


@pytest.fixture(autouse=True)
def open_at_any_hour(settings: Any) -> None:
    settings.DEMONSTRATION = True
    waiting.forget()


@pytest.fixture
def hall(db: None) -> Hall:
    """Two counters that serve the same line."""
    return hall_with("A", "A")
