"""How incidents went: how many, how soon somebody came, how they ended."""

from __future__ import annotations

import datetime as dt
from collections import Counter as Tally
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from motcua.board.rules import FEWEST_SHOWN, Period, percentile
from motcua.board.selectors import moments
from motcua.kernel.clock import CITY
from motcua.organisation.models import Counter
from motcua.service_quality.models import Incident
from motcua.service_quality.rules import Cause, Outcome, State

MEDIAN, NEARLY_ALL = 0.5, 0.9


@dataclass(frozen=True)
class IncidentFigures:
    """Incidents of a period. Waits are seconds from opening to the first answer."""

    by_day: Mapping[dt.date, int] = field(default_factory=dict)
    by_cause: Mapping[Cause, int] = field(default_factory=dict)
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    waits: Sequence[float] = ()
    unanswered: int = 0
    camera_closed: int = 0
    camera_false: int = 0

    @property
    def count(self) -> int:
        return sum(self.by_cause.values())

    @property
    def median_wait(self) -> float | None:
        return percentile(self.waits, MEDIAN)

    @property
    def long_wait(self) -> float | None:
        """The wait that nine in ten incidents stay below."""
        return percentile(self.waits, NEARLY_ALL)

    @property
    def false_share(self) -> float | None:
        """Share of the camera's closed incidents that a person called a false alarm."""
        if self.camera_closed < FEWEST_SHOWN:
            return None
        return self.camera_false / self.camera_closed


def incident_figures(counters: Sequence[Counter], period: Period) -> IncidentFigures:
    """Figures of the incidents opened at these counters in the period."""
    first, after = moments(period)
    rows = list(
        Incident.objects.filter(
            counter__in=counters, opened_at__gte=first, opened_at__lt=after
        ).only("opened_at", "acknowledged_at", "cause", "outcome", "state")
    )
    camera = [r for r in rows if r.cause == Cause.IRRITATION and r.state == State.CLOSED]
    days = Tally(row.opened_at.astimezone(CITY).date() for row in rows)
    return IncidentFigures(
        by_day={day: days[day] for day in period.days},
        by_cause=Tally(Cause(row.cause) for row in rows),
        outcomes=Tally(Outcome(row.outcome) for row in rows if row.outcome),
        waits=[
            (row.acknowledged_at - row.opened_at).total_seconds()
            for row in rows
            if row.acknowledged_at
        ],
        unanswered=sum(row.waiting for row in rows),
        camera_closed=len(camera),
        camera_false=sum(row.outcome == Outcome.FALSE_ALARM for row in camera),
    )
