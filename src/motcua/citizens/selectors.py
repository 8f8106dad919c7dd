"""Reads that rooms above and this room's pages share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Reverse
from rapidfuzz import fuzz

from motcua.citizens.models import Citizen, Consent, HeldPaper, PaperUse
from motcua.citizens.rules import (
    MOST_FOUND,
    SHORTEST_SEARCH,
    Origin,
    PaperState,
    Purpose,
    phone_digits,
)
from motcua.kernel.text import by_given_name, folded

ALIKE = 82.0
"""Likeness of two names of papers, 0–100 (rapidfuzz token_set_ratio), above which one is offered
for the other. The officer decides; see `tests/citizens/test_reuse.py` for pairs."""


@dataclass(frozen=True)
class Offer:
    """A held paper that could be used instead of asking for it again.

    Arguments:
        likeness: 0–100, how much its name is that of the wanted paper.
    """

    paper: HeldPaper
    likeness: float


def known_citizens(unit_ids: Collection[int]) -> QuerySet[Citizen]:
    """Those with whom these units have to do."""
    return Citizen.objects.filter(known_at__unit_id__in=unit_ids).distinct()


def search_people(query: str, unit_ids: Collection[int]) -> list[Citizen]:
    """At most `MOST_FOUND` people whom these units know, by name or the end of a telephone.

    Names are found without diacritics, by the beginnings of their words in any order. Too short
    a query finds nobody: there is no list of all people.
    """
    found: QuerySet[Any]
    if digits := phone_digits(query):
        ending = (digits[1:] if len(digits) == 10 else digits)[::-1]
        found = Citizen.objects.alias(from_end=Reverse("phone")).filter(
            ~Q(phone=""), from_end__startswith=ending
        )
    else:
        words = folded(query).split()
        if sum(map(len, words)) < SHORTEST_SEARCH:
            return []
        wanted = SearchQuery(
            " & ".join(f"{word}:*" for word in words), config="simple", search_type="raw"
        )
        found = Citizen.objects.alias(words=SearchVector("name_folded", config="simple")).filter(
            words=wanted
        )
    here = found.filter(known_at__unit_id__in=unit_ids).distinct()[:MOST_FOUND]
    return sorted(here, key=lambda citizen: by_given_name(citizen.full_name))


def papers_of(citizen_id: int) -> QuerySet[HeldPaper]:
    """Every paper held for the person anywhere in the city, newest first."""
    return (
        HeldPaper.objects.filter(citizen_id=citizen_id)
        .select_related("unit", "replaced_by", "copy_of")
        .prefetch_related("uses__unit", "uses__consent", "access", "copies")
    )


def papers_open_to(unit_ids: Collection[int] | None) -> QuerySet[HeldPaper]:
    """Papers whose file these units may open; None is every unit."""
    if unit_ids is None:
        return HeldPaper.objects.all()
    return HeldPaper.objects.filter(access__unit_id__in=unit_ids).distinct()


def reusable(citizen_id: int, on: dt.date, wanted: str = "") -> list[Offer]:
    """Held papers of the person that may be used on this day, likest first, then newest.

    Arguments:
        wanted: the name of the paper that a procedure asks for; empty offers all.
    """
    return offers(usable_papers(citizen_id, on), wanted)


def usable_papers(citizen_id: int, on: dt.date) -> list[HeldPaper]:
    """Held papers of the person that may be used on this day."""
    searchable = HeldPaper.objects.filter(copy_of=OuterRef("pk"), state=PaperState.USABLE)
    found = HeldPaper.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=on),
        Q(valid_until=None) | Q(valid_until__gte=on),
        ~Exists(searchable),
        ~Q(origin=Origin.DRAFT),
        citizen_id=citizen_id,
        state=PaperState.USABLE,
        superseded=False,
    ).select_related("unit", "copy_of")
    return list(found)


def offers(papers: Iterable[HeldPaper], wanted: str = "") -> list[Offer]:
    """Those of these papers that are like the wanted one, likest first, then newest."""
    found = (Offer(paper, likeness(paper.name, wanted)) for paper in papers)
    return sorted(
        (offer for offer in found if offer.likeness >= ALIKE),
        key=lambda offer: (-offer.likeness, -offer.paper.stored_at.timestamp()),
    )


def likeness(name: str, wanted: str) -> float:
    """How much two names of papers mean the same, 0–100; everything is like an empty wish."""
    if not folded(wanted):
        return 100.0
    return float(fuzz.token_set_ratio(folded(name), folded(wanted)))


def latest(paper: HeldPaper) -> HeldPaper:
    """The paper that stands in this one's place now, or itself."""
    while newer := HeldPaper.objects.filter(replaces=paper).first():
        paper = newer
    return paper


def uses_of(citizen_id: int) -> QuerySet[PaperUse]:
    """What the person's papers were used for, newest first."""
    return PaperUse.objects.filter(paper__citizen_id=citizen_id).select_related(
        "paper", "unit", "consent"
    )


def consents_of(citizen_id: int) -> QuerySet[Consent]:
    """What the person agreed to, also what they withdrew, newest first."""
    return Consent.objects.filter(citizen_id=citizen_id).select_related("paper", "unit")


def agrees(citizen_id: int, purpose: Purpose) -> bool:
    """Whether the person has agreed to this purpose in general and not withdrawn it."""
    return Consent.objects.filter(
        citizen_id=citizen_id, purpose=purpose, paper=None, reference="", withdrawn_at=None
    ).exists()
