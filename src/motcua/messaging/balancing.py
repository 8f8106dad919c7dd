"""Which provider carries the next message, and how shares move between providers.

Shares follow the way GOV.UK Notify steers its SMS vendors: away from one that
fails or is slow, slowly back to its configured weight, at most one move in a
cool-down, and no move at all when every provider is in trouble, because then
moving traffic helps nobody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

COOL_DOWN = dt.timedelta(seconds=60)
WINDOW = dt.timedelta(minutes=5)
"""Attempts older than this say nothing about a provider's health."""
FAILING_SHARE = 0.3
FAILURES_IN_A_ROW = 3
ENOUGH = 5
"""Attempts below which a rate is not judged (a row of failures is)."""
SLOW_SECONDS = 5.0
STEP_BACK = 5
LEAST = 1
"""A provider in trouble keeps this share, so that its recovery is noticed."""


@dataclass(frozen=True)
class Standing:
    """A provider as the rule sees it: configured weight, present share, last move."""

    provider: int
    weight: int
    share: int
    moved_at: dt.datetime | None


@dataclass(frozen=True)
class Record:
    """A provider's attempts within the window, newest first: succeeded or not, and seconds."""

    attempts: tuple[tuple[bool, float], ...] = ()

    @property
    def failing(self) -> bool:
        outcomes = [succeeded for succeeded, _ in self.attempts]
        if len(outcomes) >= FAILURES_IN_A_ROW and not any(outcomes[:FAILURES_IN_A_ROW]):
            return True
        return len(outcomes) >= ENOUGH and outcomes.count(False) / len(outcomes) > FAILING_SHARE

    @property
    def slow(self) -> bool:
        times = sorted(seconds for succeeded, seconds in self.attempts if succeeded)
        return len(times) >= ENOUGH and times[len(times) // 2] > SLOW_SECONDS

    @property
    def in_trouble(self) -> bool:
        return self.failing or self.slow


def rebalance(
    standings: Sequence[Standing], records: Mapping[int, Record], at: dt.datetime
) -> dict[int, int]:
    """New share of each provider whose share should move now.

    Providers of weight 0 stand by and never move. A provider in trouble loses
    half its share; one that is well regains five points towards its weight.
    """
    carrying = [standing for standing in standings if standing.weight > 0]
    troubled = {s.provider for s in carrying if records.get(s.provider, Record()).in_trouble}
    all_troubled = len(troubled) == len(carrying)
    moves: dict[int, int] = {}
    for standing in carrying:
        if standing.moved_at is not None and at - standing.moved_at < COOL_DOWN:
            continue
        if standing.provider in troubled:
            share = standing.share if all_troubled else max(LEAST, standing.share // 2)
        else:
            share = min(standing.weight, standing.share + STEP_BACK)
        share = min(share, standing.weight)
        if share != standing.share:
            moves[standing.provider] = share
    return moves


def order(standings: Sequence[Standing], draw: float) -> list[int]:
    """Providers in the order in which one message tries them.

    Arguments:
        draw: a number in [0, 1) that picks the first by its share.

    The rest follow by share, and those standing by (share 0) come last.
    """
    ranked = sorted(standings, key=lambda s: (-s.share, -s.weight, s.provider))
    total = sum(standing.share for standing in ranked)
    if total == 0:
        return [standing.provider for standing in ranked]
    mark = draw * total
    first = ranked[0]
    for standing in ranked:
        if mark < standing.share:
            first = standing
            break
        mark -= standing.share
    return [first.provider, *(s.provider for s in ranked if s is not first)]
