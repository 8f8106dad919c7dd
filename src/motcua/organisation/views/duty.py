"""Where an officer sits down at a counter, hands over and leaves."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from motcua.organisation import duty as services
from motcua.organisation import selectors
from motcua.organisation.errors import CounterTaken, OrganisationError
from motcua.organisation.models import Counter, Unit
from motcua.organisation.permissions import Forbidden, units_where
from motcua.organisation.views.pages import actor, refuse, viewer


@login_required
def counters(request: HttpRequest) -> HttpResponse:
    """The counters at which the officer may sit, and who sits there now."""
    return _page(request)


@require_POST
@login_required
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Sit down; if somebody sits there, say so and offer the hand-over."""
    counter = _counter(request, pk)
    try:
        services.take_duty(
            actor=actor(request),
            counter_id=counter.pk,
            hand_over=request.POST.get("ban_giao") == "1",
        )
    except CounterTaken as taken:
        return _page(request, counter, str(taken), 409)
    except OrganisationError as wrong:
        messages.error(request, str(wrong))
    else:
        messages.success(request, f"Anh/chị đang trực {counter}.")
    return _onward(request)


@require_POST
@login_required
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave the counter."""
    counter = _counter(request, pk)
    services.leave_duty(actor=actor(request), counter_id=counter.pk)
    messages.success(request, f"Đã rời {counter}.")
    return _onward(request)


def _page(
    request: HttpRequest, taken: Counter | None = None, message: str = "", status: int = 200
) -> HttpResponse:
    units = _units(request)
    officers = [
        (unit, [(each, services.current_officer(each.pk)) for each in counters])
        for unit in units
        if (counters := list(selectors.active_counters(unit.pk)))
    ]
    return render(
        request,
        "organisation/duty.html",
        {
            "units": officers,
            "mine": services.current_duty(viewer(request)),
            "taken": taken,
            "message": message,
            "unit_name": units[0].name if len(units) == 1 else "",
            "next": request.POST.get("next") or request.GET.get("next", ""),
        },
        status=status,
    )


def _units(request: HttpRequest) -> list[Unit]:
    where = units_where(viewer(request), "organisation.take_duty")
    if not where:
        raise Forbidden("organisation.take_duty")
    return list(Unit.objects.filter(pk__in=where))


def _counter(request: HttpRequest, pk: int) -> Counter:
    counter = Counter.objects.filter(pk=pk, unit__in=_units(request)).first()
    if counter is None:
        refuse(request, f"counter:{pk}")
    return counter


def _onward(request: HttpRequest) -> HttpResponse:
    onward = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(onward, allowed_hosts={request.get_host()}):
        return redirect(onward)
    return redirect("organisation:duty")
