"""Filing online: the draft, its papers, and sending it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.citizens.errors import CitizensError
from motcua.citizens.errors import NotValid as PaperNotValid
from motcua.citizens.models import Citizen
from motcua.citizens.rules import PaperState
from motcua.dossiers.errors import DossierError
from motcua.dossiers.rules import ReturnWay
from motcua.kernel.clock import now
from motcua.portal import wanting
from motcua.portal.accepting import filed_online, units_for
from motcua.portal.errors import NotValid
from motcua.portal.models import Draft
from motcua.portal.services import drafts, helping
from motcua.portal.speaking import said
from motcua.portal.views import files
from motcua.portal.views.access import citizens_only
from motcua.procedures.selectors import search

WAYS = (ReturnWay.COUNTER, ReturnWay.POST, ReturnWay.ONLINE)


@require_safe
@citizens_only
def choose(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    """Which procedure; drafts that wait stand on top."""
    typed = request.GET.get("tim", "").replace("\0", "")[:200].strip()
    found = search(typed) if typed else []
    context = {
        "citizen": citizen,
        "typed": typed,
        "found": found,
        "online": filed_online(found),
        "waiting": Draft.objects.filter(citizen=citizen, dossier=None).select_related("version"),
        "tab": "file",
    }
    return render(request, "portal/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@citizens_only
def begin(request: HttpRequest, citizen: Citizen, code: str) -> HttpResponse:
    """On with the draft there is, else what filing takes and one button that begins it."""
    unit_code = (request.POST or request.GET).get("don_vi", "")[:10]
    try:
        version = drafts.to_file(code)
        found = drafts.open_draft(citizen, version)
        if request.method == "POST":
            found = drafts.begin(citizen=citizen, code=code, unit_code=unit_code)
    except NotValid as wrong:
        messages.warning(request, said(str(wrong)))
        return redirect("procedures:page", code)
    if found is not None:
        return redirect("portal:draft", found.public_id)
    context = {"citizen": citizen, "version": version, "unit_code": unit_code, "tab": "file"}
    return render(request, "portal/begin.html", context)


@require_safe
@citizens_only
def draft(request: HttpRequest, citizen: Citizen, public_id: uuid.UUID) -> HttpResponse:
    """The draft as it stands, on whatever device."""
    found = drafts.current(drafts.mine(citizen, public_id))
    if found.dossier is not None:
        return redirect("portal:receipt", found.public_id)
    return _page(request, citizen, found)


@require_POST
@citizens_only
def save(request: HttpRequest, citizen: Citizen, public_id: uuid.UUID) -> HttpResponse:
    """Keep what is typed; by script a line that says when, without it the page again."""
    found = _save(request, citizen, drafts.mine(citizen, public_id))
    if request.headers.get("HX-Request"):
        context = {"saved_at": found.saved_at, "lacks": wanting.lacking(found)}
        return render(request, "portal/_saved.html", context)
    messages.success(request, gettext("Đã lưu bản nháp."))
    return redirect("portal:draft", public_id)


@require_POST
@citizens_only
def submit(request: HttpRequest, citizen: Citizen, public_id: uuid.UUID) -> HttpResponse:
    """Save what is on the page, then file."""
    found = drafts.mine(citizen, public_id)
    if found.dossier is None:
        found = _save(request, citizen, found)
        try:
            drafts.submit(citizen=citizen, public_id=public_id)
        except NotValid:
            return _page(request, citizen, found, 422, lacks=wanting.lacking(found))
        except (DossierError, CitizensError) as wrong:
            return _page(request, citizen, found, 422, problem=said(str(wrong)))
    return redirect("portal:receipt", public_id)


@require_safe
@citizens_only
def receipt(request: HttpRequest, citizen: Citizen, public_id: uuid.UUID) -> HttpResponse:
    """It is filed: its code, and what comes next."""
    found = drafts.mine(citizen, public_id)
    if found.dossier is None:
        return redirect("portal:draft", public_id)
    context = {"citizen": citizen, "draft": found, "dossier": found.dossier, "tab": "own"}
    return render(request, "portal/receipt.html", context)


@require_POST
@citizens_only
def drop(request: HttpRequest, citizen: Citizen, public_id: uuid.UUID) -> HttpResponse:
    """Forget the draft."""
    drafts.drop(citizen=citizen, public_id=public_id)
    messages.success(request, gettext("Đã bỏ bản nháp. Tệp đã gửi vẫn ở kho giấy tờ của quý vị."))
    return redirect("portal:own")


@require_POST
@citizens_only
def paper(request: HttpRequest, citizen: Citizen, public_id: uuid.UUID, order: int) -> HttpResponse:
    """Say where one paper comes from: a file, one already held, by hand, or nothing."""
    drafts.mine(citizen, public_id)
    where: dict[str, Any] = {"citizen": citizen, "public_id": public_id, "order": order}
    wish = request.POST.get("cach", "")
    try:
        if wish == "mang":
            drafts.bring(**where)
        elif wish == "bo":
            drafts.clear(**where)
        elif wish == "luu":
            drafts.reuse(**where, paper_id=_uuid(request.POST.get("giay", "")))
        elif file := request.FILES.get("file"):
            row = drafts.give_file(**where, content=file, file_name=file.name or "tep")
            if row.held and row.held.state == PaperState.REFUSED:
                messages.warning(request, said(f"Tệp chưa dùng được: {row.held.reason}"))
        else:
            messages.warning(request, gettext("Chọn tệp rồi gửi."))
    except (NotValid, PaperNotValid) as wrong:
        messages.warning(request, said(str(wrong)))
    return redirect(reverse("portal:draft", args=[public_id]) + f"#giay-{order}")


@require_POST
@citizens_only
def begin_upload(
    request: HttpRequest, citizen: Citizen, public_id: uuid.UUID, order: int
) -> HttpResponse:
    """Say what is coming in pieces for one paper."""
    return files.begin(
        request,
        lambda file_name, length: drafts.begin_upload(
            citizen=citizen,
            public_id=public_id,
            order=order,
            file_name=file_name,
            length=length,
        ),
    )


def _save(request: HttpRequest, citizen: Citizen, draft: Draft) -> Draft:
    typed = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    code = typed.get("unit", "")[:10]
    unit = next((each for each in units_for(draft.version) if each.code == code), None)
    return drafts.save(citizen=citizen, public_id=draft.public_id, typed=typed, unit=unit)


def _page(
    request: HttpRequest, citizen: Citizen, found: Draft, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "citizen": citizen,
        "draft": found,
        "version": found.version,
        "wanted": wanting.papers_wanted(found),
        "units": units_for(found.version),
        "ways": [(way.value, way.vietnamese) for way in WAYS],
        "help": helping.of_draft(found),
        "now": now(),
        "tab": "file",
        **more,
    }
    return render(request, "portal/draft.html", context, status=status)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None
