"""What this room's entries in the audit log mean in words."""

from __future__ import annotations

from collections.abc import Mapping

CITIZENS: Mapping[str, str] = {
    "citizen.add": "Thêm người dân",
    "citizen.change": "Sửa liên hệ của người dân",
    "citizen.find": "Tiếp người dân đã có trong hệ thống",
    "citizen.introduce": "Chuyển thông tin người dân đến đơn vị khác",
    "citizen.look_up": "Tra người dân theo số định danh",
    "citizen.look_up_missed": "Tra số định danh không có trong hệ thống",
    "citizen.print_store": "In kho dữ liệu điện tử",
    "citizen.reveal_number": "Xem đủ số định danh",
    "consent.give": "Ghi sự đồng ý của người dân",
    "consent.withdraw": "Ghi việc rút lại sự đồng ý",
    "paper.assign": "Ghi giấy tờ cho người dân",
    "paper.digitise": "Số hoá giấy tờ",
    "paper.open": "Mở tệp giấy tờ",
    "paper.refuse": "Giấy tờ không dùng được",
    "paper.reuse": "Dùng lại giấy tờ đang lưu",
    "paper.set_validity": "Ghi thời hạn của giấy tờ",
    "paper.share": "Chuyển giấy tờ đến đơn vị khác",
    "paper.store": "Lưu giấy tờ",
}
