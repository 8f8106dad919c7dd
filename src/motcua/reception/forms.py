"""Forms of the queue's set-up."""

from __future__ import annotations

from typing import Any

from django import forms

from motcua.organisation.models import Field, Unit
from motcua.reception.models import Line, PriorityGroup, QueueSettings


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """How the unit's queue works."""

    class Meta:
        model = QueueSettings
        fields = (
            "priority_weight",
            "ordinary_weight",
            "recalls",
            "come_back_minutes",
            "opens_before_minutes",
            "closes_before_minutes",
            "phone_tickets",
            "prints",
            "spoken",
        )


class LineForm(forms.ModelForm):  # type: ignore[type-arg]
    """One thing people come for."""

    class Meta:
        model = Line
        fields = (
            "field",
            "letter",
            "name",
            "name_en",
            "examples",
            "examples_en",
            "order",
            "active",
        )

    def __init__(self, unit: Unit, **options: Any) -> None:
        super().__init__(**options)
        taken = Line.objects.filter(unit=unit).exclude(pk=self.instance.pk or 0)
        choices = Field.objects.filter(active=True).exclude(pk__in=taken.values("field"))
        self.fields["field"].queryset = choices  # type: ignore[attr-defined]


class GroupForm(forms.ModelForm):  # type: ignore[type-arg]
    """People who may go first."""

    class Meta:
        model = PriorityGroup
        fields = ("name", "name_en", "source", "certain", "order", "active")
