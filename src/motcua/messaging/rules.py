"""What decides in this room, as tables and pure functions: states, budgets, hours, permissions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from motcua.organisation.rules import LEADERS, Permissions, Role

PERMISSIONS: Permissions = {
    "messaging.view": LEADERS | {Role.ADMINISTRATOR, Role.CITY},
    "messaging.reveal_phone": frozenset({Role.ADMINISTRATOR, Role.CENTRE_LEADER}),
    "messaging.resend": frozenset(
        {Role.ADMINISTRATOR, Role.CENTRE_LEADER, Role.DEPARTMENT_HEAD, Role.CITY}
    ),
    "messaging.configure": frozenset({Role.ADMINISTRATOR}),
    "messaging.configure_city": frozenset({Role.CITY}),
    "messaging.demo_phone": frozenset(Role),
}


class Channel(StrEnum):
    SMS = "sms"
    EMAIL = "email"

    @property
    def vietnamese(self) -> str:
        return "SMS" if self is Channel.SMS else "Thư điện tử"


class State(StrEnum):
    """Where a message to one recipient stands."""

    QUEUED = "queued"
    SENDING = "sending"
    UNCERTAIN = "uncertain"
    HANDED_OVER = "handed_over"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    EXPIRED = "expired"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def vietnamese(self) -> str:
        return STATE_NAMES[self]

    @property
    def final(self) -> bool:
        return not TRANSITIONS[self]


STATE_NAMES: Mapping[State, str] = {
    State.QUEUED: "Chờ gửi",
    State.SENDING: "Đang gửi",
    State.UNCERTAIN: "Chưa rõ đã gửi hay chưa",
    State.HANDED_OVER: "Nhà mạng đã nhận",
    State.DELIVERED: "Đã tới máy",
    State.UNDELIVERED: "Không tới được máy",
    State.EXPIRED: "Hết hạn, máy không nhận",
    State.FAILED: "Không gửi được",
    State.CANCELLED: "Đã huỷ",
}

TRANSITIONS: Mapping[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.SENDING, State.FAILED, State.CANCELLED}),
    State.SENDING: frozenset({State.QUEUED, State.HANDED_OVER, State.UNCERTAIN, State.FAILED}),
    # A message that may have arrived is not sent again by the machine. It goes back to
    # QUEUED only on the provider's late word that it refused, and to SENDING only where
    # the provider itself refuses doubles.
    State.UNCERTAIN: frozenset(
        {
            State.QUEUED,
            State.SENDING,
            State.HANDED_OVER,
            State.DELIVERED,
            State.UNDELIVERED,
            State.EXPIRED,
            State.FAILED,
        }
    ),
    State.HANDED_OVER: frozenset({State.DELIVERED, State.UNDELIVERED, State.EXPIRED}),
    State.DELIVERED: frozenset(),
    State.UNDELIVERED: frozenset(),
    State.EXPIRED: frozenset(),
    State.FAILED: frozenset(),
    State.CANCELLED: frozenset(),
}
"""Allowed changes of state. A final state is never left; sending again makes a new message."""

OWNERS: Mapping[State, str] = {
    State.QUEUED: "job messaging.deliver, woken again by messaging.sweep",
    State.SENDING: "the worker that holds the attempt, then messaging.sweep",
    State.UNCERTAIN: "late answers and receipts, then a person on the stuck screen",
    State.HANDED_OVER: "the provider's receipt, or messaging.ask_about_receipts",
}
"""Who moves a message on from each state that is not final."""


def may_change(old: State, new: State) -> bool:
    return new in TRANSITIONS[old]


@dataclass(frozen=True)
class Budget:
    """How long and how often a message is tried.

    Arguments:
        delays: pause after each round in which every provider refused; the last one repeats.
        give_up_after: from queueing; then the message fails and shows as stuck.
        stuck_after: not handed over for this long shows as stuck while still being tried.
        uncertain_for: how long proof of an uncertain attempt is awaited before a person is asked.
    """

    delays: tuple[dt.timedelta, ...]
    give_up_after: dt.timedelta
    stuck_after: dt.timedelta
    uncertain_for: dt.timedelta

    def next_try(
        self, *, rounds: int, queued_at: dt.datetime, at: dt.datetime
    ) -> dt.datetime | None:
        """When to try again after this many refused rounds (1 or more); None when spent."""
        due = at + self.delays[min(rounds, len(self.delays)) - 1]
        return due if due <= queued_at + self.give_up_after else None


def _seconds(*values: int) -> tuple[dt.timedelta, ...]:
    return tuple(dt.timedelta(seconds=value) for value in values)


URGENT = Budget(
    delays=_seconds(1, 2, 4, 8, 15, 30),
    give_up_after=dt.timedelta(minutes=75),
    stuck_after=dt.timedelta(seconds=60),
    uncertain_for=dt.timedelta(seconds=45),
)
"""Survives an hour without any provider; alerts move to the next person long before that."""

ORDINARY = Budget(
    delays=_seconds(15, 60, 300, 900, 1800),
    give_up_after=dt.timedelta(hours=24),
    stuck_after=dt.timedelta(minutes=15),
    uncertain_for=dt.timedelta(minutes=10),
)


def budget(urgent: bool) -> Budget:
    return URGENT if urgent else ORDINARY


@dataclass(frozen=True)
class QuietHours:
    """Hours in which citizens get no message; `since` may be later than `until` (over midnight)."""

    since: dt.time
    until: dt.time

    def covers(self, moment: dt.time) -> bool:
        if self.since == self.until:
            return False
        if self.since < self.until:
            return self.since <= moment < self.until
        return moment >= self.since or moment < self.until


def quiet_until(at: dt.datetime, hours: QuietHours) -> dt.datetime | None:
    """The moment at which quiet hours that cover `at` end, in `at`'s zone; None when not quiet."""
    if not hours.covers(at.timetz().replace(tzinfo=None)):
        return None
    end = at.replace(
        hour=hours.until.hour, minute=hours.until.minute, second=hours.until.second, microsecond=0
    )
    return end if end > at else end + dt.timedelta(days=1)


