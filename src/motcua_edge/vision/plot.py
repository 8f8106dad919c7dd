"""``analyse --plot``: the curve of each visit as one PNG that a leader can read.

Drawn with Pillow alone. A question is the title, everything is labelled where it stands, bands
carry the words of the levels, stretches without a readable face are hatched, and it survives a
grey print: irritations are framed and labelled, not only coloured.
"""

from __future__ import annotations

import itertools
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from motcua_edge.vision.analyse import Analysis
from motcua_edge.vision.errors import VisionError
from motcua_edge.vision.events import VisitSummary
from motcua_edge.vision.score import Level
from motcua_edge.vision.settings import ScoreSettings
from motcua_edge.vision.terminal import clock, number

_FONTS = Path(__file__).parent / "fonts"
INK, PAPER, LINE, QUIET = "#1b2a3a", "#ffffff", "#d5dce3", "#5b6b7b"
BLUE, GREEN, AMBER, RED = "#0b5cad", "#1f7a4d", "#b25e00", "#b3261e"
_BANDS = {
    Level.VERY_PLEASED: "#d9efe2",
    Level.PLEASED: "#edf7f1",
    Level.ORDINARY: "#f4f6f8",
    Level.DISPLEASED: "#fbeceb",
}
WIDTH, PANEL = 1600, 620
_LEFT, _RIGHT, _TOP, _FOOT = 190, 60, 150, 90
_GAP_S = 1.6
"""A curve without points for longer is a stretch without a good view."""


class PlotNotWritten(VisionError):
    code = "plot_not_written"

    def __init__(self, path: str) -> None:
        super().__init__(f"Không ghi được hình vẽ vào “{path}”.")


@cache
def _font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    name = "NotoSans-Bold.ttf" if bold else "NotoSans-Regular.ttf"
    return ImageFont.truetype(str(_FONTS / name), size)


def save_plot(result: Analysis, path: str) -> None:
    """Write the picture of ``result``; :class:`PlotNotWritten` when the disk refuses."""
    try:
        draw_plot(result).save(path, format="PNG")
    except OSError:
        raise PlotNotWritten(path) from None


def draw_plot(result: Analysis, settings: ScoreSettings | None = None) -> Image.Image:
    """One panel for each visit under a common title."""
    rules = settings or ScoreSettings()
    head = 110
    image = Image.new("RGB", (WIDTH, head + PANEL * max(1, len(result.visits))), PAPER)
    draw = ImageDraw.Draw(image)
    draw.text(
        (60, 28),
        "Người dân cảm thấy thế nào trong lượt phục vụ?",
        INK,
        _font(36, bold=True),
    )
    draw.text(
        (60, 76),
        f"{Path(result.video).name}, dài {number(result.seconds, 1)} giây. "
        "Điểm suy từ nét mặt, chỉ để tham khảo.",
        QUIET,
        _font(20),
    )
    if not result.visits:
        draw.text((60, head + 60), "Không có lượt phục vụ nào trong video này.", INK, _font(26))
    for index, visit in enumerate(result.visits):
        _Panel(image, head + index * PANEL, index + 1, visit, rules).draw()
    return image


