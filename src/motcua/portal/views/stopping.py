"""The page behind the link in a message: stop such messages, or have them again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from motcua.portal.errors import LinkForged, LinkOver
from motcua.portal.services import looking_up, stopping


@csrf_exempt  # The address is the authority; there is no session that another site could ride on.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing, because telephones fetch links to preview them; a button does."""
    try:
        dossier = stopping.dossier_of(token)
    except (LinkForged, LinkOver) as wrong:
        status = 410 if isinstance(wrong, LinkOver) else 404
        refused = {"problem": gettext(str(wrong))}
        return render(request, "portal/stop_refused.html", refused, status=status)
    if request.method == "POST":
        on = request.POST.get("nhan") == "1"
        if request.POST.get("gi") == "goi-y":
            stopping.switch_suggestions(dossier=dossier, on=on)
        else:
            looking_up.switch_news(dossier=dossier, on=on)
        return redirect("portal:stop", token)
    context = {
        "code": dossier.code,
        "news_on": not looking_up.silent(dossier),
        "suggestions_on": stopping.gets_suggestions(dossier),
        "suggestions_stopped": stopping.stopped_suggestions(dossier) is not None,
    }
    return render(request, "portal/stop.html", context)
