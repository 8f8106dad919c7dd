"""The card's code, typed by a scanner or photographed: which fields it fills, what is odd."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from motcua.citizens import cccd, reading, services
from motcua.citizens.cccd import Card, CardError, Finding, Level
from motcua.citizens.errors import CitizensError
from motcua.citizens.views.access import actor, units_of
from motcua.kernel.clock import today


@never_cache
@login_required
@require_POST
def scan(request: HttpRequest) -> JsonResponse:
    """Fields and findings of `text` or of the picture `photo`; 422 when it is no card.

    The picture is looked at in memory and forgotten; only pictures above Django's limit for
    uploads in memory (2.5 MB) pass through an unnamed temporary file. With `unit` the person
    is looked up at once, which is on the record.
    """
    units = {str(unit.pk): unit for unit in units_of(request, "citizens.look_up")}
    try:
        photo = request.FILES.get("photo")
        text = reading.decode_image(photo.read()) if photo else request.POST.get("text", "")
        card = cccd.parse(text)
    except CardError as wrong:
        return JsonResponse({"fields": {}, "findings": [_refused(wrong)]}, status=422)
    findings = [_said(finding) for finding in _findings(card)]
    known: dict[str, str] | None = None
    if unit := units.get(request.POST.get("unit", "")):
        try:
            known = _known(request, unit.pk, card.number)
        except CitizensError as wrong:
            findings.append({"level": Level.WARNING, "code": wrong.code, "text": str(wrong)})
    return JsonResponse({"fields": _fields(card), "findings": findings, "citizen": known})


def _fields(card: Card) -> dict[str, str]:
    """Values by the names that `forms.PersonForm` gives its fields."""
    born = f"{card.birth_date:%d/%m/%Y}" if card.birth_date else str(card.birth_year or "")
    return {
        "personal_number": card.number,
        "full_name": card.full_name,
        "birth": born,
        "sex": card.sex,
        "address": card.address,
    }


def _findings(card: Card) -> list[Finding]:
    found = cccd.check(
        card.number,
        today=today(),
        birth_date=card.birth_date,
        birth_year=card.birth_year,
        sex=card.sex,
    )
    if card.damaged:
        lost = "họ tên" if not card.full_name else "nơi cư trú"
        text = f"Máy quét làm mất chữ có dấu: nhập lại {lost} theo thẻ."
        found.append(Finding(Level.WARNING, "damaged", text))
    if card.repaired:
        text = "Máy quét gửi sai bảng mã, đã sửa lại. Đối chiếu họ tên và nơi cư trú với thẻ."
        found.append(Finding(Level.WARNING, "repaired", text))
    return found


def _known(request: HttpRequest, unit_id: int, number: str) -> dict[str, str] | None:
    citizen = services.find_by_number(actor=actor(request), unit_id=unit_id, number=number)
    if citizen is None:
        return None
    return {
        "public_id": str(citizen.public_id),
        "full_name": citizen.full_name,
        "phone": citizen.masked_phone,
        "page": reverse("citizens:citizen", args=[citizen.public_id]),
    }


def _refused(wrong: CardError) -> dict[str, Any]:
    return {"level": Level.ERROR, "code": wrong.code, "text": str(wrong)}


def _said(finding: Finding) -> dict[str, Any]:
    return {"level": finding.level, "code": finding.code, "text": finding.text}
