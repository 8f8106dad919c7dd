"""How the room stands: what is stuck, whether providers could send, what a period cost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from motcua.kernel.clock import now
from motcua.messaging.models import Attempt, Message, ProviderAccount
from motcua.messaging.registry import kind
from motcua.messaging.rules import State

CANDIDATES = (
    State.QUEUED,
    State.SENDING,
    State.UNCERTAIN,
    State.FAILED,
    State.UNDELIVERED,
    State.EXPIRED,
)
LOOKED_BACK = dt.timedelta(days=30)


@dataclass(frozen=True)
class ProviderHealth:
    """One finding of a provider's own check."""

    name: str
    sound: bool
    detail: str
    remedy: str


@dataclass(frozen=True)
class Cost:
    """What sending took: messages queued, parts handed over or tried, whole đồng."""

    messages: int
    parts: int
    cost: int


def stuck_messages(unit_ids: Sequence[int] | None, at: dt.datetime | None = None) -> list[Message]:
    """What a person should look at, newest first.

    Arguments:
        unit_ids: None is every unit and the city itself.
        at: the moment; now unless told.
    """
    moment = at or now()
    found: QuerySet[Message] = Message.objects.filter(
        state__in=CANDIDATES, attended_at=None, queued_at__gte=moment - LOOKED_BACK
    )
    if unit_ids is not None:
        found = found.filter(unit_id__in=unit_ids)
    candidates = found.select_related("provider", "unit").order_by("-queued_at")
    return [message for message in candidates if message.stuck(moment)]


def stuck_count(unit_ids: Sequence[int] | None = None) -> int:
    """How many messages a person should look at."""
    return len(stuck_messages(unit_ids))


def provider_health() -> list[ProviderHealth]:
    """Every active account's own check; asks the providers, so it takes seconds."""
    return [
        ProviderHealth(account.name, check.good, check.finding, check.remedy)
        for account in ProviderAccount.objects.filter(active=True)
        for check in kind(account.kind)(account.account()).check_config()
    ]


def cost_report(*, unit_id: int, since: dt.datetime, until: dt.datetime) -> Cost:
    """Messages queued in a span of time, `until` not included, and what their tries cost."""
    messages = Q(message__unit_id=unit_id, message__queued_at__gte=since)
    tried = Attempt.objects.filter(messages, message__queued_at__lt=until).aggregate(
        parts=Sum("parts"), cost=Sum("cost")
    )
    queued = Message.objects.filter(
        unit_id=unit_id, queued_at__gte=since, queued_at__lt=until
    ).aggregate(count=Count("id"))
    return Cost(queued["count"], tried["parts"] or 0, tried["cost"] or 0)
