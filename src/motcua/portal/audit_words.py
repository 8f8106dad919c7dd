"""What this room's entries in the audit log mean in words."""

from __future__ import annotations

from collections.abc import Mapping

PORTAL: Mapping[str, str] = {
    "portal.draft_drop": "Bỏ bản nháp hồ sơ trực tuyến",
    "portal.edit_publicity": "Đổi nội dung công khai",
    "portal.edit_suggestions": "Đổi căn cứ của một gợi ý cho người dân",
    "portal.file_open": "Người dân mở tệp của mình",
    "portal.help_end": "Kết thúc hỗ trợ người dân nộp hồ sơ",
    "portal.help_join": "Bắt đầu hỗ trợ người dân nộp hồ sơ",
    "portal.help_refused": "Nhập sai mã hỗ trợ",
    "portal.help_same_screen": "Ghi nhận hỗ trợ trên cùng màn hình",
    "portal.look_up_refused": "Tra cứu hồ sơ không đúng mã hoặc số điện thoại",
    "portal.news_off": "Ngừng nhắn tin về hồ sơ",
    "portal.news_on": "Nhắn tin lại về hồ sơ",
    "portal.sign_in": "Người dân đăng nhập",
    "portal.sign_in_failed": "Người dân đăng nhập không thành",
    "portal.sign_out": "Người dân đăng xuất",
}
