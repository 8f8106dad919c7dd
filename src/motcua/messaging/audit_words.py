"""What this room's audit codes mean in words."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGING: Mapping[str, str] = {
    "messaging.add_provider": "Thêm nhà cung cấp tin nhắn",
    "messaging.answer_demo_phone": "Trả lời từ điện thoại minh hoạ",
    "messaging.attend": "Ghi nhận đã xem tin kẹt",
    "messaging.cancel": "Huỷ tin nhắn",
    "messaging.edit_provider": "Sửa nhà cung cấp tin nhắn",
    "messaging.resend": "Gửi lại tin nhắn",
    "messaging.reveal_phone": "Xem số người nhận",
    "messaging.send_test": "Gửi tin thử",
    "messaging.set_preference": "Sửa cách gửi tin của đơn vị",
}

PARTS: Mapping[str, str] = {
    "as": "tin mới",
    "hourly_limit": "số tin mỗi giờ",
    "keep_diacritics": "giữ dấu",
    "message": "tin",
    "quiet_since": "giờ yên tĩnh từ",
    "quiet_until": "giờ yên tĩnh đến",
    "state": "trạng thái",
    "weight": "tỉ lệ",
}
