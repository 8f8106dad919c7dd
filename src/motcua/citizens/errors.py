"""What can be wrong with a request to this room.

CitizensError              the message is for the person at the screen
├── NotValid               what was typed cannot be; names the field
│   └── Inconsistent       number, birth date or sex contradict each other; a reason overrides
├── AnotherName            the number belongs to a person of another name; a reason overrides
├── TooManyLookUps         somebody is guessing numbers
├── NotKnownHere           the unit has nothing to do with this citizen or paper
├── NotReady               a document made here cannot be kept now; nothing has happened
├── NotReusable            the paper may not be used for this; says why
└── UploadError            a chunk does not fit; `expected` says where to go on
"""

from __future__ import annotations

from collections.abc import Sequence

from motcua.citizens.cccd import Finding


class CitizensError(ValueError):
    """Something the person at the screen can put right."""

    code = "citizens"


class NotValid(CitizensError):
    """A value that cannot be accepted; `field` names the form's field."""

    code = "not_valid"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Inconsistent(NotValid):
    """The number says something else than birth date or sex. Old data are sometimes wrong, so
    the same call with `override_reason` passes, and the reason is kept in the audit log."""

    code = "inconsistent"

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("personal_number", " ".join(finding.text for finding in findings))
        self.findings = tuple(findings)


class AnotherName(CitizensError):
    """The number is already held by somebody whose name differs by more than its marks."""

    code = "another_name"

    def __init__(self, known_as: str) -> None:
        super().__init__(
            f"Số định danh này đã ghi cho {known_as}. Kiểm tra lại thẻ. Nếu người dân đã đổi "
            "họ tên, ghi lý do rồi lưu lại."
        )
        self.known_as = known_as


class TooManyLookUps(CitizensError):
    """Too many look-ups by number found nobody."""

    code = "too_many_look_ups"

    def __init__(self) -> None:
        super().__init__(
            "Đã tra quá nhiều số không có trong hệ thống. Đợi một giờ rồi tra lại, hoặc nhập "
            "người dân mới bằng cách quét thẻ."
        )


class NotKnownHere(CitizensError):
    """The unit has nothing to do with this citizen or paper. Pages answer 404."""

    code = "not_known_here"

    def __init__(self) -> None:
        super().__init__("Không tìm thấy ở đơn vị này.")


class NotReady(CitizensError):
    """A document that the house made cannot be kept at this moment; nothing was written."""

    code = "not_ready"


class NotReusable(CitizensError):
    """The paper may not be used for this purpose now."""

    code = "not_reusable"


class UploadError(CitizensError):
    """A chunk that does not continue where the last one ended."""

    code = "upload_offset"

    def __init__(self, message: str, expected: int) -> None:
        super().__init__(message)
        self.expected = expected
