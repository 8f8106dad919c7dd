"""This machine's clock within one run: it never jumps, however the system's clock is set.

Times of one run are therefore consistent with each other, and with the `sent_at` of the batch
that carries them: the centre corrects them all by the same difference.
"""

from __future__ import annotations

import datetime as dt
import time


class RunClock:
    """Wall time at the start of the run, carried on by the monotonic clock."""

    def __init__(self) -> None:
        self._start = dt.datetime.now(dt.UTC)
        self._zero = time.monotonic()

    def now(self) -> dt.datetime:
        return self._start + dt.timedelta(seconds=time.monotonic() - self._zero)
