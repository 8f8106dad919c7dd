"""What leaders see of the helper desk: counts and minutes, of procedures and never of people."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from statistics import median

from motcua.kernel.clock import start_of_day
from motcua.portal.models import HelpSession
from motcua.portal.rules import FEWEST_SHOWN, Outcome


@dataclass(frozen=True)
class Row:
    """Helps with one procedure. `minutes` is their median; None where they are too few."""

    code: str
    name: str
    count: int
    filed: int
    minutes: float | None


@dataclass(frozen=True)
class Figures:
    """Helps that ended in a span of days."""

    rows: Sequence[Row]
    outcomes: Sequence[tuple[str, int]]
    count: int
    same_screen: int


def between(unit_ids: Collection[int] | None, since: dt.date, until: dt.date) -> Figures:
    """Helps in these units (None: all), both days included."""
    found = HelpSession.objects.filter(
        ended_at__gte=start_of_day(since),
        ended_at__lt=start_of_day(until + dt.timedelta(days=1)),
    ).select_related("procedure")
    if unit_ids is not None:
        found = found.filter(unit__in=unit_ids)
    helps = list(found.prefetch_related("procedure__versions"))
    by_procedure: dict[str, list[HelpSession]] = defaultdict(list)
    for each in helps:
        by_procedure[each.procedure.code].append(each)
    rows = [_row(code, each) for code, each in by_procedure.items()]
    outcomes = Counter(each.outcome for each in helps)
    return Figures(
        rows=sorted(rows, key=lambda row: (-row.count, row.name)),
        outcomes=[(each.vietnamese, outcomes[each]) for each in Outcome if outcomes[each]],
        count=len(helps),
        same_screen=sum(each.same_screen for each in helps),
    )


def _row(code: str, helps: Sequence[HelpSession]) -> Row:
    versions = sorted(helps[0].procedure.versions.all(), key=lambda each: each.effective_from)
    minutes = [each.minutes for each in helps if each.minutes is not None]
    return Row(
        code=code,
        name=versions[-1].name if versions else code,
        count=len(helps),
        filed=sum(each.outcome == Outcome.FILED for each in helps),
        minutes=median(minutes) if len(minutes) >= FEWEST_SHOWN else None,
    )
