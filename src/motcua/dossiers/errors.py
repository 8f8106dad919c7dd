"""What can be wrong with a request to this room.

DossierError               the message is for the person at the screen
├── NotValid               what was typed cannot be; names the field
├── NotNow                 the state does not allow this act
├── ChangedMeanwhile       somebody else acted since the page was opened
├── DecidedMeanwhile       another leader answered the request
├── HeldByAnother          a colleague has it in hand
├── NeedsLeader            only with a leader's yes
├── Incomplete             papers that the procedure asks for are missing
├── PromiseUnknown         the catalogue has no time for this procedure: somebody sets the day
├── NoCalendar             the unit's calendar has no working day ahead
├── NoAgencyId             the unit cannot give codes yet; says where that is put right
└── PriceUnknown           the catalogue has no amount: somebody enters it with its source
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from motcua.dossiers.rules import ACTS, Act, State
from motcua.kernel.clock import CITY

if TYPE_CHECKING:
    from motcua.dossiers.models import Dossier, Event, LeaderRequest


class DossierError(ValueError):
    """Something the person at the screen can put right."""

    code = "dossier"


class NotValid(DossierError):
    """A value that cannot be accepted; `field` names the form's field."""

    code = "not_valid"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class NotNow(DossierError):
    """The state of the dossier does not allow this act."""

    code = "dossier_not_now"

    def __init__(self, dossier: Dossier, act: Act) -> None:
        super().__init__(
            f"Hồ sơ {dossier.code} đang ở trạng thái “{State(dossier.state).vietnamese}”, không "
            f"làm được việc “{ACTS[act].button}”."
        )


class ChangedMeanwhile(DossierError):
    """Somebody else was quicker; the message says who did what when."""

    code = "dossier_changed"

    def __init__(self, dossier: Dossier, last: Event) -> None:
        who = last.person.full_name if last.person else "Hệ thống"
        super().__init__(
            f"{who} vừa làm việc “{ACTS[Act(last.act)].done}” lúc "
            f"{last.at.astimezone(CITY):%H:%M %d/%m/%Y}. Hồ sơ nay ở trạng thái "
            f"“{State(dossier.state).vietnamese}”: xem lại rồi làm tiếp."
        )
        self.last = last


class DecidedMeanwhile(DossierError):
    """Another leader was quicker with a request; the message says who answered what when."""

    code = "request_decided"

    def __init__(self, request: LeaderRequest) -> None:
        assert request.decided_at is not None
        who = request.decided_by.full_name if request.decided_by else "Hệ thống"
        answer = "đồng ý" if request.granted else "không đồng ý"
        super().__init__(
            f"{who} đã trả lời “{answer}” đề nghị này lúc "
            f"{request.decided_at.astimezone(CITY):%H:%M %d/%m/%Y}."
        )


class HeldByAnother(DossierError):
    """A colleague has it in hand; who covers for them or leads the department may act."""

    code = "dossier_held"

    def __init__(self, holder: str) -> None:
        super().__init__(
            f"Hồ sơ đang do {holder} giữ. Người giữ bàn giao trước, hoặc trưởng phòng bàn giao."
        )


class NeedsLeader(DossierError):
    """The act needs a leader's yes; `ask_leader` asks for it."""

    code = "dossier_needs_leader"

    def __init__(self, why: str) -> None:
        super().__init__(f"{why} Bấm “Đề nghị lãnh đạo” và ghi lý do.")


class Incomplete(DossierError):
    """Papers are missing: they are asked for once and completely (form 02)."""

    code = "dossier_incomplete"

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(
            "Còn thiếu: " + "; ".join(missing) + ". Đánh dấu giấy tờ đã có, hoặc lập phiếu yêu cầu "
            "bổ sung (Mẫu 02)."
        )
        self.missing = tuple(missing)


class PromiseUnknown(DossierError):
    """No time is known for the procedure."""

    code = "promise_unknown"

    def __init__(self) -> None:
        super().__init__(
            "Danh mục chưa ghi thời hạn của thủ tục này: chọn ngày hẹn trả và ghi căn cứ."
        )


class NoCalendar(DossierError):
    """The calendar is not filled in."""

    code = "calendar_empty"

    def __init__(self) -> None:
        super().__init__(
            "Lịch làm việc của đơn vị chưa có ngày làm việc nào trong thời gian tới. "
            "Quản trị điền ở trang Đơn vị, mục Lịch làm việc."
        )


class NoAgencyId(DossierError):
    """Codes begin with the unit's electronic id, which the city assigns."""

    code = "no_agency_id"

    def __init__(self, unit: str) -> None:
        super().__init__(
            f"{unit} chưa có mã định danh điện tử nên chưa cấp được mã hồ sơ. Quản trị điền ở "
            "trang Đơn vị, mục Tổng quan, ô “Mã định danh điện tử”."
        )


class PriceUnknown(DossierError):
    """The catalogue does not know the amount."""

    code = "price_unknown"

    def __init__(self) -> None:
        super().__init__("Danh mục chưa ghi mức thu: nhập số tiền và căn cứ.")
