"""Looking a dossier up: by code and telephone, or by the QR of form 01."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from motcua.dossiers import selectors
from motcua.portal.errors import TooMany
from motcua.portal.forms import LookUpForm
from motcua.portal.services import looking_up
from motcua.portal.shown import shown
from motcua.portal.views.common import address_of, close_all, is_open, open_dossier

NOT_FOUND = "Không có hồ sơ nào khớp với cả mã và bốn số cuối điện thoại đã nhập."


@never_cache
def look_up(request: HttpRequest) -> HttpResponse:
    """Ask for code and digits; what does not fit is one and the same answer."""
    if request.method != "POST":
        return _page(request, LookUpForm(initial={"code": request.GET.get("ma", "")[:60]}))
    form = LookUpForm(request.POST)
    if not form.is_valid():
        return _page(request, form, 422)
    said = form.cleaned_data
    try:
        found = looking_up.find(
            code=said["code"], digits=said["digits"], address=address_of(request)
        )
    except TooMany as wrong:
        form.add_error(None, gettext(str(wrong)))
        return _page(request, form, 429)
    if found is None:
        form.add_error(None, gettext(NOT_FOUND))
        return _page(request, form, 422)
    open_dossier(request, found.code)
    return redirect("portal:dossier", found.code)


@never_cache
@require_safe
def by_qr(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """Whoever holds form 01 need not type. The address that proves it is left at once."""
    try:
        found = looking_up.find_by_token(code=code, token=token, address=address_of(request))
    except TooMany as wrong:
        form = LookUpForm(data={"code": ""})
        form.add_error(None, gettext(str(wrong)))
        return _page(request, form, 429)
    if found is None:
        return redirect("portal:look_up")
    open_dossier(request, found.code)
    return redirect("portal:dossier", found.code)


@never_cache
@require_safe
def dossier(request: HttpRequest, code: str) -> HttpResponse:
    """The dossier; who has not proved to may see it is asked for the digits first."""
    found = selectors.by_code(code) if is_open(request, code) else None
    if found is None:
        return redirect("portal:look_up")
    return render(
        request, "portal/dossier.html", {"shown": shown(found), "public": True, "tab": "look_up"}
    )


@require_POST
def switch_news(request: HttpRequest, code: str) -> HttpResponse:
    """Messages about this dossier on or off."""
    found = selectors.by_code(code) if is_open(request, code) else None
    if found is None:
        return redirect("portal:look_up")
    looking_up.switch_news(dossier=found, on=request.POST.get("tin") == "1")
    return redirect("portal:dossier", found.code)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Done, on a machine that others use next."""
    close_all(request)
    return redirect("portal:look_up")


def _page(request: HttpRequest, form: LookUpForm, status: int = 200) -> HttpResponse:
    return render(request, "portal/look_up.html", {"form": form, "tab": "look_up"}, status=status)
