"""Which unit a page of settings is about."""

from __future__ import annotations

from django.http import HttpRequest

from motcua.organisation.models import Unit
from motcua.organisation.permissions import Forbidden, units_where
from motcua.organisation.views.pages import viewer


def chosen_unit(request: HttpRequest, action: str) -> tuple[Unit, list[Unit]]:
    """The unit named by `?don_vi=` or the first one, and all in which the viewer may do this.

    Raises:
        Forbidden: the viewer may do this nowhere, or not in the unit they named.
    """
    found = Unit.objects.filter(active=True)
    allowed = units_where(viewer(request), action)
    units = list(found if allowed is None else found.filter(pk__in=allowed))
    wanted = request.GET.get("don_vi")
    if wanted:
        units_by_id = {str(unit.pk): unit for unit in units}
        if wanted not in units_by_id:
            raise Forbidden(action)
        return units_by_id[wanted], units
    if not units:
        raise Forbidden(action)
    return units[0], units
