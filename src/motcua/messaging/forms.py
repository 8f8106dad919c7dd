"""Forms of this room's screens."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from motcua.kernel import phones
from motcua.messaging import registry, texts
from motcua.messaging.base import Option
from motcua.messaging.models import ProviderAccount, UnitPreference
from motcua.messaging.rules import Channel, State
from motcua.messaging.selectors import Filters
from motcua.messaging.services.accounts import EDITABLE


class FilterForm(forms.Form):
    """What to look for in the list of messages."""

    tim = forms.CharField(label="Tìm", required=False, max_length=80)
    trang_thai = forms.ChoiceField(label="Trạng thái", required=False)
    kenh = forms.ChoiceField(label="Kênh", required=False)
    ve_viec = forms.ChoiceField(label="Về việc", required=False)
    tu = forms.DateField(label="Từ ngày", required=False)
    den = forms.DateField(label="Đến ngày", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", "Tất cả")]
        self._choices("trang_thai", everything + [(s.value, s.vietnamese) for s in State])
        self._choices("kenh", everything + [(c.value, c.vietnamese) for c in Channel])
        self._choices("ve_viec", everything + list(texts.PURPOSES.items()))

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def filters(self) -> Filters:
        """What was typed; a field that could not be read does not narrow."""
        self.is_valid()
        given = self.cleaned_data
        return Filters(
            words=given.get("tim", ""),
            state=given.get("trang_thai", ""),
            channel=given.get("kenh", ""),
            purpose=given.get("ve_viec", ""),
            since=given.get("tu"),
            until=given.get("den"),
        )


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]
    """A provider account with the options of its kind; a secret left empty stays as it is."""

    class Meta:
        model = ProviderAccount
        fields = EDITABLE

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.options = registry.kind(kind).options
        kept = self.instance.secret_values() if self.instance.pk else {}
        for option in self.options:
            self.fields[f"option_{option.name}"] = self._field(option, bool(kept.get(option.name)))

    def _field(self, option: Option, kept: bool) -> forms.Field:
        given = {
            "label": option.label,
            "help_text": option.hint,
            "required": option.required and not kept,
            "initial": self.instance.options.get(option.name, option.default),
        }
        if option.secret:
            given["help_text"] = "Đã lưu. Để trống nếu không đổi." if kept else option.hint
            return forms.CharField(
                widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
                **{**given, "initial": ""},
            )
        if option.choices:
            return forms.ChoiceField(choices=list(option.choices), **given)
        if len(option.default) > 60 and option.default.startswith("{"):
            return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), **given)
        return forms.CharField(**given)

    def account_fields(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in EDITABLE}

    def option_values(self) -> dict[str, str]:
        return {o.name: self.cleaned_data[f"option_{o.name}"].strip() for o in self.options}


class TestAddressForm(forms.Form):
    """Where a test message goes."""

    address = forms.CharField(label="Số di động hoặc địa chỉ nhận", max_length=254)

    def __init__(self, channel: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channel = channel
        if channel == Channel.EMAIL:
            self.fields["address"] = forms.EmailField(label="Địa chỉ thư nhận")

    def clean_address(self) -> str:
        typed: str = self.cleaned_data["address"]
        if self.channel == Channel.EMAIL:
            return typed
        try:
            return phones.normalise_mobile(typed)
        except phones.PhoneError as wrong:
            raise forms.ValidationError(str(wrong)) from wrong


class PreferenceForm(forms.ModelForm):  # type: ignore[type-arg]
    """How a unit wants its messages."""

    class Meta:
        model = UnitPreference
        fields = ("keep_diacritics", "quiet_since", "quiet_until", "hourly_limit")
        widgets = {
            "quiet_since": forms.TimeInput(format="%H:%M", attrs={"placeholder": "21:00"}),
            "quiet_until": forms.TimeInput(format="%H:%M", attrs={"placeholder": "07:00"}),
        }


class MonthForm(forms.Form):
    """A month, as `2026-11`."""

    thang = forms.RegexField(r"^\d{4}-(0[1-9]|1[0-2])$", label="Tháng", required=False)

    def month(self, otherwise: dt.date) -> dt.date:
        """The first day of the month asked for."""
        if self.is_valid() and self.cleaned_data["thang"]:
            year, month = self.cleaned_data["thang"].split("-")
            if 2000 <= int(year) <= 2999:
                return dt.date(int(year), int(month), 1)
        return otherwise.replace(day=1)
