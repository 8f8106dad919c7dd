"""How the room stands, for `motcua check` and the board."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Sum

from motcua.messaging import registry
from motcua.messaging.models import Message, ProviderAccount
from motcua.messaging.rules import Channel
from motcua.messaging.selectors.costs import paid_attempts
from motcua.messaging.selectors.health import stuck_count

__all__ = ["Cost", "ProviderHealth", "cost_report", "provider_health", "stuck_count"]


@dataclass(frozen=True)
class ProviderHealth:
    """One finding of a provider's own check."""

    name: str
    sound: bool
    detail: str
    remedy: str


@dataclass(frozen=True)
class Cost:
    """What sending took: messages queued, parts billed, whole đồng."""

    messages: int
    parts: int
    cost: int


def provider_health() -> list[ProviderHealth]:
    """Every active account's own check; asks the providers, so it takes seconds."""
    accounts = ProviderAccount.objects.filter(active=True, kind__in=registry.KINDS)
    found = [
        ProviderHealth(account.name, check.good, check.finding, check.remedy)
        for account in accounts
        for check in registry.kind(account.kind)(account.account()).check_config()
    ]
    if not any(account.channel == Channel.SMS for account in accounts):
        found.append(
            ProviderHealth(
                "SMS",
                False,
                "chưa có nhà cung cấp SMS nào đang dùng, nên không ai nhận được cảnh báo",
                "Thêm nhà cung cấp ở trang Tin nhắn › Nhà cung cấp.",
            )
        )
    return found


def cost_report(*, unit_id: int, since: dt.datetime, until: dt.datetime) -> Cost:
    """Messages of a unit queued in a span of time, `until` not included, and what was billed."""
    messages = Message.objects.filter(
        unit_id=unit_id, queued_at__gte=since, queued_at__lt=until
    ).count()
    billed = paid_attempts(since, until).filter(message__unit_id=unit_id)
    sums = billed.aggregate(parts=Sum("parts"), cost=Sum("cost"))
    return Cost(messages, sums["parts"] or 0, sums["cost"] or 0)
