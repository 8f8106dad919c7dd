"""What this room's audit codes mean in words."""

from __future__ import annotations

from collections.abc import Mapping

ALERTS: Mapping[str, str] = {
    "alert.acknowledge": "Nhận cảnh báo",
    "alert.exhaust": "Báo hết các cấp, chưa ai nhận",
    "alert.raise": "Phát cảnh báo",
    "alert.refuse_link": "Từ chối đường dẫn giả",
    "alert.refuse_reply": "Từ chối trả lời từ số lạ",
    "alert.resolve": "Kết thúc cảnh báo",
    "alert.tell": "Báo một cấp",
    "alert_policy.remove": "Bỏ quy tắc báo riêng",
    "alert_policy.save": "Sửa quy tắc báo",
}

PARTS: Mapping[str, str] = {
    "about": "về việc",
    "field": "lĩnh vực",
    "people": "số người",
    "step": "lần báo",
    "via": "bằng cách",
}
