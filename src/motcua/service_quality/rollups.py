"""Keeping the roll-ups true: every reading and visit is added once, and can be taken out again.

Sums are written in the same statement that stores the readings, so a reading delivered twice is
counted once and a crash leaves neither half. There is no job that could fall behind.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from motcua.kernel.clock import CITY
from motcua.service_quality.models import (
    DayRollup,
    HourRollup,
    Level,
    MinuteRollup,
    MonthRollup,
)

SPANS = {"minute": MinuteRollup, "hour": HourRollup, "day": DayRollup}
VISIT_SPANS = {**SPANS, "month": MonthRollup}

_SUMS = {
    "seconds": "count(*)",
    "present": "count(*) FILTER (WHERE present)",
    "seen": "count(*) FILTER (WHERE mood IS NOT NULL)",
    "irritated": "count(*) FILTER (WHERE irritated)",
    "pleasant_sum": "coalesce(sum(pleasant), 0)",
    "negative_sum": "coalesce(sum(negative), 0)",
    "displeased": f"count(*) FILTER (WHERE mood = {Level.DISPLEASED:d})",
    "ordinary": f"count(*) FILTER (WHERE mood = {Level.ORDINARY:d})",
    "pleased": f"count(*) FILTER (WHERE mood = {Level.PLEASED:d})",
    "very_pleased": f"count(*) FILTER (WHERE mood = {Level.VERY_PLEASED:d})",
}
_VISIT_COLUMN = {
    Level.DISPLEASED: "visits_displeased",
    Level.ORDINARY: "visits_ordinary",
    Level.PLEASED: "visits_pleased",
    Level.VERY_PLEASED: "visits_very_pleased",
}


def add_readings_sql(source: str, *, sign: int = 1) -> str:
    """Common table expressions that add the rows of `source` to all spans.

    Arguments:
        source: name of an earlier expression with counter_id, at, present, irritated, mood,
            pleasant, negative.
        sign: 1 to add, -1 to take out.
    """
    columns = ", ".join(_SUMS)
    sums = ", ".join(f"{sign} * {expression}" for expression in _SUMS.values())
    return ",\n".join(
        f"""{span}_sums AS (
            INSERT INTO {model._meta.db_table} AS kept (counter_id, start, {columns})
            SELECT counter_id, date_trunc('{span}', at, '{CITY.key}'), {sums}
            FROM {source} GROUP BY 1, 2 ORDER BY 1, 2
            ON CONFLICT (counter_id, start) DO UPDATE SET {_added(tuple(_SUMS))}
        )"""  # noqa: S608
        for span, model in SPANS.items()
    )


def _added(columns: Sequence[str]) -> str:
    return ", ".join(f"{column} = kept.{column} + excluded.{column}" for column in columns)


@dataclass(frozen=True)
class ClosedVisit:
    """What a visit adds to the sums, in the span in which it closed."""

    counter_id: int
    closed_at: dt.datetime
    level: Level
    score: float | None


def add_visit(visit: ClosedVisit, *, sign: int = 1) -> None:
    """Add a visit to all spans once, or take it out with `sign=-1`."""
    values: dict[str, float] = {"visits": sign}
    if visit.score is not None:
        values |= {
            "scored": sign,
            "score_sum": sign * visit.score,
            _VISIT_COLUMN[visit.level]: sign,
        }
    columns = ", ".join(values)
    places = ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        for span, model in VISIT_SPANS.items():
            cursor.execute(
                f"""INSERT INTO {model._meta.db_table} AS kept (counter_id, start, {columns})
                    VALUES (%s, date_trunc('{span}', %s::timestamptz, '{CITY.key}'), {places})
                    ON CONFLICT (counter_id, start) DO UPDATE SET {_added(tuple(values))}""",  # noqa: S608
                [visit.counter_id, visit.closed_at, *values.values()],
            )


def forget_readings(
    *, counter_id: int, visit_id: uuid.UUID, since: dt.datetime, until: dt.datetime
) -> int:
    """Delete a visit's readings and take them out of the sums; returns how many there were.

    Arguments:
        since, until: bounds on the device's own clock, so that only the partitions concerned
            are searched.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH gone AS (
                    DELETE FROM service_quality_reading
                    WHERE counter_id = %s AND visit_id = %s AND taken_at BETWEEN %s AND %s
                    RETURNING counter_id, at, present, irritated, mood, pleasant, negative
                ), {add_readings_sql("gone", sign=-1)}
                SELECT count(*) FROM gone""",  # noqa: S608
            [counter_id, visit_id, since, until],
        )
        return int(cursor.fetchone()[0])
