"""A centre, an invented citizen who is signed in, and a draft of theirs."""

from __future__ import annotations

import pytest
from django.test import Client

from motcua.citizens.models import Citizen
from motcua.portal.models import Draft
from motcua.portal.services import drafts, sign_in
from motcua.portal.views.access import COOKIE
from tests.citizens.factories import citizen_at
from tests.dossiers.factories import Centre
from tests.factories import CityFactory


@pytest.fixture
def centre() -> Centre:
    return Centre()


@pytest.fixture
def citizen() -> Citizen:
    return citizen_at(CityFactory(), phone="0990000900")


def browser_of(citizen: Citizen) -> Client:
    """A browser in which this citizen is signed in."""
    client = Client()
    client.cookies[COOKIE] = sign_in.begin(citizen, via="test")
    return client


@pytest.fixture
def browser(citizen: Citizen) -> Client:
    return browser_of(citizen)


@pytest.fixture
def draft(citizen: Citizen, centre: Centre) -> Draft:
    return drafts.begin(citizen=citizen, code=centre.version.procedure.code)
