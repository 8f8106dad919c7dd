"""Counting attempts, the same in every process and on every host.

An attempt is spent before its answer is known and given back when it was right, so that many
guesses sent at once are counted like guesses sent one by one.
"""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.utils.crypto import salted_hmac

from motcua.kernel.clock import now
from motcua.portal.models import Attempts
from motcua.portal.rules import Limit

_SPEND = """
INSERT INTO portal_attempts (key, since, count) VALUES (%s, %s, 1)
ON CONFLICT (key, since) DO UPDATE SET count = portal_attempts.count + 1
RETURNING count
"""
KEPT = dt.timedelta(days=2)


def spend(limit: Limit, who: str) -> int:
    """Count one attempt and return how many there were in this window, this one included."""
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, [_key(limit, who), _window(limit)])
        return int(cursor.fetchone()[0])


def give_back(limit: Limit, who: str) -> None:
    """The attempt was right: it does not count."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE portal_attempts SET count = count - 1 WHERE key = %s AND since = %s"
            " AND count > 0",
            [_key(limit, who), _window(limit)],
        )


def forget() -> int:
    """Remove counts that decide nothing any more."""
    return Attempts.objects.filter(since__lt=now() - KEPT).delete()[0]


def _key(limit: Limit, who: str) -> str:
    return salted_hmac(f"motcua.portal.{limit.name}", who, algorithm="sha256").hexdigest()


def _window(limit: Limit) -> dt.datetime:
    seconds = limit.window.total_seconds()
    begun = now().timestamp() // seconds * seconds
    return dt.datetime.fromtimestamp(begun, tz=dt.UTC)
