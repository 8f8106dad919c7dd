"""What this room's audit codes mean in words."""

from __future__ import annotations

from collections.abc import Mapping

from motcua.dossiers.rules import ACTS

DOSSIERS: Mapping[str, str] = {
    **{f"dossier.{act}": rule.done for act, rule in ACTS.items()},
    "dossier.ask_leader": "Đề nghị lãnh đạo",
    "dossier.cancel_receipt": "Huỷ biên lai",
    "dossier.change_provision": "Sửa quy định về hồ sơ",
    "dossier.change_text": "Sửa mẫu tin gửi người dân",
    "dossier.leader_decides": "Lãnh đạo trả lời đề nghị",
    "dossier.search_by_number": "Tìm hồ sơ theo số định danh",
    "dossier.take_fee": "Thu phí, lệ phí",
    "dossier.tick_papers": "Đánh dấu giấy tờ của hồ sơ",
}
