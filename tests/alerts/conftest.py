"""What every test of this room finds in place."""

from __future__ import annotations

import pytest

from motcua.alerts import kinds
from tests.alerts.house import KIND, House, a_house


@pytest.fixture(autouse=True)
def _kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(kinds._kinds, KIND.code, KIND)


@pytest.fixture
def house(db: None) -> House:
    return a_house()
