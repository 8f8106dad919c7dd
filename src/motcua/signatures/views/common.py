"""Who looks, what is theirs, and the tabs above every page of the room."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from motcua.organisation.permissions import Forbidden, units_where
from motcua.organisation.views.pages import viewer

TABS = (
    ("verify", "Kiểm tra chữ ký", "signatures.verify"),
    ("history", "Đã kiểm tra", "signatures.verify"),
    ("identities", "Chữ ký và con dấu", "signatures.view_identities"),
    ("trust", "Nơi cấp tin cậy", "signatures.verify"),
)


def units_of(request: HttpRequest, action: str) -> list[int] | None:
    """Units in which the viewer may do this; None is every unit.

    Raises:
        Forbidden: nowhere.
    """
    units = units_where(viewer(request), action)
    if units == []:
        raise Forbidden(action)
    return units


def show(
    request: HttpRequest, name: str, context: dict[str, Any], status: int = 200, tab: str = ""
) -> HttpResponse:
    """A page of the room under its tabs."""
    person = viewer(request)
    tabs = [
        (f"signatures:{key}", label, key == (tab or name))
        for key, label, action in TABS
        if units_where(person, action) != []
    ]
    return render(request, f"signatures/{name}.html", {"tabs": tabs, **context}, status=status)


def posted(request: HttpRequest) -> tuple[Any, Any]:
    """What a form is bound to: text and files, or nothing while the page is only shown."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)
