"""What can be wrong with a catalogue. Messages are for the person who uploads or edits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence


def quoted(text: object, longest: int = 40) -> str:
    """What stands in a file, short and printable, in Vietnamese quotation marks."""
    seen = "".join(letter if letter.isprintable() else "?" for letter in str(text)[:longest])
    return f"“{seen.strip()}”"


class ProceduresError(Exception):
    """The root of this room's errors; `code` is for machines."""

    code = "procedures"


class UnknownProcedure(ProceduresError):
    """No procedure of this code holds on that day."""

    code = "procedure_unknown"

    def __init__(self, code: str) -> None:
        super().__init__(f"Không có thủ tục mã {code} đang có hiệu lực.")


class CatalogueError(ProceduresError):
    """A catalogue file cannot be used; nothing of it was taken over."""

    code = "catalogue_invalid"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(problems[0] if len(problems) == 1 else f"Tệp có {len(problems)} chỗ sai.")
        self.problems = tuple(problems)


class VersionClash(ProceduresError):
    """The dates of a version collide with those of another."""

    code = "version_clash"

    def __init__(self, code: str, later: dt.date) -> None:
        super().__init__(
            f"Thủ tục {code} đã có phiên bản áp dụng từ {later:%d/%m/%Y}, sau ngày này. Sửa phiên "
            "bản đó, bỏ phiên bản đó, hoặc chọn ngày áp dụng muộn hơn."
        )


class Moved(ProceduresError):
    """The catalogue changed between looking and acting; nothing was done."""

    code = "catalogue_moved"

    def __init__(self) -> None:
        super().__init__(
            "Danh mục vừa được người khác sửa, nên những thay đổi hiện ra lúc trước không còn "
            "đúng. Chưa có gì được ghi. Xin xem lại rồi xác nhận."
        )


class AlreadyTaken(ProceduresError):
    """This upload was taken over before."""

    code = "upload_taken"

    def __init__(self) -> None:
        super().__init__("Tệp này đã được nạp vào danh mục trước đó, không nạp lần thứ hai.")


class NotWithdrawable(ProceduresError):
    """A version that already applies, or on which dossiers rest, stays on the record."""

    code = "version_stays"

    def __init__(self) -> None:
        super().__init__(
            "Chỉ bỏ được phiên bản chưa áp dụng và chưa có hồ sơ nào dùng. "
            "Phiên bản đã áp dụng được giữ lại trong lịch sử."
        )
