"""A period's answers to a leader's questions: figures from selectors, drawn by charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from motcua.board import charts, selectors
from motcua.board.incidents import IncidentFigures, incident_figures
from motcua.board.ratings import RatingCounts, ratings_by_counter
from motcua.board.rules import LevelCounts, Period, total
from motcua.organisation.models import Counter
from motcua.ui import formats
from motcua.ui.plots import Plot


@dataclass(frozen=True)
class Answers:
    """Everything the history page shows, and the workbook with it."""

    period: Period
    levels: LevelCounts
    ratings: RatingCounts
    incidents: IncidentFigures
    level_plots: Sequence[Plot]
    rating_plots: Sequence[Plot]
    incident_plots: Sequence[Plot]

    @property
    def plots(self) -> list[Plot]:
        return [*self.level_plots, *self.rating_plots, *self.incident_plots]

    @property
    def period_words(self) -> str:
        return str(self.period)

    @property
    def good_rating(self) -> str | None:
        share = self.ratings.share(self.ratings.good)
        return None if share is None else formats.percent(share, 1)

    @property
    def ratings_basis(self) -> str:
        return f"trên {formats.number(self.ratings.count)} lượt đánh giá, {self.period}"

    @property
    def median_wait(self) -> str | None:
        return _duration(self.incidents.median_wait)

    @property
    def long_wait(self) -> str | None:
        return _duration(self.incidents.long_wait)

    @property
    def waits_basis(self) -> str:
        return f"trên {len(self.incidents.waits)} sự việc có người nhận, {self.period}"

    @property
    def false_share(self) -> str | None:
        share = self.incidents.false_share
        return None if share is None else formats.percent(share, 1)

    @property
    def false_basis(self) -> str:
        return f"trên {self.incidents.camera_closed} sự việc do camera báo đã xong, {self.period}"


def answers(counters: Sequence[Counter], period: Period, excel_url: str = "") -> Answers:
    """Read once, draw everything."""
    by_counter = selectors.levels_by_counter(counters, period)
    by_day = selectors.levels_by_day(counters, period)
    by_hour = selectors.levels_by_hour(counters, period)
    by_field = selectors.by_field(counters, by_counter)
    ratings = ratings_by_counter(counters, period)
    incidents = incident_figures(counters, period)
    return Answers(
        period=period,
        levels=total(by_counter.values()),
        ratings=sum(ratings.values(), RatingCounts()),
        incidents=incidents,
        level_plots=[
            charts.by_day(by_day, period, excel_url),
            charts.by_hour(by_hour, period, excel_url),
            charts.by_counter(counters, by_counter, period, excel_url),
            charts.by_field(by_field, period, excel_url),
        ],
        rating_plots=[charts.ratings(counters, ratings, period, excel_url)],
        incident_plots=[
            charts.incidents_by_day(incidents, period, excel_url),
            charts.outcomes(incidents, period, excel_url),
        ],
    )


def _duration(seconds: float | None) -> str | None:
    return None if seconds is None else formats.duration(seconds)
