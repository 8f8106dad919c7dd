"""What lifted and what sank moods at a counter in a week. About the work, never a ranking. Pure."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

FEWEST = 5
"""Groups of fewer visits are not shown: they could point at a person."""
CLEAR = 1.645
"""Standard errors by which a group must differ to be called a lift or a sink (one-sided 5 %)."""
PARTS = ("Đầu lượt", "Giữa lượt", "Cuối lượt")


@dataclass(frozen=True)
class VisitFacts:
    """A counted visit.

    Arguments:
        opened_at: local time.
        score: 0–100.
        valences: mean of pleasant less negative in the first, second and last third, −1…1;
            None where too little was seen.
    """

    opened_at: dt.datetime
    length: dt.timedelta
    score: float
    valences: tuple[float | None, float | None, float | None] = (None, None, None)


@dataclass(frozen=True)
class Group:
    """Visits that share something. `mean` and `difference` are None below FEWEST."""

    factor: str
    name: str
    n: int
    mean: float | None
    difference: float | None
    clear: bool


@dataclass(frozen=True)
class Week:
    """The findings of a week at a counter."""

    n: int
    mean: float | None
    groups: tuple[Group, ...]
    thirds: tuple[float | None, ...]

    @property
    def lifted(self) -> list[Group]:
        """What went clearly better than the rest of the week, strongest first."""
        found = [group for group in self.groups if group.clear and (group.difference or 0) > 0]
        return sorted(found, key=lambda group: -(group.difference or 0))

    @property
    def sank(self) -> list[Group]:
        """What went clearly worse than the rest of the week, strongest first."""
        found = [group for group in self.groups if group.clear and (group.difference or 0) < 0]
        return sorted(found, key=lambda group: group.difference or 0)


def _hour(visit: VisitFacts) -> str:
    return f"{visit.opened_at.hour:02d} giờ"


def _length(visit: VisitFacts) -> str:
    minutes = visit.length.total_seconds() / 60
    return "Dưới 5 phút" if minutes < 5 else "5–15 phút" if minutes < 15 else "Từ 15 phút"


def _weekday(visit: VisitFacts) -> str:
    names = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
    return names[visit.opened_at.weekday()]


FACTORS: dict[str, Callable[[VisitFacts], str]] = {
    "Giờ trong ngày": _hour,
    "Độ dài lượt": _length,
    "Ngày trong tuần": _weekday,
}


def week(visits: Sequence[VisitFacts]) -> Week:
    """Compare each group with all other visits of the week (Welch's standard error)."""
    scores = [visit.score for visit in visits]
    groups = [
        _group(
            factor,
            name,
            [scores[i] for i in places],
            [score for i, score in enumerate(scores) if i not in places],
        )
        for factor, of in FACTORS.items()
        for name, places in sorted(_places(visits, of).items())
    ]
    return Week(
        n=len(scores),
        mean=sum(scores) / len(scores) if len(scores) >= FEWEST else None,
        groups=tuple(groups),
        thirds=tuple(_mean([visit.valences[part] for visit in visits]) for part in range(3)),
    )


def thirds(
    curve: Sequence[Sequence[float]], length: dt.timedelta
) -> tuple[float | None, float | None, float | None]:
    """Mean valence of each third of a visit from its curve of [second, pleasant, negative]."""
    whole = length.total_seconds()
    parts: list[list[float]] = [[], [], []]
    for second, pleasant, negative in curve:
        part = min(2, int(3 * second / whole)) if whole > 0 and second >= 0 else 0
        parts[part].append(pleasant - negative)
    first, middle, last = (sum(part) / len(part) if part else None for part in parts)
    return first, middle, last


def _places(visits: Sequence[VisitFacts], of: Callable[[VisitFacts], str]) -> dict[str, set[int]]:
    places: dict[str, set[int]] = defaultdict(set)
    for index, visit in enumerate(visits):
        places[of(visit)].add(index)
    return places


def _group(factor: str, name: str, own: list[float], others: list[float]) -> Group:
    n = len(own)
    if n < FEWEST:
        return Group(factor, name, n, None, None, clear=False)
    mean = sum(own) / n
    if len(others) < FEWEST:
        return Group(factor, name, n, mean, None, clear=False)
    difference = mean - sum(others) / len(others)
    error = math.sqrt(_variance(own) / n + _variance(others) / len(others))
    return Group(factor, name, n, mean, difference, clear=abs(difference) > CLEAR * error)


def _variance(values: list[float]) -> float:
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values) / (len(values) - 1)


def _mean(values: Sequence[float | None]) -> float | None:
    seen = [value for value in values if value is not None]
    return sum(seen) / len(seen) if len(seen) >= FEWEST else None
