"""What can be wrong with a request to this room.

    OrganisationError          the message is for the person at the screen
    ├── NotValid               what was typed cannot be; names the field
    ├── CounterTaken           somebody else sits at the counter
    ├── EnrolmentRefused       the one-time code is wrong, used or too old
    │   └── TooManyAttempts    somebody is trying codes
    ├── NotInstalled           the units were never loaded
    └── FirstAccountExists     the city can already let people in

`permissions.Forbidden` stands beside this tree: it is about the actor, not the request.
"""

from __future__ import annotations


class OrganisationError(ValueError):
    """Something the person at the screen can put right."""

    code = "organisation"


class NotValid(OrganisationError):
    """A value that cannot be accepted.

    `field` is the name of the form's field, so that the message appears beside it.
    """

    code = "not_valid"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class CounterTaken(OrganisationError):
    """Another officer is at the counter; they can be relieved by an explicit hand-over."""

    code = "counter_taken"

    def __init__(self, *, holder: str, since: str) -> None:
        super().__init__(
            f"Quầy đang do {holder} trực từ {since}. Nếu hai người đã đổi ca, bấm “Nhận bàn giao”."
        )
        self.holder = holder


class EnrolmentRefused(OrganisationError):
    """The code opens nothing. Wrong, used and expired codes answer alike."""

    code = "enrolment_refused"

    def __init__(self) -> None:
        super().__init__(
            "Mã ghi danh không đúng, đã dùng hoặc đã hết hạn. Đề nghị quản trị cấp mã mới."
        )


class TooManyAttempts(EnrolmentRefused):
    """Too many wrong codes in a short time; the right one is not even looked at."""

    code = "too_many_attempts"

    def __init__(self) -> None:
        OrganisationError.__init__(
            self, "Đã có quá nhiều lần nhập sai. Đợi một phút rồi nhập lại mã."
        )


class NotInstalled(OrganisationError):
    """There is no city yet to which an account could belong."""

    code = "not_installed"

    def __init__(self) -> None:
        super().__init__("Chưa nạp danh sách đơn vị. Chạy lệnh: motcua install")


class FirstAccountExists(OrganisationError):
    """Somebody already signs in for the city; further accounts are made on screen."""

    code = "first_account_exists"

    def __init__(self) -> None:
        super().__init__(
            "Thành phố đã có tài khoản; thêm người trên trang Đơn vị. "
            "Nếu không còn ai đăng nhập được, chạy lại với --another."
        )
