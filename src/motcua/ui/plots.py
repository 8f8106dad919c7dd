"""What a plot is, apart from how it is drawn.

A page hands a `Plot` to ``{% plot %}``; the browser draws it with uPlot (static/ui/plot.js)
and the same object gives the table behind it, so that picture and table cannot differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.utils import timezone, translation

from motcua.ui import formats
from motcua.ui.language import current

Kind = Literal["line", "area", "bars", "stacked"]


@dataclass(frozen=True)
class Series:
    """One line, area or set of bars.

    Arguments:
        label: written beside the line, and the heading of its column.
        values: one for every x; None where there are too few data, drawn hatched.
        low, high: the band of uncertainty, as long as ``values``; only for lines.
        colour: the number of a ``--plot-N`` colour, 1 to 5; else by order.
        mood: take the colour of this mood (a code of `moods.MOODS`) instead.
    """

    label: str
    values: Sequence[float | None]
    low: Sequence[float | None] | None = None
    high: Sequence[float | None] | None = None
    colour: int | None = None
    mood: str | None = None


@dataclass(frozen=True)
class Plot:
    """A question and the series that answer it.

    Arguments:
        id: unique on the page, letters, digits and hyphens.
        title: the question it answers, in words.
        kind: ``line`` or ``area`` over time or categories; ``bars`` side by side; ``stacked``.
        x: aware datetimes, or category labels such as ``"08 giờ"``; strictly rising if times.
        unit: of the values, such as ``"phút"`` or ``"lượt"``; in the axis and the table.
        note: denominator and period, such as ``"128 lượt, 01/11–24/11/2026"``.
        decimals: in the table and the read-out.
        y_max: fixed top of the axis, so that small multiples share a scale. The foot is 0.
        excel_url: where the same figures can be had as a workbook.

    Raises:
        ValueError: a series is not as long as ``x``.
    """

    id: str
    title: str
    kind: Kind
    x: Sequence[datetime] | Sequence[str]
    series: Sequence[Series]
    unit: str
    note: str = ""
    decimals: int = 0
    y_max: float | None = None
    height: int = 280
    excel_url: str = ""

    def __post_init__(self) -> None:
        for series in self.series:
            for values in (series.values, series.low, series.high):
                if values is not None and len(values) != len(self.x):
                    raise ValueError(f"{self.id}: {series.label} does not fit the x axis")

    @property
    def over_time(self) -> bool:
        return bool(self.x) and isinstance(self.x[0], datetime)

    def as_data(self) -> dict[str, Any]:
        """What the browser draws from; times are seconds since 1970 in UTC."""
        return {
            "kind": self.kind,
            "time": self.over_time,
            "x": [x.timestamp() if isinstance(x, datetime) else x for x in self.x],
            "unit": self.unit,
            "decimals": self.decimals,
            "yMax": self.y_max,
            "height": self.height,
            "title": self.title,
            "note": self.note,
            "missing": _missing_words(),
            "zone": timezone.get_current_timezone_name(),
            "language": current() or "vi",
            "series": [
                {
                    "label": series.label,
                    "values": list(series.values),
                    "low": None if series.low is None else list(series.low),
                    "high": None if series.high is None else list(series.high),
                    "colour": _colour(series, index),
                    "hatched": _hatched(series, index),
                }
                for index, series in enumerate(self.series)
            ],
        }

    def table(self) -> dict[str, Any]:
        """Headings and formatted rows of the table behind the plot."""
        headings = [_x_heading(self.over_time)]
        columns: list[list[str]] = []
        for series in self.series:
            headings.append(f"{series.label} ({self.unit})" if self.unit else series.label)
            columns.append([self._cell(value) for value in series.values])
            if series.low is not None and series.high is not None:
                headings.append(_band_heading(series.label))
                columns.append(
                    [
                        f"{self._cell(low)}–{self._cell(high)}" if low is not None else "—"
                        for low, high in zip(series.low, series.high, strict=True)
                    ]
                )
        rows = [
            (self._x_text(self.x[index]), [column[index] for column in columns])
            for index in range(len(self.x))
        ]
        return {"headings": headings, "rows": rows}

    def _cell(self, value: float | None) -> str:
        if value is None:
            return _missing_words()
        return formats.number(value, self.decimals, current())

    @staticmethod
    def _x_text(x: datetime | str) -> str:
        if isinstance(x, str):
            return x
        local = timezone.localtime(x)
        return f"{formats.day(local)} {formats.clock(local)}"


def _missing_words() -> str:
    return translation.gettext("không đủ dữ liệu")


def _x_heading(over_time: bool) -> str:
    return translation.gettext("Lúc") if over_time else translation.gettext("Hạng mục")


def _band_heading(label: str) -> str:
    return translation.gettext("Khoảng của %(label)s") % {"label": label}


def _colour(series: Series, index: int) -> str:
    """Name of the CSS variable that holds the colour."""
    if series.mood:
        return f"--plot-mood-{series.mood.replace('_', '-')}"
    return f"--plot-{series.colour or index % 5 + 1}"


def _hatched(series: Series, index: int) -> bool:
    """Whether bars are hatched as well, so that neighbours part in grey print."""
    return series.mood == "dissatisfied" if series.mood else index % 2 == 1
