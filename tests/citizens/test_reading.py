"""The code out of photographs: turned, blurred, dark, small; and things that are no photograph."""

from __future__ import annotations

import contextlib
import io

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter, ImageOps

from motcua.citizens.cccd import CardError, parse
from motcua.citizens.reading import decode_image
from tests.citizens.test_cccd import CODE


def qr(text: str = CODE, scale: int = 6) -> Image.Image:
    out = io.BytesIO()
    segno.make(text, error="m", encoding="utf-8", eci=False).save(
        out, kind="png", scale=scale, border=4
    )
    return Image.open(out).convert("L")


def photograph(code: Image.Image, size: tuple[int, int] = (1200, 900)) -> Image.Image:
    """The code on a card on a grey table."""
    table = Image.new("L", size, 120)
    table.paste(Image.new("L", (900, 600), 225), (140, 140))
    table.paste(code, (600, 200))
    return table


def jpeg(picture: Image.Image, quality: int = 80) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


@pytest.mark.parametrize(
    "picture",
    [
        photograph(qr()),
        photograph(qr()).rotate(90, expand=True),
        photograph(qr()).rotate(17, expand=True, fillcolor=120),
        photograph(qr()).filter(ImageFilter.GaussianBlur(1.5)),
        photograph(qr()).point(lambda grey: 20 + grey // 6),
        photograph(qr(scale=2)),
        ImageOps.expand(qr(scale=12), 40, 255).resize((4000, 4000)),
    ],
    ids=["plain", "on its side", "askew", "blurred", "dark", "small", "very large"],
)
def test_the_code_is_read_from_a_photograph(picture: Image.Image) -> None:
    assert parse(decode_image(jpeg(picture))).full_name == "Nguyễn Thị Mẫu"


def test_letters_survive_although_the_code_names_no_code_page() -> None:
    assert decode_image(jpeg(photograph(qr()))) == CODE


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (jpeg(Image.new("L", (800, 600), 200)), "Không thấy mã QR"),
        (b"", "không phải ảnh"),
        (b"%PDF-1.7 not a picture", "không phải ảnh"),
        (jpeg(photograph(qr()))[:3000], "không phải ảnh|Không thấy"),
        (b"\xff" * (13 * 1024 * 1024), "quá lớn"),
    ],
    ids=["no code", "empty", "a PDF", "cut off", "too large"],
)
def test_what_cannot_be_read_says_what_to_do(content: bytes, said: str) -> None:
    with pytest.raises(CardError, match=said):
        decode_image(content)


@settings(max_examples=40)
@given(st.binary(max_size=300), st.integers(0, 2000))
def test_no_bytes_make_reading_fail_otherwise(noise: bytes, at: int) -> None:
    whole = jpeg(photograph(qr(scale=3), (900, 700)), quality=40)
    with contextlib.suppress(CardError):
        assert decode_image(whole[:at] + noise + whole[at + len(noise) :])


@settings(max_examples=25)
@given(st.text(min_size=1, max_size=200))
def test_any_text_in_a_code_is_a_card_or_refused(text: str) -> None:
    try:
        picture = jpeg(qr(text, scale=4))
    except (ValueError, UnicodeError):
        return  # segno cannot draw it
    with contextlib.suppress(CardError):
        assert parse(decode_image(picture)).number.isdigit()
