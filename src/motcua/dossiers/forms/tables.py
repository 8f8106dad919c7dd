"""Mẫu 06 and 07: the sheet that goes with a dossier, and the register of them all."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from motcua.dossiers.forms.common import Applicant, Form, make
from motcua.dossiers.forms.writing import moment_short, moment_words


class Timeliness(StrEnum):
    """Of one step; empty while it is not known."""

    UNKNOWN = ""
    EARLY = "Trước hạn"
    ON_TIME = "Đúng hạn"
    LATE = "Quá hạn"


@dataclass(frozen=True, kw_only=True)
class HopLine:
    """One hand-over. `receipt` is the mark of an electronic acknowledgement, if there is one."""

    from_party: str
    to_party: str
    at: dt.datetime
    timeliness: Timeliness = Timeliness.UNKNOWN
    note: str = ""
    receipt: str = ""

    def data(self) -> dict[str, str]:
        return {
            "from_party": self.from_party,
            "to_party": self.to_party,
            "at": moment_words(self.at),
            "timeliness": self.timeliness,
            "note": self.note,
            "receipt": self.receipt,
        }


@dataclass(frozen=True, kw_only=True)
class ControlSheetFacts(Form):
    """Mẫu 06: it grows by a line with every hand-over.

    Arguments:
        in_charge: the body that deals with it; cooperating: those that help.
        hops: in the order in which they happened.
    """

    template: ClassVar[str] = "control_sheet"

    subject: str
    applicant: Applicant
    in_charge: str
    cooperating: tuple[str, ...] = ()
    received_at: dt.datetime | None = None
    promised_at: dt.datetime | None = None
    hops: tuple[HopLine, ...]

    def data(self) -> dict[str, Any]:
        return {
            **self.applicant.data(),
            "subject": self.subject,
            "in_charge": self.in_charge,
            "cooperating": "; ".join(self.cooperating),
            "received_at": moment_words(self.received_at),
            "promised_at": moment_words(self.promised_at),
            "hops": [hop.data() for hop in self.hops],
        }


@dataclass(frozen=True, kw_only=True)
class RegisterRow:
    """One dossier. Phones and addresses come masked or whole as the caller decides."""

    order: int
    code: str
    subject: str
    sets: int = 1
    applicant: str
    contact: str = ""
    in_charge: str = ""
    received_at: dt.datetime | None = None
    promised_at: dt.datetime | None = None
    returned_at: dt.datetime | None = None
    return_way: str = ""
    signed_for: str = ""
    note: str = ""

    def data(self) -> list[str]:
        return [
            str(self.order),
            self.code,
            self.subject,
            str(self.sets),
            self.applicant,
            self.contact,
            self.in_charge,
            moment_short(self.received_at),
            moment_short(self.promised_at),
            moment_short(self.returned_at),
            self.return_way,
            self.signed_for,
            self.note,
        ]


@dataclass(frozen=True, kw_only=True)
class RegisterFacts(Form):
    """Mẫu 07: one book, landscape.

    Arguments:
        book: as "01/2026"; period: as "từ ngày 01/11/2026 đến ngày 30/11/2026".
    """

    template: ClassVar[str] = "register"

    book: str
    period: str
    rows: tuple[RegisterRow, ...]

    def data(self) -> dict[str, Any]:
        return {"book": self.book, "period": self.period, "rows": [r.data() for r in self.rows]}


def make_control_sheet(facts: ControlSheetFacts) -> bytes:
    return make(facts)


def make_register(facts: RegisterFacts) -> bytes:
    return make(facts)
