"""Sentences that rooms below write in Vietnamese, said in the language of the page.

What is kept in a row (why a day was promised, why a file is refused) or raised as an error is
Vietnamese, often with a day or number inside. Here stands how such sentences are built; their
English stands in this room's catalogue like every other word.
"""

from __future__ import annotations

import re
from functools import cache

from django.utils.translation import gettext

from motcua.ui.language import current

FORMS: tuple[str, ...] = (
    # Why a day was promised: dossiers.deadlines, dossiers.services.promises.
    "Nhận đủ hồ sơ lúc %(at)s",
    "Nhận bổ sung lúc %(at)s",
    "Ngoài giờ làm việc: tính từ %(at)s",
    "Tạm dừng chờ bổ sung đến %(on)s: không tính vào thời hạn",
    "Tạm dừng chờ bổ sung đến %(on)s: không tính vào thời hạn (đã dùng %(n)s ngày làm việc)",
    "Tạm dừng chờ bổ sung đến %(on)s: không tính vào thời hạn (đã dùng %(n)s ngày)",
    "Tạm dừng chờ bổ sung đến %(on)s: không tính vào thời hạn (đã dùng %(n)s giờ làm việc)",
    "Nhận trước 15 giờ: trả trong ngày: hẹn trả trước %(at)s",
    "Nhận từ 15 giờ: trả trong ngày làm việc tiếp theo: hẹn trả trước %(at)s",
    "Không tính %(days)s (ngày nghỉ)",
    "Không tính %(days)s và %(n)s ngày nghỉ khác",
    "Ngày làm việc thứ %(n)s, đếm từ ngày làm việc liền sau: hẹn trả trước %(at)s",
    "Ngày thứ %(n)s là %(on)s, ngày nghỉ: lùi đến ngày làm việc",
    "Đủ %(n)s ngày, tính cả ngày nghỉ: hẹn trả trước %(at)s",
    "Đủ %(n)s giờ làm việc lúc %(at)s",
    "Đã chờ bổ sung %(n)s ngày làm việc: lùi ngày hẹn, trả trước %(at)s",
    "Xin lỗi và gia hạn từ %(on)s: hẹn lại trước %(at)s",
    "Cán bộ hẹn trước %(at)s. Căn cứ: %(basis)s",
    # Why a file or paper cannot be used: citizens.
    "tệp chưa dùng được. %(reason)s",
    "Tệp chưa dùng được: %(reason)s",
    "Tệp nặng %(size)s MB, quá %(most)s MB. Giảm dung lượng hoặc tách thành nhiều tệp rồi gửi lại.",
    "Loại tệp không nhận được. Gửi %(kinds)s.",
    "Chưa nhận tệp %(kinds)s. Gửi %(others)s.",
    "Tệp có hơn %(n)s trang. Tách thành nhiều tệp.",
    "Chưa có giá trị trước ngày %(on)s.",
    "Hết giá trị từ ngày %(on)s.",
    "Nhập tối đa %(n)s ký tự.",
    # Where a dossier is, and what cannot be done to it: dossiers.
    "tại Trung tâm PVHCC %(unit)s",
    "Hồ sơ %(code)s đang ở trạng thái “%(state)s”, không làm được việc “%(act)s”.",
)
"""A sentence that begins like another one stands after it; the first that fits is taken."""

_PLACE = re.compile(r"%\\\((\w+)\\\)s")  # as `re.escape` leaves it
_KINDS = (("ảnh ", ""), (" hoặc ", " or "))


def said(text: str) -> str:
    """The sentence in the language of the page; as it is where nothing is known of it."""
    if not text or current() == "vi":
        return text
    known = gettext(text)
    if known != text:
        return known
    for form in FORMS:
        if found := _pattern(form).fullmatch(text):
            inside = {name: _inside(name, value) for name, value in found.groupdict().items()}
            return gettext(form) % inside
    return text


@cache
def _pattern(form: str) -> re.Pattern[str]:
    return re.compile(_PLACE.sub(r"(?P<\1>.+?)", re.escape(form)))


def _inside(name: str, value: str) -> str:
    """What stands inside a sentence: another sentence, kinds of files, or a value as it is."""
    if name == "reason":
        return said(value)
    if name in {"kinds", "others"}:
        for vietnamese, english in _KINDS:
            value = value.replace(vietnamese, english)
    return value
