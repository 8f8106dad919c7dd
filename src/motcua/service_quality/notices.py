"""The notice at the counter: its words are the unit's own, beginning with a careful draft."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.db import transaction

from motcua.kernel import audit
from motcua.organisation.permissions import Actor, authorise
from motcua.service_quality.models import CounterNotice

DRAFT: Mapping[str, str] = {
    "purpose": "Để cán bộ nhận ra khi người dân chưa hài lòng và lãnh đạo tới giúp ngay. "
    "Không dùng để xét hồ sơ của người dân.",
    "measured": "Máy tính tại quầy ước lượng nét mặt (rất vui, vui vẻ, bình thường, chưa hài lòng) "
    "mỗi giây một lần và chỉ gửi đi các con số.",
    "never": "Không lưu hình, không gửi hình, không nhận dạng là ai, không ghi âm.",
    "kept": f"Số đo từng giây được xoá sau {settings.READINGS_KEPT_DAYS} ngày. Số tổng hợp theo "
    "giờ được giữ lại và không gắn với người nào.",
    "refusal": "Bấm “Không dùng camera cho lượt này” trên máy tính bảng, hoặc nói với cán bộ. "
    "Số đo của lượt đó bị xoá, việc phục vụ không thay đổi.",
    "contact": "Lãnh đạo Trung tâm Phục vụ hành chính công, hoặc Tổng đài 1022.",
    "legal_basis": "",
    "legal_source": "",
}
"""The law is left empty on purpose: the unit fills it in after its own impact assessment."""


def notice_of(unit_id: int) -> CounterNotice:
    """The unit's notice, or the draft that was not saved yet."""
    found = CounterNotice.objects.filter(pk=unit_id).first()
    return found or CounterNotice(unit_id=unit_id, **DRAFT)


def save_notice(*, actor: Actor, unit_id: int, words: Mapping[str, str]) -> CounterNotice:
    """Write the notice.

    Raises:
        Forbidden: the actor may not edit pages of this unit's counters.
    """
    authorise(actor, "service_quality.edit_counter_pages", unit_id)
    with transaction.atomic():
        notice, _ = CounterNotice.objects.update_or_create(unit_id=unit_id, defaults=dict(words))
        audit.record(
            action="counter_notice.save",
            actor=actor.label,
            subject=f"unit:{unit_id}",
            unit_id=unit_id,
            detail=dict(words),
        )
    return notice
