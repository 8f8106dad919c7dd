"""Jobs: sending, and the sweep that finds what a killed worker left behind."""

from __future__ import annotations

import uuid

from procrastinate.contrib.django import app

from motcua.messaging.providers import demo
from motcua.messaging.rules import ReceiptState
from motcua.messaging.services import delivery


@app.task(name="messaging.deliver")
def deliver(message_id: str) -> None:
    """Hand one message over. Runs as often as it likes: only a queued message is claimed."""
    delivery.deliver(uuid.UUID(message_id))


@app.task(name="messaging.demo_receipt")
def demo_receipt(provider_id: int, message_id: str, address: str, state: str) -> None:
    """A receipt of the demonstration network."""
    demo.receipt(
        provider_id=provider_id,
        message_id=message_id,
        address=address,
        state=ReceiptState(state),
    )
