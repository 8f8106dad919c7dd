"""How sending goes: what is stuck, and how each provider does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from motcua.kernel.clock import now
from motcua.messaging import registry
from motcua.messaging.base import Check
from motcua.messaging.models import AttemptOutcome, ProviderAccount
from motcua.messaging.selectors.messages import stuck_messages

WINDOW = dt.timedelta(hours=1)
SESSION_STALE_AFTER = dt.timedelta(minutes=3)


@dataclass(frozen=True)
class ProviderRecord:
    """An account with what it did in the last hour.

    Arguments:
        median_seconds: from the start of an attempt to the provider's yes; None without any.
    """

    account: ProviderAccount
    label: str
    demonstration: bool
    handed: int
    rejected: int
    uncertain: int
    median_seconds: float | None
    last_good: dt.datetime | None

    @property
    def attempts(self) -> int:
        return self.handed + self.rejected + self.uncertain

    @property
    def session_down(self) -> bool:
        """Whether a kind that keeps a connection has none now."""
        standing = self.account.standing
        if not registry.kind(self.account.kind).capabilities.session or not self.account.active:
            return False
        fresh = standing.session_at and now() - standing.session_at < SESSION_STALE_AFTER
        return not (standing.session_up and fresh)

    @property
    def steered_away(self) -> bool:
        return self.account.standing.share < self.account.weight

    def checks(self) -> list[Check]:
        """Ask the provider's own `check_config`; this may take seconds."""
        return registry.kind(self.account.kind)(self.account.account()).check_config()


def stuck_count(units: Sequence[int] | None = None) -> int:
    """How many messages a person should look at."""
    return stuck_messages(units).count()


def provider_records(
    units: Sequence[int] | None = None,
) -> list[ProviderRecord]:
    """Accounts of these units and of the whole city, with their last hour.

    Arguments:
        units: ids; None is every unit.
    """
    accounts = ProviderAccount.objects.filter(kind__in=registry.KINDS).select_related(
        "standing", "unit"
    )
    if units is not None:
        accounts = accounts.filter(unit__in=units) | accounts.filter(unit=None)
    return [_record(account) for account in accounts]


def _record(account: ProviderAccount) -> ProviderRecord:
    recent = AttemptOutcome.objects.filter(
        attempt__provider=account, late=False, at__gt=now() - WINDOW
    ).select_related("attempt")
    count = dict.fromkeys(AttemptOutcome.Kind.values, 0)
    times = []
    last_good: dt.datetime | None = None
    for outcome in recent:
        count[outcome.kind] += 1
        if outcome.kind == AttemptOutcome.Kind.HANDED:
            times.append((outcome.at - outcome.attempt.started_at).total_seconds())
            last_good = max(last_good or outcome.at, outcome.at)
    times.sort()
    kind = registry.kind(account.kind)
    return ProviderRecord(
        account=account,
        label=kind.label,
        demonstration=kind.demonstration,
        handed=count[AttemptOutcome.Kind.HANDED],
        rejected=count[AttemptOutcome.Kind.REJECTED],
        uncertain=count[AttemptOutcome.Kind.UNCERTAIN],
        median_seconds=times[len(times) // 2] if times else None,
        last_good=last_good,
    )
