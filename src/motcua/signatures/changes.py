"""What was added to a file after it was signed, in words."""

from __future__ import annotations

from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

MANY_PAGES = 500
"""Pages compared at most; the answer does not hang on it, only its wording."""


def added_after(reader: PdfFileReader, revision: int) -> tuple[str, ...]:
    """Differences between a signed revision and the file as it opens today.

    It words what a person would see. Whether the difference is allowed is decided elsewhere,
    object by object, and never by this function.
    """
    if revision >= reader.total_revisions - 1:
        return ()
    try:
        return tuple(_described(reader, revision))
    except Exception:  # words only: a file built to confuse gets the general sentence
        return ("Có dữ liệu được thêm vào sau khi ký",)


def _described(reader: PdfFileReader, revision: int) -> list[str]:
    before = _pages(reader.get_historical_root(revision))
    after = _pages(reader.root)
    said: list[str] = []
    if len(after) > len(before):
        said.append(f"Thêm {len(after) - len(before)} trang")
    elif len(after) < len(before):
        said.append(f"Bỏ {len(before) - len(after)} trang")
    for number, (old, new) in enumerate(zip(before, after, strict=False), start=1):
        if _content(old) != _content(new):
            said.append(f"Nội dung trang {number} khác lúc ký")
        old_marks, new_marks = _marks(old), _marks(new)
        if extra := new_marks["other"] - old_marks["other"]:
            said.append(f"Trang {number} thêm {extra} ghi chú, hình hoặc khung chữ")
        if extra := new_marks["signature"] - old_marks["signature"]:
            said.append(f"Trang {number} thêm {extra} chữ ký")
    return said or ["Có dữ liệu được thêm vào sau khi ký, không thấy trên trang"]


def _pages(root: Any) -> list[Any]:
    """Page dictionaries in order, down the page tree."""
    found: list[Any] = []
    waiting = [root["/Pages"]]
    while waiting and len(found) < MANY_PAGES:
        node = waiting.pop(0)
        kids = node.get("/Kids")
        if kids is None:
            found.append(node)
        else:
            waiting = [kid.get_object() for kid in kids] + waiting
    return found


def _content(page: Any) -> list[bytes]:
    content = page.get("/Contents")
    parts = content if isinstance(content, generic.ArrayObject) else [content]
    streams = [part.get_object() if part is not None else None for part in parts]
    return [s.encoded_data for s in streams if isinstance(s, generic.StreamObject)]


def _marks(page: Any) -> dict[str, int]:
    counted = {"signature": 0, "other": 0}
    for each in page.get("/Annots") or ():
        mark = each.get_object()
        is_signature = mark.get("/FT") == "/Sig"
        counted["signature" if is_signature else "other"] += 1
    return counted
