"""Which unit a board shows, and to whom."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from motcua.organisation.models import Person, Unit
from motcua.organisation.permissions import Forbidden, may, units_where
from motcua.organisation.views.pages import viewer

VIEW = "board.view_unit"


def units_of(person: Person) -> list[Unit]:
    """Active units whose board this person may open, by name."""
    allowed = units_where(person, VIEW)
    found = Unit.objects.filter(active=True).exclude(kind=Unit.Kind.CITY)
    return list(found if allowed is None else found.filter(pk__in=allowed))


def unit_or_404(request: HttpRequest, unit_id: int) -> Unit:
    """The unit of the address.

    Raises:
        Http404: there is no such unit, or it is none of this person's: one answer for both,
            so that addresses cannot be tried out.
    """
    if not may(viewer(request), VIEW, unit_id):
        raise Http404
    unit = Unit.objects.filter(pk=unit_id, active=True).first()
    if unit is None:
        raise Http404
    return unit


def first_unit(request: HttpRequest) -> Unit:
    """Where a person without a unit in the address lands.

    Raises:
        Forbidden: the person may open no board at all.
    """
    units = units_of(viewer(request))
    if not units:
        raise Forbidden(VIEW)
    return units[0]
