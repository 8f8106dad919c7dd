"""What every form shares: who issues, who applies, how it becomes a PDF."""

from __future__ import annotations

import abc
import datetime as dt
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import segno
import typst
from django.conf import settings

from motcua.dossiers.forms.writing import clean, place_and_date
from motcua.signatures.rules import Placement
from motcua.ui.fonts import FONT_DIR
from motcua.ui.papers import PaperError, compile_pdf, sources

log = logging.getLogger(__name__)

TEMPLATES = Path(__file__).parent
PAGE_HEIGHT = 841.89
"""Points of an A4 page."""


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

    def data(self) -> dict[str, str]:
        return {
            "applicant": self.name,
            "acting_for": self.acting_for,
            "address": self.address,
            "phone": self.phone,
            "email": self.email,
        }


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Who signs and in what capacity (Decree 30/2020/NĐ-CP, annex I).

    Arguments:
        capacity: lines above the signature, as ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH").
        name: the signer's full name.
    """

    capacity: tuple[str, ...]
    name: str

    def data(self) -> dict[str, Any]:
        return {"capacity": list(self.capacity), "signer": self.name}


@dataclass(frozen=True, kw_only=True)
class Form(abc.ABC):
    """What stands on every form.

    Arguments:
        number: number and symbol after "Số:", as the unit's configuration makes them.
        issued_at: aware.
        code: the dossier's code.
        demonstration: marks the paper; None asks the installation's setting.
    """

    template: ClassVar[str]

    office: Office
    number: str = ""
    issued_at: dt.datetime
    code: str = ""
    demonstration: bool | None = None

    @abc.abstractmethod
    def data(self) -> dict[str, Any]:
        """What this form's template reads besides the head."""


def make(form: Form) -> bytes:
    """The form as PDF/A-2b.

    A name in letters that none of the fonts has cannot be PDF/A. It is then printed as plain PDF,
    with boxes, rather than not at all.
    """
    template, facts = TEMPLATES / f"{form.template}.typ", _facts(form)
    try:
        return compile_pdf(template, facts, archival=True)
    except PaperError as wrong:
        log.warning("%s %s not as PDF/A: %s", form.template, form.code, wrong)
        return compile_pdf(template, facts)


def signing_place(form: Form) -> Placement | None:
    """Where on the made form its signer's signature belongs; None on forms signed by hand."""
    found = json.loads(
        typst.query(
            sources(TEMPLATES / f"{form.template}.typ"),
            "<sign-here>",
            field="value",
            font_paths=[str(FONT_DIR)],
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(_facts(form), ensure_ascii=False)},
        )
    )
    if not found:
        return None
    spot = found[-1]
    return Placement(
        page=spot["page"] - 1,
        x=spot["x"] + max(0.0, (spot["width"] - 180) / 2),
        y=PAGE_HEIGHT - spot["y"] - 64,
        width=min(180, spot["width"]),
        height=64,
    )


def _facts(form: Form) -> dict[str, Any]:
    marked = settings.DEMONSTRATION if form.demonstration is None else form.demonstration
    head = {
        "superior": form.office.superior,
        "issuer": form.office.name,
        "number": form.number,
        "place_and_date": place_and_date(form.office.place, form.issued_at),
        "code": form.code,
        "office_address": form.office.address,
        "office_phone": form.office.phone,
        "demonstration": marked,
    }
    cleaned: dict[str, Any] = clean({**head, **form.data()})
    return cleaned


def qr_svg(text: str) -> str:
    """A QR code of medium error correction as SVG; empty for empty text."""
    if not text:
        return ""
    return str(segno.make(text, error="m", micro=False).svg_inline(border=4, scale=4))
