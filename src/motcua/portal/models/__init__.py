"""What the citizen's side keeps."""

from motcua.portal.models.filing import (
    CitizenAccount,
    CitizenSession,
    Draft,
    DraftPaper,
    SupplementPaper,
)
from motcua.portal.models.helping import HelpSession
from motcua.portal.models.public import Attempts, NewsStopped, Publicity
from motcua.portal.models.suggesting import SuggestionBasis, SuggestionDismissed

__all__ = [
    "Attempts",
    "CitizenAccount",
    "CitizenSession",
    "Draft",
    "DraftPaper",
    "HelpSession",
    "NewsStopped",
    "Publicity",
    "SuggestionBasis",
    "SuggestionDismissed",
    "SupplementPaper",
]
