"""Forms for days and opening hours."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory

from motcua.organisation.calendar import Hours
from motcua.organisation.forms.fields import ClockField, DayField, choice, text
from motcua.organisation.models import CalendarDay, OpeningHours


class CalendarDayForm(forms.Form):
    """A date that differs from its weekday."""

    date = DayField(label="Ngày", help_text="Ví dụ 24/11/2026.")
    kind = choice("Loại", CalendarDay.Kind.choices, "Chọn loại ngày.")
    name = text("Tên", "Nhập tên ngày.", max_length=120, help_text="Ví dụ “Quốc khánh”.")
    source = text(
        "Văn bản, nguồn",
        "Ghi số văn bản hoặc nơi quyết định.",
        max_length=300,
        help_text="Ví dụ “Thông báo 9441/TB-BNV”.",
    )
    certain = forms.BooleanField(label="Đã có văn bản chính thức", required=False)


class SessionForm(forms.Form):
    """One reception session on a weekday."""

    weekday = forms.TypedChoiceField(
        label="Thứ",
        choices=OpeningHours.WEEKDAYS,
        coerce=int,
        error_messages={"required": "Chọn thứ.", "invalid_choice": "Chọn thứ."},
    )
    opens = ClockField(label="Mở cửa")
    closes = ClockField(label="Đóng cửa")
    counts_for_deadline = forms.BooleanField(
        label="Tính vào thời hạn giải quyết", required=False, initial=True
    )

    def hours(self) -> Hours:
        """The session as the calendar's rules know it."""
        return Hours(**{name: self.cleaned_data[name] for name in self.fields if name != "DELETE"})


Sessions = formset_factory(SessionForm, extra=0, can_delete=True, max_num=28)


def chosen_hours(sessions: BaseFormSet[Any]) -> list[Hours]:
    """The sessions of a valid formset that are not marked to go."""
    return [
        form.hours()
        for form in sessions.forms
        if form.cleaned_data and not form.cleaned_data.get("DELETE")
    ]
