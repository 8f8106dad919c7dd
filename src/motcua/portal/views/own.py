"""A citizen's own pages: their dossiers, their papers, their consents, what may serve them."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.citizens.content import BY_MIME
from motcua.citizens.models import Citizen, HeldPaper
from motcua.citizens.rules import PaperState, Purpose
from motcua.citizens.selectors import agrees
from motcua.citizens.store_page import store_of
from motcua.citizens.views.papers import as_file
from motcua.dossiers.errors import DossierError
from motcua.dossiers.models import Dossier
from motcua.dossiers.rules import TRANSITIONS, Act, State
from motcua.kernel import audit
from motcua.portal.errors import NotFound, NotValid
from motcua.portal.models import Draft
from motcua.portal.services import looking_up, own, suggesting, supplements
from motcua.portal.services.sign_in import actor_of
from motcua.portal.shown import WORDS, shown
from motcua.portal.speaking import said
from motcua.portal.views import files
from motcua.portal.views.access import citizens_only

PAGE = 20
ASKED_FOR = (Purpose.REUSE_PAPER, Purpose.SUGGESTIONS)
"""Purposes to which a citizen may agree in general, on their own page."""


@require_safe
@citizens_only
def home(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    """Drafts that wait, dossiers, suggestions."""
    among = Dossier.objects.filter(applicant=citizen).select_related("version", "unit_received")
    page = Paginator(among.defer("search").order_by("-submitted_at"), PAGE).get_page(
        request.GET.get("trang")
    )
    for each in page:
        each.words = WORDS[State(each.state)]  # type: ignore[attr-defined]
    context = {
        "citizen": citizen,
        "page": page,
        "drafts": Draft.objects.filter(citizen=citizen, dossier=None).select_related("version"),
        "offered": suggesting.of(citizen),
        "agrees": agrees(citizen.pk, Purpose.SUGGESTIONS),
        "purpose": Purpose.SUGGESTIONS.value,
        "tab": "own",
    }
    return render(request, "portal/own.html", context)


@require_safe
@citizens_only
def dossier(request: HttpRequest, citizen: Citizen, code: str) -> HttpResponse:
    """One dossier, with what can be done about it."""
    return _page(request, citizen, own.mine(citizen, code))


@require_POST
@citizens_only
def supplement(request: HttpRequest, citizen: Citizen, code: str, item: int) -> HttpResponse:
    """A file for one item in one go, or another choice for it."""
    where: dict[str, Any] = {"citizen": citizen, "code": code, "item": item}
    if request.POST.get("cach") == "bo":
        supplements.clear(**where)
    elif file := request.FILES.get("file"):
        held = supplements.give_file(**where, content=file)
        if held.state == PaperState.REFUSED:
            messages.warning(request, said(f"Tệp chưa dùng được: {held.reason}"))
    else:
        own.mine(citizen, code)
        messages.warning(request, gettext("Chọn tệp rồi gửi."))
    return redirect(reverse("portal:own_dossier", args=[code]) + f"#bo-sung-{item}")


@require_POST
@citizens_only
def begin_supplement(request: HttpRequest, citizen: Citizen, code: str, item: int) -> HttpResponse:
    """Say what is coming in pieces for one item."""
    return files.begin(
        request,
        lambda file_name, length: supplements.begin_upload(
            citizen=citizen, code=code, item=item, file_name=file_name, length=length
        ),
    )


@require_POST
@citizens_only
def answer(request: HttpRequest, citizen: Citizen, code: str) -> HttpResponse:
    """Hand over what was sent for the items."""
    found = own.mine(citizen, code)
    typed = request.POST.get("answer", "").replace("\0", "")[:500]
    try:
        supplements.answer(citizen=citizen, code=code, words=typed)
    except (NotValid, DossierError) as wrong:
        return _page(request, citizen, found, 422, problem=said(str(wrong)), typed=typed)
    messages.success(request, gettext("Đã gửi phần bổ sung. Hồ sơ được giải quyết tiếp."))
    return redirect("portal:own_dossier", code)


@require_POST
@citizens_only
def withdraw(request: HttpRequest, citizen: Citizen, code: str) -> HttpResponse:
    """Take it back."""
    found = own.mine(citizen, code)
    reason = request.POST.get("reason", "").replace("\0", "")
    try:
        own.withdraw(citizen=citizen, code=code, reason=reason)
    except DossierError as wrong:
        return _page(request, citizen, found, 422, withdraw_problem=said(str(wrong)), reason=reason)
    messages.success(request, gettext("Đã rút hồ sơ."))
    return redirect("portal:own_dossier", code)


@require_POST
@citizens_only
def news(request: HttpRequest, citizen: Citizen, code: str) -> HttpResponse:
    """Messages about this dossier on or off."""
    found = own.mine(citizen, code)
    looking_up.switch_news(dossier=found, on=request.POST.get("tin") == "1")
    return redirect("portal:own_dossier", code)


@require_safe
@citizens_only
def store(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    """What is held, from where, used when, by which consent."""
    context = {
        "citizen": citizen,
        "store": store_of(citizen, ()),
        "purposes": [
            (purpose.value, purpose.vietnamese)
            for purpose in ASKED_FOR
            if not agrees(citizen.pk, purpose)
        ],
        "tab": "store",
    }
    return render(request, "portal/store.html", context)


@require_safe
@citizens_only
def file(request: HttpRequest, citizen: Citizen, public_id: uuid.UUID) -> HttpResponse:
    """The bytes of one's own paper."""
    found = HeldPaper.objects.filter(citizen=citizen, public_id=public_id).first()
    if found is None or found.state == PaperState.STORED or found.infected:
        raise NotFound
    kind = BY_MIME.get(found.mime)
    in_place = bool(request.GET.get("xem") and kind and kind.shown)
    audit.record(
        action="portal.file_open",
        actor=actor_of(citizen).label,
        subject=f"paper:{found.public_id}",
        detail={"shown": in_place},
    )
    return as_file(found, shown=in_place and found.state == PaperState.USABLE)


@require_POST
@citizens_only
def consent(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    """Agree to one purpose."""
    purpose = request.POST.get("purpose", "")
    if purpose in ASKED_FOR:
        suggesting.give_consent(citizen=citizen, purpose=purpose)
        messages.success(request, gettext("Đã ghi sự đồng ý. Quý vị rút lại được bất cứ lúc nào."))
    return redirect("portal:store")


@require_POST
@citizens_only
def withdraw_consent(request: HttpRequest, citizen: Citizen, pk: int) -> HttpResponse:
    """Take a consent back."""
    suggesting.withdraw_consent(citizen=citizen, consent_id=pk)
    messages.success(request, gettext("Đã rút lại sự đồng ý."))
    return redirect("portal:store")


@require_http_methods(["POST"])
@citizens_only
def dismiss(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    """Put one suggestion away."""
    suggesting.dismiss(citizen=citizen, key=request.POST.get("key", "").replace("\0", ""))
    return redirect("portal:own")


def _page(
    request: HttpRequest, citizen: Citizen, found: Dossier, status: int = 200, **more: str
) -> HttpResponse:
    acts = TRANSITIONS[State(found.state)]
    page = shown(found)
    context = {
        "citizen": citizen,
        "shown": page,
        "wanted": supplements.wanted(page.supplement) if page.supplement else [],
        "may_withdraw": Act.WITHDRAW in acts,
        "papers": found.papers.select_related("held"),
        "tab": "own",
        **more,
    }
    return render(request, "portal/own_dossier.html", context, status=status)
