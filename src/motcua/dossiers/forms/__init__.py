"""The official forms, Mẫu 01 to 07 (Circular 03/2025/TT-VPCP, annex I), as facts made into PDF.

Each form is one frozen dataclass and one pure function `make_<name>(facts) -> bytes`. Nothing
here reads the database: `dossiers.papers` takes the facts from rows. Numbers, symbols, signers
and the office's names are facts too, since each unit sets its own.
"""

from motcua.dossiers.forms.common import Applicant, Office, Signer
from motcua.dossiers.forms.receipt import PaperLine, ReceiptFacts, make_receipt
from motcua.dossiers.forms.supplement import MissingItem, SupplementFacts, make_supplement

__all__ = [
    "Applicant",
    "MissingItem",
    "Office",
    "PaperLine",
    "ReceiptFacts",
    "Signer",
    "SupplementFacts",
    "make_receipt",
    "make_supplement",
]
