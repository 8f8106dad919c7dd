"""The one-tap link: works on any phone without signing in, and shows no personal data."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from motcua.alerts import kinds, links, services
from motcua.alerts.models import Alert, Notice
from motcua.alerts.rules import State
from motcua.kernel import audit
from motcua.kernel.clock import now
from motcua.organisation.permissions import Actor

log = logging.getLogger(__name__)


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the alert and one button, so that robots that preview links take nothing.

    POST takes the alert. The signature in the address is the authority; there is no
    session for another site to ride on, hence no CSRF token, which a phone that blocks
    cookies could not keep.
    """
    try:
        notice = Notice.objects.select_related("step__alert").get(pk=links.notice_of(token))
    except (links.Forged, Notice.DoesNotExist):
        log.warning("refused a forged alert link")
        audit.record(action="alert.refuse_link", actor="link:unknown", subject="alert:unknown")
        return render(request, "alerts/link_refused.html", {"forged": True}, status=404)
    if now() > notice.at + links.LIFETIME:
        return render(request, "alerts/link_refused.html", {"forged": False}, status=410)
    if request.method == "POST":
        return _take(request, notice, token)
    return _show(request, notice.step.alert, notice)


def _take(request: HttpRequest, notice: Notice, token: str) -> HttpResponse:
    try:
        services.acknowledge(
            alert_id=notice.step.alert_id,
            actor=Actor.link(notice.pk),
            via=Alert.Via.LINK,
            person_id=notice.person_id,
        )
    except services.AlertClosed:
        log.info("a link of notice %s came after the alert had ended", notice.pk)
    return redirect("alerts:link", token)


def _show(request: HttpRequest, alert: Alert, notice: Notice) -> HttpResponse:
    return render(
        request,
        "alerts/link.html",
        {
            "alert": alert,
            "kind": kinds.get(alert.kind),
            "mine": alert.acknowledged_by_id == notice.person_id,
            "waiting": alert.unanswered,
            "resolved": alert.state == State.RESOLVED,
        },
    )
