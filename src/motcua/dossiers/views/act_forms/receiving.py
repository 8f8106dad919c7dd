"""Papers and promises: receiving, what is missing, what came in answer."""

from __future__ import annotations

from typing import Any

from django import forms

from motcua.dossiers.services import Item, Tick
from motcua.dossiers.services.promises import end_of
from motcua.dossiers.services.supplements import needs_leader
from motcua.dossiers.views.act_forms.base import AREA, ActForm, remark

ITEM_ROWS = 5
MORE_ROWS = {f"_{row}" for row in range(1, ITEM_ROWS)}


class PapersForm(ActForm):
    """An act at which papers may be ticked."""

    papers = forms.MultipleChoiceField(
        label="Giấy tờ đã có", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = list(self.dossier.papers.order_by("order"))
        field = self.fields["papers"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [
            (str(row.order), row.requirement + ("" if row.needed else " (nếu thuộc trường hợp)"))
            for row in rows
        ]
        field.initial = [str(row.order) for row in rows if row.ticked]
        if not rows:
            del self.fields["papers"]

    def ticks(self) -> dict[int, Tick]:
        """What the officer ticked and unticked, by the paper's order."""
        chosen = set(self.cleaned_data.get("papers", []))
        return {
            row.order: Tick(str(row.order) in chosen, row.count)
            for row in self.dossier.papers.all()
            if (str(row.order) in chosen) is not row.ticked
        }

    def values(self) -> dict[str, Any]:
        found = super().values()
        found.pop("papers", None)
        return found


class PromisingForm(ActForm):
    """Starting the clock: a day is only asked where the catalogue does not know the time."""

    promised_at = forms.DateField(label="Ngày hẹn trả", required=False)
    promise_reason = forms.CharField(label="Căn cứ của ngày hẹn", max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.dossier.version.time_rule is not None:
            del self.fields["promised_at"], self.fields["promise_reason"]

    def values(self) -> dict[str, Any]:
        found = super().values()
        if day := found.get("promised_at"):
            found["promised_at"] = end_of(self.dossier.unit_competent_id, day)
        return found


class ReceiveForm(PapersForm, PromisingForm):
    """Receiving a complete dossier."""

    although_incomplete = forms.CharField(
        label="Còn thiếu nhưng vẫn nhận, vì",
        max_length=300,
        required=False,
        help_text="Chỉ ghi khi giấy tờ thiếu tra cứu được trong cơ sở dữ liệu.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.dossier.elsewhere:
            # The unit that decides promises, when it receives.
            for name in ("promised_at", "promise_reason"):
                self.fields.pop(name, None)


class ArriveForm(PromisingForm):
    """Receiving what another unit took in."""

    note = remark()


class AnswerForm(PapersForm):
    """The supplement came."""

    answer = forms.CharField(label="Đã bổ sung gì", max_length=500, widget=AREA)


class ItemsForm(ActForm):
    """Everything that is missing, in one notice."""

    reason_again = forms.CharField(
        label="Vì sao yêu cầu thêm lần nữa", max_length=500, widget=AREA, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_leader(self.dossier):
            del self.fields["reason_again"]
        for row in range(ITEM_ROWS):
            first = row == 0
            self.fields[f"what_{row}"] = forms.CharField(
                label=f"Nội dung {row + 1}: giấy tờ, thông tin cần bổ sung",
                max_length=300,
                required=first,
                error_messages={"required": "Ghi giấy tờ hoặc thông tin cần bổ sung."},
            )
            self.fields[f"why_{row}"] = forms.CharField(
                label="Lý do",
                max_length=300,
                required=first,
                error_messages={"required": "Ghi lý do để người dân hiểu vì sao phải bổ sung."},
            )
            self.fields[f"how_{row}"] = forms.CharField(
                label="Hướng dẫn", max_length=500, required=False
            )

    @property
    def more_fields(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name[-2:] in MORE_ROWS]

    def clean(self) -> dict[str, Any] | None:
        for row in range(1, ITEM_ROWS):
            what, why = self.cleaned_data.get(f"what_{row}"), self.cleaned_data.get(f"why_{row}")
            if what and not why:
                self.add_error(f"why_{row}", "Ghi lý do.")
            if why and not what:
                self.add_error(f"what_{row}", "Ghi nội dung cần bổ sung.")
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        items = [
            Item(data[f"what_{row}"], data[f"why_{row}"], data.get(f"how_{row}", ""))
            for row in range(ITEM_ROWS)
            if data.get(f"what_{row}")
        ]
        return {"items": items, "reason_again": data.get("reason_again", "")}
