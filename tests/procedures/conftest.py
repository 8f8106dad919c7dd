"""A catalogue to look at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from motcua.organisation.permissions import SYSTEM
from motcua.organisation.rules import Role
from motcua.procedures import demo, selectors, services
from motcua.procedures.facts import ProcedureFacts
from tests.factories import CityFactory, UnitFactory, person_with


@pytest.fixture(autouse=True)
def fresh_index() -> Iterator[None]:
    """A rolled-back catalogue has the stamp of the next test's, but not its words."""
    selectors._index.cache_clear()
    yield
    selectors._index.cache_clear()


@pytest.fixture
def shipped() -> list[ProcedureFacts]:
    return demo.shipped()


@pytest.fixture
def catalogue(db: None, shipped: list[ProcedureFacts]) -> list[ProcedureFacts]:
    """Six procedures of different fields, in force."""
    chosen = shipped[:3] + shipped[13:16]
    services.take_over(facts=chosen, actor=SYSTEM)
    return chosen


@pytest.fixture
def city(db: None) -> Client:
    """Signed in as the city, who edits."""
    client = Client()
    client.force_login(person_with(Role.CITY, CityFactory()))
    return client


@pytest.fixture
def officer(db: None) -> Client:
    """Signed in at a ward, who looks."""
    client = Client()
    client.force_login(person_with(Role.OFFICER, UnitFactory()))
    return client
