"""What citizens and helpers fill in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from motcua.kernel.clock import today
from motcua.portal.models import Publicity, SuggestionBasis
from motcua.portal.rules import PHONE_DIGITS, Outcome
from motcua.procedures.models import ProcedureVersion


class LookUpForm(forms.Form):
    """A code and what only the applicant knows."""

    code = forms.CharField(
        label=_("Mã hồ sơ"),
        max_length=60,
        help_text=_("Ghi trên Giấy tiếp nhận hồ sơ, ví dụ H29.1.2-261124-0042."),
        error_messages={"required": _("Nhập mã hồ sơ.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    digits = forms.RegexField(
        rf"^\s*[0-9]{{{PHONE_DIGITS}}}\s*$",
        label=_("Bốn số cuối của số điện thoại đã ghi trong hồ sơ"),
        error_messages={
            "required": _("Nhập bốn số cuối của số điện thoại."),
            "invalid": _("Nhập đúng bốn chữ số."),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class PublicityForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a unit shows of itself."""

    class Meta:
        model = Publicity
        fields = ("names", "dossiers")


class BasisForm(forms.ModelForm):  # type: ignore[type-arg]
    """What one rule of suggestions rests on."""

    class Meta:
        model = SuggestionBasis
        fields = ("days", "source", "certain", "shown")
        error_messages = {
            "days": {"required": "Nhập số ngày.", "invalid": "Nhập số ngày bằng chữ số."},
            "source": {"required": "Ghi căn cứ: văn bản, điều, khoản, hoặc nơi công bố."},
        }


class HelpCodeForm(forms.Form):
    """The six digits that the citizen reads out."""

    code = forms.RegexField(
        r"^\s*[0-9]{3}\s?[0-9]{3}\s*$",
        label="Mã hỗ trợ",
        help_text="Sáu chữ số đang hiện trên máy của người dân.",
        error_messages={"required": "Nhập mã hỗ trợ.", "invalid": "Mã gồm sáu chữ số."},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class HelpEndForm(forms.Form):
    """How a help ended."""

    outcome = forms.ChoiceField(
        label="Kết quả hỗ trợ",
        choices=[(each.value, each.vietnamese) for each in Outcome if each != Outcome.UNKNOWN],
        widget=forms.RadioSelect,
        error_messages={"required": "Chọn kết quả hỗ trợ."},
    )


class VersionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """The procedures in force today by name; what is sent is their code."""

    def label_from_instance(self, obj: ProcedureVersion) -> str:
        return obj.name

    def prepare_value(self, value: Any) -> Any:
        return value.procedure.code if isinstance(value, ProcedureVersion) else value


class SameScreenForm(HelpEndForm):
    """A help on the citizen's own screen, written down afterwards."""

    procedure = VersionField(
        ProcedureVersion.objects.none(),
        label="Thủ tục",
        empty_label="Chọn thủ tục",
        to_field_name="procedure__code",
        error_messages={
            "required": "Chọn thủ tục.",
            "invalid_choice": "Thủ tục này không có trong danh mục hôm nay.",
        },
    )
    minutes = forms.IntegerField(
        label="Số phút",
        min_value=1,
        max_value=240,
        error_messages={"required": "Nhập số phút.", "invalid": "Nhập số phút bằng chữ số."},
    )
    field_order = ("procedure", "minutes", "outcome")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["procedure"]
        assert isinstance(field, VersionField)
        field.queryset = ProcedureVersion.objects.in_force(today()).order_by("name")
