"""Who looks, for which unit they act, and what of citizens and papers they may reach.

Whatever is not theirs answers 404, as if it did not exist, and the attempt is on the record.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest

from motcua.citizens.errors import CitizensError, NotKnownHere, NotValid
from motcua.citizens.models import Citizen, HeldPaper
from motcua.organisation.models import Unit
from motcua.organisation.permissions import Forbidden, units_where
from motcua.organisation.views.pages import actor, refuse, viewer

__all__ = ["accepted", "actor", "citizen_here", "paper_here", "units_of", "viewer"]

VIEW = "citizens.view"
R = TypeVar("R")


def units_of(request: HttpRequest, action: str) -> list[Unit]:
    """Units in which the viewer may do this.

    Raises:
        Forbidden: nowhere.
    """
    allowed = units_where(viewer(request), action)
    units = Unit.objects.all() if allowed is None else Unit.objects.filter(pk__in=allowed)
    found = list(units)
    if not found:
        raise Forbidden(action)
    return found


def citizen_here(
    request: HttpRequest, public_id: uuid.UUID, action: str = VIEW
) -> tuple[Citizen, Unit]:
    """The citizen, and the first of the viewer's units that knows them.

    Raises:
        Http404: none does, or there is no such citizen.
        Forbidden: the viewer may see the citizen, but not do this.
    """
    citizen = Citizen.objects.filter(public_id=public_id).first()
    units = units_of(request, VIEW)
    known = citizen and Unit.objects.filter(known_citizens__citizen=citizen, pk__in=_ids(units))
    seen = list(known) if known else []
    if citizen is None or not seen:
        refuse(request, f"citizen:{public_id}", units[0])
    return citizen, _acting(request, seen, action)


def paper_here(
    request: HttpRequest, public_id: uuid.UUID, action: str = VIEW
) -> tuple[HeldPaper, Unit]:
    """The paper, and the first of the viewer's units that may open it. Raises as above."""
    paper = HeldPaper.objects.select_related("citizen", "unit").filter(public_id=public_id).first()
    units = units_of(request, VIEW)
    ids = paper.access.values_list("unit_id", flat=True) if paper else ()
    seen = [unit for unit in units if unit.pk in set(ids)]
    if paper is None or not seen:
        refuse(request, f"paper:{public_id}", units[0])
    return paper, _acting(request, seen, action)


def accepted(form: forms.Form, act: Callable[[], R]) -> R | None:
    """What the act returns; None where the form or the act complains, which the form then shows."""
    if not form.is_valid():
        return None
    try:
        return act()
    except NotKnownHere:
        raise
    except NotValid as wrong:
        shown: dict[str, str] = getattr(form, "shown_beside", {})
        name = shown.get(wrong.field, wrong.field)
        form.add_error(name if name in form.fields else None, str(wrong))
    except CitizensError as wrong:
        form.add_error(None, str(wrong))
    return None


def _acting(request: HttpRequest, seen: list[Unit], action: str) -> Unit:
    allowed: Any = units_where(viewer(request), action)
    for unit in seen:
        if allowed is None or unit.pk in allowed:
            return unit
    raise Forbidden(action)


def _ids(units: list[Unit]) -> list[int]:
    return [unit.pk for unit in units]
