"""What the law leaves open, and the words for citizens: what a fresh installation starts with.

A row in the database replaces the default here; the city edits rows on screen, each with its
source, because none of these numbers is settled in a text at hand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from motcua.dossiers.models import CitizenText, Provision


class Provisions(StrEnum):
    """The numbers that this room's rules take."""

    RESPOND_HOURS = "respond_hours"
    MOST_EXTENSIONS = "most_extensions"
    SUPPLEMENTS_WITHOUT_LEADER = "supplements_without_leader"


@dataclass(frozen=True)
class Known:
    """A number with what it means and where it comes from."""

    title: str
    value: int
    source: str
    certain: bool = False


DEFAULTS: Mapping[Provisions, Known] = {
    Provisions.RESPOND_HOURS: Known(
        "Số giờ làm việc để kiểm tra, trả lời hồ sơ trực tuyến",
        8,
        "Cổng Dịch vụ công quốc gia, thủ tục 2.001263",
    ),
    Provisions.MOST_EXTENSIONS: Known(
        "Số lần được gia hạn một hồ sơ",
        1,
        "Chưa đối chiếu văn bản: Mẫu 04 nói một ngày hẹn mới",
    ),
    Provisions.SUPPLEMENTS_WITHOUT_LEADER: Known(
        "Số lần yêu cầu bổ sung không cần lãnh đạo đồng ý",
        1,
        "Nghị định 118/2025/NĐ-CP, Điều 17 khoản 2 điểm a (sửa bởi Nghị định 309/2026/NĐ-CP)",
        certain=True,
    ),
}


def value(which: Provisions) -> int:
    """The number in force."""
    found = Provision.objects.filter(pk=which).values_list("value", flat=True).first()
    return DEFAULTS[which].value if found is None else found


class Occasion(StrEnum):
    """When a citizen is told something."""

    ACCEPTED = "accepted"
    SUPPLEMENT = "supplement"
    LATE = "late"
    READY = "ready"
    REFUSED = "refused"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Words:
    """A text to a citizen: when, what, by which rule."""

    title: str
    text: str
    source: str


PLACES: Mapping[str, str] = {
    "ma": "mã hồ sơ",
    "don_vi": "tên đơn vị",
    "hen": "ngày giờ hẹn trả",
    "noi_nhan": "nơi nhận kết quả",
    "ly_do": "lý do",
    "dien_thoai": "số điện thoại của Trung tâm",
    "trang": "địa chỉ tra cứu",
}
"""What can be filled in, as `{ma}`."""

TEXTS: Mapping[Occasion, Words] = {
    Occasion.ACCEPTED: Words(
        "Đã tiếp nhận hồ sơ",
        "Trung tâm PVHCC {don_vi} đã tiếp nhận hồ sơ {ma} của ông/bà. Hẹn trả kết quả: {hen}, "
        "{noi_nhan}. Tra cứu: {trang}",
        "Mẫu 01, Thông tư 03/2025/TT-VPCP",
    ),
    Occasion.SUPPLEMENT: Words(
        "Cần bổ sung hồ sơ",
        "Hồ sơ {ma} của ông/bà cần bổ sung giấy tờ. Xem đủ nội dung, lý do và hướng dẫn tại "
        "{trang} hoặc gọi {dien_thoai}. Thời gian chờ bổ sung không tính vào thời hạn.",
        "Mẫu 02, Thông tư 03/2025/TT-VPCP",
    ),
    Occasion.LATE: Words(
        "Xin lỗi và hẹn lại",
        "Trung tâm PVHCC {don_vi} xin lỗi ông/bà vì hồ sơ {ma} chưa xong đúng hẹn. Lý do: {ly_do} "
        "Hẹn lại: {hen}. Hỏi thêm: {dien_thoai}",
        "Mẫu 04, Thông tư 03/2025/TT-VPCP",
    ),
    Occasion.READY: Words(
        "Có kết quả",
        "Hồ sơ {ma} của ông/bà đã có kết quả. Mời ông/bà nhận tại {noi_nhan}, mang theo Giấy tiếp "
        "nhận hồ sơ hoặc căn cước.",
        "Nghị định 118/2025/NĐ-CP, trả kết quả",
    ),
    Occasion.REFUSED: Words(
        "Từ chối tiếp nhận, giải quyết",
        "Hồ sơ {ma} của ông/bà không được tiếp nhận, giải quyết. Lý do và hướng dẫn ở {trang} hoặc "
        "gọi {dien_thoai}.",
        "Mẫu 03, Thông tư 03/2025/TT-VPCP",
    ),
    Occasion.STOPPED: Words(
        "Dừng giải quyết",
        "Hồ sơ {ma} của ông/bà đã dừng giải quyết. Lý do: {ly_do} Hỏi thêm: {dien_thoai}",
        "Mẫu 05, Thông tư 03/2025/TT-VPCP",
    ),
}

_PLACE = re.compile(r"\{([^{}]*)\}")


def unknown_places(text: str) -> list[str]:
    """Places to fill in that do not exist."""
    return sorted(set(_PLACE.findall(text)) - set(PLACES))


def text_of(occasion: Occasion) -> str:
    """The text in force."""
    found = CitizenText.objects.filter(pk=occasion).values_list("text", flat=True).first()
    return found or TEXTS[occasion].text


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its places filled; one without a value disappears."""
    return " ".join(_PLACE.sub(lambda found: values.get(found[1], ""), text).split())
