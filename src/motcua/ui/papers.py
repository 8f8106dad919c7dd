"""Papers: a typst template and the facts it shows, made into a PDF.

A template is a `.typ` file in a room's `papers/` folder. It reads its facts as
JSON from `sys.inputs.data` and may import `/paper.typ` from this room, which
holds page size, fonts, headings and the demonstration mark, and the templates that lie
beside it. Compiling reads no other file and takes a few milliseconds a page.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

from motcua.ui.fonts import FONT_DIR

COMMON = Path(__file__).parent / "papers"


class PaperError(RuntimeError):
    """A paper could not be made: a mistake in its template or facts, never the reader's."""


def compile_pdf(template: Path, facts: dict[str, Any], *, archival: bool = False) -> bytes:
    """The PDF of this template.

    Arguments:
        template: a `.typ` file.
        facts: JSON-able; numbers and dates already written as people read them.
        archival: as PDF/A-2b (ISO 19005-2), for papers that are kept and signed.

    Raises:
        PaperError: the template does not compile with these facts.
    """
    facts = {"demonstration": settings.DEMONSTRATION, **facts}
    try:
        return bytes(
            typst.compile(
                sources(template),
                font_paths=[str(FONT_DIR)],
                ignore_system_fonts=True,
                sys_inputs={"data": json.dumps(facts, ensure_ascii=False)},
                pdf_standards=["a-2b"] if archival else [],
            )
        )
    except typst.TypstError as wrong:
        raise PaperError(f"{template.name}: {wrong}") from wrong


def sources(template: Path) -> Any:
    """The template with everything that it may import, as typst takes them."""
    return {
        "main.typ": template.read_bytes(),
        **{
            path.name: path.read_bytes()
            for folder in (template.parent, COMMON)
            for path in folder.glob("*.typ")
        },
    }
