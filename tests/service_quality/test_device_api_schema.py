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
from schemathesis.core.failures import ServerError

from motcua.organisation.models import Counter
from motcua.service_quality.api import api
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


OPERATIONS = {
    ("POST", "/api/device/v1/batches"),
    ("GET", "/api/device/v1/guidance"),
    ("POST", "/api/device/v1/enrolments"),
}


def described() -> dict[tuple[str, str], Any]:
    """The operations of the API's own description."""
    schema = schemathesis.openapi.from_wsgi(DESCRIPTION, WSGIHandler())
    found = [result.ok() for result in schema.get_all_operations()]
    return {(operation.method.upper(), operation.path): operation for operation in found}


REACHED = {200, 403}
"""Statuses of the work itself, past everything that is refused at the door."""


def try_out(operation: Any, token: str, examples: int = 60) -> set[int]:
    """Ask in so many ways that the description allows or not; returns the answers' statuses."""
    answers: set[int] = set()

    @settings(
        max_examples=examples,
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
    return answers


def test_the_operations_tried_are_all_that_the_api_describes_and_serves() -> None:
    assert described().keys() == OPERATIONS
    served = {
        (method, f"/api/device/v1{path}")
        for _, router in api._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    }
    assert served == OPERATIONS


@pytest.mark.parametrize("place", sorted(OPERATIONS))
def test_no_request_brings_the_device_api_down(
    place: tuple[str, str], same_thread: None, token: str
) -> None:
    answers = try_out(described()[place], token)
    if not answers & REACHED:
        # Sixty drawn bodies may all be refused for their content; then more are drawn.
        answers |= try_out(described()[place], token, examples=600)
    assert answers <= {200, 201, 304, 400, 401, 403, 413, 415, 422, 429}
    assert answers & REACHED, "no request came through to the work itself"


@pytest.mark.parametrize(
    ("place", "work"),
    [
        (("GET", "/api/device/v1/guidance"), "guidance.guidance_of"),
        (("POST", "/api/device/v1/enrolments"), "devices.enrol"),
        (("POST", "/api/device/v1/batches"), "intake.parse"),
    ],
)
def test_a_planted_fault_is_found(
    place: tuple[str, str],
    work: str,
    same_thread: None,
    token: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*arguments: object, **named: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr(f"motcua.service_quality.api.{work}", broken)
    with pytest.raises(BaseExceptionGroup, match="Server error") as found:
        try_out(described()[place], token)
    assert found.group_contains(ServerError)
