"""Budgets of the irritation detector on composed visits.

``python measure.py --bank DIR --half tune|report`` plays seeded timelines with that half's
people through the product's ``CounterJudge`` and prints false alarms per 40 hours with their
confidence limits, the share of irritated visits found, and how soon.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from bank import Played, load
from scipy.stats import beta, chi2
from timelines import FPS, Timeline, play, visit

from motcua_edge.vision.events import IrritationStarted
from motcua_edge.vision.judge import CounterJudge
from motcua_edge.vision.observe import Observation
from motcua_edge.vision.settings import EngineSettings

BUDGET_H = 40.0
GRACE_S = 4.0
"""An alarm so long after the irritation ended still belongs to it."""


@dataclass
class Tally:
    """What a run of visits gave."""

    hours: float = 0.0
    visits: int = 0
    false_alarms: int = 0
    by_person: dict[str, list[float]] = field(default_factory=dict)
    """Of each person: false alarms and hours without irritation."""
    episodes: int = 0
    found_s: list[float] = field(default_factory=list)
    """Seconds from onset to telling, of the found."""
    readable: int = 0
    readable_found: int = 0
    """Irritations with a good view of the face in at least half of their frames."""

    @property
    def unfair(self) -> int:
        """How many different people caused false alarms."""
        return sum(alarms > 0 for alarms, _ in self.by_person.values())


def alarms(settings: EngineSettings, frames: list[Observation]) -> list[float]:
    """When the engine told of irritation."""
    judge = CounterJudge(settings)
    return [
        event.t
        for frame in frames
        for event in judge.step(frame)
        if isinstance(event, IrritationStarted)
    ]


def score_visit(
    tally: Tally, person: Played, line: Timeline, frames: list[Observation], told: list[float]
) -> None:
    """Sort alarms into found and false."""
    left = list(told)
    calm_s = line.seconds
    for start, end in line.irritated:
        calm_s -= end - start
        tally.episodes += 1
        mine = [t for t in left if start <= t <= end + GRACE_S]
        if mine:
            tally.found_s.append(mine[0] - start)
        views = [f.probabilities is not None for f in frames if start <= f.t <= end]
        if np.mean(views) >= 0.5:
            tally.readable += 1
            tally.readable_found += bool(mine)
        left = [t for t in left if t not in mine]
    tally.visits += 1
    tally.hours += calm_s / 3600
    tally.false_alarms += len(left)
    own = tally.by_person.setdefault(person.name, [0, 0.0])
    own[0] += len(left)
    own[1] += calm_s / 3600


def run(
    people: list[Played],
    kind: str,
    *,
    seed: int,
    settings: EngineSettings,
    hours: float = 0,
    rounds: int = 1,
) -> Tally:
    """Visits of ``kind``: ``rounds`` for each person, or as many rounds as fill ``hours``."""
    tally = Tally()
    cast = [p for p in people if kind == "ordinary" or p.of("irritated")]
    number = 0
    while cast and (number < rounds * len(cast) or tally.hours < hours):
        person = cast[number % len(cast)]
        random = np.random.default_rng([seed, number])
        line = visit(random, kind)
        frames = list(play(random, person, line))
        score_visit(tally, person, line, frames, alarms(settings, frames))
        number += 1
    return tally


def poisson_limits(count: int, exposure: float) -> tuple[float, float]:
    """Exact 95 % limits of a rate (Garwood 1936); zero events give the "rule of three" above."""
    low = chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
    return low / exposure, chi2.ppf(0.975 if count else 0.95, 2 * count + 2) / 2 / exposure


def people_limits(tally: Tally, resamples: int = 2000) -> tuple[float, float]:
    """95 % limits of the rate of false alarms by drawing other people (bootstrap): somebody
    misread once is misread again, so that people are what varies, not events."""
    rows = np.array(list(tally.by_person.values()))
    drawn = np.random.default_rng(6).multinomial(
        len(rows), np.full(len(rows), 1 / len(rows)), resamples
    )
    sums = drawn @ rows
    low, high = np.percentile(sums[:, 0] / sums[:, 1], (2.5, 97.5))
    return float(low), float(high)


def share_limits(hits: int, total: int) -> tuple[float, float]:
    """Exact 95 % limits of a share (Clopper and Pearson 1934)."""
    low = beta.ppf(0.025, hits, total - hits + 1) if hits else 0.0
    return float(low), float(beta.ppf(0.975, hits + 1, total - hits)) if hits < total else 1.0


def report(
    people: list[Played], settings: EngineSettings, *, seed: int, hours: float
) -> dict[str, Any]:
    """The numbers for one half."""
    calm = run(people, "ordinary", seed=seed, settings=settings, hours=hours)
    answer: dict[str, Any] = {
        "people": len(people),
        "ordinary": {
            "visits": calm.visits,
            "hours": round(calm.hours, 1),
            "false_alarms": calm.false_alarms,
            "per_40_h": round(BUDGET_H * calm.false_alarms / calm.hours, 2),
            "limits": [
                round(BUDGET_H * x, 2) for x in poisson_limits(calm.false_alarms, calm.hours)
            ],
            "limits_over_people": [round(BUDGET_H * x, 2) for x in people_limits(calm)],
            "people_with_false_alarms": calm.unfair,
        },
    }
    for origin in ("all", "photo", "ferplus"):
        cast = [p for p in people if origin == "all" or p.name.startswith(origin)]
        found: list[float] = []
        episodes = false = readable = readable_found = 0
        for kind in ("irritated", "mixed"):
            tally = run(cast, kind, seed=seed + 1, settings=settings)
            found += tally.found_s
            episodes += tally.episodes
            false += tally.false_alarms
            readable += tally.readable
            readable_found += tally.readable_found
        early = sum(s <= 8 for s in found)
        if episodes:
            answer[f"irritated_{origin}"] = {
                "episodes": episodes,
                "found": round(len(found) / episodes, 3),
                "limits": [round(x, 3) for x in share_limits(len(found), episodes)],
                "median_s": round(float(np.median(found)), 1) if found else None,
                "within_8_s_of_all": round(early / episodes, 3),
                "readable": readable,
                "found_of_readable": round(readable_found / max(readable, 1), 3),
                "limits_of_readable": [round(x, 3) for x in share_limits(readable_found, readable)],
                "false_alarms": false,
            }
    return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bank", type=Path, required=True)
    parser.add_argument("--half", choices=("tune", "report"), default="tune")
    parser.add_argument("--hours", type=float, default=80.0)
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args()
    people = [p for p in load(options.bank) if p.half == options.half and p.of("calm")]
    answer = report(people, EngineSettings(), seed=options.seed, hours=options.hours)
    print(json.dumps(answer, indent=1))


if __name__ == "__main__":
    assert EngineSettings().source.fps == FPS
    main()
