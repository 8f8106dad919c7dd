"""What this room's audit codes mean in words."""

from __future__ import annotations

from collections.abc import Mapping

PROCEDURES: Mapping[str, str] = {
    "procedures.change_words": "Sửa cách gọi thường ngày của thủ tục",
    "procedures.correct": "Sửa lỗi ghi chép một phiên bản thủ tục",
    "procedures.end": "Ghi ngày thôi áp dụng thủ tục",
    "procedures.new_version": "Ghi phiên bản mới của thủ tục",
    "procedures.take_over": "Nạp tệp danh mục thủ tục",
    "procedures.upload": "Tải lên tệp danh mục thủ tục để xem trước",
    "procedures.withdraw_version": "Bỏ phiên bản thủ tục chưa áp dụng",
}
