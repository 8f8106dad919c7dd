"""Providers on screen: how they do, their settings, a test message, the unit's preferences."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.messaging import registry, selectors
from motcua.messaging.forms import AccountForm, PreferenceForm, TestAddressForm
from motcua.messaging.models import ProviderAccount, UnitPreference
from motcua.messaging.providers.http_gateway import HttpGateway
from motcua.messaging.services import accounts
from motcua.messaging.views.access import units_of
from motcua.organisation.models import Person, Unit
from motcua.organisation.permissions import Actor, Forbidden, may
from motcua.organisation.views.pages import viewer

VIEW = "messaging.view"


def may_configure(person: Person, unit_id: int | None) -> bool:
    """Whether the person may change accounts of this unit, or those of the whole city."""
    action = "messaging.configure" if unit_id is not None else "messaging.configure_city"
    return may(person, action, unit_id)


def scopes(person: Person) -> list[tuple[str, str]]:
    """Where the person may add an account: units by id, and `chung` for the whole city."""
    found = [
        (str(unit.pk), unit.name)
        for unit in Unit.objects.filter(pk__in={unit for _, unit in person.active_roles()})
        if may_configure(person, unit.pk)
    ]
    return found + ([("chung", "Dùng chung cho thành phố")] if may_configure(person, None) else [])


@login_required
@require_GET
def provider_list(request: HttpRequest) -> HttpResponse:
    """Providers with their weights, shares and last hour."""
    units = units_of(request, VIEW)
    person = viewer(request)
    own = [unit for unit, _ in scopes(person) if unit != "chung"]
    return render(
        request,
        "messaging/providers.html",
        {
            "rows": [
                (health, may_configure(person, health.account.unit_id))
                for health in selectors.provider_records(units)
            ],
            "scopes": scopes(person),
            "kinds": registry.choices(),
            "preference_units": Unit.objects.filter(pk__in=own),
            "stuck_count": selectors.stuck_count(units),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, scope: str, kind: str) -> HttpResponse:
    """Make an account of this kind for this unit, or for everyone."""
    unit_id = _unit_of(scope)
    _must_configure(viewer(request), unit_id)
    if kind not in registry.KINDS:
        raise Http404
    form = AccountForm(kind, request.POST or None, instance=ProviderAccount(unit_id=unit_id))
    if request.method == "POST" and form.is_valid():
        account = accounts.add_account(
            actor=Actor.of(viewer(request)),
            unit_id=unit_id,
            kind=kind,
            options=form.option_values(),
            **form.account_fields(),
        )
        messages.success(request, f"Đã thêm {account.name}. Gửi thử một tin để kiểm tra.")
        return redirect("messaging:provider", account.pk)
    return _form(request, form, registry.kind(kind).label, "Thêm nhà cung cấp")


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, account_id: int) -> HttpResponse:
    """Change an account."""
    account = _account(request, account_id)
    _must_configure(viewer(request), account.unit_id)
    form = AccountForm(account.kind, request.POST or None, instance=account)
    if request.method == "POST" and form.is_valid():
        accounts.edit_account(
            actor=Actor.of(viewer(request)),
            account_id=account.pk,
            options=form.option_values(),
            **form.account_fields(),
        )
        messages.success(request, "Đã lưu cài đặt.")
        return redirect("messaging:provider", account.pk)
    return _form(request, form, registry.kind(account.kind).label, "Lưu cài đặt")


def _form(request: HttpRequest, form: Any, kind: str, button: str) -> HttpResponse:
    status = 422 if form.is_bound else 200
    page = {"form": form, "kind": kind, "button": button}
    return render(request, "messaging/provider_form.html", page, status=status)


@login_required
@require_GET
def provider(request: HttpRequest, account_id: int) -> HttpResponse:
    """One account: its checks, its last hour, and a test message."""
    return _provider_page(request, _account(request, account_id), None)


def _provider_page(
    request: HttpRequest, account: ProviderAccount, form: TestAddressForm | None
) -> HttpResponse:
    health = next(h for h in selectors.provider_records(None) if h.account.pk == account.pk)
    callback = ""
    editable = may_configure(viewer(request), account.unit_id)
    if editable and issubclass(registry.kind(account.kind), HttpGateway):
        callback = request.build_absolute_uri(
            reverse("messaging:callback", args=[account.callback_token])
        )
    page = {
        "health": health,
        "account": account,
        "editable": editable,
        "checks": health.checks() if "kiem-tra" in request.GET else None,
        "form": form or TestAddressForm(account.channel),
        "callback": callback,
    }
    return render(
        request, "messaging/provider.html", page, status=422 if form and form.errors else 200
    )


@login_required
@require_POST
def send_test(request: HttpRequest, account_id: int) -> HttpResponse:
    """Send a test message through this account only."""
    account = _account(request, account_id)
    _must_configure(viewer(request), account.unit_id)
    form = TestAddressForm(account.channel, request.POST)
    if not form.is_valid():
        return _provider_page(request, account, form)
    message = accounts.send_test(
        actor=Actor.of(viewer(request)),
        account_id=account.pk,
        address=form.cleaned_data["address"],
    )
    messages.success(request, "Đã đưa tin thử vào hàng chờ. Kết quả hiện ngay dưới đây.")
    if account.unit_id is None and units_of(request, VIEW) is not None:
        return redirect("messaging:provider", account.pk)
    return redirect("messaging:message", message.pk)


@login_required
@require_http_methods(["GET", "POST"])
def preference(request: HttpRequest, unit_id: int) -> HttpResponse:
    """How this unit wants its messages."""
    _must_configure(viewer(request), unit_id)
    unit = get_object_or_404(Unit, pk=unit_id)
    kept = UnitPreference.objects.filter(unit=unit).first() or UnitPreference(unit=unit)
    form = PreferenceForm(request.POST or None, instance=kept)
    if request.method == "POST" and form.is_valid():
        accounts.set_preference(
            actor=Actor.of(viewer(request)), unit_id=unit.pk, **form.cleaned_data
        )
        messages.success(request, "Đã lưu cài đặt.")
        return redirect("messaging:providers")
    status = 422 if form.is_bound else 200
    return render(request, "messaging/preference.html", {"form": form, "unit": unit}, status=status)


def _account(request: HttpRequest, account_id: int) -> ProviderAccount:
    units = units_of(request, VIEW)
    found = get_object_or_404(ProviderAccount, pk=account_id, kind__in=registry.KINDS)
    if units is not None and found.unit_id is not None and found.unit_id not in units:
        raise Http404
    return found


def _unit_of(scope: str) -> int | None:
    if scope == "chung":
        return None
    if not scope.isdigit():
        raise Http404
    return get_object_or_404(Unit, pk=int(scope)).pk


def _must_configure(person: Person, unit_id: int | None) -> None:
    if not may_configure(person, unit_id):
        raise Forbidden("messaging.configure")
