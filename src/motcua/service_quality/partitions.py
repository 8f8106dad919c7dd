"""Readings by the month: made ahead of need, dropped whole when their time is over.

Dropping a month costs nothing, while deleting a month of a busy city would take hours.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction

from motcua.kernel.clock import CITY, now
from motcua.service_quality.models import MinuteRollup

TABLE = "service_quality_reading"
MONTHS_AHEAD = 2
_LOCK = 0x4D43_0301


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month in the city's time zone."""

    year: int
    month: int

    @classmethod
    def of(cls, moment: dt.datetime) -> Month:
        local = moment.astimezone(CITY)
        return cls(local.year, local.month)

    def next(self) -> Month:
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    @property
    def start(self) -> dt.datetime:
        return dt.datetime(self.year, self.month, 1, tzinfo=CITY)

    @property
    def table(self) -> str:
        return f"{TABLE}_y{self.year}m{self.month:02}"

    @classmethod
    def named(cls, table: str) -> Month | None:
        """The month of a partition's name; None for the default partition."""
        year, found, month = table.removeprefix(f"{TABLE}_y").partition("m")
        return cls(int(year), int(month)) if found and year.isdigit() else None


def kept_since(moment: dt.datetime) -> dt.datetime:
    """Readings older than this are neither taken nor kept."""
    return moment - dt.timedelta(days=settings.READINGS_KEPT_DAYS)


def ensure_months() -> list[str]:
    """Make the partitions of this month and the next ones; returns the names of new ones.

    Rows that fell into the default partition meanwhile move to where they belong.
    """
    made = []
    month = Month.of(now())
    for _ in range(MONTHS_AHEAD + 1):
        if _make(month):
            made.append(month.table)
        month = month.next()
    return made


def _make(month: Month) -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        if month.table in _existing(cursor):
            return False
        bounds = [month.start, month.next().start]
        cursor.execute(f"LOCK TABLE {TABLE}_default IN ACCESS EXCLUSIVE MODE")
        cursor.execute(f"CREATE TABLE {month.table} (LIKE {TABLE} INCLUDING ALL)")
        cursor.execute(
            f"""WITH moved AS (DELETE FROM {TABLE}_default
                               WHERE taken_at >= %s AND taken_at < %s RETURNING *)
                INSERT INTO {month.table} SELECT * FROM moved""",  # noqa: S608
            bounds,
        )
        low, high = (moment.isoformat() for moment in bounds)
        cursor.execute(
            f"ALTER TABLE {TABLE} ATTACH PARTITION {month.table} "
            f"FOR VALUES FROM ('{low}') TO ('{high}')"
        )
    return True


def drop_expired() -> list[str]:
    """Drop the months all of whose readings are past their time; returns their names.

    Rows of the default partition and minutes of the roll-up go by the same rule.
    """
    limit = kept_since(now())
    dropped = []
    with connection.cursor() as cursor:
        for table in _existing(cursor):
            month = Month.named(table)
            if month is not None and month.next().start <= limit:
                cursor.execute(f"DROP TABLE {table}")
                dropped.append(table)
        cursor.execute(f"DELETE FROM {TABLE}_default WHERE at < %s", [limit])  # noqa: S608
    MinuteRollup.objects.filter(start__lt=limit).delete()
    return dropped


def _existing(cursor: object) -> list[str]:
    cursor.execute(  # type: ignore[attr-defined]
        """SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
           WHERE i.inhparent = %s::regclass ORDER BY 1""",
        [TABLE],
    )
    return [name for (name,) in cursor.fetchall()]  # type: ignore[attr-defined]
