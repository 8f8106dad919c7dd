"""What the page of a person's papers shows, gathered in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from motcua.citizens import ocr
from motcua.citizens.models import Citizen, Consent, Digitisation, HeldPaper, PaperUse
from motcua.citizens.rules import DigitisingState, PaperState, why_not_reusable
from motcua.citizens.selectors import consents_of, papers_of
from motcua.kernel.clock import today

TONES = {PaperState.STORED: "info", PaperState.USABLE: "good", PaperState.REFUSED: "urgent"}


@dataclass(frozen=True)
class Line:
    """One paper as the viewer may see it.

    Arguments:
        open: whether the viewer may open the file.
        why_not: why it cannot be used again today; empty when it can.
        digitising: the last wish for a searchable copy, if any.
    """

    paper: HeldPaper
    open: bool
    tone: str
    why_not: str
    uses: tuple[PaperUse, ...]
    digitising: Digitisation | None
    may_digitise: bool
    copies: tuple[HeldPaper, ...]

    @property
    def working(self) -> bool:
        return self.digitising is not None and self.digitising.state in {
            DigitisingState.QUEUED,
            DigitisingState.WORKING,
        }


@dataclass(frozen=True)
class Store:
    """Everything held for one person."""

    lines: tuple[Line, ...]
    consents: tuple[Consent, ...]

    @property
    def moving(self) -> bool:
        """Whether something is on its way, so that the page should listen."""
        return any(line.working or line.paper.state == PaperState.STORED for line in self.lines)


def store_of(citizen: Citizen, unit_ids: Collection[int]) -> Store:
    """The person's store, seen by somebody who acts in these units."""
    papers = papers_of(citizen.pk).prefetch_related("digitisations")
    lines = [line_of(paper, unit_ids) for paper in papers]
    return Store(tuple(lines), tuple(consents_of(citizen.pk)))


def line_of(paper: HeldPaper, unit_ids: Collection[int]) -> Line:
    """One paper, seen by somebody who acts in these units."""
    wishes = sorted(paper.digitisations.all(), key=lambda wish: wish.pk)
    copies = tuple(paper.copies.all())
    return Line(
        paper=paper,
        open=any(access.unit_id in unit_ids for access in paper.access.all()),
        tone=TONES[PaperState(paper.state)],
        why_not=why_not_reusable(paper.facts, today()),
        uses=tuple(paper.uses.all()),
        digitising=wishes[-1] if wishes else None,
        may_digitise=(
            paper.state == PaperState.USABLE
            and paper.mime in ocr.DIGITISABLE
            and paper.copy_of_id is None
            and not any(copy.state == PaperState.USABLE for copy in copies)
        ),
        copies=copies,
    )
