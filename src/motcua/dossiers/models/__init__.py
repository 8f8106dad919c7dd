"""Dossiers, their history, their money, their results, and the numbers they are given."""

from motcua.dossiers.models.dossiers import Dossier, DossierPaper
from motcua.dossiers.models.history import (
    Ending,
    Event,
    Extension,
    Hop,
    LeaderRequest,
    Pause,
    SupplementRequest,
)
from motcua.dossiers.models.money import Payment, PaymentCancellation
from motcua.dossiers.models.numbers import CodeCounter
from motcua.dossiers.models.provisions import CitizenText, Provision
from motcua.dossiers.models.results import Result

__all__ = [
    "CitizenText",
    "CodeCounter",
    "Dossier",
    "DossierPaper",
    "Ending",
    "Event",
    "Extension",
    "Hop",
    "LeaderRequest",
    "Pause",
    "Payment",
    "PaymentCancellation",
    "Provision",
    "Result",
    "SupplementRequest",
]
