"""When a counter's camera alarms too often for nothing, or misses people: a suggestion. Pure.

The share p of false alarms has a Beta(1, 3) prior: one false alarm in four is expected before
anything is known. After f false of n it is Beta(1 + f, 3 + n − f).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import comb

FEWEST_ALARMS = 10
"""Fewer judged alarms say nothing yet."""
TOO_MANY = 0.3
FEW = 0.1
SURE = 0.8
"""The suggestion is made when the share lies beyond the bound with this probability."""
MISSED_ENOUGH = 3
PRIOR_FALSE, PRIOR_TRUE = 1, 3

ENGINE_RISE, ENGINE_SECONDS = 0.5, 5.0
"""What the camera's engine uses where nobody changed it; a test compares them with the engine."""
RISE_STEP, SECONDS_STEP = 0.05, 1.0
RISE_RANGE, SECONDS_RANGE = (0.1, 0.95), (2.0, 60.0)


class Direction(StrEnum):
    """Which way the thresholds should move."""

    RAISE = "raise"
    LOWER = "lower"


@dataclass(frozen=True)
class Thresholds:
    """Of one counter: rise of displeasure (0–1) and how long it must last (seconds)."""

    rise: float = ENGINE_RISE
    seconds: float = ENGINE_SECONDS


@dataclass(frozen=True)
class Suggestion:
    """What a person may apply. `share` is the expected share of false alarms, 0–1."""

    direction: Direction
    to: Thresholds
    n: int
    false: int
    share: float


def suggest(*, n: int, false: int, missed: int, now: Thresholds) -> Suggestion | None:
    """Whether a counter's thresholds should move one step.

    Arguments:
        n: incidents that the camera opened and a person closed.
        false: how many of them were closed as false alarms.
        missed: incidents that a citizen or officer opened and the camera did not notice.
    """
    if n < FEWEST_ALARMS:
        return None
    share = (PRIOR_FALSE + false) / (PRIOR_FALSE + PRIOR_TRUE + n)
    below_too_many = _beta_cdf(TOO_MANY, PRIOR_FALSE + false, PRIOR_TRUE + n - false)
    if 1 - below_too_many >= SURE:
        return _moved(Direction.RAISE, 1, n, false, share, now)
    below_few = _beta_cdf(FEW, PRIOR_FALSE + false, PRIOR_TRUE + n - false)
    if below_few >= SURE and missed >= MISSED_ENOUGH:
        return _moved(Direction.LOWER, -1, n, false, share, now)
    return None


def _moved(
    direction: Direction, sign: int, n: int, false: int, share: float, now: Thresholds
) -> Suggestion | None:
    to = Thresholds(
        rise=_within(now.rise + sign * RISE_STEP, RISE_RANGE),
        seconds=_within(now.seconds + sign * SECONDS_STEP, SECONDS_RANGE),
    )
    return Suggestion(direction, to, n, false, share) if to != now else None


def _within(value: float, bounds: tuple[float, float]) -> float:
    return round(min(max(value, bounds[0]), bounds[1]), 3)


def _beta_cdf(x: float, a: int, b: int) -> float:
    """P(Beta(a, b) ≤ x) for whole a and b: the binomial tail (Abramowitz & Stegun 26.5.4)."""
    trials = a + b - 1
    return sum(comb(trials, j) * x**j * (1 - x) ** (trials - j) for j in range(a, trials + 1))
