"""What `motcua check` and the identities' page say about keys, trust and time stamps."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings

from motcua.kernel.clock import now
from motcua.signatures import selectors, time_stamps, trusting

REVOCATION_REMEDY = (
    "Trang Nơi cấp tin cậy: nạp danh sách thu hồi mới, xem docs/runbooks/revocation-lists.md."
)


@dataclass(frozen=True)
class Health:
    """One finding; `remedy` says what to do when it is not sound."""

    name: str
    sound: bool
    detail: str
    remedy: str = ""


def findings() -> Iterator[Health]:
    """All of them. Asks the TSA, with its time-out."""
    moment = now()
    ending = [f"{each.label} ({each.valid_until:%d/%m/%Y})" for each in selectors.expiring(moment)]
    yield Health(
        "Chứng thư ký số",
        not ending,
        "sắp hoặc đã hết hạn: " + ", ".join(ending) if ending else "đều còn hạn trên 30 ngày",
        "Xin chứng thư mới rồi bấm “Thay chứng thư”, xem docs/runbooks/certificate-expired.md.",
    )
    blocked = [each.label for each in selectors.blocked()]
    yield Health(
        "Thiết bị ký số",
        not blocked,
        "bị chặn vì mã PIN sai: " + ", ".join(blocked) if blocked else "không có thiết bị bị chặn",
        "Bấm “Thay chứng thư” và nhập mã PIN đúng, xem docs/runbooks/token-missing.md.",
    )
    stale = [root.name for root in selectors.stale_lists(moment)]
    yield Health(
        "Danh sách thu hồi chứng thư",
        not stale,
        "thiếu hoặc cũ: " + ", ".join(stale) if stale else "còn mới",
        REVOCATION_REMEDY,
    )
    yield from revocation_folder()
    yield time_stamping()


def revocation_folder() -> Iterator[Health]:
    """Whether every file that the operator put there can be used; nothing where there is none."""
    folder = settings.REVOCATION_FOLDER
    if folder is None:
        return
    name = "Thư mục danh sách thu hồi"
    if not folder.is_dir():
        yield Health(name, False, f"không có {folder}", "Tạo thư mục, hoặc bỏ cấu hình này.")
        return
    files = list(trusting.files_in_folder())
    wrong = [f"{each.path.name}: {each.trouble}" for each in files if each.trouble]
    yield Health(
        name,
        not wrong,
        "; ".join(wrong) if wrong else f"{len(files)} tệp dùng được",
        "Bỏ tệp hỏng, hoặc thêm nơi cấp ở trang Nơi cấp tin cậy, xem "
        "docs/runbooks/revocation-lists.md.",
    )


def time_stamping() -> Health:
    """Whether the TSA answers now."""
    stamper = time_stamps.configured()
    if stamper is None:
        return Health("Dấu thời gian", True, "chưa cấu hình, chữ ký không có dấu thời gian")
    try:
        asyncio.run(time_stamps.ask(stamper))
    except time_stamps.TimeStampUnavailable as wrong:
        return Health(
            "Dấu thời gian",
            False,
            f"không trả lời: {wrong}",
            "Vẫn ký được nhưng thiếu dấu thời gian, xem docs/runbooks/tsa-down.md.",
        )
    return Health("Dấu thời gian", True, "có trả lời")
