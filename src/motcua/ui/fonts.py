"""Where the TrueType fonts for typst documents lie.

Pages use the woff2 subsets under ``static/ui/vendor/fonts``; typst reads only TTF or OTF.
"""

from pathlib import Path
from typing import Final

FONT_DIR: Final = Path(__file__).parent / "fonts"
"""Pass to ``typst.compile(..., font_paths=[str(FONT_DIR)])``."""

DOCUMENT_FONT: Final = "Be Vietnam Pro"
"""Family name of the text font. It has proportional figures only."""

FIGURES_FONT: Final = "Noto Sans"
"""Family name of the font for columns of numbers: all its figures have one width."""
