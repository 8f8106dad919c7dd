"""News of this room for the rooms above; handlers run inside the publisher's transaction."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PaperJudged:
    """A paper was found usable or refused. `state` is a value of `rules.PaperState`."""

    paper_id: int
    state: str
    reason: str


@dataclass(frozen=True)
class PaperDigitised:
    """A searchable copy of a paper is there."""

    paper_id: int
    copy_id: int
