"""What this room's audit codes mean in words."""

from __future__ import annotations

from collections.abc import Mapping

RECEPTION: Mapping[str, str] = {
    "counter.pause": "Quầy tạm dừng gọi số",
    "counter.resume": "Quầy gọi số trở lại",
    "intake.drop": "Bỏ lượt nhận hồ sơ đang ghi dở",
    "queue.end_day": "Kết thúc hàng chờ trong ngày",
    "queue.set_up": "Sửa thiết lập hàng chờ",
    "queue.set_up_group": "Sửa nhóm ưu tiên",
    "queue.set_up_line": "Sửa việc được phát số",
    "ticket.call": "Gọi số",
    "ticket.call_out_of_order": "Gọi số ngoài thứ tự",
    "ticket.come_back": "Người vắng mặt quay lại hàng",
    "ticket.finish": "Phục vụ xong",
    "ticket.leave": "Rời hàng chờ",
    "ticket.miss": "Ghi vắng mặt",
    "ticket.recall": "Gọi lại số",
    "ticket.renumber": "Đổi sang số đã phát khi mất mạng",
    "ticket.start": "Bắt đầu phục vụ",
    "ticket.take": "Lấy số",
    "ticket.transfer": "Chuyển sang việc, quầy khác",
}
