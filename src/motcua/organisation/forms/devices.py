"""Forms for devices."""

from __future__ import annotations

from typing import Any

from django import forms

from motcua.organisation.forms.fields import choice, text
from motcua.organisation.models import Counter, Device, Unit


class DeviceChangeForm(forms.Form):
    """A device's name and the counters that it serves."""

    name = text("Tên", "Nhập tên thiết bị.", max_length=120, help_text="Ví dụ “Camera quầy 1”.")
    counters = forms.ModelMultipleChoiceField(
        Counter.objects.none(),
        label="Quầy",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Camera: một hay nhiều quầy. Máy tính bảng: đúng một quầy.",
    )

    def __init__(self, unit: Unit, **options: Any) -> None:
        super().__init__(**options)
        counters: Any = self.fields["counters"]
        counters.queryset = unit.counters.filter(active=True)

    def clean_counters(self) -> list[Counter]:
        return list(self.cleaned_data["counters"])


class DeviceForm(DeviceChangeForm):
    """A new device, which also has a kind for good."""

    kind = choice("Loại thiết bị", Device.Kind.choices, "Chọn loại thiết bị.")
    field_order = ("kind", "name", "counters")
