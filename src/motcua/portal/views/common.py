"""What pages of citizens share."""

from __future__ import annotations

from django.http import HttpRequest

from motcua.kernel.clock import now
from motcua.portal.rules import GRANT

_OPENED = "portal_opened"


def address_of(request: HttpRequest) -> str:
    """The machine that asks, as the server sees it."""
    return str(request.META.get("REMOTE_ADDR", ""))


def open_dossier(request: HttpRequest, code: str) -> None:
    """This browser proved for a quarter of an hour that it may see the dossier."""
    opened = {**request.session.get(_OPENED, {}), code: now().timestamp()}
    request.session[_OPENED] = dict(sorted(opened.items(), key=lambda item: item[1])[-10:])


def is_open(request: HttpRequest, code: str) -> bool:
    """Whether this browser proved it lately."""
    since = request.session.get(_OPENED, {}).get(code)
    return since is not None and 0 <= now().timestamp() - since < GRANT.total_seconds()


def close_all(request: HttpRequest) -> None:
    """Forget what was looked up here: for machines that others use next."""
    request.session.pop(_OPENED, None)
