"""How each mood is drawn and named, so that no page depends on colour alone.

Every mood has its own outline (round, rounded square, diamond, dashed ring), its own
features, its own colour and its word. The drawings are original to this product.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Mood:
    """A level of expression as shown to people.

    ``face`` is SVG markup on a 48 × 48 canvas using the classes ``outline``, ``feature`` and
    ``solid``, which take the mood's colours from the stylesheet.
    """

    code: str
    label: str
    label_en: str
    face: str


_ROUND = '<circle class="outline" cx="24" cy="24" r="20" stroke-width="3"/>'
_SQUARE = '<rect class="outline" x="5" y="5" width="38" height="38" rx="11" stroke-width="3"/>'
_DIAMOND = (
    '<path class="outline" stroke-width="3" stroke-linejoin="round" '
    'd="M20.6 4.4a4.8 4.8 0 0 1 6.8 0l16.2 16.2a4.8 4.8 0 0 1 0 6.8L27.4 43.6a4.8 4.8 0 0 1-6.8 0'
    'L4.4 27.4a4.8 4.8 0 0 1 0-6.8z"/>'
)
_DASHED = (
    '<circle class="outline" cx="24" cy="24" r="20" stroke-width="2.5" stroke-dasharray="5 4.4"/>'
)


def _line(path: str) -> str:
    return f'<path class="feature" d="{path}" stroke-width="3" stroke-linecap="round"/>'


def _eyes(y: float, spread: float = 7.5) -> str:
    return "".join(
        f'<circle class="solid" cx="{24 + side * spread}" cy="{y}" r="2.6"/>' for side in (-1, 1)
    )


MOODS: Final = {
    mood.code: mood
    for mood in (
        Mood(
            "very_happy",
            "Rất vui",
            "Very happy",
            _ROUND
            + _line("M12.5 20.5c1.6-3.4 5.4-3.4 7 0M28.5 20.5c1.6-3.4 5.4-3.4 7 0")
            + '<path class="solid" d="M13.5 26h21a10.5 10.5 0 0 1-21 0z"/>',
        ),
        Mood(
            "happy", "Vui vẻ", "Happy", _ROUND + _eyes(19.5) + _line("M14.5 28c3.6 6 15.4 6 19 0")
        ),
        Mood("neutral", "Bình thường", "Neutral", _SQUARE + _eyes(20) + _line("M16 30.5h16")),
        Mood(
            "dissatisfied",
            "Chưa hài lòng",
            "Not satisfied",
            _DIAMOND + _eyes(21.5, 6.5) + _line("M16.5 32.5c3.2-4.6 11.8-4.6 15 0"),
        ),
        Mood(
            "unknown",
            "Không đủ dữ liệu",
            "Not enough data",
            _DASHED
            + _line("M19.5 19.5a4.6 4.6 0 1 1 6.6 4.1c-1.4.7-2.1 1.6-2.1 3.2v.7")
            + '<circle class="solid" cx="24" cy="33" r="2"/>',
        ),
    )
}
"""By code, from best to worst, then the want of data."""
