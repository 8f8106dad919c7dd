"""The official forms, Mẫu 01 to 07 (Circular 03/2025/TT-VPCP, annex I), as facts made into PDF.

Each form is one frozen dataclass and one pure function `make_<name>(facts) -> bytes`. Nothing
here reads the database: `dossiers.papers` takes the facts from rows. Numbers, symbols, signers
and the office's names are facts too, since each unit sets its own. `signing_place(facts)` says
where a digital signature belongs on the paper that the same facts make.
"""

from motcua.dossiers.forms.common import Applicant, Form, Office, Signer, signing_place
from motcua.dossiers.forms.decisions import (
    DecisionFacts,
    TrueCopyFacts,
    make_decision,
    make_true_copy,
)
from motcua.dossiers.forms.fees import FeeLine, FeeReceiptFacts, make_fee_receipt
from motcua.dossiers.forms.letters import (
    ApologyFacts,
    Reason,
    RefusalFacts,
    StopFacts,
    make_apology,
    make_refusal,
    make_stop,
)
from motcua.dossiers.forms.receipt import PaperLine, ReceiptFacts, make_receipt
from motcua.dossiers.forms.supplement import MissingItem, SupplementFacts, make_supplement
from motcua.dossiers.forms.tables import (
    ControlSheetFacts,
    HopLine,
    RegisterFacts,
    RegisterRow,
    Timeliness,
    make_control_sheet,
    make_register,
)

__all__ = [
    "ApologyFacts",
    "Applicant",
    "ControlSheetFacts",
    "DecisionFacts",
    "FeeLine",
    "FeeReceiptFacts",
    "Form",
    "HopLine",
    "MissingItem",
    "Office",
    "PaperLine",
    "Reason",
    "ReceiptFacts",
    "RefusalFacts",
    "RegisterFacts",
    "RegisterRow",
    "Signer",
    "StopFacts",
    "SupplementFacts",
    "Timeliness",
    "TrueCopyFacts",
    "make_apology",
    "make_control_sheet",
    "make_decision",
    "make_fee_receipt",
    "make_receipt",
    "make_refusal",
    "make_register",
    "make_stop",
    "make_supplement",
    "make_true_copy",
    "signing_place",
]
