"""What an officer types while receiving; everything else is ticked, scanned or chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from motcua.dossiers.rules import ReturnWay
from motcua.dossiers.services.promises import end_of
from motcua.organisation.forms.fields import DayField, choice, text
from motcua.organisation.models import Unit
from motcua.reception.models import Intake
from motcua.reception.receiving.services import Ending


class FilingForm(forms.Form):
    """The filing itself, as `dossiers.services.submit` takes it."""

    subject = text(
        "Nội dung",
        max_length=500,
        help_text="Ví dụ “Khai sinh cho con thứ hai”. Hiện trên giấy tiếp nhận.",
    )
    applicant_note = text(
        "Người được uỷ quyền nộp thay",
        max_length=300,
        help_text="Để trống nếu người nộp đến trực tiếp.",
    )
    copies = forms.IntegerField(
        label="Số bộ hồ sơ",
        min_value=1,
        max_value=99,
        initial=1,
        error_messages={"required": "Nhập số bộ.", "invalid": "Nhập số bộ, ví dụ 1."},
    )
    unit_competent_id = forms.ModelChoiceField(
        Unit.objects.none(),
        label="Cơ quan có thẩm quyền giải quyết",
        empty_label=None,
        help_text="Nơi khác: hồ sơ được chuyển đi ngay, thời hạn tính từ khi nơi đó nhận.",
    )
    return_way = choice(
        "Cách nhận kết quả",
        [(way.value, way.vietnamese) for way in ReturnWay],
        "Chọn cách nhận kết quả.",
        initial=ReturnWay.COUNTER,
    )
    return_unit_id = forms.ModelChoiceField(
        Unit.objects.none(), label="Nơi nhận kết quả", empty_label=None
    )

    def __init__(self, intake: Intake, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data, initial=intake.answers)
        units = Unit.objects.filter(active=True).order_by("name")
        for name in ("unit_competent_id", "return_unit_id"):
            field: Any = self.fields[name]
            field.queryset = units
            field.initial = intake.unit_id
        version = intake.version
        if units.count() < 2 or (version and version.location_independent is False):
            del self.fields["unit_competent_id"]
        if units.count() < 2:
            del self.fields["return_unit_id"]

    def filing(self) -> dict[str, Any]:
        """Keyword arguments for `submit`."""
        return {
            name: value.pk if isinstance(value, Unit) else value
            for name, value in self.cleaned_data.items()
        }


class EndingForm(forms.Form):
    """What is asked only when the officer receives, and only where it is needed."""

    although_incomplete = text(
        "Còn thiếu nhưng vẫn nhận, vì",
        max_length=300,
        help_text="Chỉ ghi khi giấy tờ thiếu tra cứu được trong cơ sở dữ liệu.",
    )
    promised_at = DayField(
        label="Ngày hẹn trả",
        required=False,
        help_text="Danh mục chưa ghi thời hạn của thủ tục này: chọn ngày và ghi căn cứ. "
        "Cơ quan khác giải quyết thì để trống.",
    )
    promise_reason = text("Căn cứ của ngày hẹn", max_length=500)

    def __init__(self, intake: Intake, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data)
        self._unit_id = intake.unit_id
        if intake.version is None or intake.version.time_rule is not None:
            del self.fields["promised_at"], self.fields["promise_reason"]

    def ending(self, *, receive: bool) -> Ending:
        """What `services.finish` takes."""
        day = self.cleaned_data.get("promised_at")
        return Ending(
            receive=receive,
            although_incomplete=self.cleaned_data["although_incomplete"],
            promised_at=end_of(self._unit_id, day) if receive and day else None,
            promise_reason=self.cleaned_data.get("promise_reason", "") if receive else "",
        )
