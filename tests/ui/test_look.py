"""The promises of tokens.css and of the fonts, computed rather than believed."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import ImageFont

from motcua.ui.fonts import FONT_DIR

STATIC = Path("src/motcua/ui/static/ui").resolve()
TOKENS = (STATIC / "tokens.css").read_text(encoding="utf-8")


def variables(selector: str) -> dict[str, str]:
    block = TOKENS.split(f"{selector} {{", 1)[1].split("\n}", 1)[0]
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", block))


LIGHT = variables(":root")
DARK = LIGHT | variables(".surface-dark")


def colour(name: str, theme: dict[str, str]) -> str:
    value = theme[name]
    while value.startswith("var("):
        value = theme[value[6:-1]]
    return value


def luminance(hex_colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(hex_colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TEXT_ON_GROUND = [
    *((text, ground) for text in ("ink", "ink-soft") for ground in ("paper", "ground")),
    ("ink-soft", "ground-deep"),
    ("ink", "ground-deep"),
    *((text, "paper") for text in ("blue", "green", "amber", "red", "grey")),
    *((text, "ground") for text in ("blue", "amber-deep", "red")),
    *((f"{tone}-deep", f"{tone}-tint") for tone in ("blue", "green", "amber", "red", "grey")),
    *(("ink", f"{tone}-tint") for tone in ("blue", "green", "amber", "red", "grey")),
    ("blue", "blue-tint"),
    ("plot-axis", "paper"),
]


@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_stands_out_from_its_ground_by_4_5_to_1(text, ground, theme):
    assert contrast(colour(text, theme), colour(ground, theme)) >= 4.5


@pytest.mark.parametrize("ground", ["blue", "green", "red", "blue-deep", "green-deep", "red-deep"])
def test_button_text_stands_out_from_its_button(ground):
    assert contrast(colour("paper", LIGHT), colour(ground, LIGHT)) >= 4.5


MOODS = ("very-happy", "happy", "neutral", "dissatisfied", "unknown")


@pytest.mark.parametrize("mood", MOODS)
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_a_face_stands_out_from_its_own_tint_and_from_paper(mood, theme):
    face = colour(f"mood-{mood}", theme)
    assert contrast(face, colour(f"mood-{mood}-tint", theme)) >= 3
    assert contrast(face, colour("paper", theme)) >= 3


def test_borders_of_controls_and_the_focus_ring_are_seen():
    for theme in (LIGHT, DARK):
        for line in ("line-strong", "focus"):
            assert contrast(colour(line, theme), colour("paper", theme)) >= 3


@pytest.mark.parametrize(
    "family",
    [
        ["plot-1", "plot-2", "plot-3", "plot-4"],
        [f"plot-mood-{mood}" for mood in MOODS[:4]],
    ],
)
def test_neighbours_in_a_plot_part_in_grey_print(family):
    greys = [luminance(colour(name, LIGHT)) for name in family]
    pairs = pairwise(greys)
    assert all((max(p) + 0.05) / (min(p) + 0.05) >= 1.5 for p in pairs)


def rem(name: str) -> float:
    return float(LIGHT[name].removesuffix("rem")) * 16


def test_nothing_is_smaller_than_17_px_at_work_and_19_px_for_citizens():
    assert rem("text") >= 17
    assert rem("text-large") >= 19
    assert rem("target") >= 44
    assert rem("target-large") >= 64
    sizes = [
        float(size) * 16
        for sheet in STATIC.glob("*.css")
        if sheet.name != "print.css"
        for size in re.findall(r"font-size:\s*([\d.]+)rem", sheet.read_text(encoding="utf-8"))
    ]
    assert sizes
    assert min(sizes) >= 17


MARKED = "ẤẨẪỂỄỐỖỬỮẶẬỆỘỢỤ"
HANGING = "gjpqyạặậẹệọộợụựỵ"


@pytest.mark.parametrize("style", ["Regular", "Medium", "SemiBold", "Bold"])
def test_stacked_marks_do_not_touch_the_line_above(style):
    size = 1000
    font = ImageFont.truetype(str(FONT_DIR / "be-vietnam-pro" / f"BeVietnamPro-{style}.ttf"), size)
    top = min(font.getbbox(letter, anchor="ls")[1] for letter in MARKED)
    foot = max(font.getbbox(letter, anchor="ls")[3] for letter in HANGING)
    needed = (foot - top) / size
    assert needed > 1.3, "the font measured has no marks"
    for leading in ("leading", "leading-heading"):
        assert float(LIGHT[leading]) >= needed


def test_the_fonts_of_figures_give_every_digit_one_width():
    proportional = ImageFont.truetype(
        str(FONT_DIR / "be-vietnam-pro" / "BeVietnamPro-Regular.ttf"), 1000
    )
    tabular = ImageFont.truetype(str(FONT_DIR / "noto-sans" / "NotoSans-Regular.ttf"), 1000)
    assert len({proportional.getlength(digit) for digit in "0123456789"}) > 1
    assert len({tabular.getlength(digit) for digit in "0123456789"}) == 1


def test_colours_stand_in_one_file_only():
    strays = {
        sheet.name: re.findall(r"#[0-9a-fA-F]{3,8}\b", sheet.read_text(encoding="utf-8"))
        for sheet in STATIC.glob("*.css")
        if sheet.name not in {"tokens.css", "print.css"}
    }
    # A QR code is black on white whatever the theme.
    assert {name: found for name, found in strays.items() if found} == {"surfaces.css": ["#fff"]}
