"""Forms of this room's screens. Fields are named as the services' arguments."""

from __future__ import annotations

from typing import Any

from django import forms

from motcua.citizens.models import Citizen
from motcua.citizens.rules import ConsentVia, Purpose
from motcua.organisation.forms.fields import DayField, choice, text
from motcua.organisation.models import Unit

_QUIET = {"autocomplete": "off"}


class BirthField(forms.CharField):
    """A birth date typed as 24/11/1980, or only the year where no more is known."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False,
            max_length=12,
            widget=forms.TextInput(attrs={"inputmode": "numeric", **_QUIET}),
            **options,
        )
        self._day = DayField(required=False)

    def clean(self, value: Any) -> Any:
        """A date, a year as a number, or None."""
        typed = super().clean(value).strip()
        if typed.isascii() and typed.isdigit() and len(typed) == 4:
            return int(typed)
        return self._day.clean(typed) if typed else None


class UnitChoiceForm(forms.Form):
    """A form whose first question is the unit, asked only of who works in several."""

    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="Đơn vị",
        empty_label=None,
        error_messages={"required": "Chọn đơn vị.", "invalid_choice": "Chọn đơn vị."},
    )

    def __init__(self, units: list[Unit], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit"]
        field.queryset = Unit.objects.filter(pk__in=[unit.pk for unit in units])
        field.initial = units[0].pk if units else None
        if len(units) == 1:
            field.widget = forms.HiddenInput()


class SearchForm(UnitChoiceForm):
    """Whom to look for. Sent by POST, so that no number stands in an address or a log."""

    query = text(
        "Tên, số định danh hoặc số cuối điện thoại",
        "Nhập tên, số định danh hoặc số cuối điện thoại.",
        max_length=120,
        help_text="Tên gõ có dấu hay không dấu đều được. Số định danh nhập đủ 12 chữ số.",
        widget=forms.TextInput(attrs={**_QUIET, "data-key": "t"}),
    )


class PersonForm(UnitChoiceForm):
    """Somebody who comes, typed or filled from their card."""

    shown_beside = {"birth_date": "birth", "birth_year": "birth"}
    """Which field shows a complaint about a value that has none of its own."""

    full_name = text(
        "Họ và tên", "Nhập họ và tên.", max_length=120, widget=forms.TextInput(attrs=_QUIET)
    )
    personal_number = text(
        "Số định danh cá nhân",
        max_length=20,
        help_text="12 chữ số. Người chưa có số thì để trống.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", **_QUIET}),
    )
    birth = BirthField(
        label="Ngày sinh", help_text="Ví dụ 24/11/1980. Chỉ biết năm thì nhập năm, ví dụ 1950."
    )
    sex = forms.ChoiceField(
        label="Giới tính",
        required=False,
        choices=[("", "Chưa rõ"), *Citizen.Sex.choices],
        error_messages={"invalid_choice": "Chọn Nam hoặc Nữ."},
    )
    address = text("Nơi cư trú", max_length=300, widget=forms.TextInput(attrs=_QUIET))
    phone = text(
        "Số điện thoại",
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", **_QUIET}),
    )
    email = text(
        "E-mail", max_length=254, widget=forms.TextInput(attrs={"inputmode": "email", **_QUIET})
    )
    override_reason = text(
        "Lý do vẫn ghi khi thông tin không khớp",
        max_length=300,
        help_text="Chỉ cần khi hệ thống báo số định danh, ngày sinh, giới tính hoặc họ tên "
        "không khớp.",
    )

    def facts(self) -> dict[str, Any]:
        """What `services.find_or_add` takes."""
        given = dict(self.cleaned_data)
        birth = given.pop("birth")
        given["unit_id"] = given.pop("unit").pk
        is_year = isinstance(birth, int)
        return {
            **given,
            "birth_date": None if is_year else birth,
            "birth_year": birth if is_year else None,
        }


class ContactForm(forms.Form):
    """How the person is reached."""

    phone = text(
        "Số điện thoại",
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", **_QUIET}),
    )
    email = text(
        "E-mail", max_length=254, widget=forms.TextInput(attrs={"inputmode": "email", **_QUIET})
    )
    address = text("Nơi cư trú", max_length=300, widget=forms.TextInput(attrs=_QUIET))


class ReasonForm(forms.Form):
    """Why the whole number is needed."""

    reason = text(
        "Lý do",
        "Ghi lý do cần xem đủ số định danh.",
        max_length=300,
        help_text="Lý do và tên người xem được ghi vào nhật ký.",
    )


class PaperForm(forms.Form):
    """A paper to be stored."""

    name = text(
        "Tên giấy tờ",
        "Nhập tên giấy tờ.",
        max_length=300,
        help_text="Ví dụ “Giấy chứng sinh”.",
    )
    file = forms.FileField(
        label="Tệp",
        # An empty file is a paper too: it is kept and refused with its reason like any other.
        allow_empty_file=True,
        error_messages={
            "required": "Chọn tệp.",
            "invalid": "Chọn tệp.",
            "missing": "Chọn tệp.",
        },
    )


class ReplaceForm(forms.Form):
    """A better file for the same paper."""

    file = forms.FileField(
        label="Tệp thay thế",
        allow_empty_file=True,
        error_messages={
            "required": "Chọn tệp.",
            "invalid": "Chọn tệp.",
            "missing": "Chọn tệp.",
        },
    )


class ValidityForm(forms.Form):
    """From when until when a paper counts."""

    valid_from = DayField(label="Có giá trị từ ngày", required=False)
    valid_until = DayField(
        label="Đến hết ngày", required=False, help_text="Để trống: không ghi thời hạn."
    )


class ConsentForm(forms.Form):
    """What the person agrees to in general."""

    purpose = choice(
        "Người dân đồng ý",
        [(purpose.value, purpose.vietnamese) for purpose in Purpose],
        "Chọn mục đích.",
    )
    via = choice(
        "Cách đồng ý",
        [(via.value, via.vietnamese) for via in (ConsentVia.SPOKEN, ConsentVia.SIGNED)],
        "Chọn cách người dân đồng ý.",
    )


class UploadForm(forms.Form):
    """What is said about a file before its pieces come."""

    name = text("Tên giấy tờ", "Nhập tên giấy tờ.", max_length=300)
    file_name = text("Tên tệp", max_length=255)
    length = forms.IntegerField(error_messages={"required": "Thiếu dung lượng tệp."})
    citizen = forms.UUIDField(required=False)
    replaces = forms.UUIDField(required=False)