RECIPIENT_WINDOW = dt.timedelta(hours=1)


def recipient_wait(
    sent: Sequence[dt.datetime], *, limit: int, at: dt.datetime
) -> dt.datetime | None:
    """When one more message may go to a recipient who already got these in the last hour.

    Arguments:
        sent: times of messages to the same address, in any order.
        limit: how many an hour; 0 means no limit.

    Returns None when it may go at once.
    """
    recent = sorted(moment for moment in sent if moment > at - RECIPIENT_WINDOW)
    if not limit or len(recent) < limit:
        return None
    return recent[len(recent) - limit] + RECIPIENT_WINDOW


@dataclass(frozen=True)
class Bucket:
    """A token bucket: what is left of a provider's rate, and since when."""

    tokens: float
    at: dt.datetime


def take(bucket: Bucket, *, rate: float, need: int, at: dt.datetime) -> tuple[Bucket, float]:
    """Take `need` tokens (one an SMS part) and say how many seconds to wait first.

    The bucket holds one second's worth, so a burst never exceeds the rate that the
    provider allows. Tokens may go below zero: whoever took them waits that long.
    """
    elapsed = max(0.0, (at - bucket.at).total_seconds())
    filled = min(max(rate, 1.0), bucket.tokens + elapsed * rate)
    left = filled - need
    return Bucket(left, at), max(0.0, -left / rate)


class ReceiptState(StrEnum):
    """What a provider's receipt says, in the room's own words."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    EXPIRED = "expired"
    UNKNOWN = "unknown"

    @property
    def vietnamese(self) -> str:
        return {
            ReceiptState.ACCEPTED: "Nhà mạng đang chuyển",
            ReceiptState.DELIVERED: "Đã tới máy",
            ReceiptState.UNDELIVERED: "Không tới được máy",
            ReceiptState.EXPIRED: "Hết hạn, máy không nhận",
            ReceiptState.UNKNOWN: "Nhà mạng không rõ",
        }[self]


def after_receipts(current: State, parts: int, known: Sequence[ReceiptState]) -> State:
    """The state of a message once each part's first decisive receipt is counted.

    Arguments:
        current: the present state; a final one never changes.
        parts: how many references the provider reports on, at least one.
        known: one decisive state for each part that has a receipt.

    A message arrived when all its parts did; it did not when any part did not.
    """
    if current.final:
        return current
    if ReceiptState.UNDELIVERED in known:
        return State.UNDELIVERED
    if ReceiptState.EXPIRED in known:
        return State.EXPIRED
    if len(known) >= parts and all(state is ReceiptState.DELIVERED for state in known):
        return State.DELIVERED
    return current


DECISIVE = frozenset({ReceiptState.DELIVERED, ReceiptState.UNDELIVERED, ReceiptState.EXPIRED})
"""Receipts that settle a part. The others are kept and shown, and change nothing."""


class Verdict(StrEnum):
    """What became of a receipt when it came in."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    LATE = "late"
    INTERIM = "interim"
    UNMATCHED = "unmatched"

    @property
    def vietnamese(self) -> str:
        return {
            Verdict.APPLIED: "đã ghi nhận",
            Verdict.DUPLICATE: "trùng, không đổi gì",
            Verdict.LATE: "tới muộn, trái với kết quả đã chốt, không đổi gì",
            Verdict.INTERIM: "chưa phải kết quả cuối",
            Verdict.UNMATCHED: "chưa khớp với tin nào",
        }[self]
