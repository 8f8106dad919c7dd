"""The plot a leader reads: every part is drawn, in words whose letters the font has."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PIL import Image, ImageFont

from motcua_edge.vision.analyse import Analysis
from motcua_edge.vision.events import VisitSummary
from motcua_edge.vision.irritation import Irritation
from motcua_edge.vision.plot import _FONTS, BLUE, RED, draw_plot
from motcua_edge.vision.score import Level

CALM = VisitSummary(
    start=10.0,
    end=70.0,
    score=44.0,
    level=Level.ORDINARY,
    good_view=0.8,
    expressions={},
    curve=[(10 + 0.5 * i, 0.05, 0.02) for i in range(120)],
    irritations=[],
    peak=(40.0, 0.1),
)


def count(image: Image.Image, colour: str) -> int:
    """Pixels of exactly this colour."""
    wanted = tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return int((np.asarray(image) == wanted).all(axis=2).sum())


def panel(visit: VisitSummary) -> Image.Image:
    return draw_plot(Analysis("quay.mp4", seconds=80, visits=[visit]))


def test_the_curve_is_drawn_and_nothing_red_without_irritation() -> None:
    image = panel(CALM)
    assert count(image, BLUE) > 4000
    assert count(image, RED) == 0


def test_an_irritation_is_framed_and_labelled() -> None:
    irritated = replace(CALM, irritations=[Irritation(30.0, 45.0, 0.8)])
    assert count(panel(irritated), RED) > 2000


def test_a_stretch_without_a_view_is_hatched_and_the_curve_broken() -> None:
    gap = replace(CALM, curve=[p for p in CALM.curve if not 30 < p[0] < 50])
    assert count(panel(gap), "#c3ccd5") > 1000
    assert count(panel(gap), BLUE) < count(panel(CALM), BLUE)


def test_each_visit_has_its_panel_and_none_is_said_in_words() -> None:
    two = draw_plot(Analysis("quay.mp4", visits=[CALM, CALM]))
    none = draw_plot(Analysis("quay.mp4"))
    assert two.height - none.height == 620
    assert np.asarray(none).std() > 5


def test_a_visit_without_a_score_is_drawn_all_the_same() -> None:
    empty = replace(CALM, score=None, level=Level.UNKNOWN, curve=[], peak=None)
    assert count(panel(empty), BLUE) == 0


def test_the_font_has_every_vietnamese_letter() -> None:
    letters = "ăâđêôơưĂÂĐÊÔƠƯ" + "".join(chr(c) for c in range(0x1EA0, 0x1EFA))
    for name in ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"):
        font = ImageFont.truetype(str(_FONTS / name), 20)
        missing = font.getmask("\uffff").getbbox(), bytes(font.getmask("\uffff"))
        drawn = {letter: bytes(font.getmask(letter)) for letter in letters}
        assert all(shape != missing[1] for shape in drawn.values())
        assert len(set(drawn.values())) > 0.95 * len(letters)
