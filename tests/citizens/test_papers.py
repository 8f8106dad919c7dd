"""Papers are kept before they are judged, and every refusal says what to do."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.citizens.factories import paper_of, pdf, picture
from tests.factories import UnitFactory

pytestmark = pytest.mark.django_db


def docx(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document/>")
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "mime", "pages"),
    [
        (pdf(3), "application/pdf", 3),
        (pdf(2, password=""), "application/pdf", 2),
        (picture("JPEG"), "image/jpeg", 1),
        (picture("PNG"), "image/png", 1),
        (picture("TIFF"), "image/tiff", 1),
        (
            docx(),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            None,
        ),
    ],
    ids=["PDF", "PDF that forbids only changes", "JPEG", "PNG", "TIFF", "DOCX"],
)
def test_a_whole_file_of_an_accepted_kind_is_usable_whatever_it_is_called(
    content: bytes, mime: str, pages: int | None
) -> None:
    paper = paper_of(None, UnitFactory(), content=content, file_name="anh.exe")
    assert (paper.state, paper.reason, paper.mime, paper.pages) == ("usable", "", mime, pages)
    assert paper.file.read() == content
