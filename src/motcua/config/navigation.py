"""What every page knows: who looks, which pages they may open, whether data are invented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from motcua.organisation.permissions import may
from motcua.organisation.rules import Role

AT_THE_COUNTER = "Tại quầy"
DOSSIERS = "Hồ sơ"
MANAGEMENT = "Điều hành"
SETTINGS = "Thiết lập"
GROUPS = (AT_THE_COUNTER, DOSSIERS, MANAGEMENT, SETTINGS)
"""Headings of what stands behind “Mục khác”, in the order shown."""

DIRECT = 5
"""Entries shown at once; the others of who has many are one press away, under their headings."""


@dataclass(frozen=True)
class Entry:
    """A page of the navigation.

    Arguments:
        name: of its URL.
        action: what must be allowed somewhere.
        group: one of GROUPS.
    """

    label: str
    name: str
    action: str
    group: str


ENTRIES = (
    Entry("Gọi số", "reception:desk", "reception.give_ticket", AT_THE_COUNTER),
    Entry("Nhận hồ sơ", "reception:receive", "reception.receive", AT_THE_COUNTER),
    Entry("Thành phố", "board:city", "board.view_city", MANAGEMENT),
    Entry("Bảng điều hành", "board:live", "board.view_unit", MANAGEMENT),
    Entry("Việc của tôi", "dossiers:work", "dossiers.view", DOSSIERS),
    Entry("Sự việc", "service_quality:incidents", "service_quality.view_incidents", MANAGEMENT),
    Entry("Cảnh báo", "alerts:alerts", "alerts.view", MANAGEMENT),
    Entry("Người dân", "citizens:people", "citizens.view", DOSSIERS),
    Entry("Trực quầy", "organisation:duty", "organisation.take_duty", AT_THE_COUNTER),
    Entry("Cầm tay chỉ việc", "portal:help_desk", "portal.help", AT_THE_COUNTER),
    Entry("Đơn vị", "organisation:units", "organisation.view", SETTINGS),
    Entry("Hàng chờ", "reception:home", "reception.view_day", AT_THE_COUNTER),
    Entry("Quầy", "service_quality:counters", "service_quality.open_counters", AT_THE_COUNTER),
    Entry("Chữ ký số", "signatures:verify", "signatures.verify", DOSSIERS),
    Entry("Thủ tục", "procedures:catalogue", "procedures.view_versions", DOSSIERS),
    Entry("Tin nhắn", "messaging:messages", "messaging.view", MANAGEMENT),
    Entry("Số liệu hỗ trợ", "portal:help_figures", "portal.view_help", MANAGEMENT),
    Entry("Quy định", "dossiers:provisions", "dossiers.edit_provisions", SETTINGS),
    Entry("Gợi ý", "portal:suggestion_bases", "portal.edit_suggestions", SETTINGS),
)
"""What is used all day comes first: the first ones that a person may open are shown at once."""


def context(request: HttpRequest) -> dict[str, Any]:
    """Template context of the page frame."""
    found: dict[str, Any] = {"demonstration": settings.DEMONSTRATION, "navigation": []}
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return found
    roles = person.active_roles()
    found["viewer_roles"] = sorted({Role(role).vietnamese for role, _ in roles})
    theirs = [
        entry for entry in ENTRIES if any(may(person, entry.action, unit) for _, unit in roles)
    ]
    # A single entry is not hidden behind a press.
    direct = len(theirs) if len(theirs) <= DIRECT + 1 else DIRECT
    found["navigation"] = [_shown(entry, request) for entry in theirs[:direct]]
    found["navigation_groups"] = [
        {"label": group, "entries": entries}
        for group in GROUPS
        if (entries := [_shown(each, request) for each in theirs[direct:] if each.group == group])
    ]
    return found


def _shown(entry: Entry, request: HttpRequest) -> dict[str, Any]:
    address = reverse(entry.name)
    return {
        "label": entry.label,
        "url": address,
        "current": request.path.startswith(address),
    }
