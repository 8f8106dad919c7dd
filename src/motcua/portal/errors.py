"""What can be wrong with a request to this room.

PortalError                the message is for the person at the screen
├── NotValid               what was typed cannot be; names the field
├── TooMany                tried too often; try later
├── NotFound               nothing that this person may see
└── SignInFailed           the identity provider did not say who it is
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
