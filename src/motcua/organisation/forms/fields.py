"""Form fields that read Vietnamese dates and times and say in Vietnamese what they want."""

from __future__ import annotations

from typing import Any

from django import forms


class DayField(forms.DateField):
    """A date typed as 24/11/2026."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            input_formats=["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%Y-%m-%d"],
            widget=forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric"}),
            error_messages={
                "required": "Nhập ngày, ví dụ 24/11/2026.",
                "invalid": "Ngày không đúng. Nhập dạng ngày/tháng/năm, ví dụ 24/11/2026.",
            },
            **options,
        )


class ClockField(forms.TimeField):
    """A time typed as 7:30, 07:30 or 7h30."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            input_formats=["%H:%M", "%Hh%M", "%Hg%M", "%H.%M", "%H:%M:%S"],
            widget=forms.TimeInput(format="%H:%M", attrs={"inputmode": "numeric"}),
            error_messages={
                "required": "Nhập giờ, ví dụ 07:30.",
                "invalid": "Giờ không đúng. Nhập dạng giờ:phút, ví dụ 07:30.",
            },
            **options,
        )


def text(label: str, wanted: str = "", **options: Any) -> forms.CharField:
    """A line of text; `wanted` is the complaint when it stays empty, and makes it required."""
    return forms.CharField(
        label=label, required=bool(wanted), error_messages={"required": wanted}, **options
    )


def choice(label: str, choices: Any, wanted: str, **options: Any) -> forms.ChoiceField:
    """One of a few; `wanted` is the complaint when none is chosen."""
    return forms.ChoiceField(
        label=label,
        choices=choices,
        error_messages={"required": wanted, "invalid_choice": wanted},
        **options,
    )
