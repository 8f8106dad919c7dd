"""Invented content for the style page: a form in every state and a plot of every kind."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils import timezone

from motcua.ui.icons import ICONS
from motcua.ui.moods import MOODS
from motcua.ui.plots import Plot, Series

HOURS = tuple(f"{hour:02d} giờ" for hour in range(7, 17))
FIELDS = (("ho-tich", "Hộ tịch"), ("xay-dung", "Xây dựng"), ("dat-dai", "Đất đai"))
SEVERITIES = (("thuong", "Thường"), ("khan", "Khẩn"))


class SampleForm(forms.Form):
    """One field of each kind a page is likely to use."""

    name = forms.CharField(label="Họ và tên", help_text="Ghi như trên căn cước.", max_length=60)
    phone = forms.RegexField(
        r"^0\d{9}$",
        label="Số điện thoại",
        error_messages={"invalid": "Số điện thoại gồm 10 chữ số, bắt đầu bằng 0."},
    )
    day = forms.DateField(label="Ngày hẹn", help_text="Ví dụ 24/11/2026.")
    field = forms.ChoiceField(label="Lĩnh vực", choices=(("", "Chọn lĩnh vực"), *FIELDS))
    urgency = forms.ChoiceField(label="Mức độ", choices=SEVERITIES, widget=forms.RadioSelect)
    papers = forms.MultipleChoiceField(
        label="Giấy tờ đã có", choices=FIELDS, widget=forms.CheckboxSelectMultiple, required=False
    )
    note = forms.CharField(label="Ghi chú", widget=forms.Textarea, required=False)
    scan = forms.FileField(label="Bản chụp", required=False)
    agreed = forms.BooleanField(label="Đồng ý nhận tin nhắn báo kết quả")


def _times(start: datetime, count: int, minutes: int) -> list[datetime]:
    return [start + timedelta(minutes=minutes * step) for step in range(count)]


def _plots(today: datetime) -> dict[str, Any]:
    times = _times(today.replace(hour=7, minute=30), 33, 15)
    wave = [62 + 14 * math.sin(step / 4.0) - step * 0.3 for step in range(33)]
    holed = [None if 17 <= step <= 22 else value for step, value in enumerate(wave)]
    waiting = Plot(
        id="cho-lau",
        title="Lúc nào người dân phải chờ lâu nhất?",
        note="Thời gian chờ giữa (trung vị), 412 lượt, tháng 11/2026",
        kind="bars",
        x=HOURS,
        unit="phút",
        series=(
            Series("Hộ tịch", (6, 14, 19, 17, 9, None, 5, 11, 13, 8)),
            Series("Xây dựng", (4, 9, 12, 15, 8, None, 7, 9, 10, 6)),
        ),
    )
    moods = Plot(
        id="muc-do",
        title="Giờ nào nhiều người chưa hài lòng?",
        note="Số lượt theo mức camera ghi nhận, 286 lượt, ngày 23/11/2026",
        kind="stacked",
        x=HOURS,
        unit="lượt",
        series=(
            Series("Chưa hài lòng", (1, 3, 7, 9, 4, None, 2, 3, 4, 1), mood="dissatisfied"),
            Series("Bình thường", (6, 12, 15, 14, 10, None, 8, 11, 9, 6), mood="neutral"),
            Series("Vui vẻ", (5, 9, 11, 8, 7, None, 6, 10, 8, 5), mood="happy"),
            Series("Rất vui", (2, 4, 3, 2, 3, None, 3, 4, 5, 2), mood="very_happy"),
        ),
    )
    curve = Plot(
        id="duong-trong-ngay",
        title="Tâm trạng tại quầy thay đổi ra sao trong ngày?",
        note="Điểm 0–100 mỗi 15 phút, dải mờ là khoảng tin cậy 95%, ngày 23/11/2026",
        kind="line",
        x=times,
        unit="điểm",
        y_max=100,
        series=(
            Series(
                "Quầy 1",
                holed,
                low=[None if v is None else v - 7 for v in holed],
                high=[None if v is None else v + 7 for v in holed],
            ),
            Series("Quầy 2", [None if v is None else 108 - v for v in holed], colour=2),
        ),
    )
    small = [
        Plot(
            id=f"quay-{number}",
            title=f"Quầy {number}",
            note="Điểm 0–100, 23/11/2026",
            kind="area",
            x=times,
            unit="điểm",
            y_max=100,
            height=170,
            series=(Series("Điểm", [v - 6 * number for v in wave]),),
        )
        for number in (1, 2, 3)
    ]
    return {"waiting_plot": waiting, "moods_plot": moods, "curve_plot": curve, "small_plots": small}


def content(form: SampleForm, page_number: str | None) -> dict[str, Any]:
    """Context of the style page."""
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "form": form,
        "refused_form": SampleForm(
            {"name": "", "phone": "09-1", "field": "ho-tich", "day": "31/2"}, auto_id="sua_%s"
        ),
        "moods": MOODS.values(),
        "icons": ICONS,
        "page": Paginator(range(1234), 20).get_page(page_number or 7),
        "now": timezone.now(),
        "five_minutes_ago": timezone.now() - timedelta(minutes=5),
        "yesterday": timezone.now() - timedelta(days=1),
        "colours": (
            ("ink", "Mực"),
            ("ink-soft", "Mực nhạt"),
            ("blue", "Hành động"),
            ("green", "Tốt"),
            ("amber", "Chú ý"),
            ("red", "Khẩn"),
            ("line", "Đường kẻ"),
            ("ground", "Nền"),
        ),
        **_plots(today),
    }
