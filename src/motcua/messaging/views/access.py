"""Who looks, and what they may look at."""

from __future__ import annotations

from collections.abc import Callable

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from motcua.kernel import stream
from motcua.organisation.models import Unit
from motcua.organisation.permissions import Forbidden, units_where
from motcua.organisation.views.pages import viewer


def units_of(request: HttpRequest, action: str) -> list[int] | None:
    """Units in which the viewer may do this; None is every unit and the city's own.

    Raises:
        Forbidden: nowhere.
    """
    units = units_where(viewer(request), action)
    if units == []:
        raise Forbidden(action)
    return units


async def live(
    request: HttpRequest, action: str, channel: Callable[[int | None], str]
) -> HttpResponseBase:
    """The live stream of every unit in which the viewer may do this."""

    def channels() -> list[str]:
        if not request.user.is_authenticated:
            return []
        units: list[int | None] | None = units_where(viewer(request), action)  # type: ignore[assignment]
        if units is None:
            units = [None, *Unit.objects.filter(active=True).values_list("pk", flat=True)]
        return [channel(unit) for unit in units]

    allowed = await sync_to_async(channels)()
    if not allowed:
        return HttpResponse(status=403)
    last = request.headers.get("Last-Event-ID") or request.GET.get("last_event_id", "")
    return stream.respond(allowed, last)
