"""What every page knows: who looks, which pages they may open, whether data are invented."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from motcua.organisation.permissions import may
from motcua.organisation.rules import Role

ENTRIES: tuple[tuple[str, str, str], ...] = (
    ("Bảng điều hành", "board:live", "board.view_unit"),
    ("Thành phố", "board:city", "board.view_city"),
    ("Việc của tôi", "dossiers:work", "dossiers.view"),
    ("Sự việc", "service_quality:incidents", "service_quality.view_incidents"),
    ("Cảnh báo", "alerts:alerts", "alerts.view"),
    ("Quầy", "service_quality:counters", "service_quality.open_counters"),
    ("Người dân", "citizens:people", "citizens.view"),
    ("Chữ ký số", "signatures:verify", "signatures.verify"),
    ("Tin nhắn", "messaging:messages", "messaging.view"),
    ("Gọi số", "reception:desk", "reception.give_ticket"),
    ("Nhận hồ sơ", "reception:receive", "reception.receive"),
    ("Hàng chờ", "reception:home", "reception.view_day"),
    ("Cầm tay chỉ việc", "portal:help_desk", "portal.help"),
    ("Số liệu hỗ trợ", "portal:help_figures", "portal.view_help"),
    ("Trực quầy", "organisation:duty", "organisation.take_duty"),
    ("Thủ tục", "procedures:catalogue", "procedures.view_versions"),
    ("Quy định", "dossiers:provisions", "dossiers.edit_provisions"),
    ("Gợi ý", "portal:suggestion_bases", "portal.edit_suggestions"),
    ("Đơn vị", "organisation:units", "organisation.view"),
)
"""Label, URL name, action that must be allowed somewhere; in the order shown."""


def context(request: HttpRequest) -> dict[str, Any]:
    """Template context of the page frame."""
    found: dict[str, Any] = {"demonstration": settings.DEMONSTRATION, "navigation": []}
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return found
    roles = person.active_roles()
    found["viewer_roles"] = sorted({Role(role).vietnamese for role, _ in roles})
    found["navigation"] = [
        {"label": label, "url": reverse(name), "current": request.path.startswith(reverse(name))}
        for label, name, action in ENTRIES
        if any(may(person, action, unit) for _, unit in roles)
    ]
    return found
