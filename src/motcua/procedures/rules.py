"""How procedures measure time and money, and who may edit them. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from motcua.organisation.rules import Permissions, Role

PERMISSIONS: Permissions = {
    "procedures.view_versions": frozenset(Role),
    "procedures.edit": frozenset({Role.CITY}),
}
"""Whoever works here may look: the clerk, the specialist and the helper answer for the same text.

Only the city edits, not a ward's administrator: procedures are announced by a ministry or by the
city's chairman and hold in all 168 units at once, so that one ward would change them for everybody.
"""


class RuleKind(StrEnum):
    """How a procedure measures its time."""

    SAME_DAY = "same_day"
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    WORKING_HOURS = "working_hours"

    @property
    def vietnamese(self) -> str:
        return {
            RuleKind.SAME_DAY: "trong ngày (nhận trước 15 giờ)",
            RuleKind.WORKING_DAYS: "ngày làm việc",
            RuleKind.CALENDAR_DAYS: "ngày (tính cả ngày nghỉ)",
            RuleKind.WORKING_HOURS: "giờ làm việc",
        }[self]


@dataclass(frozen=True)
class TimeRule:
    """A procedure's time: `amount` days or hours; it means nothing for `SAME_DAY`.

    Raises:
        ValueError: the amount is not positive where one is needed.
    """

    kind: RuleKind
    amount: int = 0

    def __post_init__(self) -> None:
        if self.kind is not RuleKind.SAME_DAY and self.amount < 1:
            raise ValueError("a time rule needs at least one day or hour")

    def __str__(self) -> str:
        words = {
            RuleKind.SAME_DAY: "trong ngày, nhận từ 15 giờ thì ngày làm việc tiếp theo",
            RuleKind.WORKING_DAYS: f"{self.amount} ngày làm việc",
            RuleKind.CALENDAR_DAYS: f"{self.amount} ngày",
            RuleKind.WORKING_HOURS: f"{self.amount} giờ làm việc",
        }
        return words[self.kind]


class Channel(StrEnum):
    """How a dossier is filed, as far as fees differ."""

    COUNTER = "counter"
    ONLINE = "online"
    POST = "post"

    @property
    def vietnamese(self) -> str:
        return {
            Channel.COUNTER: "nộp trực tiếp",
            Channel.ONLINE: "nộp trực tuyến",
            Channel.POST: "nộp qua bưu chính",
        }[self]


class PaperForm(StrEnum):
    """In which form a paper is handed in."""

    ORIGINAL = "original"
    COPY = "copy"
    SHOWN = "shown"

    @property
    def vietnamese(self) -> str:
        return {
            PaperForm.ORIGINAL: "bản chính",
            PaperForm.COPY: "bản sao",
            PaperForm.SHOWN: "xuất trình",
        }[self]


class FeeKind(StrEnum):
    """Lệ phí is set by the council, phí by the Ministry of Finance (Law 97/2015/QH13)."""

    LE_PHI = "le_phi"
    PHI = "phi"
    UNKNOWN = "unknown"

    @property
    def vietnamese(self) -> str:
        return {FeeKind.LE_PHI: "lệ phí", FeeKind.PHI: "phí", FeeKind.UNKNOWN: "phí, lệ phí"}[self]


class OnlineLevel(StrEnum):
    """How far a procedure can be done online (Decree 224/2026/NĐ-CP, article 14)."""

    END_TO_END = "end_to_end"
    PARTIAL = "partial"
    NONE = "none"

    @property
    def vietnamese(self) -> str:
        return {
            OnlineLevel.END_TO_END: "trực tuyến toàn trình",
            OnlineLevel.PARTIAL: "trực tuyến một phần",
            OnlineLevel.NONE: "chưa nộp trực tuyến được",
        }[self]


@dataclass(frozen=True)
class Price:
    """An amount in whole đồng for a channel and a class of payer; None is not known."""

    channel: Channel
    payer: str
    amount: int | None


def price_of(prices: Iterable[Price], *, channel: Channel, payer: str = "") -> Price | None:
    """What applies to this payer by this channel: the named class, else everybody's.

    Returns:
        None when the version says nothing at all; a `Price` with amount None when it says
        that the amount is not known.
    """
    fitting = [price for price in prices if price.channel is channel]
    for wanted in (payer, ""):
        for price in fitting:
            if price.payer == wanted:
                return price
    return None


class Standing(StrEnum):
    """How a version stands to a day."""

    ENDED = "ended"
    IN_FORCE = "in_force"
    COMING = "coming"


def standing(first: dt.date, last: dt.date | None, on: dt.date) -> Standing:
    """Whether a version from `first` to the end of `last` (None: open) holds on a day."""
    if on < first:
        return Standing.COMING
    return Standing.ENDED if last is not None and last < on else Standing.IN_FORCE
