"""From what a camera sees to what an officer is shown: a word and, at times, advice. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

FRESH = dt.timedelta(seconds=15)
"""A reading older than this is not "now": the band says that it does not know."""


class Situation(StrEnum):
    """When advice is shown."""

    SINKING = "sinking"
    IRRITATED = "irritated"


SITUATION_NAMES: Mapping[Situation, str] = {
    Situation.SINKING: "Tâm trạng đang giảm",
    Situation.IRRITATED: "Người dân đang không hài lòng",
}


@dataclass(frozen=True)
class Sight:
    """What is known of the citizen at a counter.

    Arguments:
        mood: 0 unknown, 1 displeased, 2 ordinary, 3 pleased, 4 very pleased; None without a view.
    """

    present: bool
    mood: int | None
    irritated: bool
    excluded: bool = False


MOOD_CODES = ("unknown", "dissatisfied", "neutral", "happy", "very_happy")
"""Codes of the drawn faces, by level."""


@dataclass(frozen=True)
class Band:
    """What the officer's band shows: a drawn face's code, a word and a quiet sentence."""

    code: str
    word: str
    sentence: str
    situation: Situation | None = None


def band(sight: Sight | None) -> Band:
    """The band for the present moment; None when no camera tells anything."""
    if sight is None:
        return Band("unknown", "Camera chưa gửi số liệu", "Vẫn phục vụ bình thường.")
    if sight.excluded:
        return Band("unknown", "Lượt này không dùng camera", "Người dân đã chọn không dùng camera.")
    if not sight.present:
        return Band("unknown", "Chưa có người dân tại quầy", "Dải màu hiện khi có người ngồi vào.")
    if sight.irritated:
        return Band("dissatisfied", "Chưa hài lòng", "", Situation.IRRITATED)
    if not sight.mood:
        return Band("unknown", "Chưa nhìn rõ", "Dải màu hiện lại khi camera nhìn rõ.")
    if sight.mood == 1:
        return Band("dissatisfied", "Kém vui hơn lúc đầu", "", Situation.SINKING)
    word = {2: "Bình thường", 3: "Vui vẻ", 4: "Rất vui"}[sight.mood]
    return Band(MOOD_CODES[sight.mood], word, "Việc đang thuận lợi.")


def advice_for(texts: Sequence[str], turn: int) -> str:
    """One of the texts, the same during a visit and another in the next.

    Arguments:
        turn: grows or changes from visit to visit.
    """
    return texts[turn % len(texts)] if texts else ""
