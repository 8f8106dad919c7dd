"""Forms for units, departments, fields and counters."""

from __future__ import annotations

from typing import Any

from django import forms

from motcua.organisation.forms.fields import choice, text
from motcua.organisation.models import Counter, Department, Field, Unit
from motcua.organisation.overview import open_departments
from motcua.organisation.services.counters import Region


class UnitForm(forms.Form):
    """What a unit says about itself."""

    address = text("Địa chỉ Trung tâm", max_length=200)
    hotline = text("Số điện thoại tiếp dân", max_length=40, help_text="In trên thông báo tại quầy.")
    agency_id = text(
        "Mã định danh điện tử",
        max_length=35,
        help_text="Dạng H29.x.y do thành phố cấp. Để trống khi chưa được cấp.",
    )


class DepartmentForm(forms.Form):
    """A department's name and what it is."""

    name = text("Tên phòng", "Nhập tên phòng.", max_length=160)
    kind = choice("Loại", Department.Kind.choices, "Chọn loại phòng.")


class FieldForm(forms.Form):
    """A new field of work."""

    name = text("Tên lĩnh vực", "Nhập tên lĩnh vực.", max_length=120)
    code = forms.SlugField(
        label="Mã",
        max_length=40,
        help_text="Chữ thường không dấu, gạch nối, ví dụ “lao-dong”.",
        error_messages={
            "required": "Nhập mã, ví dụ “lao-dong”.",
            "invalid": "Mã chỉ gồm chữ không dấu, số và gạch nối.",
        },
    )


class FieldChangeForm(forms.Form):
    """A field's name, and whether it can still be chosen."""

    name = text("Tên lĩnh vực", "Nhập tên lĩnh vực.", max_length=120)
    active = forms.BooleanField(label="Đang dùng", required=False)


class CounterForm(forms.Form):
    """A counter, with its region of interest in whole percent of the picture."""

    shown_beside = {"fields": "fields_served"}
    """Where a complaint of the service about this field appears."""

    number = forms.IntegerField(
        label="Số quầy",
        min_value=1,
        max_value=999,
        error_messages={
            "required": "Nhập số quầy.",
            "invalid": "Số quầy là một số nguyên.",
            "min_value": "Số quầy bắt đầu từ 1.",
            "max_value": "Số quầy nhiều nhất là 999.",
        },
    )
    name = text("Tên quầy", "Nhập tên quầy.", max_length=120, help_text="Ví dụ “Hộ tịch”.")
    fields_served = forms.ModelMultipleChoiceField(
        Field.objects.none(),
        label="Lĩnh vực",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Chọn ít nhất một lĩnh vực."},
    )
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label="Phòng chuyên môn phụ trách",
        help_text="Trưởng phòng này nhận tin khi có người dân chưa hài lòng tại quầy.",
        empty_label="Chọn phòng",
        error_messages={"required": "Chọn phòng phụ trách."},
    )
    camera_enabled = forms.BooleanField(
        label="Bật camera đánh giá trong giờ tiếp nhận", required=False
    )
    left = forms.IntegerField(label="Trái", min_value=0, max_value=90)
    top = forms.IntegerField(label="Trên", min_value=0, max_value=90)
    width = forms.IntegerField(label="Rộng", min_value=10, max_value=100)
    height = forms.IntegerField(label="Cao", min_value=10, max_value=100)

    def __init__(self, unit: Unit, counter: Counter | None = None, **options: Any) -> None:
        if counter:
            options["initial"] = self.values_of(counter)
        super().__init__(**options)
        served = counter.fields.values_list("pk", flat=True) if counter else []
        self._choices("fields_served").queryset = Field.objects.filter(
            active=True
        ) | Field.objects.filter(pk__in=list(served))
        self._choices("department").queryset = open_departments(unit)
        for name, word in (("left", "trái"), ("top", "trên"), ("width", "rộng"), ("height", "cao")):
            self.fields[name].error_messages.update(
                required=f"Nhập {word} theo phần trăm khung hình.",
                invalid=f"Phần trăm {word} là một số nguyên.",
                min_value=f"Phần trăm {word} ít nhất là %(limit_value)s.",
                max_value=f"Phần trăm {word} nhiều nhất là %(limit_value)s.",
            )
            self.fields[name].widget.attrs["data-region"] = name

    @property
    def region_fields(self) -> list[forms.BoundField]:
        """The four numbers that the drawing sets."""
        return [self[name] for name in ("left", "top", "width", "height")]

    @staticmethod
    def values_of(counter: Counter) -> dict[str, Any]:
        """What the form shows for this counter."""
        left, top, width, height = (round(part * 100) for part in counter.region)
        return {
            "number": counter.number,
            "name": counter.name,
            "fields_served": list(counter.fields.all()),
            "department": counter.department_id,
            "camera_enabled": counter.camera_enabled,
            "left": left,
            "top": top,
            "width": width,
            "height": height,
        }

    def clean(self) -> dict[str, Any]:
        """The values under the names that the service takes."""
        found = super().clean() or {}
        sides = [found.get(name) for name in ("left", "top", "width", "height")]
        if None in sides or "number" not in found:
            return found
        left, top, width, height = (int(side) / 100 for side in sides if side is not None)
        return {
            "number": found["number"],
            "name": found.get("name", ""),
            "fields": list(found.get("fields_served", [])),
            "department": found.get("department"),
            "camera_enabled": found["camera_enabled"],
            "region": Region(left, top, width, height),
        }

    def _choices(self, name: str) -> Any:
        return self.fields[name]
