"""The touch screen at the door: an enrolled device whose page works without network for a while.

The device's token lies in a cookie that script cannot read and that no other site's request
carries (SameSite=Strict); therefore the page's own posts need no CSRF token, which a page kept
for hours without network could not renew.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from motcua.kernel.clock import today
from motcua.organisation import devices
from motcua.organisation.errors import EnrolmentRefused, NotValid
from motcua.organisation.models import Device, Unit
from motcua.organisation.views.pages import actor, unit_page
from motcua.reception import selectors
from motcua.reception.errors import ForeignNumber, QueueError
from motcua.reception.models import Ticket
from motcua.reception.services import tickets
from motcua.reception.services.common import settings_of
from motcua.reception.services.tickets import Wish
from motcua.ui.templatetags.ui import qr

COOKIE = "motcua_screen"
COOKIE_PATH = "/may-sanh/"
COOKIE_SECONDS = 400 * 24 * 3600
"""The longest a browser keeps a cookie; every opening of the page renews it."""
KINDS = {Device.Kind.TICKETS: "reception:screen", Device.Kind.DISPLAY: "reception:display_here"}
SHELL = (
    "ui/vendor/bootstrap/bootstrap-reboot.min.css",
    "ui/vendor/bootstrap/bootstrap-grid.min.css",
    "ui/vendor/uplot/uPlot.min.css",
    "ui/fonts.css",
    "ui/tokens.css",
    "ui/base.css",
    "ui/frame.css",
    "ui/forms.css",
    "ui/components.css",
    "ui/lists.css",
    "ui/surfaces.css",
    "ui/print.css",
    "ui/img/favicon.svg",
    "ui/vendor/htmx/htmx.min.js",
    "ui/page.js",
    "ui/keys.js",
    "ui/live.js",
    "reception/tickets.css",
    "reception/tickets.js",
    *(
        f"ui/vendor/fonts/be-vietnam-pro/{part}-{weight}.woff2"
        for part in ("vietnamese", "latin-ext", "latin")
        for weight in (400, 600, 700)
    ),
    "ui/vendor/fonts/noto-sans/latin-700.woff2",
)
"""What the page at the door is made of, kept by its service worker beside the page itself."""


@never_cache
def enrol(request: HttpRequest) -> HttpResponse:
    """A screen in the hall becomes known: by the code that the unit's device page shows."""
    known = device_of(request)
    if known is not None:
        return redirect(KINDS[Device.Kind(known.kind)])
    problem = ""
    if request.method == "POST":
        try:
            device, token = devices.enrol(
                code=request.POST.get("ma", ""), machine=request.headers.get("User-Agent", "")
            )
        except EnrolmentRefused as refused:
            problem = str(refused)
        else:
            if device.kind in KINDS:
                return _known(redirect(KINDS[Device.Kind(device.kind)]), token)
            problem = "Mã này của một loại thiết bị khác. Thêm “Máy lấy số” hoặc “Màn hình sảnh”."
    return render(
        request, "reception/enrol.html", {"problem": problem}, status=422 if problem else 200
    )


@require_POST
@login_required
@unit_page("organisation.enrol_device")
def enrol_here(request: HttpRequest, unit: Unit) -> HttpResponse:
    """The administrator signs in on the screen itself and makes it the unit's: no code to type.

    Their session ends there, so that nobody at the door is signed in.
    """
    kind = request.POST.get("loai", "")
    if kind not in KINDS:
        raise Http404
    try:
        waiting = devices.create(
            actor=actor(request),
            unit_id=unit.pk,
            kind=kind,
            name=request.POST.get("ten", "") or Device.Kind(kind).label,
        )
        _, token = devices.enrol(code=waiting.code, machine=request.headers.get("User-Agent", ""))
    except (NotValid, EnrolmentRefused) as wrong:
        messages.error(request, str(wrong))
        return redirect("reception:setup", code=unit.code)
    request.session.flush()
    return _known(redirect(KINDS[Device.Kind(kind)]), token)


