"""Who looks, and what they may look at."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from motcua.organisation.models import Person, Unit
from motcua.organisation.permissions import Forbidden, units_where
from motcua.organisation.views import live
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


async def news(
    request: HttpRequest, action: str, channel: Callable[[int | None], str]
) -> HttpResponseBase:
    """The live stream of every unit in which the viewer may do this."""

    def channels(person: Person) -> list[str]:
        units: list[int | None] | None = units_where(person, action)  # type: ignore[assignment]
        if units is None:
            units = [None, *Unit.objects.filter(active=True).values_list("pk", flat=True)]
        return [channel(unit) for unit in units]

    return await live.respond(request, channels)
