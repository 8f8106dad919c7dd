"""From a scan to searchable PDF/A by OCRmyPDF and Tesseract, in a process of their own.

A crash or an endless page of theirs then costs a job, never the worker. Ghostscript is not
used: PDF/A is made by pikepdf and pages are drawn by PDFium (see docs/adr/0062).
"""

from __future__ import annotations

import importlib.util
import io
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageOps

MARK = "motcua-pages-done "
"""Begins the lines by which `ocr_progress` reports from OCRmyPDF's process."""
SECONDS_A_PAGE = 90
SECONDS_ANYWAY = 60
A4_WIDTH_INCHES = 8.27
LOWEST_CREDIBLE_DPI = 100
DIGITISABLE = frozenset({"application/pdf", "image/jpeg", "image/png", "image/tiff"})

_REASONS = {
    2: "Tệp có chữ ký số hoặc không đọc được: giữ nguyên bản gốc.",
    3: "Máy chủ thiếu phần mềm số hoá.",
    6: "Tệp đã tìm kiếm được, không cần số hoá.",
    8: "Tệp đặt mật khẩu.",
    10: "Chưa chuyển được sang PDF/A: tệp dùng phông chữ không nhúng. Bản gốc vẫn dùng được.",
}


class OcrError(Exception):
    """No searchable copy could be made; the message is for the person who asked."""


def missing() -> str:
    """What this machine lacks for digitising, in words; empty when nothing."""
    if importlib.util.find_spec("ocrmypdf") is None:
        return "chưa cài phần mở rộng số hoá (requirements-digitise.lock)"
    if not (tool := shutil.which("tesseract")):
        return "chưa cài tesseract-ocr"
    listed = subprocess.run(
        [tool, "--list-langs"], capture_output=True, text=True, timeout=20, check=False
    )
    if "vie" not in listed.stdout.split():
        return "chưa cài tesseract-ocr-vie"
    return ""


def searchable(
    scan: bytes, mime: str, pages: int, on_page: Callable[[int], None]
) -> tuple[bytes, str]:
    """The scan as searchable PDF/A-2b, and its text.

    Pages that carry text already keep it. Pictures are taken for A4 where they do not say
    their resolution.

    Arguments:
        mime: one of `DIGITISABLE`.
        pages: how many pages it has, for the time that is allowed.
        on_page: called with the number of pages done, from another thread.

    Raises:
        OcrError: it cannot be done, or took too long.
    """
    if mime not in DIGITISABLE:
        raise OcrError("Chỉ số hoá được PDF và ảnh. Tệp Word: xuất sang PDF rồi tải lên.")
    with tempfile.TemporaryDirectory(prefix="motcua-so-hoa-") as name:
        folder = Path(name)
        source, made, text = folder / "scan.pdf", folder / "made.pdf", folder / "text.txt"
        source.write_bytes(scan if mime == "application/pdf" else _as_pdf(scan))
        _run(source, made, text, SECONDS_ANYWAY + SECONDS_A_PAGE * max(pages, 1), on_page)
        return made.read_bytes(), text.read_text(errors="replace")


def _run(
    source: Path, made: Path, text: Path, seconds: float, on_page: Callable[[int], None]
) -> None:
    command = [
        *(sys.executable, "-m", "ocrmypdf"),
        *("--language", "vie", "--jobs", "1", "--mode", "skip", "--rotate-pages"),
        *("--output-type", "pdfa-2", "--pdfa-backend", "internal", "--rasterizer", "pypdfium"),
        *("--plugin", "motcua.citizens.ocr_progress", "--sidecar", str(text)),
        *(str(source), str(made)),
    ]
    # Tesseract's own threads make a two-core machine slower, not faster.
    surroundings = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    process = subprocess.Popen(
        command,
        cwd=source.parent,
        env=surroundings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    watchdog = threading.Timer(seconds, process.kill)
    watchdog.start()
    try:
        assert process.stderr is not None
        said = ""
        for line in process.stderr:
            if line.startswith(MARK):
                on_page(int(line.removeprefix(MARK)))
            elif line.strip():
                said = line.strip()
        code = process.wait()
    finally:
        watchdog.cancel()
        process.kill()
        process.wait()
    if code == -9:
        raise OcrError("Số hoá quá lâu nên đã dừng. Tách tệp thành nhiều phần rồi thử lại.")
    if code != 0:
        raise OcrError(_REASONS.get(code, f"Phần mềm số hoá báo: {said[:200] or code}"))


def _as_pdf(picture: bytes) -> bytes:
    """Every frame of a picture as a page of a PDF, upright and without transparency."""
    with Image.open(io.BytesIO(picture), formats=("JPEG", "PNG", "TIFF")) as opened:
        declared = float(opened.info.get("dpi", (0, 0))[0])
        frames = []
        for number in range(getattr(opened, "n_frames", 1)):
            opened.seek(number)
            upright = ImageOps.exif_transpose(opened)
            frames.append(_opaque(upright))
    widest = max(frame.width for frame in frames)
    dpi = declared if declared >= LOWEST_CREDIBLE_DPI else widest / A4_WIDTH_INCHES
    # Black and white is kept as fax machines code it, without loss; the rest becomes JPEG.
    fax = all(frame.mode == "1" for frame in frames)
    first, *others = frames if fax else [_grey_at_least(frame) for frame in frames]
    quality = {} if fax else {"quality": 90}
    out = io.BytesIO()
    first.save(out, "PDF", save_all=True, append_images=others, resolution=dpi, **quality)
    return out.getvalue()


def _grey_at_least(frame: Image.Image) -> Image.Image:
    return frame.convert("L") if frame.mode == "1" else frame


def _opaque(picture: Image.Image) -> Image.Image:
    if picture.mode in {"1", "L"}:
        return picture.copy()
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        seen_through = picture.convert("RGBA")
        paper = Image.new("RGBA", seen_through.size, "white")
        return Image.alpha_composite(paper, seen_through).convert("RGB")
    return picture.convert("RGB")
