"""Who did what to what, when: appended inside the transaction that did it.

Entries are sealed a moment later into a hash chain by one job at a time, so
that writers never wait for each other and any later change, removal or
insertion is found by `verify`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from motcua.kernel.models import AuditEntry, AuditSeal

GENESIS = "0" * 64
_SEAL_LOCK = 0x4D43_0001


@dataclass(frozen=True)
class Verdict:
    """What `verify` found: `broken_at` is the first entry whose chain does not hold."""

    sealed: int
    unsealed: int
    broken_at: int | None
    reason: str = ""

    @property
    def sound(self) -> bool:
        return self.broken_at is None


def record(
    *,
    action: str,
    actor: str,
    subject: str,
    unit_id: int | None = None,
    detail: dict[str, Any] | None = None,
) -> AuditEntry:
    """Append one entry.

    Arguments:
        action: what was done, as `room.verb`, for example `incident.acknowledge`.
        actor: who did it, as `person:12`, `device:7`, `link:<message>` or `system`.
        subject: what it was done to, as `incident:<id>`.
        unit_id: the unit whose leaders may read the entry; None for the city.
        detail: JSON-able facts; no personal numbers.
    """
    return AuditEntry.objects.create(
        action=action, actor=actor, subject=subject, unit_id=unit_id, detail=detail or {}
    )


def digest(entry: AuditEntry, previous: str) -> str:
    """SHA-256 over the previous hash and the entry's canonical JSON."""
    body = json.dumps(
        {
            "id": entry.pk,
            "at": entry.at.astimezone(dt.UTC).isoformat(),
            "action": entry.action,
            "actor": entry.actor,
            "subject": entry.subject,
            "unit": entry.unit_id,
            "detail": entry.detail,
        },
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def seal(limit: int = 5000) -> int:
    """Link entries that are not sealed yet, oldest first, and return how many.

    One sealer works at a time; a second returns 0 at once.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEAL_LOCK])
            if not cursor.fetchone()[0]:
                return 0
        last = AuditSeal.objects.order_by("-position").first()
        position, previous = (last.position, last.hash) if last else (0, GENESIS)
        seals = []
        for entry in AuditEntry.objects.filter(seal=None).order_by("pk")[:limit]:
            position += 1
            previous = digest(entry, previous)
            seals.append(AuditSeal(position=position, entry=entry, hash=previous))
        AuditSeal.objects.bulk_create(seals)
    return len(seals)


def verify() -> Verdict:
    """Walk the whole chain again and compare."""
    previous = GENESIS
    expected = 0
    unsealed = AuditEntry.objects.filter(seal=None).count()
    for link in AuditSeal.objects.select_related("entry").order_by("position").iterator(2000):
        expected += 1
        if link.position != expected:
            return Verdict(expected - 1, unsealed, link.entry_id, "an entry before this is missing")
        previous = digest(link.entry, previous)
        if previous != link.hash:
            return Verdict(expected - 1, unsealed, link.entry_id, "the entry was changed")
    return Verdict(expected, unsealed, None)
