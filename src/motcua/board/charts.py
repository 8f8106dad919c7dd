"""Questions that leaders ask, drawn: figures in, `ui` plots out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from motcua.board.rules import LevelCounts, Period, total
from motcua.organisation.models import Counter
from motcua.ui.plots import Plot, Series

LEVELS = (
    ("very_happy", "Rất vui", "very_pleased"),
    ("happy", "Vui vẻ", "pleased"),
    ("neutral", "Bình thường", "ordinary"),
    ("dissatisfied", "Chưa hài lòng", "displeased"),
)
"""Mood code of the stylesheet, words, attribute of `LevelCounts`; best first."""


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
