"""Numbers without a gap: one row per series, locked from the moment a number is taken until the
transaction ends. What is rolled back gives its number back, so nothing is ever skipped.
"""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction

from motcua.dossiers import rules
from motcua.dossiers.errors import NoAgencyId
from motcua.organisation.models import Unit

_NEXT = """
INSERT INTO dossiers_codecounter (unit_id, series, period, last) VALUES (%s, %s, %s, 1)
ON CONFLICT (unit_id, series, period) DO UPDATE SET last = dossiers_codecounter.last + 1
RETURNING last
"""


def next_number(unit_id: int, series: str, period: str) -> int:
    """The next number of the series. Take it last: others wait until the transaction ends.

    Raises:
        TransactionManagementError: outside a transaction a number could be lost.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("numbers are taken inside a transaction")
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [unit_id, series, period])
        return int(cursor.fetchone()[0])


def next_code(unit: Unit, day: dt.date) -> str:
    """The next dossier code of the unit and day.

    Raises:
        NoAgencyId: the unit has no electronic id to begin it with.
    """
    if not unit.agency_id:
        raise NoAgencyId(unit.name)
    return rules.code(unit.agency_id, day, next_number(unit.pk, "code", f"{day:%y%m%d}"))
