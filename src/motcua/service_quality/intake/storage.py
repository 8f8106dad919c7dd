"""Readings into their table and the live state into its own: two statements a batch."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from motcua.service_quality.models import Level
from motcua.service_quality.rollups import add_readings_sql
from motcua_contract import LABELS, Mood, Reading

LEVELS = {
    Mood.DISPLEASED: Level.DISPLEASED,
    Mood.ORDINARY: Level.ORDINARY,
    Mood.PLEASED: Level.PLEASED,
    Mood.VERY_PLEASED: Level.VERY_PLEASED,
}
LIVE_FOR = dt.timedelta(seconds=30)
"""A reading older than this is history: it does not change what the counter looks like now."""
REFRESH_SECONDS = 5
"""An unchanged live state is written again at most this often, to show that it is alive."""
TELL_EVERY_SECONDS = 2
"""Open pages hear of one counter at most this often."""

_INSERT = f"""
WITH given AS MATERIALIZED (
    SELECT * FROM unnest(
        %s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::uuid[], %s::text[], %s::real[],
        %s::real[], %s::real[], %s::smallint[], %s::boolean[], %s::boolean[], %s::text[]
    ) AS given (counter_id, taken_at, at, visit_id, expressions, pleasant,
                negative, good_view, mood, present, irritated, problem)
), fresh AS (
    INSERT INTO service_quality_reading
        (counter_id, taken_at, at, visit_id, expressions, pleasant,
         negative, good_view, mood, present, irritated, problem)
    SELECT counter_id, taken_at, at, visit_id, expressions::smallint[], pleasant,
           negative, good_view, mood, present, irritated, problem
    FROM given
    ON CONFLICT DO NOTHING
    RETURNING counter_id, at, present, irritated, mood, pleasant, negative
), {add_readings_sql("fresh")}
SELECT count(*) FROM fresh
"""  # noqa: S608 - names are our own, values are parameters

_LIVE = f"""
INSERT INTO service_quality_counternow AS kept
    (counter_id, at, present, irritated, visit_id, mood, pleasant, negative, told_state, told_at)
SELECT *, %s FROM unnest(
    %s::bigint[], %s::timestamptz[], %s::boolean[], %s::boolean[], %s::uuid[], %s::smallint[],
    %s::real[], %s::real[], %s::text[]
) ORDER BY 1
ON CONFLICT (counter_id) DO UPDATE SET
    at = excluded.at, present = excluded.present, irritated = excluded.irritated,
    visit_id = excluded.visit_id, mood = excluded.mood, pleasant = excluded.pleasant,
    negative = excluded.negative,
    told_state = CASE WHEN excluded.told_state <> kept.told_state
                       AND kept.told_at <= excluded.told_at - interval '{TELL_EVERY_SECONDS} s'
                 THEN excluded.told_state ELSE kept.told_state END,
    told_at = CASE WHEN excluded.told_state <> kept.told_state
                    AND kept.told_at <= excluded.told_at - interval '{TELL_EVERY_SECONDS} s'
              THEN excluded.told_at ELSE kept.told_at END
WHERE excluded.at > kept.at
  AND (excluded.told_state <> kept.told_state
       OR excluded.at >= kept.at + interval '{REFRESH_SECONDS} s')
RETURNING counter_id, told_at = %s
"""  # noqa: S608


@dataclass(frozen=True)
class Timed:
    """A reading with the centre's time of it."""

    reading: Reading
    at: dt.datetime


def insert(readings: Sequence[Timed]) -> int:
    """Store those not stored before and add them to the sums; returns how many were new."""
    columns = zip(*(_row(timed) for timed in readings), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [list(column) for column in columns])
        return int(cursor.fetchone()[0])


def _row(timed: Timed) -> tuple[object, ...]:
    reading = timed.reading
    return (
        reading.counter,
        reading.at,
        timed.at,
        reading.visit,
        per_mille(reading),
        reading.pleasant,
        reading.negative,
        reading.good_view,
        LEVELS[reading.mood] if reading.mood else None,
        reading.present,
        reading.irritated,
        reading.problem or "",
    )


def per_mille(reading: Reading) -> str | None:
    """The eight probabilities as an array literal of PostgreSQL: 16 bytes a row instead of 64."""
    if reading.expressions is None:
        return None
    shares = (round(1000 * getattr(reading.expressions, label)) for label in LABELS)
    return "{" + ",".join(map(str, shares)) + "}"


def refresh_live(readings: Sequence[Timed], received_at: dt.datetime) -> list[Timed]:
    """Bring the live state up to date; returns what open pages should be told of.

    A change that comes too soon after the last is told with the next reading.
    """
    newest: dict[int, Timed] = {}
    for timed in readings:
        kept = newest.get(timed.reading.counter)
        if timed.at > received_at - LIVE_FOR and (kept is None or timed.at > kept.at):
            newest[timed.reading.counter] = timed
    if not newest:
        return []
    columns = zip(*(_live_row(timed) for timed in newest.values()), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            _LIVE,
            [received_at, *(list(column) for column in columns), received_at],
        )
        return [newest[counter] for counter, tell in cursor.fetchall() if tell]


def _live_row(timed: Timed) -> tuple[object, ...]:
    reading = timed.reading
    return (
        reading.counter,
        timed.at,
        reading.present,
        reading.irritated,
        reading.visit,
        LEVELS[reading.mood] if reading.mood else None,
        reading.pleasant,
        reading.negative,
        state_of(reading.present, reading.irritated, reading.visit, reading.mood),
    )


def state_of(present: bool, irritated: bool, visit: uuid.UUID | None, mood: Mood | None) -> str:
    """What a page shows of a counter, in one comparable word."""
    return f"{present:d}{irritated:d}{visit or '-'}/{mood or '-'}"
