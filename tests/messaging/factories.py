"""Accounts and messages for tests of this room."""

from __future__ import annotations

import itertools
from typing import Any

from motcua.messaging.models import Message, ProviderAccount
from motcua.messaging.rules import Channel
from motcua.messaging.services import Recipient, queue
from motcua.messaging.services.accounts import add_account
from motcua.organisation.permissions import SYSTEM

_numbers = itertools.count(1)


def provider_account(kind: str = "demo", **fields: Any) -> ProviderAccount:
    """An account for the whole city, unless `unit_id` says otherwise."""
    settings = {
        "unit_id": None,
        "name": f"{kind} {next(_numbers)}",
        "rate": 500,
        "timeout_seconds": 1,
        **fields,
    }
    return add_account(actor=SYSTEM, kind=kind, **settings)


def smpp_account(port: int, **fields: Any) -> ProviderAccount:
    """An account at an SMSC on this machine."""
    options = {
        "host": "127.0.0.1",
        "port": str(port),
        "system_id": "motcua",
        "password": "bi-mat",
        "sender": "TTPVHCC",
        "enquire_seconds": "1",
        **fields.pop("options", {}),
    }
    return provider_account("smpp", options=options, **fields)


def queued(text: str = "Hồ sơ đã có kết quả", **fields: Any) -> Message:
    """An urgent SMS that waits to be sent."""
    number = next(_numbers)
    settings: dict[str, Any] = {
        "unit_id": None,
        "purpose": "test.story",
        "recipient": Recipient(phone=f"09{number:08d}"),
        "channel": Channel.SMS,
        "text": text,
        "key": f"story:{number}",
        "urgent": True,
        **fields,
    }
    return queue(**settings)


def number_of(message: Message) -> str:
    """The recipient as an SMSC writes it."""
    return message.address.lstrip("+")


def recipient_of(message: Message) -> Recipient:
    """The same person again."""
    return Recipient(phone=message.address)
