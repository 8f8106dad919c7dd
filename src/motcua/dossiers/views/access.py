"""Who looks, and what they may see. What is not theirs answers 404, as if it did not exist."""

from __future__ import annotations

from django.http import HttpRequest

from motcua.dossiers import selectors
from motcua.dossiers.models import Dossier
from motcua.organisation.views.pages import refuse, viewer


def dossier_or_404(request: HttpRequest, code: str) -> Dossier:
    """The dossier of this code if a unit of the viewer has to do with it."""
    found = selectors.by_code(code)
    if found is None or not selectors.sees(viewer(request), found):
        refuse(request, f"dossier:{code}")
    return found
