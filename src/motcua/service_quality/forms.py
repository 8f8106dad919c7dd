"""What people type about incidents and thresholds."""

from __future__ import annotations

from django import forms

from motcua.service_quality.rules import OUTCOME_NAMES, Outcome

NOTE = forms.Textarea(attrs={"rows": 3})


class NoteForm(forms.Form):
    """A remark for the record."""

    note = forms.CharField(
        label="Nội dung",
        max_length=1000,
        widget=NOTE,
        error_messages={"required": "Nhập nội dung."},
    )


class HandleForm(forms.Form):
    """Beginning to handle; the note may stay empty."""

    note = forms.CharField(label="Ghi chú", max_length=1000, required=False, widget=NOTE)


class EscalateForm(forms.Form):
    """Passing it on; those above must know why."""

    note = forms.CharField(
        label="Lý do chuyển cấp trên",
        max_length=1000,
        widget=NOTE,
        error_messages={"required": "Ghi lý do để cấp trên biết việc gì đang chờ."},
    )


class CloseForm(forms.Form):
    """How it ended."""

    outcome = forms.ChoiceField(
        label="Kết quả",
        choices=[(outcome.value, name) for outcome, name in OUTCOME_NAMES.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Chọn kết quả."},
    )
    note = forms.CharField(
        label="Diễn biến, việc đã làm",
        max_length=1000,
        required=False,
        widget=NOTE,
        help_text="Không ghi họ tên hay giấy tờ của người dân.",
    )

    def ending(self) -> Outcome:
        """The chosen outcome. Only after `is_valid()`."""
        return Outcome(self.cleaned_data["outcome"])
