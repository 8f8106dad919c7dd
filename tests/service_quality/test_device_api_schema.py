"""The device API against what its own description allows, and against much that it does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error

from motcua.organisation.models import Counter
from tests.factories import enrolled_device

DESCRIPTION = "/api/device/v1/openapi.json"


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Requests come through the bare handler: they must not close the test's connection."""
    for each in (signals.request_started, signals.request_finished):
        each.disconnect(close_old_connections)
    yield
    for each in (signals.request_started, signals.request_finished):
        each.connect(close_old_connections)


@pytest.fixture
def token(counter: Counter) -> str:
    return enrolled_device(counter)[1]


@pytest.mark.parametrize("path", ["/batches", "/guidance", "/enrolments"])
def test_no_request_brings_the_device_api_down(path: str, same_thread: None, token: str) -> None:
    described = schemathesis.openapi.from_wsgi(DESCRIPTION, WSGIHandler())
    (operation,) = [
        found.ok() for found in described.get_all_operations() if found.ok().path.endswith(path)
    ]
    answers: set[int] = set()

    @settings(
        max_examples=60,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def hold(case: Any) -> None:
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}
        response = case.call()
        answers.add(response.status_code)
        case.validate_response(response, checks=[not_a_server_error])

    hold()
    assert answers <= {200, 201, 304, 400, 401, 403, 413, 415, 422, 429}
    assert answers & {200, 403}, "no request came through to the work itself"
