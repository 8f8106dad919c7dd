"""Who looks at the catalogue, and whether they may write it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from motcua.organisation.permissions import Forbidden, may, units_where
from motcua.organisation.views.pages import viewer
from motcua.procedures.models import ProcedureVersion
from motcua.procedures.selectors import versions_of
from motcua.procedures.services import EDIT

VIEW = "procedures.view_versions"


def may_edit(request: HttpRequest) -> bool:
    """Whether the viewer may write the catalogue."""
    return may(viewer(request), EDIT, None)


def staff_page(action: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A view for whoever may do this; others get 403, visitors the sign-in page."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if units_where(viewer(request), action) == []:
                raise Forbidden(action)
            return view(request, *args, **kwargs)

        return login_required(wrapped)

    return decorate


def versions_or_404(code: str) -> list[ProcedureVersion]:
    """Every version of a procedure, newest first."""
    versions = versions_of(code)
    if not versions:
        raise Http404(f"no procedure {code}")
    return versions
