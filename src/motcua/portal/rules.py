"""Who may do what here, how often a stranger may ask, and what of a name is shown. Pure."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum

from motcua.organisation.rules import LEADERS, Permissions, Role

PERMISSIONS: Permissions = {
    "portal.help": frozenset({Role.HELPER, Role.OFFICER}),
    "portal.view_help": LEADERS,
    "portal.edit_publicity": frozenset({Role.ADMINISTRATOR, Role.CENTRE_LEADER}),
    "portal.edit_suggestions": frozenset({Role.CITY}),
}

PHONE_DIGITS = 4
CODE = re.compile(r"[A-Z0-9.]{2,40}-[0-9]{6}-[0-9]{4,8}")
"""How a dossier code looks, whether there is one or not."""


@dataclass(frozen=True)
class Limit:
    """At most `most` attempts of one kind within a window."""

    name: str
    most: int
    window: dt.timedelta


LOOK_UP_LIMITS = (
    (
        "address",
        (
            Limit("look_up_address", 30, dt.timedelta(minutes=15)),
            Limit("look_up_address_day", 200, dt.timedelta(days=1)),
        ),
    ),
    (
        "code",
        (
            Limit("look_up_code", 10, dt.timedelta(hours=1)),
            Limit("look_up_code_day", 30, dt.timedelta(days=1)),
        ),
    ),
)
"""Failed look-ups only. Four digits are 10.000 guesses: at 30 a day and code, half of them take
more than five months, and every one of them is on the record. An address may be that of a whole
hall, so it has room for many people who mistype."""

HELP_LIMIT = Limit("help_code", 10, dt.timedelta(minutes=15))
"""Wrong help codes a helper. A million codes, each good for ten minutes."""

GRANT = dt.timedelta(minutes=15)
"""How long a dossier that was looked up stays open in a browser without being asked for."""


class Outcome(StrEnum):
    """How a help ended."""

    FILED = "filed"
    GOES_ON = "goes_on"
    TO_COUNTER = "to_counter"
    NOT_POSSIBLE = "not_possible"
    UNKNOWN = "unknown"

    @property
    def vietnamese(self) -> str:
        return {
            Outcome.FILED: "Đã nộp hồ sơ",
            Outcome.GOES_ON: "Người dân làm tiếp sau",
            Outcome.TO_COUNTER: "Chuyển sang nộp tại quầy",
            Outcome.NOT_POSSIBLE: "Chưa làm được, cần thêm giấy tờ",
            Outcome.UNKNOWN: "Không ghi",
        }[self]


class EndedBy(StrEnum):
    """Who ended a help."""

    CITIZEN = "citizen"
    HELPER = "helper"
    TIME = "time"

    @property
    def vietnamese(self) -> str:
        return {
            EndedBy.CITIZEN: "Người dân",
            EndedBy.HELPER: "Người hướng dẫn",
            EndedBy.TIME: "Hết giờ",
        }[self]


def masked_name(full_name: str) -> str:
    """Initials and the given name: `Nguyễn Thị Mẫu` is shown as `N. T. Mẫu`.

    Enough to see that it is one's own dossier, too little to learn whose it is.
    """
    words = re.sub(r"\(.*?\)", "", full_name).split()
    return " ".join([*(f"{word[0]}." for word in words[:-1]), *words[-1:]])


def last_digits(phone: str) -> str:
    """The digits by which a look-up is proved; empty where no telephone is known."""
    digits = re.sub(r"\D", "", phone)
    return digits[-PHONE_DIGITS:] if len(digits) >= PHONE_DIGITS else ""


def tidy_code(typed: str) -> str:
    """A dossier code as typed by hand: spaces out, long dashes to short ones, capitals."""
    return re.sub(r"[‐-―−]", "-", re.sub(r"\s", "", typed)).upper()


FEWEST_SHOWN = 5
"""Figures over fewer than these are not shown: they would speak of single people."""


def share(part: int, whole: int) -> float | None:
    """Part of the whole, 0–1; None where the whole is too small to show."""
    return part / whole if whole >= FEWEST_SHOWN else None
