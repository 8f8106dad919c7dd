"""Reading the audit log: filtered, in words, exported."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.db.models import Q, QuerySet
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from motcua.kernel.clock import CITY, start_of_day
from motcua.kernel.models import AuditEntry
from motcua.organisation.audit_words import meaning, part
from motcua.organisation.models import (
    Counter,
    Department,
    Device,
    Field,
    Person,
    Unit,
)
from motcua.organisation.rules import ROLE_NAMES, Role

EXPORT_LIMIT = 50_000
"""Rows of one workbook; whoever needs more narrows the dates."""

THINGS: dict[str, tuple[str, type[Any]]] = {
    "person": ("", Person),
    "device": ("Thiết bị", Device),
    "counter": ("", Counter),
    "unit": ("", Unit),
    "department": ("", Department),
    "field": ("Lĩnh vực", Field),
}
SYSTEM_NAMES = {"system": "Hệ thống", "unknown": "Không rõ", "link": "Liên kết trong tin nhắn"}


@dataclass(frozen=True)
class Row:
    """One entry in words."""

    entry: AuditEntry
    what: str
    who: str
    subject: str
    detail: str


@dataclass(frozen=True)
class Filter:
    """What to look for; empty parts do not narrow. Both days are included."""

    person_id: int | None = None
    subject: str = ""
    action: str = ""
    since: dt.date | None = None
    until: dt.date | None = None


def entries(unit: Unit, chosen: Filter) -> QuerySet[AuditEntry]:
    """The unit's entries, newest first. The city's own carry no unit."""
    own = Q(unit_id=unit.pk)
    if unit.kind == Unit.Kind.CITY:
        own |= Q(unit_id=None)
    found = AuditEntry.objects.filter(own)
    if chosen.person_id:
        found = found.filter(actor=f"person:{chosen.person_id}")
    if chosen.action:
        found = found.filter(action=chosen.action)
    if subject := chosen.subject.strip().lower():
        exact = re.fullmatch(r"[a-z_]+:[\w-]+", subject)
        found = found.filter(Q(subject=subject) if exact else Q(subject__icontains=subject))
    if chosen.since:
        found = found.filter(at__gte=start_of_day(chosen.since))
    if chosen.until:
        found = found.filter(at__lt=start_of_day(chosen.until + dt.timedelta(days=1)))
    return found.order_by("-at", "-pk")


def in_words(found: Iterable[AuditEntry]) -> list[Row]:
    """These entries with names instead of numbers, in one query for each kind of thing."""
    listed = list(found)
    names = _names({label for entry in listed for label in (entry.actor, entry.subject)})
    return [
        Row(
            entry,
            meaning(entry.action),
            _named(entry.actor, names),
            _named(entry.subject, names),
            _detail(entry.detail),
        )
        for entry in listed
    ]


def workbook(found: QuerySet[AuditEntry]) -> bytes:
    """An Excel workbook of at most EXPORT_LIMIT entries, newest first."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Nhật ký")
    for column, width in zip("ABCDEF", (20, 34, 28, 34, 60, 24), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A2"
    sheet.append(_headings(sheet))
    for row in in_words(found[:EXPORT_LIMIT]):
        at = row.entry.at.astimezone(CITY)
        cells = (row.what, row.who, row.subject, row.detail, row.entry.subject)
        sheet.append([f"{at:%d/%m/%Y %H:%M:%S}", *map(_harmless, cells)])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _headings(sheet: Any) -> Iterator[Any]:
    for title in ("Lúc", "Việc", "Ai", "Đối tượng", "Chi tiết", "Mã đối tượng"):
        cell = WriteOnlyCell(sheet, title)
        cell.font = Font(bold=True)
        yield cell


def _harmless(text: str) -> str:
    """Text that a spreadsheet never takes for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@"} else text


def _names(labels: set[str]) -> dict[str, str]:
    wanted: dict[str, set[int]] = {}
    for label in labels:
        kind, _, key = label.partition(":")
        if kind in THINGS and key.isdigit():
            wanted.setdefault(kind, set()).add(int(key))
    names = {}
    for kind, keys in wanted.items():
        prefix, model = THINGS[kind]
        for thing in model._default_manager.filter(pk__in=keys):
            names[f"{kind}:{thing.pk}"] = f"{prefix} {thing}".strip()
    return names


def _named(label: str, names: dict[str, str]) -> str:
    return names.get(label) or SYSTEM_NAMES.get(label.partition(":")[0], label)


def _detail(detail: dict[str, Any]) -> str:
    parts = []
    for name, value in detail.items():
        if name == "changed" and isinstance(value, dict):
            parts += [f"{part(key)}: {_plain(a)} → {_plain(b)}" for key, (a, b) in value.items()]
        elif value not in (None, "", [], {}):
            parts.append(f"{part(name)}: {_plain(value)}")
    return "; ".join(parts)


def _plain(value: Any) -> str:
    if value in (None, ""):
        return "(trống)"
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, str):
        return ROLE_NAMES[Role(value)] if value in set(Role) else value
    return json.dumps(value, ensure_ascii=False)
