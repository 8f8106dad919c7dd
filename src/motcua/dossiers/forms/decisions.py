"""Results in the layout of Decree 30/2020/NĐ-CP, annex I, and the statement on a true copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from motcua.dossiers.forms.common import Form, Signer, make
from motcua.dossiers.forms.writing import date_words, number_words
from motcua.kernel.clock import CITY


@dataclass(frozen=True, kw_only=True)
class DecisionFacts(Form):
    """A result that the authority writes itself: certificate, confirmation, permit, decision.

    Arguments:
        title: as "Quyết định" or "Giấy xác nhận".
        summary: what it is about (trích yếu); may be empty.
        authority: who decides, in capitals over the text, as "Chủ tịch Uỷ ban nhân dân"; may be
            empty, then no "QUYẾT ĐỊNH:" stands either.
        bases: "Căn cứ …", one each.
        fields: label and value, for certificates.
        paragraphs: running text.
        articles: of a decision, without their numbers.
        recipients: under "Nơi nhận".
        sample: the paper only shows what such a result looks like; it says so across the page.
    """

    template: ClassVar[str] = "decision"

    title: str
    summary: str = ""
    authority: str = ""
    bases: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    paragraphs: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    signer: Signer
    recipients: tuple[str, ...] = ()
    sample: bool = False

    def data(self) -> dict[str, Any]:
        return {
            **self.signer.data(),
            "title": self.title,
            "summary": self.summary,
            "authority": self.authority,
            "bases": list(self.bases),
            "fields": [list(pair) for pair in self.fields],
            "paragraphs": list(self.paragraphs),
            "articles": list(self.articles),
            "recipients": list(self.recipients),
            "sample": self.sample,
        }


@dataclass(frozen=True, kw_only=True)
class TrueCopyFacts(Form):
    """The statement that a copy is true to its original, on a page of its own.

    Arguments:
        number: of the certification; book: its register, as "01/2026-SCT/BS".
        what: the paper that was copied; pages and copies: how many.
        statement: words that the unit's configuration gives; these are the usual ones.
    """

    template: ClassVar[str] = "true_copy"

    what: str
    book: str = ""
    pages: int | None = None
    copies: int = 1
    statement: str = "Chứng thực bản sao đúng với bản chính"
    signer: Signer
    look_up: str = ""

    def data(self) -> dict[str, Any]:
        return {
            **self.signer.data(),
            "what": self.what,
            "book": self.book,
            "pages": "" if self.pages is None else f"{self.pages} ({number_words(self.pages)})",
            "copies": f"{self.copies:02d}",
            "statement": self.statement,
            "on": date_words(self.issued_at.astimezone(CITY).date()),
            "look_up": self.look_up,
        }


def make_decision(facts: DecisionFacts) -> bytes:
    return make(facts)


def make_true_copy(facts: TrueCopyFacts) -> bytes:
    return make(facts)
