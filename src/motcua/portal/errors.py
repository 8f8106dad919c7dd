"""What can be wrong with a request to this room.

PortalError                the message is for the person at the screen
├── NotValid               what was typed cannot be; names the field
├── TooMany                tried too often; try later
├── NotFound               nothing that this person may see
├── SignInFailed           the identity provider did not say who it is
├── LinkForged             a link of a message that was not made here, or only part of one
└── LinkOver               a link of a message that is too old
"""

from __future__ import annotations


class PortalError(ValueError):
    """Something the person at the screen can put right."""

    code = "portal"


class NotValid(PortalError):
    """A value that cannot be accepted; `field` names the form's field."""

    code = "not_valid"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class TooMany(PortalError):
    """Somebody tries too often, or a program does."""

    code = "too_many"

    def __init__(self) -> None:
        super().__init__("Đã có quá nhiều lần thử không đúng. Xin đợi một lúc rồi thử lại.")


class NotFound(PortalError):
    """Not theirs, or not there. Pages answer 404."""

    code = "not_found"

    def __init__(self) -> None:
        super().__init__("Không tìm thấy.")


class SignInFailed(PortalError):
    """The message says what to do."""

    code = "sign_in_failed"


class LinkForged(PortalError):
    """Cut off on the way, mistyped, or invented."""

    code = "link_forged"

    def __init__(self) -> None:
        super().__init__("Đường dẫn này không đúng hoặc bị thiếu chữ. Chưa có gì thay đổi.")


class LinkOver(PortalError):
    """It worked once; a later message has a new one."""

    code = "link_over"

    def __init__(self) -> None:
        super().__init__("Đường dẫn này đã hết hạn. Chưa có gì thay đổi.")
