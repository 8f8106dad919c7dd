"""What a session brings, written to the database."""

from __future__ import annotations

import hashlib
import os
import socket
from typing import Any

from django.db import close_old_connections, connection

from motcua.kernel.clock import now
from motcua.messaging.base import Account
from motcua.messaging.models import ProviderAccount, ProviderStanding
from motcua.messaging.providers.smpp import pdus
from motcua.messaging.services import inbound, receipts


class DatabaseNews:
    """Keeps receipts and replies through the same services as every other provider."""

    def __init__(self, account: Account) -> None:
        self._account_id = account.id
        self._hexadecimal = account.flag("hexadecimal")
        self._where = f"{socket.gethostname()}:{os.getpid()}"

    def deliver(self, pdu: Any) -> None:
        close_old_connections()
        try:
            provider = ProviderAccount.objects.get(pk=self._account_id)
            content = pdus.read_deliver(pdu, hexadecimal=self._hexadecimal)
            if isinstance(content, pdus.ReceiptPdu):
                receipts.receive(
                    provider=provider,
                    reference=content.reference,
                    state=content.state,
                    code=content.code,
                    raw=content.raw,
                    hint=receipts.Hint(content.address, content.short_reference, content.text),
                )
            elif content.total > 1:
                inbound.receive_part(
                    provider=provider,
                    from_phone=content.from_phone,
                    group=content.group,
                    total=content.total,
                    number=content.number,
                    text=content.text,
                    to=content.to,
                )
            else:
                inbound.receive(
                    provider=provider,
                    key=_key(content),
                    from_phone=content.from_phone,
                    text=content.text,
                    to=content.to,
                )
        finally:
            connection.close()

    def link(self, up: bool, note: str) -> None:
        close_old_connections()
        try:
            fields: dict[str, Any] = {"session_up": up, "session_at": now()}
            if note:
                fields["session_note"] = f"{self._where} {note}"[:200]
            ProviderStanding.objects.filter(provider_id=self._account_id).update(**fields)
        finally:
            connection.close()


def _key(content: pdus.IncomingPdu) -> str:
    """A name for a text that SMPP gives none: the same text within two minutes is the same.

    An SMSC that did not hear our answer sends the text again.
    """
    slot = int(now().timestamp() // 120)
    body = f"{content.from_phone}|{content.to}|{content.text}|{slot}"
    return hashlib.sha256(body.encode()).hexdigest()
