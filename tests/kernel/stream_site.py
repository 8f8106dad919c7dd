"""The smallest site with a live page, served by uvicorn in the tests of the stream."""

from __future__ import annotations

from django.http import HttpRequest, StreamingHttpResponse
from django.urls import path

from motcua.kernel import stream
from motcua.kernel.models import AuditEntry


async def live(request: HttpRequest, channel: str) -> StreamingHttpResponse:
    """A live page; it asks the database first, as the check of a session would."""
    await AuditEntry.objects.aexists()
    return stream.respond([channel], request.headers.get("Last-Event-ID", ""))


allowed = {"guarded": True}


async def guarded(request: HttpRequest) -> StreamingHttpResponse:
    """A live page that the viewer may be sent away from."""
    return stream.respond(
        ["guarded"], "", still_allowed=lambda: allowed["guarded"], ask_again_at=["handed over"]
    )


urlpatterns = [path("guarded/", guarded), path("<str:channel>/", live)]
