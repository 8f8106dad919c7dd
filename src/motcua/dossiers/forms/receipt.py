"""Mẫu 01: the receipt that names the promised day (Circular 03/2025/TT-VPCP, annex I)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, ClassVar

from motcua.dossiers.forms.common import Applicant, Form, make, qr_svg
from motcua.dossiers.forms.writing import moment_words


@dataclass(frozen=True, kw_only=True)
class PaperLine:
    """One paper handed in; `copies` None is not counted, `form` as "bản chính"."""

    name: str
    copies: int | None = None
    form: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ReceiptFacts(Form):
    """What the citizen takes home.

    Arguments:
        applicant: who handed it in.
        subject: what is asked for: the procedure, and about what.
        papers: what was handed in, in order.
        sets: number of sets (bộ).
        time_rule: the time by law, as "05 ngày làm việc".
        received_at: when it was handed in.
        counted_from: when the clock starts, where that is another moment, and
        counted_from_note: why, as "khi cơ quan có thẩm quyền nhận được hồ sơ".
        promised_at: None when no day can be promised yet.
        return_at: where or how the result is received.
        fees: what was paid or waived, in one line.
        book, order: register (quyển số) and number in it (số thứ tự).
        officer: who received it.
        look_up_url: address in the QR code; empty for none.
    """

    template: ClassVar[str] = "receipt"

    applicant: Applicant
    subject: str
    papers: tuple[PaperLine, ...] = ()
    sets: int = 1
    time_rule: str = ""
    received_at: dt.datetime
    counted_from: dt.datetime | None = None
    counted_from_note: str = ""
    promised_at: dt.datetime | None = None
    return_at: str = ""
    fees: str = ""
    book: str = ""
    order: int | None = None
    officer: str = ""
    look_up_url: str = ""

    def data(self) -> dict[str, Any]:
        return {
            **self.applicant.data(),
            "subject": self.subject,
            "papers": [paper_words(paper) for paper in self.papers],
            "sets": f"{self.sets:02d}",
            "time_rule": self.time_rule,
            "received_at": moment_words(self.received_at),
            "counted_from": moment_words(self.counted_from),
            "counted_from_note": self.counted_from_note,
            "promised_at": moment_words(self.promised_at),
            "return_at": self.return_at,
            "fees": self.fees,
            "book": self.book,
            "order": "" if self.order is None else str(self.order),
            "officer": self.officer,
            "look_up_short": self.look_up_url.partition("?")[0].partition(f"/{self.code}/")[0],
            "qr": qr_svg(self.look_up_url),
        }


def make_receipt(facts: ReceiptFacts) -> bytes:
    """Two copies, each from its own first page: one for the citizen, one for the file."""
    return make(facts)


def paper_words(paper: PaperLine) -> str:
    """ "Tờ khai đăng ký khai sinh (02 bản chính; ghi chú)"."""
    counted = "" if paper.copies is None else f"{paper.copies:02d} "
    inside = [f"{counted}{paper.form or 'bản'}".strip()] if paper.copies or paper.form else []
    inside += [paper.note] if paper.note else []
    return f"{paper.name} ({'; '.join(inside)})" if inside else paper.name
