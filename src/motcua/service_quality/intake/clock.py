"""Reading times on a clock that may be wrong."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

TOLERANCE = dt.timedelta(seconds=5)
"""A device's clock that differs by less is believed: the difference may be the network's."""
AHEAD = dt.timedelta(minutes=2)
"""A reading further in the future than this, after correction, cannot be placed."""


@dataclass(frozen=True)
class Clock:
    """The centre's view of a device's clock, measured by one batch.

    `offset` is the centre's time of receiving less the device's time of sending.
    """

    received_at: dt.datetime
    offset: dt.timedelta

    @classmethod
    def of(cls, *, sent_at: dt.datetime, received_at: dt.datetime) -> Clock:
        return cls(received_at, received_at - sent_at)

    @property
    def trusted(self) -> bool:
        """Whether the device's times are taken as they are."""
        return abs(self.offset) <= TOLERANCE

    def correct(self, at: dt.datetime) -> dt.datetime:
        """The centre's time of a moment on the device's clock."""
        return at if self.trusted else at + self.offset

    def past(self, at: dt.datetime) -> dt.datetime:
        """As `correct`, but not later than now: what is reported has happened."""
        return min(self.correct(at), self.received_at)

    def is_future(self, at: dt.datetime) -> bool:
        """Whether a corrected moment lies ahead of now by more than clocks can differ."""
        return self.correct(at) > self.received_at + AHEAD
