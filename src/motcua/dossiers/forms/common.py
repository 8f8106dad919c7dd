"""What every form shares: who issues, who applies, how dates are written, the QR code."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import segno

from motcua.kernel.clock import CITY
from motcua.ui.papers import compile_pdf

TEMPLATES = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Office:
    """The issuing body as the head of a paper names it.

    Arguments:
        superior: the body above, as "Uỷ ban nhân dân phường Bình Tiên"; may be empty.
        name: the issuing body, as "Trung tâm Phục vụ hành chính công".
        place: what stands before the date, as "Bình Tiên".
        address, phone: where people turn to.
    """

    superior: str
    name: str
    place: str
    address: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Applicant:
    """Who files; `acting_for` says for whom, when it is somebody authorised."""

    name: str
    address: str = ""
    phone: str = ""
    email: str = ""
    acting_for: str = ""


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Who signs and in what capacity (Decree 30/2020/NĐ-CP, annex I).

    Arguments:
        capacity: lines above the signature, as ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH").
        name: the signer's full name.
    """

    capacity: tuple[str, ...]
    name: str


@dataclass(frozen=True, kw_only=True)
class Form:
    """What stands on every form.

    Arguments:
        number: number and symbol after "Số:", as the unit's configuration makes them.
        issued_at: aware.
        code: the dossier's code.
        demonstration: marks the paper; None asks the installation's setting.
    """

    office: Office
    number: str = ""
    issued_at: dt.datetime
    code: str = ""
    demonstration: bool | None = None


def render(name: str, form: Form, facts: dict[str, Any]) -> bytes:
    """The form as PDF/A-2b.

    Arguments:
        name: of the template, without `.typ`.
        facts: what this template reads besides the head.
    """
    head: dict[str, Any] = {
        "superior": form.office.superior,
        "issuer": form.office.name,
        "number": form.number,
        "place_and_date": place_and_date(form.office.place, form.issued_at),
        "code": form.code,
        "office_address": form.office.address,
        "office_phone": form.office.phone,
    }
    if form.demonstration is not None:
        head["demonstration"] = form.demonstration
    return compile_pdf(TEMPLATES / f"{name}.typ", {**head, **facts}, archival=True)


def applicant_facts(applicant: Applicant) -> dict[str, str]:
    return {
        "applicant": applicant.name,
        "acting_for": applicant.acting_for,
        "address": applicant.address,
        "phone": applicant.phone,
        "email": applicant.email,
    }


def signer_facts(signer: Signer | None) -> dict[str, Any]:
    if signer is None:
        return {"capacity": [], "signer": ""}
    return {"capacity": list(signer.capacity), "signer": signer.name}


def place_and_date(place: str, moment: dt.datetime) -> str:
    """ "Bình Tiên, ngày 05 tháng 02 năm 2026": two digits for days and the months 1 and 2."""
    day = date_words(moment.astimezone(CITY).date())
    return f"{place}, {day}" if place else day[0].upper() + day[1:]


def date_words(day: dt.date) -> str:
    """Decree 30/2020/NĐ-CP, annex I: "ngày 05 tháng 02 năm 2026"."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def moment_words(moment: dt.datetime | None) -> str:
    """ "14 giờ 05 phút, ngày 24 tháng 11 năm 2026"; empty when not known, for a dotted line."""
    if moment is None:
        return ""
    local = moment.astimezone(CITY)
    return f"{local:%H} giờ {local:%M} phút, {date_words(local.date())}"


def qr_svg(text: str) -> str:
    """A QR code of medium error correction as SVG; empty for empty text."""
    if not text:
        return ""
    return str(segno.make(text, error="m", micro=False).svg_inline(border=4, scale=4))
