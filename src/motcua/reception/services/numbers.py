"""Numbers: one gapless series a unit, day and letter, and blocks for when the network fails."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from motcua.organisation.models import Device
from motcua.reception.errors import QueueClosed
from motcua.reception.models import NumberBlock
from motcua.reception.rules import LAST_ORDINARY, LAST_SPARE

BLOCK = 10
"""Numbers a screen holds in reserve under each letter: a busy hour at one door."""

_TAKE = """
    INSERT INTO reception_numberseries AS series (unit_id, day, letter, spare, last)
    VALUES (%(unit)s, %(day)s, %(letter)s, %(spare)s, %(first)s + %(count)s - 1)
    ON CONFLICT (unit_id, day, letter, spare) DO UPDATE SET last = series.last + %(count)s
    WHERE series.last + %(count)s <= %(limit)s
    RETURNING last
"""


def next_number(unit_id: int, day: dt.date, letter: str) -> int:
    """The next ordinary number. The row stays locked until the caller's transaction ends.

    A transaction that fails gives its number back, so the series has no gaps.

    Raises:
        QueueClosed: LAST_ORDINARY numbers were given today.
    """
    return _take(unit_id, day, letter, count=1, spare=False)


def deal_block(device: Device, day: dt.date, letter: str) -> NumberBlock:
    """Numbers that nobody else will ever get, for a screen to give out by itself.

    Raises:
        QueueClosed: the day's spare numbers under this letter are used up.
    """
    last = _take(device.unit_id, day, letter, count=BLOCK, spare=True)
    return NumberBlock.objects.create(
        device=device, day=day, letter=letter, numbers=list(range(last - BLOCK + 1, last + 1))
    )


def _take(unit_id: int, day: dt.date, letter: str, *, count: int, spare: bool) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKE,
            {
                "unit": unit_id,
                "day": day,
                "letter": letter,
                "spare": spare,
                "count": count,
                "first": LAST_ORDINARY + 1 if spare else 1,
                "limit": LAST_SPARE if spare else LAST_ORDINARY,
            },
        )
        row = cursor.fetchone()
    if row is None:
        raise QueueClosed(f"Hôm nay đã phát hết số {letter}. Xin hỏi người hướng dẫn.")
    return int(row[0])
