"""WhiteNoise for an asynchronous server.

The original serves synchronously only; one such link makes Django run every request of the whole
chain in a thread. Looking up a path in a dictionary needs none.
"""

from __future__ import annotations

from collections.abc import Awaitable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware


class StaticFiles(WhiteNoiseMiddleware):
    """Answers for static files itself and passes everything else on, in either mode."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: object) -> None:
        super().__init__(get_response)  # type: ignore[no-untyped-call]
        self._later = iscoroutinefunction(get_response)
        if self._later:
            markcoroutinefunction(self)

    def __call__(  # type: ignore[override]
        self, request: HttpRequest
    ) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        answer: HttpResponseBase | Awaitable[HttpResponseBase]
        answer = super().__call__(request)  # type: ignore[no-untyped-call]
        if self._later and isinstance(answer, HttpResponseBase):
            return _ready(answer)
        return answer


async def _ready(response: HttpResponseBase) -> HttpResponseBase:
    return response
