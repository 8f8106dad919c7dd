"""Finding people, adding them, and the page of what is held for them."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from motcua.citizens import selectors, services
from motcua.citizens.errors import CitizensError
from motcua.citizens.forms import (
    ConsentForm,
    ContactForm,
    PaperForm,
    PersonForm,
    ReasonForm,
    SearchForm,
)
from motcua.citizens.models import Citizen
from motcua.citizens.rules import MOST_FOUND, number_typed
from motcua.citizens.services import consents
from motcua.citizens.services.common import citizen_subject, note
from motcua.citizens.store_page import store_of
from motcua.citizens.views.access import accepted, actor, citizen_here, units_of, viewer
from motcua.citizens.views.card import scanned
from motcua.kernel.clock import now
from motcua.organisation.models import Unit
from motcua.organisation.permissions import may


@never_cache
@login_required
def people(request: HttpRequest) -> HttpResponse:
    """Look for somebody. A whole number leads to the person, if anybody has it."""
    units = units_of(request, "citizens.view")
    form = SearchForm(units, request.POST or None)
    context: dict[str, Any] = {"form": form, "most": MOST_FOUND}
    if request.method == "POST" and form.is_valid():
        unit, query = form.cleaned_data["unit"], form.cleaned_data["query"]
        if number := number_typed(query):
            found = accepted(
                form,
                lambda: (
                    services.find_by_number(actor=actor(request), unit_id=unit.pk, number=number),
                ),
            )
            if found and found[0]:
                return redirect("citizens:citizen", found[0].public_id)
            context["asked_number"] = found is not None
        else:
            context["asked"] = True
            context["found"] = selectors.search_people(query, [unit.pk])
    context["may_add"] = any(may(viewer(request), "citizens.look_up", u.pk) for u in units)
    return _page(request, "people", context, 422 if form.errors else 200)


@never_cache
@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Add somebody, or find who is held already; the card's code fills the form."""
    units = units_of(request, "citizens.look_up")
    if request.method == "POST" and (found := scanned(request, units)):
        form = PersonForm(units, initial=found.typed)
        return _page(request, "add", {"form": form, "scanned": found}, 200 if found.read else 422)
    form = PersonForm(units, request.POST or None)
    if request.method == "POST":
        citizen = accepted(form, lambda: services.find_or_add(actor=actor(request), **form.facts()))
        if citizen:
            messages.success(request, f"Đã ghi {citizen.full_name}.")
            return redirect("citizens:citizen", citizen.public_id)
    return _page(request, "add", {"form": form}, 422 if form.errors else 200)


@never_cache
@login_required
@require_GET
def citizen(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Kho dữ liệu điện tử: what is held, from where, used when, by whose consent."""
    found, unit = citizen_here(request, public_id)
    if request.headers.get("HX-Request"):
        return _page(request, "_store", _context(request, found, unit))
    return _citizen_page(request, found, unit)


@never_cache
@login_required
@require_GET
def print_store(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The same on paper, for the person who asks what is held about them."""
    found, unit = citizen_here(request, public_id)
    note("citizen.print_store", actor(request), citizen_subject(found), unit.pk)
    context = {
        **_context(request, found, unit),
        "printed_at": now(),
        "back_url": reverse("citizens:citizen", args=[found.public_id]),
    }
    return _page(request, "print", context)


@never_cache
@login_required
def contact(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Change telephone, e-mail, address."""
    found, unit = citizen_here(request, public_id, "citizens.edit")
    names = ("phone", "email", "address")
    form = ContactForm(request.POST or None, initial={n: getattr(found, n) for n in names})
    if request.method == "POST":
        changed = accepted(
            form,
            lambda: services.change_contact(
                actor=actor(request), unit_id=unit.pk, citizen_id=found.pk, **form.cleaned_data
            ),
        )
        if changed:
            messages.success(request, "Đã lưu liên hệ.")
            return redirect("citizens:citizen", found.public_id)
    context = {"form": form, "citizen": found, "heading": "Sửa liên hệ"}
    return _page(request, "contact", context, 422 if form.errors else 200)


@never_cache
@login_required
@require_POST
def reveal(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show the whole number on this answer and nowhere else."""
    found, unit = citizen_here(request, public_id, "citizens.reveal_number")
    form = ReasonForm(request.POST)
    number = accepted(
        form,
        lambda: services.reveal_number(
            actor=actor(request), unit_id=unit.pk, citizen_id=found.pk, **form.cleaned_data
        ),
    )
    status = 200 if number is not None else 422
    return _citizen_page(request, found, unit, status, reason_form=form, number=number)


@login_required
@require_POST
def give_consent(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Record what the person agrees to."""
    found, unit = citizen_here(request, public_id, "citizens.record_consent")
    form = ConsentForm(request.POST)
    given = accepted(
        form,
        lambda: consents.give(
            actor=actor(request), unit_id=unit.pk, citizen_id=found.pk, **form.cleaned_data
        ),
    )
    if given is not None:
        messages.success(request, "Đã ghi sự đồng ý. Người dân rút lại được bất cứ lúc nào.")
        return redirect("citizens:citizen", found.public_id)
    return _citizen_page(request, found, unit, 422, consent_form=form)


@login_required
@require_POST
def withdraw_consent(request: HttpRequest, public_id: uuid.UUID, pk: int) -> HttpResponse:
    """Record that the person takes it back."""
    found, unit = citizen_here(request, public_id, "citizens.record_consent")
    if not found.consents.filter(pk=pk).exists():
        return _citizen_page(request, found, unit, 404)
    try:
        consents.withdraw(actor=actor(request), unit_id=unit.pk, consent_id=pk)
    except CitizensError as wrong:
        messages.error(request, str(wrong))
    else:
        messages.success(request, "Đã ghi việc rút lại. Từ nay không dùng theo sự đồng ý này.")
    return redirect("citizens:citizen", found.public_id)


def citizen_page(
    request: HttpRequest, found: Citizen, unit: Unit, status: int = 200, **more: Any
) -> HttpResponse:
    """The page of a person, also with a refused form in it."""
    return _citizen_page(request, found, unit, status, **more)


def _citizen_page(
    request: HttpRequest, found: Citizen, unit: Unit, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        **_context(request, found, unit),
        "paper_form": PaperForm(prefix="giay"),
        "reason_form": ReasonForm(),
        "consent_form": ConsentForm(),
        "number": None,
        "live_url": reverse("citizens:live"),
        **more,
    }
    return _page(request, "citizen", context, status)


def _context(request: HttpRequest, found: Citizen, unit: Unit) -> dict[str, Any]:
    person = viewer(request)
    return {
        "citizen": found,
        "unit": unit,
        "unit_name": unit.name,
        "store": store_of(found, [u.pk for u in units_of(request, "citizens.view")]),
        **{
            f"may_{name}": may(person, f"citizens.{name}", unit.pk)
            for name in ("edit", "reveal_number", "store_paper", "record_consent")
        },
    }


def _page(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    return render(request, f"citizens/{template}.html", context, status=status)
