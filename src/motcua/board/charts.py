"""Questions that leaders ask, drawn: figures in, `ui` plots out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from motcua.board.incidents import IncidentFigures
from motcua.board.ratings import RatingCounts
from motcua.board.rules import LevelCounts, Period, total
from motcua.organisation.models import Counter
from motcua.service_quality.rules import OUTCOME_NAMES
from motcua.ui.plots import Plot, Series

LEVELS = (
    ("very_happy", "Rất vui", "very_pleased"),
    ("happy", "Vui vẻ", "pleased"),
    ("neutral", "Bình thường", "ordinary"),
    ("dissatisfied", "Chưa hài lòng", "displeased"),
)
"""Mood code of the stylesheet, words, attribute of `LevelCounts`; best first."""

RATINGS = (
    ("happy", "Rất hài lòng", "good"),
    ("neutral", "Bình thường", "fair"),
    ("dissatisfied", "Không hài lòng", "poor"),
)
"""Mood code, the tablet's words, attribute of `RatingCounts`."""


def levels(
    counts: Mapping[str, LevelCounts], *, name: str, title: str, note: str, excel_url: str = ""
) -> Plot:
    """Shares of the four levels for each key, stacked to 100 %; too few visits stay hatched."""
    return Plot(
        id=name,
        title=title,
        kind="stacked",
        x=list(counts),
        series=[
            Series(
                label=words,
                values=[_percent(c.share(getattr(c, attribute))) for c in counts.values()],
                mood=mood,
            )
            for mood, words, attribute in LEVELS
        ],
        unit="%",
        note=note,
        y_max=100,
        excel_url=excel_url,
    )


def by_day(counts: Mapping[dt.date, LevelCounts], period: Period, excel_url: str = "") -> Plot:
    """How visits looked from day to day."""
    named = {f"{day:%d/%m}": each for day, each in counts.items() if each.visits}
    return levels(
        named,
        name="theo-ngay",
        title="Lượt phục vụ trông thế nào qua từng ngày?",
        note=basis(counts.values(), period),
        excel_url=excel_url,
    )


def by_hour(counts: Mapping[int, LevelCounts], period: Period, excel_url: str = "") -> Plot:
    """At which hours people look displeased."""
    return levels(
        {f"{hour} giờ": each for hour, each in counts.items()},
        name="theo-gio",
        title="Giờ nào người dân hay chưa hài lòng?",
        note=basis(counts.values(), period),
        excel_url=excel_url,
    )


def by_counter(
    counters: Sequence[Counter],
    counts: Mapping[int, LevelCounts],
    period: Period,
    excel_url: str = "",
) -> Plot:
    """How visits looked at each counter, in the order of their numbers."""
    return levels(
        {f"Quầy {counter.number}": counts[counter.pk] for counter in counters},
        name="theo-quay",
        title="Mỗi quầy đón người dân ra sao?",
        note=basis(counts.values(), period),
        excel_url=excel_url,
    )


def by_field(counts: Mapping[str, LevelCounts], period: Period, excel_url: str = "") -> Plot:
    """How visits looked in each field; counters with several fields count in each of them."""
    return levels(
        counts,
        name="theo-linh-vuc",
        title="Lĩnh vực nào cần chú ý?",
        note=f"{period}; quầy phục vụ nhiều lĩnh vực được tính vào từng lĩnh vực",
        excel_url=excel_url,
    )


def basis(counts: Iterable[LevelCounts], period: Period) -> str:
    """Denominator and period, as every figure must show them."""
    everything = total(counts)
    return f"{everything.scored} trên {everything.visits} lượt đủ dữ liệu để tính, {period}"


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 1)


def incidents_by_day(figures: IncidentFigures, period: Period, excel_url: str = "") -> Plot:
    """How many incidents were opened each day."""
    return Plot(
        id="su-viec",
        title="Ngày nào có nhiều sự việc?",
        kind="bars",
        x=[f"{day:%d/%m}" for day in figures.by_day],
        series=[Series("Sự việc", list(figures.by_day.values()), mood="dissatisfied")],
        unit="vụ",
        note=f"{figures.count} vụ, {period}",
        excel_url=excel_url,
    )


def outcomes(figures: IncidentFigures, period: Period, excel_url: str = "") -> Plot:
    """How incidents ended."""
    found = sorted(figures.outcomes.items(), key=lambda pair: -pair[1])
    return Plot(
        id="ket-qua",
        title="Sự việc kết thúc thế nào?",
        kind="bars",
        x=[OUTCOME_NAMES[outcome] for outcome, _ in found],
        series=[Series("Số vụ", [count for _, count in found])],
        unit="vụ",
        note=f"{sum(figures.outcomes.values())} vụ đã xử lý xong trên {figures.count} vụ, {period}",
        excel_url=excel_url,
    )


def ratings(
    counters: Sequence[Counter],
    counts: Mapping[int, RatingCounts],
    period: Period,
    excel_url: str = "",
) -> Plot:
    """What people themselves said at each counter; never mixed with the camera's levels."""
    everything = sum(counts.values(), RatingCounts())
    return Plot(
        id="danh-gia",
        title="Người dân tự đánh giá thế nào?",
        kind="stacked",
        x=[f"Quầy {counter.number}" for counter in counters],
        series=[
            Series(
                words,
                [_percent(counts[c.pk].share(getattr(counts[c.pk], name))) for c in counters],
                mood=mood,
            )
            for mood, words, name in RATINGS
        ],
        unit="%",
        y_max=100,
        note=f"{everything.count} lượt đánh giá trên máy tính bảng, {period}",
        excel_url=excel_url,
    )
