"""What messages cost, by month, provider and purpose."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum

from motcua.kernel.clock import start_of_day
from motcua.messaging.models import Attempt, AttemptOutcome


@dataclass(frozen=True)
class MonthCost:
    """One line of a month's bill, in whole đồng.

    An attempt whose outcome nobody knows counts as paid: the provider bills what it took.
    """

    provider: str
    purpose: str
    messages: int
    parts: int
    cost: int


def paid_attempts(since: dt.datetime, until: dt.datetime) -> QuerySet[Attempt]:
    """Tries begun in this span, `until` not included, that the provider bills."""
    billed = AttemptOutcome.objects.filter(
        kind__in=[AttemptOutcome.Kind.HANDED, AttemptOutcome.Kind.UNCERTAIN]
    )
    return Attempt.objects.filter(
        started_at__gte=since, started_at__lt=until, pk__in=billed.values("attempt")
    )


def month_costs(month: dt.date, units: Sequence[int] | None) -> list[MonthCost]:
    """Costs of the calendar month that contains this date."""
    first = month.replace(day=1)
    following = (first + dt.timedelta(days=32)).replace(day=1)
    paid = paid_attempts(start_of_day(first), start_of_day(following))
    if units is not None:
        paid = paid.filter(message__unit__in=units)
    lines = (
        paid.values("provider__name", "message__purpose")
        .annotate(
            messages=Count("message", distinct=True), sum_parts=Sum("parts"), paid=Sum("cost")
        )
        .order_by("provider__name", "message__purpose")
    )
    return [
        MonthCost(
            line["provider__name"],
            line["message__purpose"],
            line["messages"],
            line["sum_parts"],
            line["paid"],
        )
        for line in lines
    ]