class _Panel:
    """One visit's panel; y runs over the score 0..100, x over the visit's seconds."""

    def __init__(
        self,
        image: Image.Image,
        top: int,
        index: int,
        visit: VisitSummary,
        rules: ScoreSettings,
    ) -> None:
        self._image, self._draw = image, ImageDraw.Draw(image)
        self._index, self._visit, self._rules = index, visit, rules
        self._x0, self._x1 = _LEFT, WIDTH - _RIGHT
        self._top = top
        self._y0, self._y1 = top + _TOP, top + PANEL - _FOOT
        self._span = max(visit.end - visit.start, 1e-6)

    def x(self, t: float) -> float:
        return self._x0 + (t - self._visit.start) / self._span * (self._x1 - self._x0)

    def y(self, score: float) -> float:
        return self._y1 - score / 100 * (self._y1 - self._y0)

    def draw(self) -> None:
        self._headline()
        self._bands()
        self._unseen()
        self._irritations()
        self._curve()
        self._axis()

    def _headline(self) -> None:
        visit = self._visit
        points = "" if visit.score is None else f", {number(visit.score)} điểm trên 100"
        self._draw.text(
            (60, self._top + 14),
            f"Lượt {self._index}: {visit.level}{points}",
            INK,
            _font(30, bold=True),
        )
        told = f"Từ {clock(visit.start)} đến {clock(visit.end)}, nhìn rõ mặt "
        told += f"{number(100 * visit.good_view)} % thời gian."
        if visit.irritations:
            told += f" Có {len(visit.irritations)} lần bực bội."
        if visit.level is Level.PLEASED and (visit.score or 0) >= self._rules.very_pleased:
            told += " Không cười tươi đủ lâu để xếp rất vui."
        self._draw.text((60, self._top + 58), told, INK, _font(22))

    def _bands(self) -> None:
        rules = self._rules
        edges = [
            (Level.DISPLEASED, 0.0, rules.displeased),
            (Level.ORDINARY, rules.displeased, rules.pleased),
            (Level.PLEASED, rules.pleased, rules.very_pleased),
            (Level.VERY_PLEASED, rules.very_pleased, 100.0),
        ]
        for level, low, high in edges:
            box = (self._x0, self.y(high), self._x1, self.y(low))
            self._draw.rectangle(box, fill=_BANDS[level])
            middle = (self.y(low) + self.y(high)) / 2
            self._draw.text((self._x0 - 14, middle), level, INK, _font(20), anchor="rm")
        for value in (rules.displeased, rules.pleased, rules.very_pleased):
            self._draw.line((self._x0, self.y(value), self._x1, self.y(value)), fill=LINE, width=1)

    def _unseen(self) -> None:
        """Hatch where no face could be read."""
        times = [self._visit.start, *(t for t, _, _ in self._visit.curve), self._visit.end]
        for before, after in itertools.pairwise(times):
            if after - before > _GAP_S:
                self._hatch(self.x(before), self.x(after))

    def _hatch(self, x0: float, x1: float) -> None:
        part = Image.new("RGB", (max(1, int(x1 - x0)), int(self._y1 - self._y0)), "#eceff2")
        pen = ImageDraw.Draw(part)
        for offset in range(-part.height, part.width, 14):
            pen.line((offset, part.height, offset + part.height, 0), fill="#c3ccd5", width=2)
        self._image.paste(part, (int(x0), int(self._y0)))
        if x1 - x0 > 230:
            middle = ((x0 + x1) / 2, self._y0 + 24)
            words = "không đủ dữ liệu"
            box = self._draw.textbbox(middle, words, _font(20), anchor="mm")
            self._draw.rectangle((box[0] - 8, box[1] - 4, box[2] + 8, box[3] + 4), fill=PAPER)
            self._draw.text(middle, words, QUIET, _font(20), anchor="mm")

    def _irritations(self) -> None:
        for irritation in self._visit.irritations:
            end = irritation.end if irritation.end is not None else self._visit.end
            x0, x1 = self.x(irritation.start), self.x(end)
            self._draw.rectangle((x0, self._y0, x1, self._y1), outline=RED, width=4)
            words = (
                f"Bực bội {clock(irritation.start)} đến {clock(end)}, "
                f"chắc chắn {number(100 * irritation.confidence)} %"
            )
            half = self._draw.textlength(words, _font(20, bold=True)) / 2
            middle = min(max((x0 + x1) / 2, self._x0 + half), self._x1 - half)
            self._draw.text((middle, self._y0 - 8), words, RED, _font(20, bold=True), anchor="mb")

    def _curve(self) -> None:
        stretches: list[list[tuple[float, float]]] = [[]]
        last: float | None = None
        for t, pleasant, negative in self._visit.curve:
            if last is not None and t - last > _GAP_S:
                stretches.append([])
            stretches[-1].append((self.x(t), self.y(50 + 50 * (pleasant - negative))))
            last = t
        for stretch in stretches:
            if len(stretch) == 1:
                x, y = stretch[0]
                self._draw.ellipse((x - 4, y - 4, x + 4, y + 4), fill=BLUE)
            elif stretch:
                self._draw.line(stretch, fill=BLUE, width=5, joint="curve")
        if self._visit.peak is not None:
            t, valence = self._visit.peak
            self._mark(self.x(t), self.y(50 + 50 * valence), "lúc mạnh nhất", valence)

    def _mark(self, x: float, y: float, words: str, valence: float) -> None:
        self._draw.ellipse((x - 9, y - 9, x + 9, y + 9), fill=PAPER, outline=BLUE, width=4)
        crowded = y - self._y0 < 60 and bool(self._visit.irritations)  # whose words stand there
        above = not crowded if valence > 0 else self._y1 - y < 60
        half = self._draw.textlength(words, _font(20)) / 2
        middle = min(max(x, self._x0 + half + 6), self._x1 - half - 6)
        place = (middle, y - 16 if above else y + 16)
        anchor = "mb" if above else "mt"
        self._draw.text(
            place, words, INK, _font(20), anchor=anchor, stroke_width=5, stroke_fill=PAPER
        )

    def _axis(self) -> None:
        self._draw.line((self._x0, self._y1, self._x1, self._y1), fill=INK, width=2)
        step = next(
            s for s in (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600) if self._span / s <= 12
        )
        t = -(-self._visit.start // step) * step
        while t <= self._visit.end + 1e-6:
            x = self.x(t)
            self._draw.line((x, self._y1, x, self._y1 + 8), fill=INK, width=2)
            self._draw.text((x, self._y1 + 14), clock(t), INK, _font(18), anchor="mt")
            t += step
        self._draw.text(
            ((self._x0 + self._x1) / 2, self._y1 + 46),
            "phút:giây kể từ đầu video",
            QUIET,
            _font(18),
            anchor="mt",
        )
