"""What this room's audit codes mean in words."""

from __future__ import annotations

from collections.abc import Mapping

SERVICE_QUALITY: Mapping[str, str] = {
    "counter.follow_queue": "Camera theo hàng chờ",
    "counter_advice.add": "Thêm lời gợi ý cho cán bộ",
    "counter_advice.change": "Sửa lời gợi ý cho cán bộ",
    "counter_advice.reset": "Trở về lời gợi ý mặc định",
    "counter_advice.switch": "Dùng hoặc thôi dùng một lời gợi ý",
    "counter.tune": "Đổi ngưỡng camera",
    "counter_notice.save": "Sửa thông báo tại quầy",
    "device.foreign_items_refused": "Từ chối dữ liệu của quầy khác",
    "incident.acknowledged": "Nhận sự việc",
    "incident.closed": "Kết thúc sự việc",
    "incident.escalated": "Báo sự việc lên cấp trên",
    "incident.exhausted": "Sự việc đã báo hết các cấp",
    "incident.handling": "Bắt đầu xử lý sự việc",
    "incident.joined": "Thêm dấu hiệu vào sự việc",
    "incident.note": "Ghi chú sự việc",
    "incident.officer_side": "Ý kiến của cán bộ",
    "incident.opened": "Mở sự việc",
    "rating_reason.add": "Thêm lý do khi đánh giá",
    "rating_reason.change": "Sửa lý do khi đánh giá",
    "rating_reason.reset": "Trở về lý do mặc định",
    "rating_reason.switch": "Dùng hoặc thôi dùng một lý do",
    "tablet.issue_link": "Cấp địa chỉ máy tính bảng",
    "visit.exclude": "Bỏ camera khỏi một lượt",
}

PARTS: Mapping[str, str] = {
    "contact": "hỏi ai",
    "counter": "quầy",
    "items": "số mục",
    "kept": "lưu bao lâu",
    "legal_basis": "căn cứ pháp lý",
    "legal_source": "nguồn của căn cứ",
    "level": "cấp",
    "measured": "đo những gì",
    "never": "không làm những gì",
    "purpose": "để làm gì",
    "readings_deleted": "số đo đã xoá",
    "reason": "lý do",
    "refusal": "từ chối bằng cách nào",
    "rise": "độ tăng",
    "seconds": "số giây",
}
