"""What every page of a unit begins with: which unit, who looks, may they.

A unit that the viewer has nothing to do with answers 404, as if it did not
exist, and the attempt is on the record. Within a unit that they may see, an act
that is not theirs answers 403.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, NoReturn, ParamSpec, TypeVar

from django import forms
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from motcua.kernel import audit
from motcua.organisation.errors import NotValid, OrganisationError
from motcua.organisation.models import Person, Unit
from motcua.organisation.permissions import Actor, Forbidden, may, units_where

P = ParamSpec("P")
M = TypeVar("M", bound=models.Model)

TABS = (
    ("unit", "Tổng quan", "organisation.view"),
    ("departments", "Phòng", "organisation.view"),
    ("people", "Người", "organisation.view"),
    ("counters", "Quầy", "organisation.view"),
    ("devices", "Thiết bị", "organisation.view"),
    ("calendar", "Lịch làm việc", "organisation.view"),
    ("audit", "Nhật ký", "organisation.view_audit"),
)
CITY_TABS = ("unit", "people", "calendar", "audit")


def viewer(request: HttpRequest) -> Person:
    """The signed-in person; every view here is behind `login_required`."""
    assert not isinstance(request.user, AnonymousUser)
    return request.user


def actor(request: HttpRequest) -> Actor:
    """The signed-in person, ready to be handed to a service."""
    return Actor.of(viewer(request))


def unit_page(
    action: str = "organisation.view", sees: str = "organisation.view"
) -> Callable[
    [Callable[Concatenate[HttpRequest, Unit, P], HttpResponse]],
    Callable[Concatenate[HttpRequest, str, P], HttpResponse],
]:
    """A view of one unit, named in the address by its code.

    Arguments:
        action: what the view does; refused with 403.
        sees: what makes the unit visible to the viewer at all; refused with 404.
    """

    def decorate(
        view: Callable[Concatenate[HttpRequest, Unit, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, str, P], HttpResponse]:
        @wraps(view)
        def wrapped(
            request: HttpRequest, code: str, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponse:
            unit = Unit.objects.filter(code=code).first()
            person = viewer(request)
            if unit is None or not (may(person, sees, unit.pk) or may(person, action, unit.pk)):
                refuse(request, f"unit:{unit.pk if unit else code}", unit)
            if not may(person, action, unit.pk):
                raise Forbidden(action)
            return view(request, unit, *args, **kwargs)

        return login_required(wrapped)  # type: ignore[return-value] # Concatenate drops names

    return decorate


def refuse(request: HttpRequest, subject: str, unit: Unit | None = None) -> NoReturn:
    """Record that somebody asked for what is not theirs, and answer that nothing is there."""
    audit.record(
        action="access.refused",
        actor=actor(request).label,
        subject=_storable(subject)[:160],
        unit_id=unit.pk if unit else None,
        detail={"page": _storable(request.path)[:200]},
    )
    raise Http404


def _storable(asked: str) -> str:
    """What was asked for, without the NUL that PostgreSQL holds in no text."""
    return asked.replace("\0", "\N{REPLACEMENT CHARACTER}")


def chosen_unit(request: HttpRequest, action: str) -> tuple[Unit, list[Unit]]:
    """The unit named by `?don_vi=` or the first one, and all in which the viewer may do this.

    Raises:
        Forbidden: the viewer may do this nowhere.
        Http404: they named a unit in which they may not.
    """
    allowed = units_where(viewer(request), action)
    active = Unit.objects.filter(active=True)
    units = list(active if allowed is None else active.filter(pk__in=allowed))
    if not units:
        raise Forbidden(action)
    wanted = request.GET.get("don_vi", "")
    if not wanted:
        return units[0], units
    chosen = next((unit for unit in units if str(unit.pk) == wanted), None)
    if chosen is None:
        refuse(request, f"unit:{wanted}")
    return chosen, units


def found(request: HttpRequest, unit: Unit, among: models.QuerySet[M], pk: int) -> M:
    """The thing with this key among those of the unit; a foreign one is refused as a unit is."""
    thing = among.filter(pk=pk).first()
    if thing is None:
        refuse(request, f"{among.model._meta.model_name}:{pk}", unit)
    return thing


def page(
    request: HttpRequest,
    unit: Unit,
    template: str,
    tab: str,
    context: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render a page of the unit under its tabs."""
    person = viewer(request)
    is_city = unit.kind == Unit.Kind.CITY
    return render(
        request,
        f"organisation/{template}.html",
        {
            "unit": unit,
            "unit_name": unit.name,
            "is_city": is_city,
            "tab": tab,
            "tabs": [
                (f"organisation:{name}", label, name == tab)
                for name, label, action in TABS
                if may(person, action, unit.pk) and (not is_city or name in CITY_TABS)
            ],
            "may_edit": may(
                person, "organisation.manage_city" if is_city else "organisation.edit", unit.pk
            ),
            "may_list_units": may(person, "organisation.manage_city", None),
            **(context or {}),
        },
        status=status,
    )


def accepted(form: forms.BaseForm, act: Callable[..., Any], **values: Any) -> Any:
    """Call the service with these values if the form is valid.

    Returns:
        what the service returned, or None after putting its complaint beside the
        field that it names, so that the form is shown again with what was typed.
    """
    if not form.is_valid():
        return None
    try:
        return act(**values, **form.cleaned_data)
    except NotValid as wrong:
        name = getattr(form, "shown_beside", {}).get(wrong.field, wrong.field)
        form.add_error(name if name in form.fields else None, str(wrong))
    except OrganisationError as wrong:
        form.add_error(None, str(wrong))
    return None
