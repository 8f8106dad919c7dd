"""How far off the expected wait is: whole mornings are played and every estimate is checked.

    python -m benchmarks.waiting --mornings 60

Three counters, two of them sharing lines; people come in two waves, a fifth with priority, one in
twelve does not answer the call. Lengths are lognormal, which the estimate does not know. At each
number taken the estimate of that moment is kept, and compared with when its holder was called.
`--walks-away` has one counter leave at mid-morning without a word, which no estimate can foresee.
"""

from __future__ import annotations

import argparse
import heapq
import random
import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from motcua.reception.estimates import Basis, Desk, Estimate, Place, Queue, estimates
from motcua.reception.rules import Weights, priority_next

MEDIAN_SECONDS = {1: 420.0, 2: 240.0, 3: 900.0}
SPREAD = {1: 0.6, 2: 0.5, 3: 0.7}
"""Standard deviation of the logarithm: at 0.6, one turn in eight lasts over twice the median."""
COUNTERS = {1: frozenset({1, 2}), 2: frozenset({1, 2}), 3: frozenset({3})}
SHARE = {1: 0.45, 2: 0.38, 3: 0.17}
PRIORITY, ABSENT, ABSENT_SECONDS = 0.2, 1 / 12, 75.0
PAPERWORK_SECONDS = (10.0, 70.0)
MORNING_SECONDS = 4 * 3600.0
PEOPLE = 62
LEAVES_AT = MORNING_SECONDS / 2
TURNS = 30
WEIGHTS = Weights()


@dataclass
class Told:
    """What one person was told at which second, and when they were called."""

    estimate: Estimate
    taken: float
    called: float | None = None


@dataclass
class Morning:
    """One morning, beginning with what earlier ones taught about lengths."""

    chance: random.Random
    lengths: dict[int, list[float]]
    leaver: int | None = None
    told: dict[int, Told] = field(default_factory=dict)
    waiting: list[Place] = field(default_factory=list)
    recent: dict[int, list[bool]] = field(default_factory=lambda: {c: [] for c in COUNTERS})
    serving: dict[int, tuple[int, float]] = field(default_factory=dict)
    with_priority: list[tuple[float, int]] = field(default_factory=list)

    def play(self) -> None:
        """Everybody comes, and is called in the end."""
        steps = [(self._arrival(), 0) for _ in range(PEOPLE)]
        heapq.heapify(steps)
        while steps:
            moment, counter = heapq.heappop(steps)
            if counter:
                line, begun = self.serving.pop(counter)
                self.lengths[line].append(moment - begun)
            else:
                self._comes(moment)
            for idle in COUNTERS.keys() - self.serving.keys():
                if (length := self._call(idle, moment)) is not None:
                    heapq.heappush(steps, (moment + length, idle))

    def _arrival(self) -> float:
        wave = 0.8 * 3600 if self.chance.random() < 0.65 else 2.4 * 3600
        return min(max(self.chance.gauss(wave, 2400), 0.0), MORNING_SECONDS - 900)

    def _comes(self, moment: float) -> None:
        line = self.chance.choices(list(SHARE), list(SHARE.values()))[0]
        place = Place(len(self.told) + 1, line, self.chance.random() < PRIORITY)
        self.waiting.append(place)
        if place.priority:
            self.with_priority.append((moment, line))
        found = estimates(self._seen(moment), seed=place.ticket_id)
        self.told[place.ticket_id] = Told(found[place.ticket_id], moment)

    def _seen(self, moment: float) -> Queue:
        """The queue as the product sees it at this moment."""
        lately = Counter(line for at, line in self.with_priority if moment - at <= 3600)
        desks = []
        for counter, lines in COUNTERS.items():
            line, begun = self.serving.get(counter, (None, moment))
            recent = tuple(self.recent[counter][:8])
            desks.append(Desk(counter, lines, recent, line, moment - begun))
        lengths = {line: turns[-TURNS:] for line, turns in self.lengths.items()}
        return Queue(list(self.waiting), desks, lengths, WEIGHTS, lately)

    def _call(self, counter: int, moment: float) -> float | None:
        """Seconds that the next person keeps the counter; None when it calls nobody."""
        if counter == self.leaver and moment >= LEAVES_AT:
            return None
        heads: dict[bool, Place] = {}
        for each in self.waiting:
            if each.line in COUNTERS[counter]:
                heads.setdefault(each.priority, each)
        if not heads:
            return None
        wanted = priority_next(self.recent[counter], WEIGHTS)
        place = heads.get(wanted) or heads[not wanted]
        self.waiting.remove(place)
        self.recent[counter].insert(0, place.priority)
        self.told[place.ticket_id].called = moment
        self.serving[counter] = place.line, moment
        if self.chance.random() < ABSENT:
            return ABSENT_SECONDS
        usual = MEDIAN_SECONDS[place.line] * self.chance.lognormvariate(0, SPREAD[place.line])
        return usual + self.chance.uniform(*PAPERWORK_SECONDS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mornings", type=int, default=60)
    parser.add_argument("--walks-away", action="store_true")
    parser.add_argument("--seed", type=int, default=20261124)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    lengths: dict[int, list[float]] = defaultdict(list)
    told: list[Told] = []
    for _ in range(given.mornings):
        morning = Morning(chance, lengths, leaver=1 if given.walks_away else None)
        morning.play()
        told += morning.told.values()
    report(told)


SPANS = (("all", -1, 1e9), ("up to 10 min", -1, 10), ("10-30", 10, 30), ("30-60", 30, 60),
         ("60-90", 60, 90), ("over 90", 90, 1e9))  # fmt: skip


def report(told: list[Told]) -> None:
    """How often the range held, how wide it was, and how far off its middle lay.

    By what people were told, which is what they can rely on; and by how long they then waited,
    where everybody who was unlucky stands in the long rows.
    """
    ranged = [each for each in told if each.estimate.basis is Basis.ENOUGH and each.called]
    print(f"{len(told)} numbers taken, {len(ranged)} with a range ({len(ranged) / len(told):.0%})")
    for title, minutes in (
        ("told at most", lambda each: each.estimate.high),
        ("waited", _waited),
    ):
        print(title)
        _table([(minutes(each), each.estimate, _waited(each)) for each in ranged])


def _table(rows: list[tuple[float, Estimate, float]]) -> None:
    for name, low, high in SPANS:
        some = [(estimate, waited) for by, estimate, waited in rows if low < by <= high]
        if not some:
            continue
        inside = sum(e.low <= waited <= e.high for e, waited in some) / len(some)
        longer = sum(waited > e.high for e, waited in some) / len(some)
        width = statistics.median(e.high - e.low for e, _ in some)
        off = statistics.median(abs((e.low + e.high) / 2 - waited) for e, waited in some)
        print(
            f"{name:>16}: n={len(some):5}  in range {inside:.0%}  longer {longer:.0%}  "
            f"width {width:.0f} min  middle off by {off:.1f} min"
        )


def _waited(each: Told) -> float:
    assert each.called is not None
    return (each.called - each.taken) / 60


if __name__ == "__main__":
    main()
