"""What people see of a signature: drawn by typst, so that its fonts travel with the file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
from pyhanko.stamp import StaticStampStyle

from motcua.kernel.clock import CITY
from motcua.signatures.rules import Placement
from motcua.ui.papers import compile_pdf

TEMPLATES = Path(__file__).parent / "papers"
EXACT = SimpleBoxLayoutRule(
    x_align=AxisAlignment.ALIGN_MID, y_align=AxisAlignment.ALIGN_MID, margins=Margins.uniform(0)
)


def drawing(
    template: str,
    *,
    name: str,
    at: dt.datetime,
    placement: Placement,
    image: bytes = b"",
    demonstration: bool = False,
) -> bytes:
    """One page as large as the signature's box.

    Arguments:
        template: "officer" or "seal".
        image: PNG; empty for the drawn form.
    """
    facts = {
        "name": name,
        "at": f"{at.astimezone(CITY):%H:%M:%S %d/%m/%Y}",
        "width": placement.width,
        "height": placement.height,
        "image": list(image) if image else None,
        "demonstration": demonstration,
    }
    return compile_pdf(TEMPLATES / f"{template}.typ", facts)


@contextmanager
def style(page: bytes) -> Iterator[StaticStampStyle]:
    """The drawing as pyHanko takes it: from a file, which it reads while it signs."""
    with NamedTemporaryFile(suffix=".pdf") as file:
        file.write(page)
        file.flush()
        yield StaticStampStyle.from_pdf_file(
            file.name, border_width=0, background_layout=EXACT, background_opacity=1.0
        )
