"""Who may see whom, and when a held paper may be used again. Pure.

Who may see what:
- A citizen is known city-wide and has one row, found by the whole personal number. Such a
  look-up is an act of its own, always on the record, and a person who guesses numbers is
  stopped (`LOOK_UPS_WITHOUT_RESULT`).
- A unit sees a citizen from the day on which that citizen has to do with it (`KnownAt`): they
  came to its counter, or their dossier was handed to it. Searching by name or telephone looks
  among those and never lists them all: it needs `SHORTEST_SEARCH` characters and gives
  `MOST_FOUND` people at most.
- Staff of a unit that knows the citizen see which papers are held anywhere in the city: name,
  validity, where it came from. They open a paper's file only where it may be opened
  (`PaperAccess`): the unit that received it, a unit to which it was handed with a dossier, and
  a unit that uses it again with the person's consent.
- The city's own staff read figures, not people: they see no citizen here.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum

from motcua.organisation.rules import LEADERS, Permissions, Role

PERMISSIONS: Permissions = {
    "citizens.view": LEADERS | {Role.OFFICER, Role.SPECIALIST, Role.CLERK},
    "citizens.look_up": LEADERS | {Role.OFFICER, Role.SPECIALIST},
    "citizens.edit": frozenset({Role.OFFICER, Role.SPECIALIST, Role.CENTRE_LEADER}),
    "citizens.reveal_number": frozenset({Role.OFFICER, Role.SPECIALIST, Role.CENTRE_LEADER}),
    "citizens.store_paper": LEADERS | {Role.OFFICER, Role.SPECIALIST, Role.CLERK},
    "citizens.record_consent": frozenset({Role.OFFICER, Role.CENTRE_LEADER}),
}

SHORTEST_SEARCH = 2
"""Letters or digits of a search by name; telephone numbers need `SHORTEST_PHONE` digits."""
SHORTEST_PHONE = 3
MOST_FOUND = 20
LOOK_UPS_WITHOUT_RESULT = 60
"""Look-ups by number that find nobody, a person and hour. More is guessing, not serving."""
LOOK_UP_WINDOW = dt.timedelta(hours=1)


class PaperState(StrEnum):
    """How far a paper has come since its bytes arrived."""

    STORED = "stored"
    USABLE = "usable"
    REFUSED = "refused"

    @property
    def vietnamese(self) -> str:
        return {
            PaperState.STORED: "Đang kiểm tra",
            PaperState.USABLE: "Dùng được",
            PaperState.REFUSED: "Không dùng được",
        }[self]


class Origin(StrEnum):
    """How a paper came to the centre."""

    COUNTER = "counter"
    ONLINE = "online"
    KIOSK = "kiosk"
    DRAFT = "draft"
    RESULT = "result"
    DIGITISED = "digitised"

    @property
    def vietnamese(self) -> str:
        return {
            Origin.COUNTER: "Nộp tại quầy",
            Origin.ONLINE: "Nộp trực tuyến",
            Origin.KIOSK: "Nộp tại ki-ốt, ATM hồ sơ",
            Origin.DRAFT: "Dự thảo kết quả, chưa phát hành",
            Origin.RESULT: "Kết quả do cơ quan cấp",
            Origin.DIGITISED: "Số hoá từ bản quét",
        }[self]


class Purpose(StrEnum):
    """What a person may agree to, one purpose a consent (Law 91/2025/QH15 on personal data)."""

    REUSE_PAPER = "reuse_paper"
    NEWS = "news"
    SUGGESTIONS = "suggestions"

    @property
    def vietnamese(self) -> str:
        return {
            Purpose.REUSE_PAPER: "Dùng lại giấy tờ đang lưu để giải quyết hồ sơ",
            Purpose.NEWS: "Nhận tin nhắn về hồ sơ",
            Purpose.SUGGESTIONS: "Nhận nhắc việc và gợi ý thủ tục liên quan",
        }[self]


class ConsentVia(StrEnum):
    """How the person said yes."""

    SPOKEN = "spoken"
    SIGNED = "signed"
    ONLINE = "online"
    KIOSK = "kiosk"

    @property
    def vietnamese(self) -> str:
        return {
            ConsentVia.SPOKEN: "Nói tại quầy",
            ConsentVia.SIGNED: "Ký trên giấy",
            ConsentVia.ONLINE: "Bấm đồng ý trên cổng",
            ConsentVia.KIOSK: "Bấm đồng ý tại ki-ốt, ATM hồ sơ",
        }[self]


class DigitisingState(StrEnum):
    """How far the making of a searchable copy is."""

    QUEUED = "queued"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"

    @property
    def vietnamese(self) -> str:
        return {
            DigitisingState.QUEUED: "Đang chờ số hoá",
            DigitisingState.WORKING: "Đang số hoá",
            DigitisingState.DONE: "Đã số hoá",
            DigitisingState.FAILED: "Chưa số hoá được",
        }[self]


@dataclass(frozen=True)
class PaperFacts:
    """What decides whether a paper may be used again."""

    state: PaperState
    replaced: bool
    draft: bool
    valid_from: dt.date | None
    valid_until: dt.date | None


def why_not_reusable(paper: PaperFacts, on: dt.date) -> str:
    """The reason why this paper cannot be used on this day; empty when it can."""
    if paper.state is PaperState.STORED:
        return "Tệp chưa kiểm tra xong."
    if paper.state is PaperState.REFUSED:
        return "Tệp không dùng được."
    if paper.draft:
        return "Là dự thảo, chưa phát hành."
    if paper.replaced:
        return "Đã có bản thay thế."
    if paper.valid_from and on < paper.valid_from:
        return f"Chưa có giá trị trước ngày {paper.valid_from:%d/%m/%Y}."
    if paper.valid_until and on > paper.valid_until:
        return f"Hết giá trị từ ngày {paper.valid_until:%d/%m/%Y}."
    return ""


def number_typed(query: str) -> str:
    """The twelve digits if the query is a whole personal number, else an empty string."""
    digits = re.sub(r"[\s.]", "", query)
    return digits if re.fullmatch(r"[0-9]{12}", digits) else ""


def phone_digits(query: str) -> str:
    """The digits if the query is the end of a telephone number, else an empty string."""
    digits = re.sub(r"[\s.\-()+]", "", query)
    return digits if re.fullmatch(rf"[0-9]{{{SHORTEST_PHONE},11}}", digits) else ""
