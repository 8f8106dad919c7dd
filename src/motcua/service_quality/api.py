"""The device API: enrolment, batches upward, guidance downward.

A camera's computer is patient: what the centre cannot take now it answers with 503 and
Retry-After, and the device keeps it. So that a city of computers coming back after an outage
does not starve the pages, batches are taken by a few threads of their own, and only so many
may wait for them.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import psycopg_pool
from asgiref.sync import sync_to_async
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError, connections
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.security import HttpBearer
from pydantic import BaseModel

from motcua.organisation import devices
from motcua.organisation.errors import EnrolmentRefused, TooManyAttempts
from motcua.organisation.models import Device
from motcua.service_quality import guidance, intake
from motcua.service_quality.intake import BatchRefused
from motcua_contract import Answer, Batch, Enrolled, EnrolmentRequest, Guidance

log = logging.getLogger(__name__)

THREADS = 4
"""Batches taken at a time by one process: enough to keep two cores and a database busy."""
WAITING_LIMIT = 200
"""Batches that may wait for a thread, a second or two on a busy machine; a device waits ten.
They hold neither a thread nor a database connection meanwhile. More are sent away."""
RETRY_AFTER_SECONDS = (1, 5)
"""Drawn at random, so that devices sent away together do not come back together."""

T = TypeVar("T")


class Problem(BaseModel):
    """Why a request was not served: a code for machines, a sentence for people."""

    code: str
    message: str


class Busy(Exception):
    """The centre cannot take this now; nothing was stored."""


class Threads:
    """Runs work in a few threads and refuses when too much is waiting already."""

    def __init__(self, threads: int, waiting: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="intake")
        self._limit = threads + waiting
        self._inside = 0

    async def run(self, work: Callable[[], T]) -> T:
        """The result of `work`.

        Raises:
            Busy: too many are waiting, or the database does not answer.
        """
        if self._inside >= self._limit:
            raise Busy
        self._inside += 1
        try:
            return await sync_to_async(_guarded, thread_sensitive=False, executor=self._pool)(work)
        finally:
            self._inside -= 1


def _guarded(work: Callable[[], T]) -> T:
    try:
        return work()
    except (OperationalError, InterfaceError, psycopg_pool.PoolTimeout) as lost:
        log.warning("intake cannot reach the database: %s", lost)
        raise Busy from lost
    finally:
        connections["default"].close()


intake_threads = Threads(THREADS, WAITING_LIMIT)


class DeviceToken(HttpBearer):
    """Passes the token on: it is looked up in the thread that does the work."""

    openapi_scheme = "bearer"

    async def authenticate(self, request: HttpRequest, token: str) -> str | None:
        return token or None


class DeviceAPI(NinjaAPI):
    """Its description also tells of the batch, whose body is read by hand."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        described = super().get_openapi_schema(**options)
        batch = Batch.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas = described["components"]["schemas"]
        schemas |= batch.pop("$defs")
        schemas["Batch"] = batch
        return described


api = DeviceAPI(
    title="Một Cửa: thiết bị",
    description="What cameras at the counters report to the centre, and what it tells them.",
    version="1",
    urls_namespace="device_api",
    docs_url=None,
    openapi_url="/openapi.json",
)


def _problem(status: int, code: str, message: str) -> HttpResponse:
    body = Problem(code=code, message=message).model_dump_json()
    return HttpResponse(body, status=status, content_type="application/json")


def _json(model: BaseModel, status: int = 200) -> HttpResponse:
    return HttpResponse(model.model_dump_json(), status=status, content_type="application/json")


@api.exception_handler(Busy)
def _busy(request: HttpRequest, busy: Exception | type[Exception]) -> HttpResponse:
    response = _problem(503, "busy", "Trung tâm đang bận. Thiết bị sẽ tự gửi lại.")
    response["Retry-After"] = str(random.randint(*RETRY_AFTER_SECONDS))  # noqa: S311
    return response


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, wrong: Exception | type[Exception]) -> HttpResponse:
    response = _problem(401, "unknown_device", "Thiết bị chưa ghi danh hoặc đã bị thu hồi.")
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(ValidationError)
def _not_valid(request: HttpRequest, wrong: Exception | type[Exception]) -> HttpResponse:
    return _problem(422, "malformed", "Nội dung gửi lên không đúng quy cách.")


@api.exception_handler(BatchRefused)
def _refused(request: HttpRequest, refused: Exception | type[Exception]) -> HttpResponse:
    assert isinstance(refused, BatchRefused)
    return _problem(refused.status, refused.code, str(refused))


@api.exception_handler(EnrolmentRefused)
def _not_enrolled(request: HttpRequest, refused: Exception | type[Exception]) -> HttpResponse:
    assert isinstance(refused, EnrolmentRefused)
    many = isinstance(refused, TooManyAttempts)
    response = _problem(429 if many else 403, refused.code, str(refused))
    if many:
        response["Retry-After"] = "60"
    return response


PROBLEMS: dict[int, Any] = {400: Problem, 401: Problem, 413: Problem, 415: Problem, 422: Problem}


@api.post(
    "/enrolments",
    response={201: Enrolled, 400: Problem, 403: Problem, 422: Problem, 429: Problem, 503: Problem},
    auth=None,
    summary="Exchange a one-time code for a token",
)
async def enrol(request: HttpRequest, wanted: EnrolmentRequest) -> HttpResponse:
    """The token is in this answer and nowhere else."""

    def work() -> Enrolled:
        device, token = devices.enrol(code=wanted.code, machine=wanted.machine)
        return Enrolled(token=token, device_id=device.pk, device=device.name, unit=device.unit.name)

    return _json(await intake_threads.run(work), 201)


@api.post(
    "/batches",
    response={200: Answer, **PROBLEMS, 403: Problem, 503: Problem},
    auth=DeviceToken(),
    summary="Deliver readings, visits, irritations and health",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Batch"}}},
        }
    },
)
async def deliver(request: HttpRequest) -> HttpResponse:
    """Every item the answer does not refuse is safely stored; delivering it again changes nothing.

    The body is a Batch in JSON, usually with `Content-Encoding: gzip`.
    """
    token = request.auth  # type: ignore[attr-defined]
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    parsed = intake.parse(intake.unpack(_body(request), encoding))

    def work() -> Answer:
        device = _known(token)
        if device.kind != Device.Kind.CAMERA:
            raise BatchRefused(403, "wrong_kind", "Thiết bị này không phải máy tính camera.")
        return intake.receive(device=device, parsed=parsed)

    return _json(await intake_threads.run(work))


@api.get(
    "/guidance",
    response={200: Guidance, 304: None, 401: Problem, 503: Problem},
    auth=DeviceToken(),
    summary="How each of the device's counters is judged, and when",
)
async def guide(request: HttpRequest) -> HttpResponse:
    """With `If-None-Match` and nothing new the answer is 304."""
    token = request.auth  # type: ignore[attr-defined]
    found = await intake_threads.run(lambda: guidance.guidance_of(_known(token)))
    tag = f'"{found.version}"'
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponse(status=304)
    else:
        response = _json(found)
    response["ETag"] = tag
    return response


def _known(token: str) -> Device:
    device = devices.authenticate(token)
    if device is None:
        raise AuthenticationError
    return device


def _body(request: HttpRequest) -> bytes:
    try:
        return request.body
    except RequestDataTooBig:
        raise BatchRefused(413, "too_large", "Nội dung gửi lên quá lớn.") from None
    except UnreadablePostError:
        raise BatchRefused(400, "cut_off", "Kết nối bị ngắt giữa chừng.") from None
