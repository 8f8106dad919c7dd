"""Citizens, their papers, and what they agreed to."""

from motcua.citizens.models.digitising import Digitisation
from motcua.citizens.models.papers import (
    Consent,
    HeldPaper,
    PaperAccess,
    PaperUse,
    Upload,
)
from motcua.citizens.models.people import Citizen, KnownAt

__all__ = [
    "Citizen",
    "Consent",
    "Digitisation",
    "HeldPaper",
    "KnownAt",
    "PaperAccess",
    "PaperUse",
    "Upload",
]
