"""The citizen's tablet. Its address is its authority: there is nobody to sign in."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from motcua.kernel import stream as live_stream
from motcua.organisation.views.pages import actor
from motcua.service_quality import queue, ratings
from motcua.service_quality.models import Face, RatingReason
from motcua.service_quality.views.access import counter_or_404
from motcua.service_quality.words import lines_of
from motcua.ui.moods import MOODS

FACES = (
    (Face.GOOD, "very_happy", "Rất hài lòng", "Very satisfied"),
    (Face.FAIR, "neutral", "Bình thường", "Neutral"),
    (Face.POOR, "dissatisfied", "Không hài lòng", "Not satisfied"),
)
"""Value, drawn face, word in both languages; drawn faces are those of the whole product."""

assert all(code in MOODS for _, code, _, _ in FACES)


@never_cache
def tablet(request: HttpRequest, token: str) -> HttpResponse:
    """Three faces. Both languages are on the page, so that it works without the network."""
    try:
        counter = ratings.counter_of(token)
    except ratings.LinkWorthless as worthless:
        return render(
            request, "service_quality/tablet_refused.html", {"message": str(worthless)}, status=404
        )
    context = {
        "counter": counter,
        "faces": FACES,
        "reasons": lines_of(RatingReason, counter.unit_id).filter(active=True),
        "send_url": reverse("service_quality:tablet_send", args=[token]),
        "news_url": reverse("service_quality:tablet_stream", args=[token]),
    }
    return render(request, "service_quality/tablet.html", context)


async def stream(request: HttpRequest, token: str) -> HttpResponseBase:
    """News of the queue for this counter's tablet: a visit ended, the next was called."""
    try:
        counter = await sync_to_async(ratings.counter_of)(token)
    except ratings.LinkWorthless:
        return HttpResponse(status=404)
    return live_stream.respond([queue.tablet_channel(counter.pk)], live_stream.last_heard(request))


@csrf_exempt
@require_POST
def send(request: HttpRequest, token: str) -> HttpResponse:
    """One touch, as JSON: rating, remark, help, no_camera. Sending it again changes nothing.

    The signature in the address is the authority; no session is involved that another site
    could ride on, so no CSRF token is needed.
    """
    try:
        counter = ratings.counter_of(token)
        body = json.loads(request.body)
        _take(counter.pk, body, uuid.UUID(body["key"]))
    except ratings.LinkWorthless as wrong:
        return JsonResponse({"code": wrong.code, "message": str(wrong)}, status=404)
    except ratings.TooMany as wrong:
        return JsonResponse({"code": wrong.code, "message": str(wrong)}, status=429)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        # A broken body can never become a good one: the tablet drops it and goes on.
        return JsonResponse({"code": "malformed"}, status=422)
    return HttpResponse(status=204)


def _take(counter_id: int, body: dict[str, Any], key: uuid.UUID) -> None:
    age = dt.timedelta(milliseconds=float(body.get("age_ms", 0)))
    match body["kind"]:
        case "rating":
            ratings.rate(
                counter_id=counter_id,
                key=key,
                face=Face(int(body["face"])),
                language="en" if body.get("language") == "en" else "vi",
                age=age,
                asked=uuid.UUID(body["visit"]) if body.get("visit") else None,
            )
        case "remark":
            ratings.remark(
                counter_id=counter_id,
                key=key,
                reasons=[str(code) for code in body.get("reasons", [])][:20],
                comment=str(body.get("comment", "")),
            )
        case "help":
            ratings.call_for_help(counter_id=counter_id, key=key, age=age)
        case "no_camera":
            ratings.leave_camera_out(counter_id=counter_id, age=age)
        case _:
            raise ValueError(body["kind"])


@login_required
def link(request: HttpRequest, counter_id: int) -> HttpResponse:
    """The tablet's address with its QR code, for whoever sets up the counter."""
    counter = counter_or_404(request, counter_id, "service_quality.edit_counter_pages")
    token = ratings.tablet_address(
        actor=actor(request), counter_id=counter.pk, renew=request.method == "POST"
    )
    path = reverse("service_quality:tablet", args=[token])
    context = {
        "counter": counter,
        "url": request.build_absolute_uri(path),
        "renewed": request.method == "POST",
    }
    return render(request, "service_quality/tablet_link.html", context)
