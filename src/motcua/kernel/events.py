"""News that travels upward through the layers.

A lower room cannot import the rooms above it. It publishes what happened as a
frozen dataclass; rooms above subscribe in their `AppConfig.ready`. Handlers
run at once and inside the publisher's transaction, so either both the fact and
its consequences are committed or neither is. A handler writes rows and defers
jobs; it makes no outside call.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction

E = TypeVar("E")

_handlers: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(event_type: type[E], handler: Callable[[E], None]) -> None:
    """Have `handler` called with every event of this type. Subscribing twice is once."""
    if handler not in _handlers[event_type]:
        _handlers[event_type].append(handler)


def publish(event: object) -> None:
    """Hand the event to every subscriber, in the order in which they subscribed.

    Raises:
        TransactionManagementError: called outside a transaction.
        Exception: whatever a handler raises, so that the transaction fails as a whole.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(
            f"{type(event).__name__} must be published inside a transaction"
        )
    for handler in _handlers[type(event)]:
        handler(event)
