"""The card's code, typed by a scanner or photographed: which fields it fills, what is odd."""

from __future__ import annotations

from dataclasses import dataclass
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
from motcua.organisation.models import Unit

CODE_FIELD = "ma-the"
"""The scanner's own field; the script empties it before the form is sent."""


@never_cache
@login_required
@require_POST
def scan(request: HttpRequest) -> JsonResponse:
    """Fields and findings of `text` or of the picture `photo`; 422 when it is no card.

    The picture is looked at in memory and forgotten; only pictures above Django's limit for
    uploads in memory (2.5 MB) pass through an unnamed temporary file. With `unit` the person
    is looked up at once, which is on the record.
    """
    units = units_of(request, "citizens.look_up")
    try:
        photo = request.FILES.get("photo")
        text = reading.decode_image(photo.read()) if photo else request.POST.get("text", "")
        found = _read(request, units, text)
    except CardError as wrong:
        return JsonResponse({"fields": {}, "findings": [_refused(wrong)]}, status=422)
    return JsonResponse(found)


@dataclass(frozen=True)
class Scanned:
    """What a scanner typed before the page's script was there to take it.

    Arguments:
        typed: everything in the form, with the card's facts in their fields.
        read: whether the code could be read.
        findings: as `scan` answers them.
        citizen: likewise, or None.
    """

    typed: dict[str, str]
    read: bool
    findings: list[dict[str, Any]]
    citizen: dict[str, str] | None = None


def scanned(request: HttpRequest, units: list[Unit]) -> Scanned | None:
    """The form that a scanner's Enter sent by itself; None where a person sent it.

    Without this the code would be judged as a name or an address, or a half-filled form be taken.
    """
    typed = {name: str(value) for name, value in request.POST.items()}
    code = typed.pop(CODE_FIELD, "").strip()
    for name, value in typed.items():
        if value.count("|") >= cccd.FEWEST_FIELDS - 1:
            code, typed[name] = code or value, ""
    if not code:
        return None
    try:
        found = _read(request, units, code)
    except CardError as wrong:
        return Scanned(typed, False, [_refused(wrong)])
    filled = {name: value for name, value in found["fields"].items() if value}
    return Scanned({**typed, **filled}, True, found["findings"], found["citizen"])


def _read(request: HttpRequest, units: list[Unit], text: str) -> dict[str, Any]:
    """Fields, findings and the person held already, of a code.

    Raises:
        CardError: it is no card's.
    """
    card = cccd.parse(text)
    findings = [_said(finding) for finding in _findings(card)]
    known: dict[str, str] | None = None
    wanted = request.POST.get("unit", "")
    if unit := next((unit for unit in units if str(unit.pk) == wanted), None):
        try:
            known = _known(request, unit.pk, card.number)
        except CitizensError as wrong:
            findings.append({"level": Level.WARNING, "code": wrong.code, "text": str(wrong)})
    return {"fields": _fields(card), "findings": findings, "citizen": known}


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
