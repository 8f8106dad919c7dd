"""Citizens and papers for tests: invented people, real bytes.

citizen = citizen_at(unit)                      # known there, with a number that checks out
paper = paper_of(citizen, unit)                 # a usable one-page PDF
"""

from __future__ import annotations

import io
import itertools
import random
from typing import Any

from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.crypt import StandardSecurityHandler
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter

from motcua.citizens.models import Citizen, HeldPaper
from motcua.citizens.services import find_or_add, papers
from motcua.organisation.models import Unit
from motcua.organisation.permissions import SYSTEM

_count = itertools.count(1)


def number(*, year: int = 1985, male: bool = True, place: str = "079") -> str:
    """A personal number that fits this year and sex; each call gives another."""
    century = 2 * ((year - 1900) // 100) + (0 if male else 1)
    return f"{place}{century}{year % 100:02d}{next(_count):06d}"


def citizen_at(unit: Unit, **values: Any) -> Citizen:
    """Somebody invented whom this unit knows."""
    values.setdefault("full_name", "Nguyễn Thị Mẫu")
    values.setdefault("personal_number", number(male=False))
    return find_or_add(actor=SYSTEM, unit_id=unit.pk, **values)


def paper_of(citizen: Citizen | None, unit: Unit, **values: Any) -> HeldPaper:
    """A paper stored at the unit; a usable PDF unless other bytes are given."""
    values = {
        "content": pdf(),
        "file_name": "ban-quet.pdf",
        "name": "Giấy chứng sinh",
        "origin": "counter",
        **values,
    }
    return papers.store(
        actor=values.pop("actor", SYSTEM),
        unit_id=unit.pk,
        citizen_id=citizen.pk if citizen else None,
        **values,
    )


def pdf(pages: int = 1, password: str | None = None) -> bytes:
    """A PDF of empty A4 pages, readable by everybody unless a password is given."""
    writer = PdfFileWriter(stream_xrefs=False)
    for _ in range(pages):
        contents = writer.add_object(generic.StreamObject(stream_data=b"q Q"))
        writer.insert_page(PageObject(contents=contents, media_box=(0, 0, 595, 842)))
    if password is not None:
        handler = StandardSecurityHandler.build_from_pw("chu-so-huu", password)
        writer._assign_security_handler(handler)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 80), **options: Any) -> bytes:
    """A picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, (240, 240, 230)).save(out, kind, **options)
    return out.getvalue()


def noise(size: tuple[int, int]) -> bytes:
    """A PNG that cannot be packed: three bytes a pixel, and always the same ones."""
    out = io.BytesIO()
    dots = random.Random(7).randbytes(3 * size[0] * size[1])
    Image.frombytes("RGB", size, dots).save(out, "PNG")
    return out.getvalue()
