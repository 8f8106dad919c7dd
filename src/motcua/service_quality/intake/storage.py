"""Readings into their table and the live state into its own: two statements a batch."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from motcua.kernel import statements
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
    SELECT * FROM json_to_recordset(%s) AS given (
        counter_id bigint, taken_at timestamptz, at timestamptz, visit_id uuid,
        expressions smallint[], pleasant real, negative real, good_view real, mood smallint,
        present boolean, irritated boolean, problem text)
), fresh AS (
    INSERT INTO service_quality_reading
        (counter_id, taken_at, at, visit_id, expressions, pleasant,
         negative, good_view, mood, present, irritated, problem)
    SELECT counter_id, taken_at, at, visit_id, expressions, pleasant,
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
SELECT *, %s FROM json_to_recordset(%s) AS given (
    counter_id bigint, at timestamptz, present boolean, irritated boolean, visit_id uuid,
    mood smallint, pleasant real, negative real, told_state text
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
    [(fresh,)] = statements.run(_INSERT, [json.dumps([_row(timed) for timed in readings])])
    return int(fresh)


def _row(timed: Timed) -> dict[str, object]:
    reading = timed.reading
    return {
        "counter_id": reading.counter,
        "taken_at": reading.at.isoformat(),
        "at": timed.at.isoformat(),
        "visit_id": str(reading.visit) if reading.visit else None,
        "expressions": per_mille(reading),
        "pleasant": reading.pleasant,
        "negative": reading.negative,
        "good_view": reading.good_view,
        "mood": LEVELS[reading.mood] if reading.mood else None,
        "present": reading.present,
        "irritated": reading.irritated,
        "problem": reading.problem or "",
    }


def per_mille(reading: Reading) -> list[int] | None:
    """The eight probabilities in 16 bytes a row instead of 64."""
    if reading.expressions is None:
        return None
    return [round(1000 * getattr(reading.expressions, label)) for label in LABELS]


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
    rows = [_live_row(timed) for timed in newest.values()]
    written = statements.run(_LIVE, [received_at, json.dumps(rows), received_at])
    return [newest[counter] for counter, tell in written if tell]


def _live_row(timed: Timed) -> dict[str, object]:
    reading = timed.reading
    return {
        "counter_id": reading.counter,
        "at": timed.at.isoformat(),
        "present": reading.present,
        "irritated": reading.irritated,
        "visit_id": str(reading.visit) if reading.visit else None,
        "mood": LEVELS[reading.mood] if reading.mood else None,
        "pleasant": reading.pleasant,
        "negative": reading.negative,
        "told_state": state_of(reading.present, reading.irritated, reading.visit, reading.mood),
    }


def state_of(present: bool, irritated: bool, visit: uuid.UUID | None, mood: Mood | None) -> str:
    """What a page shows of a counter, in one comparable word."""
    return f"{present:d}{irritated:d}{visit or '-'}/{mood or '-'}"
