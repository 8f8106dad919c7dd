"""Live pages of people who sign in: who may hear what, asked again while the page is open."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from asgiref.sync import sync_to_async
from django.contrib.auth import get_user
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from motcua.kernel import stream
from motcua.organisation import access
from motcua.organisation.models import Person

Channels = Callable[[Person], Iterable[str]]


async def respond(
    request: HttpRequest, channels: Channels, *, ask_again_at: Iterable[str] = ()
) -> HttpResponseBase:
    """News on the viewer's channels, until they may no longer hear every one of them.

    That is asked at once when the person's session, account or roles change, and every
    `stream.HEARTBEAT_SECONDS` for what only the calendar changes.

    Arguments:
        channels: looks up which the person may follow; nobody's news answers 403, and `Http404`
            from it 404.
        ask_again_at: further kinds of news that may change the answer.
    """
    opened = await sync_to_async(_allowed)(request, channels)
    if not opened:
        return HttpResponse(status=403)

    def still_allowed() -> bool:
        try:
            return opened <= _allowed(request, channels)
        except Http404:
            return False

    return stream.respond(
        opened,
        stream.last_heard(request),
        still_allowed=still_allowed,
        ask_again_at=[access.CHANGED, *ask_again_at],
    )


def _allowed(request: HttpRequest, channels: Channels) -> frozenset[str]:
    """What the session of this request may hear as things stand now; empty for a stranger."""
    afresh = HttpRequest()
    afresh.session = type(request.session)(request.session.session_key)
    person = get_user(afresh)
    if not isinstance(person, Person):
        return frozenset()
    found = frozenset(channels(person))
    return found | {access.channel(person.pk)} if found else found
