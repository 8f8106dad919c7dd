"""Score 0..100 and level of a visit, and the mood of a moment.

People judge an episode afterwards by its most intense moment and by how it ended, hardly by how
long it lasted: D. Kahneman, B. Fredrickson, C. Schreiber, D. Redelmeier, "When more pain is
preferred to less: adding a better end", Psychological Science 4(6), 1993, 401-405; D. Redelmeier,
D. Kahneman, "Patients' memories of painful medical treatments", Pain 66(1), 1996, 3-8. So the
score weighs the mean, the peak and the end of the curve rather than the mean alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from motcua_edge.vision.settings import ScoreSettings


class Level(StrEnum):
    """What people see of a visit; the values are the words on screen."""

    VERY_PLEASED = "rất vui"
    PLEASED = "vui vẻ"
    ORDINARY = "bình thường"
    DISPLEASED = "chưa hài lòng"
    UNKNOWN = "không đủ dữ liệu"


@dataclass(frozen=True, slots=True)
class Moment:
    """One analysed frame of good view: when, for how long it stands, and its smoothed face.

    ``pleasant`` 0..1; ``negative`` 0..1 above the person's own resting face; ``intensity`` 0..1.
    """

    t: float
    dt: float
    pleasant: float
    negative: float
    intensity: float

    @property
    def valence(self) -> float:
        """-1 (plainly unhappy) .. 1 (plainly happy)."""
        return self.pleasant - self.negative


def weighted_mean(moments: Sequence[Moment]) -> float:
    """Mean valence over time."""
    total = sum(m.dt for m in moments)
    return sum(m.valence * m.dt for m in moments) / total if total > 0 else 0.0


def peak(moments: Sequence[Moment]) -> Moment:
    """The most intense moment, pleasant or not; of equals the later."""
    return max(reversed(moments), key=lambda m: abs(m.valence))


def end_valence(moments: Sequence[Moment], end_s: float) -> float:
    """Mean valence over the last ``end_s`` seconds of good view."""
    last: list[Moment] = []
    left = end_s
    for moment in reversed(moments):
        last.append(moment)
        left -= moment.dt
        if left <= 1e-6:
            break
    return weighted_mean(last)


def score(moments: Sequence[Moment], settings: ScoreSettings) -> float:
    """0 (unhappy) .. 50 (calm) .. 100 (happy) of a visit with at least one good moment."""
    value = (
        settings.mean_weight * weighted_mean(moments)
        + settings.peak_weight * peak(moments).valence
        + settings.end_weight * end_valence(moments, settings.end_s)
    )
    weights = settings.mean_weight + settings.peak_weight + settings.end_weight
    return round(50 + 50 * max(-1.0, min(1.0, value / weights)), 1)


def is_beaming(moment: Moment, settings: ScoreSettings) -> bool:
    """A face that is not merely friendly: happiness is sure and its intensity high."""
    return moment.pleasant >= settings.beaming and moment.intensity >= settings.beaming_intensity


def visit_level(moments: Sequence[Moment], value: float, settings: ScoreSettings) -> Level:
    """Level of a visit from its curve and its :func:`score`."""
    beaming_s = sum(m.dt for m in moments if is_beaming(m, settings))
    if value >= settings.very_pleased and beaming_s >= settings.beaming_s:
        return Level.VERY_PLEASED
    if value >= settings.pleased:
        return Level.PLEASED
    return Level.DISPLEASED if value < settings.displeased else Level.ORDINARY


def mood(moment: Moment, settings: ScoreSettings) -> Level:
    """Level of one smoothed moment, for the live view."""
    value = 50 + 50 * moment.valence
    if value >= settings.very_pleased and is_beaming(moment, settings):
        return Level.VERY_PLEASED
    if value >= settings.pleased:
        return Level.PLEASED
    return Level.DISPLEASED if value < settings.displeased else Level.ORDINARY
