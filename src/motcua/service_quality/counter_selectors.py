"""Reads for the pages of one counter: the band, today's curve, the week."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from motcua.kernel.clock import CITY, now, start_of_day, today
from motcua.organisation.models import Counter
from motcua.service_quality import coaching, moods
from motcua.service_quality.models import (
    Advice,
    CounterNow,
    Incident,
    MinuteRollup,
    Rating,
    RatingReason,
    RatingRemark,
    Visit,
)
from motcua.service_quality.rules import State
from motcua.service_quality.words import lines_of

CURVE_STEP = dt.timedelta(minutes=10)
FEWEST_SECONDS = 20
"""Seconds with a readable face that a step of the curve needs."""


def band_of(counter: Counter) -> tuple[moods.Band, str]:
    """What the counter's band shows now, with the advice for this visit, if any."""
    live = CounterNow.objects.filter(counter=counter, at__gte=now() - moods.FRESH).first()
    sight = None
    if live is not None:
        excluded = (
            live.visit_id is not None
            and Visit.objects.filter(pk=live.visit_id, excluded_at__isnull=False).exists()
        )
        sight = moods.Sight(live.present, live.mood, live.irritated, excluded)
    shown = moods.band(sight)
    if shown.situation is None or live is None:
        return shown, ""
    texts = lines_of(Advice, counter.unit_id).filter(situation=shown.situation, active=True)
    turn = live.visit_id.int if live.visit_id else 0
    return shown, moods.advice_for(list(texts.values_list("text", flat=True)), turn)


def curve_today(counter: Counter) -> list[tuple[dt.datetime, float | None]]:
    """Mood today in steps of ten minutes, −100…100; None where too little was seen."""
    sums: dict[dt.datetime, list[float]] = defaultdict(lambda: [0.0, 0.0])
    begin = start_of_day(today())
    rows = MinuteRollup.objects.filter(counter=counter, start__gte=begin).order_by("start")
    for start, seen, pleasant, negative in rows.values_list(
        "start", "seen", "pleasant_sum", "negative_sum"
    ):
        step = begin + CURVE_STEP * ((start - begin) // CURVE_STEP)
        sums[step][0] += seen
        sums[step][1] += pleasant - negative
    return [
        (step.astimezone(CITY), 100 * valence / seen if seen >= FEWEST_SECONDS else None)
        for step, (seen, valence) in sorted(sums.items())
    ]


def open_at(counter: Counter) -> Incident | None:
    """The open incident at this counter, the oldest first."""
    found = counter.incidents.exclude(state=State.CLOSED).select_related("owner")
    return found.order_by("opened_at").first()


def week_of(counter: Counter, monday: dt.date) -> coaching.Week:
    """What lifted and what sank moods at this counter in the week of this Monday."""
    begin, end = start_of_day(monday), start_of_day(monday + dt.timedelta(days=7))
    visits = counter.visits.counted().filter(
        closed_at__gte=begin, closed_at__lt=end, score__isnull=False
    )
    return coaching.week([_facts(visit) for visit in visits])


def reasons_of(counter: Counter, monday: dt.date) -> tuple[int, list[tuple[str, int]]]:
    """How many ratings the week had, and the reasons citizens tapped at least FEWEST times."""
    begin, end = start_of_day(monday), start_of_day(monday + dt.timedelta(days=7))
    ratings = Rating.objects.filter(counter=counter, rated_at__gte=begin, rated_at__lt=end)
    counts: dict[str, int] = defaultdict(int)
    names = dict(RatingReason.objects.values_list("code", "text_vi"))
    for codes in RatingRemark.objects.filter(rating__in=ratings).values_list("reasons", flat=True):
        # The product's reason and a unit's copy of it say the same: counted by their words.
        for name in {names.get(code, code) for code in codes}:
            counts[name] += 1
    shown = [(name, n) for name, n in counts.items() if n >= coaching.FEWEST]
    return ratings.count(), sorted(shown, key=lambda row: -row[1])


def _facts(visit: Visit) -> coaching.VisitFacts:
    assert visit.closed_at is not None
    assert visit.score is not None
    length = visit.closed_at - visit.opened_at
    return coaching.VisitFacts(
        opened_at=visit.opened_at.astimezone(CITY),
        length=length,
        score=visit.score,
        valences=coaching.thirds(visit.curve, length),
    )
