"""Who looks, and what they may see. What is not theirs answers 404, as if it did not exist."""

from __future__ import annotations

from django.http import HttpRequest

from motcua.dossiers import selectors
from motcua.dossiers.models import Dossier
from motcua.organisation.models import Unit
from motcua.organisation.permissions import Forbidden, units_where
from motcua.organisation.views.pages import refuse, viewer


def dossier_or_404(request: HttpRequest, code: str) -> Dossier:
    """The dossier of this code if a unit of the viewer has to do with it."""
    found = selectors.by_code(code)
    if found is None or not selectors.sees(viewer(request), found):
        refuse(request, f"dossier:{code}")
    return found


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
