"""What this room's audit codes mean in words."""

from __future__ import annotations

from collections.abc import Mapping

SIGNATURES: Mapping[str, str] = {
    "document.sign": "Ký và đóng dấu giấy tờ",
    "signature.verify": "Kiểm tra chữ ký số của tệp",
    "signing_identity.add": "Thêm chữ ký số hoặc con dấu",
    "signing_identity.block": "Chặn chữ ký số vì mã PIN sai",
    "signing_identity.switch_off": "Ngừng dùng chữ ký số hoặc con dấu",
    "trust_root.add": "Thêm nơi cấp tin cậy",
    "trust_root.resume": "Tin cậy lại nơi cấp chứng thư",
    "trust_root.revocation_list": "Nạp danh sách thu hồi chứng thư",
    "trust_root.suspend": "Ngừng tin cậy nơi cấp chứng thư",
}
