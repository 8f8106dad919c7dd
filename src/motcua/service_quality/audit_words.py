"""What this room's audit codes mean in words."""

from __future__ import annotations

from collections.abc import Mapping

SERVICE_QUALITY: Mapping[str, str] = {
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
    "tablet.issue_link": "Cấp địa chỉ máy tính bảng",
    "visit.exclude": "Bỏ camera khỏi một lượt",
}
