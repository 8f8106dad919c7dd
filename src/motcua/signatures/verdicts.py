"""What an examination of a signed file says: states, their words, and the facts behind them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """One answer for a signature, and the gravest of all of them for a file."""

    VALID = "valid"
    NO_SIGNATURE = "no_signature"
    REVOCATION_UNKNOWN = "revocation_unknown"
    UNTRUSTED = "untrusted"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    WEAK = "weak"
    REVOKED = "revoked"
    CHANGED = "changed"
    BROKEN = "broken"
    UNREADABLE = "unreadable"

    @property
    def answer(self) -> str:
        """The answer in a few words."""
        return _WORDS[self][0]

    @property
    def meaning(self) -> str:
        """What it means and what to do, for somebody who knows nothing of certificates."""
        return _WORDS[self][1]

    @property
    def tone(self) -> str:
        """Tone of the page's notice."""
        return _WORDS[self][2]

    @property
    def gravity(self) -> int:
        """Greater is graver; the file's answer is the gravest of its signatures."""
        return list(State).index(self)


_WORDS: dict[State, tuple[str, str, str]] = {
    State.VALID: (
        "Chữ ký hợp lệ",
        "Tệp đúng như lúc ký và người ký được tin cậy. Có thể dùng tệp này.",
        "good",
    ),
    State.NO_SIGNATURE: (
        "Tệp không có chữ ký số",
        "Tệp này không mang chữ ký số nào, kể cả khi có hình chữ ký hay con dấu. "
        "Nếu giấy tờ cần ký số, đề nghị người nộp lấy bản ký số từ nơi cấp.",
        "info",
    ),
    State.REVOCATION_UNKNOWN: (
        "Chữ ký đúng, chưa biết chứng thư có bị thu hồi không",
        "Tệp đúng như lúc ký và nơi cấp chứng thư được tin cậy, nhưng chưa có danh sách thu hồi "
        "mới để kiểm tra. Nên kiểm tra lại sau, hoặc hỏi nơi cấp giấy.",
        "attention",
    ),
    State.UNTRUSTED: (
        "Tệp còn nguyên vẹn nhưng chưa xác minh được người ký",
        "Không ai sửa tệp sau khi ký, nhưng nơi cấp chứng thư của người ký không có trong danh "
        "sách tin cậy của thành phố. Ai cũng có thể tự tạo chứng thư như vậy.",
        "attention",
    ),
    State.EXPIRED: (
        "Chứng thư của người ký đã hết hạn",
        "Tệp còn nguyên vẹn, nhưng chứng thư đã hết hạn và không có dấu thời gian tin cậy chứng "
        "minh rằng tệp được ký khi chứng thư còn hạn. Đề nghị nơi cấp ký lại.",
        "attention",
    ),
    State.NOT_YET_VALID: (
        "Chứng thư của người ký chưa có hiệu lực",
        "Ngày bắt đầu hiệu lực của chứng thư còn ở phía trước. Xem lại đồng hồ của máy chủ, "
        "rồi hỏi nơi cấp giấy.",
        "attention",
    ),
    State.WEAK: (
        "Chữ ký dùng cách mã hoá đã lỗi thời",
        "Cách mã hoá của chữ ký này không còn đủ an toàn để tin cậy. Đề nghị nơi cấp ký lại.",
        "attention",
    ),
    State.REVOKED: (
        "Chứng thư của người ký đã bị thu hồi",
        "Nơi cấp đã thu hồi chứng thư này. Không dùng tệp; hỏi lại nơi cấp giấy.",
        "urgent",
    ),
    State.CHANGED: (
        "Tệp đã bị thay đổi sau khi ký",
        "Nội dung đang thấy không còn đúng với nội dung lúc ký. Không dùng tệp này; "
        "đề nghị người nộp gửi bản gốc.",
        "urgent",
    ),
    State.BROKEN: (
        "Chữ ký bị hỏng",
        "Chữ ký trong tệp không khớp với chứng thư hoặc bị cắt xén. Không dùng tệp này; "
        "đề nghị người nộp gửi bản gốc.",
        "urgent",
    ),
    State.UNREADABLE: (
        "Không đọc được tệp",
        "Tệp không phải PDF, bị hỏng hoặc đặt mật khẩu mở. Đề nghị người nộp gửi lại tệp gốc, "
        "không đặt mật khẩu.",
        "urgent",
    ),
}


@dataclass(frozen=True)
class SignatureFacts:
    """One signature, first to last as they were put on the file.

    Arguments:
        signer: common name in the certificate; organisation and issuer likewise.
        claimed_at: the signer's own clock, which proves nothing.
        stamped_at: by a trusted time-stamping authority, else None.
        stamped_by: that authority.
        trusted_by: name of the trust list's row that the chain ends in.
        revocation_source: which list said whether the certificate was revoked; empty when none
            did.
        revocation_as_of: when its issuer made that list.
        covers_all: nothing at all was added after this signature.
        added: what was added afterwards, in words.
        reasons: further findings in words.
    """

    state: State
    field: str
    signer: str
    organisation: str = ""
    issuer: str = ""
    serial: str = ""
    valid_from: dt.datetime | None = None
    valid_until: dt.datetime | None = None
    reason: str = ""
    claimed_at: dt.datetime | None = None
    stamped_at: dt.datetime | None = None
    stamped_by: str = ""
    trusted_by: str = ""
    trust_source: str = ""
    demonstration: bool = False
    revoked_at: dt.datetime | None = None
    revocation_source: str = ""
    revocation_as_of: dt.datetime | None = None
    covers_all: bool = False
    added: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """The answer for a file."""

    state: State
    signatures: tuple[SignatureFacts, ...] = ()
    reasons: tuple[str, ...] = ()
    at: dt.datetime | None = None
    sha256: str = ""
    size: int = 0

    @property
    def answer(self) -> str:
        return self.state.answer

    @property
    def meaning(self) -> str:
        return self.state.meaning

    @property
    def valid(self) -> bool:
        return self.state is State.VALID

    @property
    def demonstration(self) -> bool:
        """Whether any signature rests on an authority that exists only for demonstration."""
        return any(each.demonstration for each in self.signatures)

    def as_json(self) -> dict[str, Any]:
        """For the record; `from_json` reads it again."""
        return {
            "state": self.state,
            "signatures": [_plain(each) for each in self.signatures],
            "reasons": list(self.reasons),
            "at": self.at.isoformat() if self.at else None,
            "sha256": self.sha256,
            "size": self.size,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Verdict:
        return cls(
            state=State(stored["state"]),
            signatures=tuple(_facts(each) for each in stored["signatures"]),
            reasons=tuple(stored["reasons"]),
            at=_moment(stored["at"]),
            sha256=stored["sha256"],
            size=stored["size"],
        )


_MOMENTS = (
    "valid_from",
    "valid_until",
    "claimed_at",
    "stamped_at",
    "revoked_at",
    "revocation_as_of",
)


def _plain(facts: SignatureFacts) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, dt.datetime) else value
        for name, value in dataclasses.asdict(facts).items()
    }


def _facts(stored: dict[str, Any]) -> SignatureFacts:
    # Records are never changed: an old one knows fewer moments.
    moments = {name: _moment(stored.get(name)) for name in _MOMENTS}
    return SignatureFacts(
        **{
            **stored,
            **moments,
            "state": State(stored["state"]),
            "added": tuple(stored["added"]),
            "reasons": tuple(stored["reasons"]),
        }
    )


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
