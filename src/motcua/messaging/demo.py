"""Demonstration data of the room: a phone and a mailbox instead of a contract."""

from __future__ import annotations

from motcua.messaging.models import ProviderAccount
from motcua.messaging.services.accounts import add_account
from motcua.organisation.permissions import SYSTEM

PHONE = "Điện thoại minh hoạ"
MAILBOX = "Hộp thư minh hoạ"


def load() -> None:
    """Make the demonstration accounts for the whole city, once."""
    for kind, name in (("demo", PHONE), ("demo_email", MAILBOX)):
        if not ProviderAccount.objects.filter(unit=None, kind=kind).exists():
            add_account(
                actor=SYSTEM,
                unit_id=None,
                kind=kind,
                name=name,
                rate=100,
                cost_per_part=500 if kind == "demo" else 0,
                timeout_seconds=3,
            )
