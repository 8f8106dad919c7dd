"""Forms for people, their roles and absences."""

from __future__ import annotations

from typing import Any

from django import forms

from motcua.organisation import rules
from motcua.organisation.forms.fields import DayField, choice, text
from motcua.organisation.models import Department, Person, Unit
from motcua.organisation.overview import open_departments
from motcua.organisation.rules import ROLE_NAMES, Role


class ContactForm(forms.Form):
    """Who somebody is and how they are reached."""

    full_name = text("Họ và tên", "Nhập họ và tên.", max_length=120)
    title = text("Chức vụ", max_length=120, help_text="Ví dụ “Phó Giám đốc Trung tâm”.")
    phone = text(
        "Số di động",
        max_length=20,
        help_text="Nơi nhận tin cảnh báo. Ví dụ 0901 234 567.",
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    second_phone = text(
        "Số di động thứ hai",
        max_length=20,
        help_text="Dùng khi số thứ nhất không nhận được tin.",
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    email = text("E-mail", max_length=254, widget=forms.TextInput(attrs={"inputmode": "email"}))

    @staticmethod
    def values_of(person: Person) -> dict[str, Any]:
        """What the form shows for this person."""
        names = ("full_name", "title", "phone", "second_phone", "email")
        return {name: getattr(person, name) for name in names}


class RoleForm(forms.Form):
    """A role in this unit, for as long as told."""

    role = choice("Vai trò", (), "Chọn vai trò.")
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label="Phòng",
        required=False,
        empty_label="Không thuộc phòng nào",
        help_text="Bắt buộc với trưởng phòng chuyên môn.",
    )
    since = DayField(label="Từ ngày", required=False, help_text="Để trống: từ hôm nay.")
    until = DayField(label="Đến hết ngày", required=False, help_text="Để trống: không thời hạn.")

    def __init__(self, unit: Unit, by: frozenset[Role], **options: Any) -> None:
        super().__init__(**options)
        allowed = rules.grantable(by, unit.kind == Unit.Kind.CITY)
        roles: Any = self.fields["role"]
        roles.choices = [(role.value, name) for role, name in ROLE_NAMES.items() if role in allowed]
        departments: Any = self.fields["department"]
        departments.queryset = open_departments(unit)
        if unit.kind == Unit.Kind.CITY:
            del self.fields["department"]

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class NewPersonForm(RoleForm, ContactForm):
    """A new person with their first role."""

    username = text(
        "Tên đăng nhập",
        "Nhập tên đăng nhập.",
        max_length=40,
        help_text="Chữ thường không dấu, ví dụ “nguyen.van.an”.",
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )

    field_order = ("full_name", "username", "title", "phone", "second_phone", "email", "role")


class AbsenceForm(forms.Form):
    """Days away and who covers."""

    since = DayField(label="Vắng từ ngày")
    until = DayField(label="Đến hết ngày")
    covered_by = forms.ModelChoiceField(
        Person.objects.none(),
        label="Người thay",
        required=False,
        empty_label="Chưa có người thay",
        help_text="Người này nhận tin cảnh báo thay trong những ngày đó.",
    )

    def __init__(self, unit: Unit, person: Person, **options: Any) -> None:
        super().__init__(**options)
        colleagues: Any = self.fields["covered_by"]
        colleagues.queryset = (
            Person.objects.filter(roles__unit=unit, is_active=True).exclude(pk=person.pk).distinct()
        )

    def clean(self) -> dict[str, Any]:
        """The values under the names that the service takes."""
        found = super().clean() or {}
        if "covered_by" in found:
            deputy = found.pop("covered_by")
            found["covered_by_id"] = deputy.pk if deputy else None
        return found
