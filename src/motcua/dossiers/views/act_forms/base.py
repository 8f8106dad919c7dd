"""What every act's form has, and the people it may offer."""

from __future__ import annotations

from typing import Any

from django import forms

from motcua.dossiers.models import Dossier
from motcua.kernel.text import by_given_name
from motcua.organisation.models import Person, RoleAssignment
from motcua.organisation.rules import LEADERS, Role

AREA = forms.Textarea(attrs={"rows": 3})


class ActForm(forms.Form):
    """What every act carries: the revision that the person saw."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, dossier: Dossier, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dossier = dossier
        self.person = person
        self.fields["revision"].initial = dossier.revision

    @property
    def main_fields(self) -> list[forms.BoundField]:
        """What is shown at once."""
        return [field for field in self.visible_fields() if field not in self.more_fields]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        """What most people do not need; shown on demand."""
        return []

    def values(self) -> dict[str, Any]:
        """Keyword arguments of the service, besides actor, dossier and expected version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}


def reason(label: str, required: str, longest: int = 500) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=longest, widget=AREA, error_messages={"required": required}
    )


def remark() -> forms.CharField:
    return forms.CharField(label="Ghi chú", max_length=500, required=False)


def set_people(
    field: forms.Field,
    unit_id: int,
    *,
    roles: set[Role] | None = None,
    without: Person | None = None,
    empty: str = "",
) -> None:
    """Offer the people who work on dossiers in a unit, as a Vietnamese list sorts them."""
    assert isinstance(field, forms.TypedChoiceField)
    wanted = roles or {Role.OFFICER, Role.SPECIALIST, *LEADERS}
    held = RoleAssignment.objects.in_force().filter(unit_id=unit_id, role__in=wanted)
    people: dict[int, str] = {}
    for assignment in held.select_related("person", "department"):
        if without is None or assignment.person_id != without.pk:
            place = assignment.department or Role(assignment.role).vietnamese
            people.setdefault(assignment.person_id, f"{assignment.person}, {place}")
    ordered = sorted(people.items(), key=lambda item: by_given_name(item[1].partition(",")[0]))
    field.choices = [("", empty or "Chọn người nhận"), *ordered]
