"""What a citizen takes along: one sheet of paper about one procedure."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import segno
from django.conf import settings

from motcua.kernel.clock import today
from motcua.procedures.facts import title_of
from motcua.procedures.models import Fee, PaperRequirement, ProcedureVersion
from motcua.procedures.rules import FeeKind, PaperForm, Standing
from motcua.procedures.selectors import Place
from motcua.ui import formats
from motcua.ui.papers import compile_pdf

TEMPLATE = Path(__file__).parent / "papers" / "procedure.typ"
UNKNOWN = "chưa rõ, xin hỏi tại Trung tâm"


def sheet(version: ProcedureVersion, fees: Sequence[dict[str, Any]], place: Place | None) -> bytes:
    """The sheet as a PDF of one page.

    Arguments:
        fees: as `views.public.fees_by_channel` gives them.
        place: where the citizen means to go; None leaves room to write it.
    """
    address = f"{settings.PUBLIC_URL}{version.procedure.get_absolute_url()}"
    return compile_pdf(
        TEMPLATE,
        {
            "name": version.name,
            "code": version.procedure.code,
            "field": version.field.name,
            "standing": standing_words(version),
            "coming": version.standing is not Standing.IN_FORCE,
            "qr": qr_drawing(address),
            "address": address,
            "result": version.result or UNKNOWN,
            "time": str(version.time_rule) if version.time_rule else UNKNOWN,
            "time_note": version.time_note,
            "note": version.note,
            "papers": [_paper(each) for each in version.requirements.all()],
            "fees": [
                [each["channel"].vietnamese, [_fee(fee) for fee in each["fees"]] or [UNKNOWN]]
                for each in fees
            ],
            "fee_note": version.fee_note,
            "steps": list(version.steps),
            "place": _place(place),
            "uncertain": [f"{title_of(name)}: {said}" for name, said in version.uncertain.items()],
            "source": version.source,
            "decision": version.announcing_decision or "chưa rõ",
            "made_on": formats.day(today()),
        },
    )


def standing_words(version: ProcedureVersion) -> str:
    """Such as: áp dụng từ 01/07/2026 đến hết 28/02/2027."""
    first = f"từ {formats.day(version.effective_from)}"
    last = f" đến hết {formats.day(version.effective_to)}" if version.effective_to else ""
    word = {
        Standing.IN_FORCE: "Đang áp dụng",
        Standing.COMING: "Sẽ áp dụng",
        Standing.ENDED: "Đã thôi áp dụng; áp dụng",
    }[version.standing]
    return f"{word} {first}{last}"


def qr_drawing(content: str) -> str:
    """A QR code as SVG, for typst."""
    out = io.BytesIO()
    segno.make(content, error="m", micro=False).save(out, kind="svg", border=0, scale=4)
    return out.getvalue().decode()


def _paper(paper: PaperRequirement) -> dict[str, Any]:
    form = PaperForm(paper.form).vietnamese if paper.form else ""
    copies = f"{paper.copies} bản" if paper.copies else ""
    return {
        "name": paper.name,
        "more": ", ".join(filter(None, [form, copies])),
        "conditional": paper.conditional,
    }


def _fee(fee: Fee) -> str:
    amount = "mức chưa rõ" if fee.amount is None else formats.money(fee.amount)
    kind = FeeKind(fee.kind).vietnamese if fee.kind != FeeKind.UNKNOWN else ""
    said = " ".join(filter(None, [fee.payer and f"{fee.payer}:", kind, amount, fee.per]))
    return f"{said} ({fee.exemption})" if fee.exemption else said


def _place(place: Place | None) -> dict[str, str] | None:
    if place is None:
        return None
    counters = ", ".join(f"quầy {counter.number}" for counter in place.counters)
    return {
        "name": f"Trung tâm Phục vụ hành chính công {place.unit.name}",
        "address": place.unit.address,
        "phone": place.unit.hotline,
        "counters": counters or "quầy chưa rõ, xin hỏi khi đến",
    }
