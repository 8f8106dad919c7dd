"""Who looks, and which counters they may see."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from motcua.organisation.models import Counter
from motcua.organisation.permissions import may, units_where
from motcua.organisation.views.pages import viewer


def counter_or_404(request: HttpRequest, counter_id: int, action: str) -> Counter:
    """The counter, if the viewer may do this in its unit; else as if it did not exist.

    Raises:
        Http404: no such counter, or a unit with which the viewer has nothing to do.
    """
    found = get_object_or_404(Counter.objects.select_related("unit", "department"), pk=counter_id)
    if not may(viewer(request), action, found.unit_id):
        raise Http404
    return found


def counters_where(request: HttpRequest, action: str) -> list[Counter]:
    """Active counters of the units in which the viewer may do this."""
    units = units_where(viewer(request), action)
    found = Counter.objects.filter(active=True).select_related("unit", "department")
    return list(found if units is None else found.filter(unit_id__in=units))