def screen(request: HttpRequest) -> HttpResponse:
    """The page at the door. Both languages and every step stand in it, so that it needs no
    network once it is open."""
    device = device_of(request, Device.Kind.TICKETS)
    if device is None:
        return redirect("reception:enrol")
    devices.touch(device)
    unit = device.unit
    rules = settings_of(unit.pk)
    response = render(
        request,
        "reception/screen.html",
        {
            "unit": unit,
            "lines": selectors.offered_lines(unit.pk),
            "groups": selectors.offered_groups(unit.pk),
            "prints": rules.prints,
            "by_phone": rules.phone_tickets,
            "phone_url": request.build_absolute_uri(reverse("reception:phone", args=[unit.code])),
            "come_back_minutes": rules.come_back_minutes,
        },
    )
    return _known(response, request.COOKIES[COOKIE])


@never_cache
def service_worker(request: HttpRequest) -> HttpResponse:
    """Keeps the page and its files, so that a reload without network shows it too."""
    files = [static(name) for name in SHELL]
    body = render_to_string(
        "reception/sw.js",
        {"page": reverse("reception:screen"), "files": json.dumps(files)},
    )
    return HttpResponse(body, content_type="text/javascript")


@csrf_exempt
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """One ticket, as JSON: a new one, or with `number` one that was given out without network.

    Sending it again changes nothing. 401: not enrolled any more; 409: no numbers now;
    422: can never be taken.
    """
    device = device_of(request, Device.Kind.TICKETS)
    if device is None:
        return _answer(401, "unknown_device", "Máy này chưa ghi danh hoặc đã bị thu hồi.")
    if request.content_type != "application/json":
        return _answer(422, "malformed", "")
    try:
        body = json.loads(request.body)
        ticket = _taken(device, body)
    except ForeignNumber as wrong:
        return _answer(422, wrong.code, str(wrong))
    except QueueError as wrong:
        return _answer(409, wrong.code, str(wrong))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return _answer(422, "malformed", "")
    devices.touch(device)
    address = request.build_absolute_uri(reverse("reception:follow", args=[ticket.key]))
    return JsonResponse(
        {
            "letter": ticket.letter,
            "number": ticket.number,
            "label": ticket.label,
            "ahead": selectors.followed(ticket).ahead,
            "qr": qr(address, ticket.label),
        }
    )


@csrf_exempt
@require_POST
def reserve(request: HttpRequest) -> HttpResponse:
    """Spare numbers for a screen that holds none for today, under every letter."""
    device = device_of(request, Device.Kind.TICKETS)
    if device is None or request.content_type != "application/json":
        return _answer(401, "unknown_device", "Máy này chưa ghi danh hoặc đã bị thu hồi.")
    devices.touch(device)
    dealt = tickets.deal(device=device)
    return JsonResponse({"day": today().isoformat(), "numbers": dealt})


@never_cache
def beat(request: HttpRequest) -> HttpResponse:
    """The screen asks every half minute whether the centre is there; the centre sees that it is."""
    device = device_of(request)
    if device is None:
        return _answer(401, "unknown_device", "Máy này chưa ghi danh hoặc đã bị thu hồi.")
    devices.touch(device)
    return JsonResponse({"day": today().isoformat(), "open": tickets.is_open(device.unit_id)})


def device_of(request: HttpRequest, kind: Device.Kind | None = None) -> Device | None:
    """The enrolled hall machine that asks, if its kind is this one."""
    device = devices.authenticate(request.COOKIES.get(COOKIE, ""))
    if device is None or device.kind not in KINDS:
        return None
    return device if kind is None or device.kind == kind else None


def _taken(device: Device, body: dict[str, Any]) -> Ticket:
    key = uuid.UUID(body["key"])
    group = body.get("priority")
    wish = Wish(
        int(body["line"]),
        int(group) if group is not None else None,
        "en" if body.get("language") == "en" else "vi",
    )
    if body.get("number") is None:
        return tickets.take_at_screen(device=device, key=key, wish=wish)
    return tickets.deliver(
        device=device,
        key=key,
        wish=wish,
        letter=str(body["letter"])[:1],
        number=int(body["number"]),
        age=dt.timedelta(milliseconds=float(body.get("age_ms", 0))),
    )


def _known(response: HttpResponse, token: str) -> HttpResponse:
    response.set_cookie(
        COOKIE,
        token,
        max_age=COOKIE_SECONDS,
        path=COOKIE_PATH,
        httponly=True,
        samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def _answer(status: int, code: str, message: str) -> JsonResponse:
    return JsonResponse({"code": code, "message": message}, status=status)
