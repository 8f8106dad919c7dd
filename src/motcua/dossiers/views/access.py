"""Who looks, and what they may see. What is not theirs answers 404, as if it did not exist."""

from __future__ import annotations

from typing import NoReturn

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest

from motcua.dossiers import selectors
from motcua.dossiers.models import Dossier
from motcua.kernel import audit
from motcua.organisation.models import Person, Unit
from motcua.organisation.permissions import Actor, Forbidden, units_where


def viewer(request: HttpRequest) -> Person:
    """The signed-in person; every view here is behind `login_required`."""
    assert not isinstance(request.user, AnonymousUser)
    return request.user


def actor(request: HttpRequest) -> Actor:
    """The signed-in person, ready to be handed to a service."""
    return Actor.of(viewer(request))


def dossier_or_404(request: HttpRequest, code: str) -> Dossier:
    """The dossier of this code if a unit of the viewer has to do with it."""
    found = selectors.by_code(code)
    if found is None or not selectors.sees(viewer(request), found):
        refuse(request, f"dossier:{code}")
    return found


def refuse(request: HttpRequest, subject: str) -> NoReturn:
    """Put on record that somebody asked for what is not theirs, and show nothing."""
    audit.record(
        action="access.refused",
        actor=actor(request).label,
        subject=subject[:160],
        detail={"page": request.path[:200]},
    )
    raise Http404


def chosen_unit(request: HttpRequest, action: str = "dossiers.view") -> tuple[Unit, list[Unit]]:
    """The unit named by `?don_vi=` or the first one, and all in which the viewer may do this.

    Raises:
        Forbidden: the viewer may do this nowhere.
        Http404: they named a unit that is not theirs.
    """
    allowed = units_where(viewer(request), action)
    found = Unit.objects.filter(active=True)
    units = list(found if allowed is None else found.filter(pk__in=allowed))
    if not units:
        raise Forbidden(action)
    wanted = request.GET.get("don_vi", "")
    chosen = next((unit for unit in units if str(unit.pk) == wanted), None)
    if wanted and chosen is None:
        refuse(request, f"unit:{wanted}")
    return chosen or units[0], units
