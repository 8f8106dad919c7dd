"""The paper that says what was paid. It is none of the seven forms and says so."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, ClassVar

from motcua.dossiers.forms.common import Applicant, Form, make
from motcua.dossiers.forms.writing import moment_words, money_words
from motcua.ui.formats import money


@dataclass(frozen=True, kw_only=True)
class FeeLine:
    """One fee or charge in whole đồng; an exempt one has amount 0 and says why."""

    name: str
    kind: str
    quantity: int = 1
    amount: int
    exemption: str = ""

    def data(self) -> list[str]:
        name = f"{self.name}\n(miễn: {self.exemption})" if self.exemption else self.name
        return [name, self.kind, str(self.quantity), money(self.amount)]


@dataclass(frozen=True, kw_only=True)
class FeeReceiptFacts(Form):
    """What was paid for a dossier, 0 đồng too.

    Arguments:
        number: the receipt's own, from its own book.
        channel: how it was paid, as "Tiền mặt tại quầy".
    """

    template: ClassVar[str] = "fee_receipt"

    applicant: Applicant
    subject: str
    lines: tuple[FeeLine, ...]
    channel: str = ""
    paid_at: dt.datetime
    collector: str = ""

    def data(self) -> dict[str, Any]:
        total = sum(line.amount for line in self.lines)
        return {
            **self.applicant.data(),
            "subject": self.subject,
            "lines": [line.data() for line in self.lines],
            "total": money(total),
            "total_words": money_words(total),
            "channel": self.channel,
            "paid_at": moment_words(self.paid_at),
            "collector": self.collector,
        }


def make_fee_receipt(facts: FeeReceiptFacts) -> bytes:
    return make(facts)
