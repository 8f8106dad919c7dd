"""Mẫu 02: what is missing, once and completely (Circular 03/2025/TT-VPCP; Decree 309/2026)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, ClassVar

from motcua.dossiers.forms.common import Applicant, Form, make, qr_svg
from motcua.dossiers.forms.writing import date_words


@dataclass(frozen=True, kw_only=True)
class MissingItem:
    """One thing to add or correct: what, why (with the rule), and how to do it."""

    what: str
    why: str = ""
    how: str = ""


@dataclass(frozen=True, kw_only=True)
class SupplementFacts(Form):
    """One notice for everything that is missing.

    Arguments:
        items: in order; each with its reason and guidance.
        answer_by: last day on which an answer keeps the dossier alive, where one is set.
        contact, contact_phone: who helps.
        repeated: this is not the first notice; `approved_by` names the leader who agreed.
    """

    template: ClassVar[str] = "supplement"

    applicant: Applicant
    subject: str
    items: tuple[MissingItem, ...]
    answer_by: dt.date | None = None
    contact: str = ""
    contact_phone: str = ""
    officer: str = ""
    repeated: bool = False
    approved_by: str = ""
    look_up_url: str = ""

    def data(self) -> dict[str, Any]:
        return {
            **self.applicant.data(),
            "subject": self.subject,
            "items": [{"what": item.what, "why": item.why, "how": item.how} for item in self.items],
            "answer_by": date_words(self.answer_by),
            "contact": self.contact,
            "contact_phone": self.contact_phone,
            "officer": self.officer,
            "repeated": self.repeated,
            "approved_by": self.approved_by,
            "qr": qr_svg(self.look_up_url),
        }


def make_supplement(facts: SupplementFacts) -> bytes:
    return make(facts)
