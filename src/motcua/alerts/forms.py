"""What people type in this room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from motcua.alerts import policies, texts
from motcua.alerts.models import Policy, PolicyLevel
from motcua.alerts.policies import LevelDraft
from motcua.alerts.rules import AUDIENCE_NAMES, WAY_NAMES, Audience, Way
from motcua.organisation.models import Counter, Field, Person

MOST_LEVELS = 5


if TYPE_CHECKING:
    _Choices = forms.ModelMultipleChoiceField[Person]
else:
    _Choices = forms.ModelMultipleChoiceField


class PersonChoices(_Choices):
    """People with their title, as checkboxes."""

    def label_from_instance(self, person: Person) -> str:
        return f"{person.full_name}, {person.title}" if person.title else person.full_name


class TemplateForm(forms.Form):
    """The words of the SMS."""

    template = forms.CharField(
        label="Mẫu tin nhắn",
        max_length=200,
        help_text="{noi_dung} và {lien_ket} được điền khi gửi; {ma} là mã để trả lời tin nhắn. "
        "Nên viết không dấu để tin nằm trong một phần 160 ký tự.",
        error_messages={"required": "Nhập mẫu tin nhắn."},
    )

    def clean_template(self) -> str:
        template: str = self.cleaned_data["template"]
        try:
            texts.check_template(template)
        except texts.TemplateError as wrong:
            raise ValidationError(str(wrong)) from wrong
        return template


class LevelForm(forms.Form):
    """One level of a policy."""

    audiences = forms.MultipleChoiceField(
        label="Báo cho",
        choices=[(a.value, name) for a, name in AUDIENCE_NAMES.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    people = PersonChoices(
        label="Báo thêm cho",
        queryset=Person.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    ways = forms.MultipleChoiceField(
        label="Báo bằng",
        choices=[(w.value, name) for w, name in WAY_NAMES.items()],
        widget=forms.CheckboxSelectMultiple,
        initial=[Way.SMS, Way.SCREEN],
        error_messages={"required": "Chọn ít nhất một cách báo."},
    )
    wait_minutes = forms.IntegerField(
        label="Chờ trả lời (phút)",
        min_value=1,
        max_value=240,
        initial=3,
        help_text="Hết thời gian này mà chưa ai nhận thì báo cấp tiếp theo.",
    )

    def __init__(self, *args: Any, unit_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = policies.people_of(unit_id)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not self.errors and not values["audiences"] and not values["people"]:
            raise ValidationError("Chọn người được báo ở cấp này.")
        return values

    def draft(self) -> LevelDraft:
        """The level as the service takes it. Only after `is_valid()`."""
        values = self.cleaned_data
        return LevelDraft(
            audiences=tuple(Audience(value) for value in values["audiences"]),
            people=tuple(person.pk for person in values["people"]),
            wait_minutes=values["wait_minutes"],
            ways=tuple(Way(value) for value in values["ways"]),
        )


class _Levels(forms.BaseFormSet):  # type: ignore[type-arg]
    def clean(self) -> None:
        """A policy keeps at least one level."""
        if not any(self.errors) and not self.drafts():
            raise ValidationError("Cần ít nhất một cấp.")

    def drafts(self) -> list[LevelDraft]:
        """The levels that stay, in order. Only after `is_valid()`."""
        return [
            form.draft()
            for form in self.forms
            if (form.has_changed() or form.initial) and not form.cleaned_data.get("DELETE")
        ]


LevelFormSet = forms.formset_factory(
    LevelForm, formset=_Levels, extra=1, can_delete=True, max_num=MOST_LEVELS, validate_max=True
)


def initial_levels(levels: list[PolicyLevel]) -> list[dict[str, Any]]:
    """What the editor shows for these rows."""
    return [
        {
            "audiences": level.audiences,
            "people": [person.pk for person in level.people.all()],
            "ways": level.ways,
            "wait_minutes": level.wait_minutes,
        }
        for level in levels
    ]


class FieldPolicyForm(forms.Form):
    """Which field gets a policy of its own."""

    field = forms.ModelChoiceField(
        label="Lĩnh vực có quy tắc riêng",
        queryset=Field.objects.none(),
        empty_label="Chọn lĩnh vực",
        error_messages={"required": "Chọn lĩnh vực."},
    )

    def __init__(self, *args: Any, unit_id: int, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = Policy.objects.filter(unit_id=unit_id, kind=kind, field__isnull=False)
        self.fields["field"].queryset = Field.objects.exclude(  # type: ignore[attr-defined]
            pk__in=taken.values("field")
        )


class RehearsalForm(forms.Form):
    """Where and what to rehearse."""

    counter = forms.ModelChoiceField(
        label="Quầy",
        queryset=Counter.objects.none(),
        empty_label="Chọn quầy",
        error_messages={"required": "Chọn quầy để diễn tập."},
    )
    kind = forms.ChoiceField(label="Loại cảnh báo")

    def __init__(self, *args: Any, unit_id: int, kinds: list[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["counter"].queryset = Counter.objects.filter(  # type: ignore[attr-defined]
            unit_id=unit_id, active=True
        )
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
