"""Reads for the receiving pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from motcua.citizens.models import HeldPaper
from motcua.citizens.selectors import Offer, offers, usable_papers
from motcua.kernel.clock import today
from motcua.organisation import duty
from motcua.organisation.models import Person
from motcua.procedures.models import PaperRequirement, ProcedureVersion
from motcua.procedures.selectors import search
from motcua.reception.models import Intake

MOST_OFFERED = 3
SHOWN_BEFORE_SEARCH = 12


@dataclass(frozen=True)
class PaperLine:
    """One paper of the procedure as far as it has come in this filing."""

    requirement: PaperRequirement
    ticked: bool
    held: HeldPaper | None
    reused: bool
    offers: Sequence[Offer]


def unfinished(person: Person, unit_ids: Sequence[int]) -> QuerySet[Intake]:
    """What the officer began and neither filed nor put aside, newest first."""
    return Intake.objects.filter(
        unit__in=unit_ids, officer=person, dossier=None, dropped_at=None
    ).select_related("applicant", "version", "turn__ticket")


def paper_lines(intake: Intake) -> list[PaperLine]:
    """The list of papers with what is ticked, attached, and could be used again."""
    usable = usable_papers(intake.applicant_id, today())
    held = HeldPaper.objects.in_bulk(
        [entry["held"] for entry in intake.papers.values() if entry["held"]]
    )
    found = []
    for requirement in PaperRequirement.objects.filter(version=intake.version).order_by("order"):
        entry = intake.papers.get(str(requirement.order), {})
        paper = held.get(entry.get("held"))
        found.append(
            PaperLine(
                requirement=requirement,
                ticked=bool(entry.get("ticked")),
                held=paper,
                reused=bool(entry.get("via")),
                offers=[] if paper else offers(usable, requirement.name)[:MOST_OFFERED],
            )
        )
    return found


def procedures_for(person: Person, unit_id: int, typed: str) -> list[ProcedureVersion]:
    """What was searched for; before that, the procedures of the officer's counter."""
    if typed.strip():
        return search(typed)
    held = duty.current_duty(person)
    if held is None or held.counter.unit_id != unit_id:
        return []
    fields = held.counter.fields.values_list("pk", flat=True)
    return list(
        ProcedureVersion.objects.in_force(today())
        .filter(field__in=fields)
        .order_by("name")[:SHOWN_BEFORE_SEARCH]
    )
