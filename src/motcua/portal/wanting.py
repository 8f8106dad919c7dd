"""What a draft still needs before it can be filed; asked by the citizen's page and the helper's."""

from __future__ import annotations

from dataclasses import dataclass

from motcua.citizens.models import HeldPaper
from motcua.citizens.rules import PaperState
from motcua.citizens.selectors import Offer, offers, usable_papers
from motcua.kernel.clock import today
from motcua.kernel.phones import PhoneError, normalise_mobile
from motcua.portal.accepting import units_for
from motcua.portal.models import Draft, DraftPaper
from motcua.procedures.models import PaperRequirement

MOST_OFFERED = 3
"""Papers held already that are offered for one requirement."""


@dataclass(frozen=True)
class Wanted:
    """One required paper and where it comes from; `offers` are papers already held that fit."""

    requirement: PaperRequirement
    given: DraftPaper | None
    offers: tuple[Offer, ...]

    @property
    def held(self) -> HeldPaper | None:
        return self.given.held if self.given else None

    @property
    def settled(self) -> bool:
        """Whether nothing more is needed for this paper."""
        if self.given is None:
            return self.requirement.conditional
        if self.given.brought:
            return True
        if self.held is None:
            return self.requirement.conditional
        return self.held.state != PaperState.REFUSED


@dataclass(frozen=True)
class Lack:
    """One thing still to do before filing: which part of the page, which paper, and in words."""

    anchor: str
    text: str
    paper: str = ""

    def __str__(self) -> str:
        return f"{self.paper}: {self.text}" if self.paper else self.text


def papers_wanted(draft: Draft) -> list[Wanted]:
    """The papers of the procedure in order, each with where it comes from."""
    given = {row.order: row for row in draft.papers.select_related("held")}
    held = usable_papers(draft.citizen_id, today())
    return [
        Wanted(
            requirement=each,
            given=given.get(each.order),
            offers=tuple(offers(held, each.name)[:MOST_OFFERED]),
        )
        for each in draft.version.requirements.order_by("order")
    ]


def lacking(draft: Draft) -> list[Lack]:
    """What is still to be done, in the order of the page. Says nothing of what was typed."""
    found = []
    if draft.unit not in units_for(draft.version):
        found.append(Lack("noi-nop", "Chọn phường, xã nơi nộp hồ sơ."))
    if not draft.subject.strip():
        found.append(Lack("de-nghi", "Ghi nội dung đề nghị, ví dụ “khai sinh cho con”."))
    if not mobile(draft.phone):
        found.append(Lack("lien-he", "Nhập số di động để nhận tin về hồ sơ."))
    found += [
        Lack(f"giay-{each.requirement.order}", _why(each), each.requirement.name)
        for each in papers_wanted(draft)
        if not each.settled
    ]
    return found


def mobile(typed: str) -> str:
    """The number in E.164 if it can receive SMS, else an empty string."""
    try:
        return normalise_mobile(typed)
    except PhoneError:
        return ""


def _why(wanted: Wanted) -> str:
    if wanted.held is not None:
        return f"tệp chưa dùng được. {wanted.held.reason}"
    return "gửi tệp, dùng bản đang lưu, hoặc chọn mang bản giấy đến."
