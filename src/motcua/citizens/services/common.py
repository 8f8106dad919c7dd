"""What the services of this room share."""

from __future__ import annotations

from typing import Any

from motcua.citizens.errors import NotKnownHere, NotValid
from motcua.citizens.models import Citizen, HeldPaper, KnownAt, PaperAccess
from motcua.kernel import audit
from motcua.organisation.permissions import Actor


def note(action: str, actor: Actor, subject: str, unit_id: int, **detail: Any) -> None:
    """Record the act in the audit log; never a personal number."""
    audit.record(action=action, actor=actor.label, subject=subject, unit_id=unit_id, detail=detail)


def citizen_subject(citizen: Citizen) -> str:
    return f"citizen:{citizen.public_id}"


def paper_subject(paper: HeldPaper) -> str:
    return f"paper:{paper.public_id}"


def make_known(citizen: Citizen, unit_id: int) -> None:
    """From now on this unit may find the citizen by name."""
    KnownAt.objects.get_or_create(citizen=citizen, unit_id=unit_id)


def open_to(paper: HeldPaper, unit_id: int, reason: str) -> None:
    """From now on this unit may open the paper's file."""
    PaperAccess.objects.get_or_create(
        paper=paper, unit_id=unit_id, defaults={"reason": reason[:120]}
    )


def known_citizen(unit_id: int, citizen_id: int) -> Citizen:
    """The citizen, if this unit has to do with them.

    Raises:
        NotKnownHere: it has not, or there is no such citizen.
    """
    found = Citizen.objects.filter(pk=citizen_id, known_at__unit_id=unit_id).first()
    if found is None:
        raise NotKnownHere
    return found


def paper_here(unit_id: int, paper_id: int) -> HeldPaper:
    """The paper, if this unit may open it.

    Raises:
        NotKnownHere: it may not, or there is no such paper.
    """
    found = HeldPaper.objects.filter(pk=paper_id, access__unit_id=unit_id).first()
    if found is None:
        raise NotKnownHere
    return found


def tidy(field: str, typed: str, longest: int, *, required: str = "") -> str:
    """The typed text with single spaces and without control characters.

    Raises:
        NotValid: too long; or nothing typed although `required` says what is wanted.
    """
    text = " ".join("".join(c if c.isprintable() else " " for c in typed).split())
    if required and not text:
        raise NotValid(field, required)
    if len(text) > longest:
        raise NotValid(field, f"Nhập tối đa {longest} ký tự.")
    return text
