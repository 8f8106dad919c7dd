"""What can be wrong with a catalogue. Messages are for the person who uploads or edits."""

from __future__ import annotations

from collections.abc import Sequence


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

    def __init__(self, code: str) -> None:
        super().__init__(
            f"Thủ tục {code} đã có phiên bản bắt đầu sau ngày này: sửa phiên bản đó, "
            "hoặc chọn ngày có hiệu lực khác."
        )
