"""What kind of file some bytes really are, and whether a person can work with it.

The name that came with the file decides nothing: only its bytes do. The kind found by its
signature (puremagic) is then opened as that kind, so that a cut-off scan or a locked PDF is
told apart from a whole one.
"""

from __future__ import annotations

import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from typing import BinaryIO

import puremagic
from PIL import Image
from pyhanko.pdf_utils.crypt import AuthStatus
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

MOST_PIXELS = 200_000_000
"""An A3 page at 600 dpi in colour has 70 million; more is a picture made to exhaust memory."""
MOST_UNPACKED = 500 * 1024 * 1024
MOST_PAGES = 5000


@dataclass(frozen=True)
class Kind:
    """One kind of file that can be accepted.

    Arguments:
        key: as in the setting `MOTCUA_PAPER_TYPES`.
        suffix: given to the file when somebody saves it, whatever it was called before.
        shown: whether a browser may show it in place; others are only saved.
    """

    key: str
    mime: str
    suffix: str
    vietnamese: str
    shown: bool


KINDS = (
    Kind("pdf", "application/pdf", ".pdf", "PDF", shown=True),
    Kind("jpeg", "image/jpeg", ".jpg", "ảnh JPEG", shown=True),
    Kind("png", "image/png", ".png", "ảnh PNG", shown=True),
    Kind("tiff", "image/tiff", ".tif", "ảnh TIFF", shown=False),
    Kind(
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ".docx",
        "Word (DOCX)",
        shown=False,
    ),
)
BY_KEY = {kind.key: kind for kind in KINDS}
BY_MIME = {kind.mime: kind for kind in KINDS}


@dataclass(frozen=True)
class Examined:
    """What was found: `refusal` is empty for a file that can be worked with.

    Arguments:
        mime: empty when the kind is not known.
        pages: None where pages mean nothing (DOCX) or could not be counted.
    """

    mime: str = ""
    pages: int | None = None
    refusal: str = ""


class _Refused(Exception):
    """Carries the reason out of the function that opened the file."""


def accepted_words(accepted: Collection[str]) -> str:
    """The accepted kinds in words: `PDF, ảnh JPEG hoặc ảnh PNG`."""
    names = [kind.vietnamese for kind in KINDS if kind.key in accepted]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} hoặc {names[-1]}"


def examine(file: BinaryIO, accepted: Collection[str]) -> Examined:
    """Tell the kind of the file and whether it opens. Never raises for what the bytes are.

    Arguments:
        file: seekable, from its beginning.
        accepted: keys of `KINDS` that this installation takes.
    """
    kind = _kind(file)
    if kind is None:
        return Examined(refusal=f"Loại tệp không nhận được. Gửi {accepted_words(accepted)}.")
    if kind.key not in accepted:
        said = f"Chưa nhận tệp {kind.vietnamese}. Gửi {accepted_words(accepted)}."
        return Examined(kind.mime, refusal=said)
    file.seek(0)
    try:
        pages = _OPENERS[kind.key](file)
    except _Refused as refused:
        return Examined(kind.mime, refusal=str(refused))
    if pages is not None and pages > MOST_PAGES:
        return Examined(kind.mime, pages, f"Tệp có hơn {MOST_PAGES} trang. Tách thành nhiều tệp.")
    return Examined(kind.mime, pages)


def _kind(file: BinaryIO) -> Kind | None:
    file.seek(0)
    beginning = file.read(1024)
    file.seek(0)
    # Readers find a PDF whose header does not stand at the very beginning; so do we.
    if b"%PDF-" in beginning:
        return BY_KEY["pdf"]
    try:
        found = puremagic.magic_stream(file)
    except (puremagic.PureError, ValueError, OSError):
        return None
    for match in found:
        if match.mime_type in BY_MIME and match.mime_type != BY_KEY["pdf"].mime:
            return _sure(file, BY_MIME[match.mime_type])
    if beginning.startswith(b"PK\x03\x04"):
        return _sure(file, BY_KEY["docx"])
    return None


def _sure(file: BinaryIO, kind: Kind) -> Kind | None:
    """Many kinds are ZIP files; only one that holds a Word document is DOCX."""
    if kind.key != "docx":
        return kind
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            return kind if "word/document.xml" in archive.namelist() else None
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return kind if b"word/" in _whole(file)[:65536] else None


def _whole(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()


def _open_pdf(file: BinaryIO) -> int:
    try:
        # Scanners write PDFs that break small rules; only what no reader opens is refused.
        reader = PdfFileReader(file, strict=False)
        if reader.encrypted and reader.decrypt(b"").status is AuthStatus.FAILED:
            raise _Refused("Tệp PDF đặt mật khẩu. Bỏ mật khẩu rồi gửi lại.")
        pages = int(reader.root["/Pages"]["/Count"])
        kids = len(reader.root["/Pages"]["/Kids"])
    except _Refused:
        raise
    except (PdfError, ArithmeticError, LookupError, TypeError, ValueError) as wrong:
        raise _Refused("Tệp PDF hỏng, không mở được. Quét hoặc xuất lại rồi gửi lại.") from wrong
    except (AttributeError, AssertionError, RecursionError, NotImplementedError, OSError) as wrong:
        raise _Refused("Tệp PDF hỏng, không mở được. Quét hoặc xuất lại rồi gửi lại.") from wrong
    if pages < 1 or kids < 1:
        raise _Refused("Tệp PDF không có trang nào.")
    return pages


def _open_picture(file: BinaryIO) -> int:
    try:
        with Image.open(file, formats=("JPEG", "PNG", "TIFF")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise _Refused("Ảnh quá lớn. Giảm độ phân giải xuống 300 dpi rồi gửi lại.")
            frames = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
            picture.load()
            return int(frames)
    except _Refused:
        raise
    except Exception as wrong:  # Pillow's plugins raise whatever the damage makes them raise
        raise _Refused("Ảnh hỏng hoặc thiếu một phần. Chụp, quét lại rồi gửi lại.") from wrong


def _open_docx(file: BinaryIO) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise _Refused("Tệp Word quá lớn khi mở ra. Xuất sang PDF rồi gửi lại.")
            if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
                raise _Refused("Tệp Word có macro. Xuất sang PDF rồi gửi lại.")
            damaged = archive.testzip()
    except _Refused:
        raise
    except Exception as wrong:  # zipfile and zlib raise whatever the damage makes them raise
        raise _Refused("Tệp Word hỏng, không mở được. Lưu lại rồi gửi lại.") from wrong
    if damaged:
        raise _Refused("Tệp Word hỏng, không mở được. Lưu lại rồi gửi lại.")


_OPENERS = {
    "pdf": _open_pdf,
    "jpeg": _open_picture,
    "png": _open_picture,
    "tiff": _open_picture,
    "docx": _open_docx,
}
