"""The card's QR code out of a photograph. The picture is looked at and forgotten."""

from __future__ import annotations

import io

import zxingcpp
from PIL import Image, ImageOps

from motcua.citizens.cccd import CardError

MOST_BYTES = 12 * 1024 * 1024
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 3000
"""Pixels. Phones give more than the code needs; looking takes time by the square of this."""


def decode_image(picture: bytes) -> str:
    """The text of the QR code in a picture: JPEG, PNG, WebP or TIFF.

    Raises:
        CardError: not a picture, too large, or no readable code in it.
    """
    if len(picture) > MOST_BYTES:
        raise CardError("Ảnh quá lớn. Chụp lại với độ phân giải thấp hơn, hoặc nhập tay.")
    grey = _grey(picture)
    for tried in (grey, ImageOps.autocontrast(grey, cutoff=2), _twice(grey)):
        for code in zxingcpp.read_barcodes(tried, formats=zxingcpp.BarcodeFormat.QRCode):
            # zxing guesses a code page where the QR names none; the card is always UTF-8.
            try:
                return bytes(code.bytes).decode("utf-8")
            except UnicodeDecodeError:
                return str(code.text)
    raise CardError(
        "Không thấy mã QR trong ảnh. Chụp gần hơn, đủ sáng, không loá, rồi thử lại; hoặc nhập tay."
    )


def _grey(picture: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(picture), formats=("JPEG", "PNG", "WEBP", "TIFF")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise CardError("Ảnh quá lớn. Chụp lại với độ phân giải thấp hơn, hoặc nhập tay.")
            grey = opened.convert("L")
    except CardError:
        raise
    except Exception as wrong:  # Pillow's plugins raise whatever the damage makes them raise
        raise CardError("Tệp này không phải ảnh đọc được. Chụp lại, hoặc nhập tay.") from wrong
    grey.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return grey


def _twice(grey: Image.Image) -> Image.Image:
    """A small picture enlarged: modules of less than two pixels are not told apart."""
    if max(grey.size) > LONGEST_SIDE // 2:
        return grey
    return grey.resize((grey.width * 2, grey.height * 2), Image.Resampling.BICUBIC)
