"""Weeks of invented visits, ratings and incidents, so that boards have something to show.

Everything is drawn from one seed and laid in the past, up to yesterday. Loading again adds
nothing.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid

from django.db import transaction

from motcua.kernel.clock import today
from motcua.organisation.models import Counter
from motcua.organisation.selectors import calendar_of
from motcua.service_quality import rollups
from motcua.service_quality.models import Incident, IncidentEvent, Level, Rating, Visit
from motcua.service_quality.models.ratings import Face
from motcua.service_quality.rules import Cause, Outcome, State

SEED = 20261124
DAYS = 56
VISITS_A_DAY = (10, 22)
LEVELS = {
    Level.VERY_PLEASED: (9, 88.0),
    Level.PLEASED: (38, 72.0),
    Level.ORDINARY: (40, 52.0),
    Level.DISPLEASED: (6, 27.0),
    Level.UNKNOWN: (7, None),
}
"""Weight of each level among invented visits, and the score around which it lies."""
WORSE_BEFORE_NOON = 2.0
"""How much likelier displeasure is in the hour before noon, so that plots have an answer."""
RATED_SHARE = 0.35
FACES = {Level.DISPLEASED: (5, 3, 2), Level.ORDINARY: (1, 4, 6)}
"""Weights of the faces poor, fair and good after such a visit."""
USUAL_FACES = (1, 4, 30)
ENDS = (
    (Outcome.REASSURED, 5),
    (Outcome.APOLOGISED, 3),
    (Outcome.SOLVED, 4),
    (Outcome.EXPLAINED, 3),
    (Outcome.FALSE_ALARM, 2),
)


def load() -> None:
    """Invent the past of every demonstration counter that has none."""
    with transaction.atomic():
        for counter in Counter.objects.filter(unit__active=True).order_by("pk"):
            if not counter.visits.exists():
                _invent(counter, _chance(counter))


def _chance(counter: Counter) -> random.Random:
    seed = f"{SEED}:{counter.unit.code}:{counter.number}"
    return random.Random(seed)  # noqa: S311 - invented data, nothing secret


def _invent(counter: Counter, chance: random.Random) -> None:
    calendar = calendar_of(counter.unit_id)
    for back in range(DAYS, 0, -1):
        day = today() - dt.timedelta(days=back)
        for session in calendar.sessions(day):
            count = chance.randint(*VISITS_A_DAY) // 2
            length = (session.end - session.start) / (count + 1)
            for number in range(count):
                opened = session.start + length * number
                _visit(counter, opened, length, chance)


def _visit(
    counter: Counter, opened: dt.datetime, length: dt.timedelta, chance: random.Random
) -> None:
    weights = [
        weight * (WORSE_BEFORE_NOON if level is Level.DISPLEASED and opened.hour == 10 else 1)
        for level, (weight, _) in LEVELS.items()
    ]
    level = chance.choices(list(LEVELS), weights)[0]
    middle = LEVELS[level][1]
    score = None if middle is None else min(100.0, max(0.0, chance.gauss(middle, 5)))
    closed = opened + length * chance.uniform(0.4, 0.9)
    visit = Visit.objects.create(
        id=uuid.UUID(int=chance.getrandbits(128), version=4),
        counter=counter,
        opened_at=opened,
        closed_at=closed,
        level=level,
        score=score,
        good_view=chance.uniform(0.4, 0.95) if score is not None else 0.1,
    )
    rollups.add_visit(rollups.ClosedVisit(counter.pk, closed, level, score))
    if chance.random() < RATED_SHARE:
        _rating(visit, level, chance)
    if level is Level.DISPLEASED and chance.random() < 0.5:
        _incident(visit, chance)


def _rating(visit: Visit, level: Level, chance: random.Random) -> None:
    face = chance.choices([Face.POOR, Face.FAIR, Face.GOOD], FACES.get(level, USUAL_FACES))[0]
    Rating.objects.create(
        key=uuid.UUID(int=chance.getrandbits(128), version=4),
        unit_id=visit.counter.unit_id,
        counter=visit.counter,
        visit_id=visit.pk,
        face=face,
        language="vi",
        rated_at=visit.closed_at or visit.opened_at,
    )


def _incident(visit: Visit, chance: random.Random) -> None:
    opened = visit.opened_at + dt.timedelta(seconds=chance.randint(60, 300))
    answered = opened + dt.timedelta(seconds=int(chance.lognormvariate(4.4, 0.7)))
    closed = answered + dt.timedelta(minutes=chance.randint(3, 25))
    outcome = chance.choices([o for o, _ in ENDS], [weight for _, weight in ENDS])[0]
    incident = Incident.objects.create(
        unit_id=visit.counter.unit_id,
        counter=visit.counter,
        department_id=visit.counter.department_id,
        visit_id=visit.pk,
        cause=Cause.IRRITATION,
        confidence=round(chance.uniform(0.7, 0.98), 2),
        state=State.CLOSED,
        opened_at=opened,
        acknowledged_at=answered,
        closed_at=closed,
        outcome=outcome,
    )
    IncidentEvent.objects.create(
        incident=incident, at=opened, kind=IncidentEvent.Kind.OPENED, cause=Cause.IRRITATION
    )
    IncidentEvent.objects.create(
        incident=incident,
        at=closed,
        kind=IncidentEvent.Kind.CLOSED,
        outcome=outcome,
        note="Dữ liệu minh hoạ",
    )
