"""Mẫu 03, 04, 05: refusal, apology with extension, stop (Circular 03/2025/TT-VPCP, annex I)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, ClassVar

from motcua.dossiers.forms.common import Applicant, Form, Signer, make
from motcua.dossiers.forms.writing import moment_words


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why, and the rule on which it rests."""

    text: str
    basis: str = ""

    def data(self) -> dict[str, str]:
        return {"text": self.text, "basis": self.basis}


@dataclass(frozen=True, kw_only=True)
class RefusalFacts(Form):
    """Mẫu 03: reception is refused.

    Arguments:
        guidance: what the citizen can do instead.
        signer: the leader who agreed; without one the officer's line is left to be signed.
    """

    template: ClassVar[str] = "refusal"

    applicant: Applicant
    subject: str
    reasons: tuple[Reason, ...]
    guidance: str = ""
    officer: str = ""
    signer: Signer | None = None

    def data(self) -> dict[str, Any]:
        signer = self.signer or Signer(capacity=("Người tiếp nhận hồ sơ",), name=self.officer)
        return {
            **self.applicant.data(),
            **signer.data(),
            "subject": self.subject,
            "reasons": [reason.data() for reason in self.reasons],
            "guidance": self.guidance,
        }


@dataclass(frozen=True, kw_only=True)
class ApologyFacts(Form):
    """Mẫu 04: an apology, and the day that is asked for instead.

    Arguments:
        field: the procedure's field of work.
        promised_at: the promise that is not kept; new_promised_at: the one that takes its place.
        late: the first promise has already passed.
        recipients: besides the applicant, under "Nơi nhận".
    """

    template: ClassVar[str] = "apology"

    applicant: Applicant
    subject: str
    field: str = ""
    received_at: dt.datetime | None
    promised_at: dt.datetime | None
    new_promised_at: dt.datetime | None
    reason: str
    late: bool = False
    signer: Signer
    recipients: tuple[str, ...] = ()

    def data(self) -> dict[str, Any]:
        return {
            **self.applicant.data(),
            **self.signer.data(),
            "subject": self.subject,
            "field": self.field,
            "received_at": moment_words(self.received_at),
            "promised_at": moment_words(self.promised_at),
            "new_promised_at": moment_words(self.new_promised_at),
            "reason": self.reason,
            "late": self.late,
            "recipients": list(self.recipients),
        }


@dataclass(frozen=True, kw_only=True)
class StopFacts(Form):
    """Mẫu 05: the dossier is no longer dealt with.

    Arguments:
        asked_by: who asked for it, as "ông Nguyễn Văn A" or the authority itself.
        stage: how far it had come.
        decision: what was decided and why.
        refund: what is paid back, or that nothing is.
        returned: papers handed back.
    """

    template: ClassVar[str] = "stop"

    applicant: Applicant
    subject: str
    received_at: dt.datetime | None
    asked_by: str
    asked_at: dt.datetime | None
    stage: str
    decision: str
    refund: str = ""
    returned: tuple[str, ...] = ()
    signer: Signer
    recipients: tuple[str, ...] = ()

    def data(self) -> dict[str, Any]:
        return {
            **self.applicant.data(),
            **self.signer.data(),
            "subject": self.subject,
            "received_at": moment_words(self.received_at),
            "asked_by": self.asked_by,
            "asked_at": moment_words(self.asked_at),
            "stage": self.stage,
            "decision": self.decision,
            "refund": self.refund,
            "returned": list(self.returned),
            "recipients": list(self.recipients),
        }


def make_refusal(facts: RefusalFacts) -> bytes:
    return make(facts)


def make_apology(facts: ApologyFacts) -> bytes:
    return make(facts)


def make_stop(facts: StopFacts) -> bytes:
    return make(facts)
