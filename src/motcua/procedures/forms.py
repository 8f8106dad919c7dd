"""Forms of the catalogue: one version with its papers and fees, words, files."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from motcua.organisation.forms.fields import DayField
from motcua.organisation.models import Field
from motcua.procedures.errors import CatalogueError
from motcua.procedures.facts import ProcedureFacts
from motcua.procedures.files import Row, validated
from motcua.procedures.rules import Channel, FeeKind, OnlineLevel, PaperForm, RuleKind

UNKNOWN = ("", "chưa rõ")
YES_NO = [UNKNOWN, ("True", "có"), ("False", "không")]
Choices = list[tuple[str, str]]


def _choices(kinds: Any) -> Choices:
    return [UNKNOWN, *((kind.value, kind.vietnamese) for kind in kinds)]


def _text(label: str, name: str, rows: int = 0, **options: Any) -> forms.CharField:
    """A line, or an area of text, no longer than the fact may be."""
    limits = [getattr(m, "max_length", None) for m in ProcedureFacts.model_fields[name].metadata]
    longest = next((limit for limit in limits if limit), 2000)
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    options.setdefault("required", False)
    return forms.CharField(label=label, max_length=longest, widget=widget, **options)


def _lines(label: str, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        **options,
    )


class VersionForm(forms.Form):
    """The facts of one version. What is left empty is not known and is shown so."""

    revision = forms.IntegerField(widget=forms.HiddenInput())
    effective_from = DayField(
        label="Áp dụng từ ngày",
        help_text="Phiên bản đang áp dụng tự kết thúc vào ngày trước đó.",
    )
    name = _text("Tên", "name", required=True, error_messages={"required": "Nhập tên thủ tục."})
    official_name = _text("Tên theo quyết định công bố", "official_name", rows=2)
    field = forms.ModelChoiceField(
        Field.objects.none(),
        label="Lĩnh vực",
        empty_label=None,
        to_field_name="name",
        error_messages={"required": "Chọn lĩnh vực.", "invalid_choice": "Chọn lĩnh vực."},
    )
    announcing_decision = _text("Quyết định công bố", "announcing_decision")
    decided_by = _text("Cơ quan, người quyết định", "decided_by")
    time_kind = forms.ChoiceField(
        label="Cách tính thời hạn", required=False, choices=_choices(RuleKind)
    )
    time_amount = forms.IntegerField(
        label="Số ngày hoặc số giờ", required=False, min_value=1, max_value=999
    )
    time_note = _text("Ghi chú thời hạn", "time_note")
    online_level = forms.ChoiceField(
        label="Mức trực tuyến", required=False, choices=_choices(OnlineLevel)
    )
    location_independent = forms.ChoiceField(
        label="Nộp được ở phường, xã khác (phi địa giới)", required=False, choices=YES_NO
    )
    locker_take = forms.ChoiceField(label="Nộp được ở ATM hồ sơ", required=False, choices=YES_NO)
    locker_return = forms.ChoiceField(
        label="Nhận kết quả được ở ATM hồ sơ", required=False, choices=YES_NO
    )
    result = _text("Kết quả", "result")
    note = _text("Điều cần biết", "note", rows=3)
    steps = _lines("Các bước", help_text="Mỗi bước một dòng.")
    fee_note = _text("Ghi chú phí, lệ phí", "fee_note", rows=3)
    source = _text(
        "Nguồn",
        "source",
        required=True,
        error_messages={"required": "Ghi văn bản hoặc trang mà những điều này được lấy từ đó."},
    )
    uncertain = _lines(
        "Điều chưa chắc",
        help_text="Mỗi dòng một mục, ví dụ “Các bước: chưa đối chiếu văn bản”.",
    )

    def __init__(self, *args: Any, correcting: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields["field"]
        fields.queryset = Field.objects.order_by("name")
        if correcting:
            del self.fields["effective_from"]


class RequirementForm(forms.Form):
    """One paper; an empty name leaves it out."""

    name = forms.CharField(
        label="Giấy tờ", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    form = forms.ChoiceField(label="Hình thức", required=False, choices=_choices(PaperForm))
    copies = forms.IntegerField(label="Số bản", required=False, min_value=1, max_value=99)
    conditional = forms.BooleanField(label="Chỉ khi thuộc trường hợp", required=False)


class FeeForm(forms.Form):
    """What is paid by one channel; no channel leaves the row out."""

    channel = forms.ChoiceField(
        label="Cách nộp",
        required=False,
        choices=[("", "bỏ dòng này"), *((c.value, c.vietnamese) for c in Channel)],
    )
    kind = forms.ChoiceField(
        label="Loại", required=False, choices=[(k.value, k.vietnamese) for k in FeeKind]
    )
    payer = forms.CharField(
        label="Đối tượng", required=False, max_length=120, help_text="Để trống là mọi người."
    )
    amount = forms.IntegerField(
        label="Mức thu (đồng)",
        required=False,
        min_value=0,
        max_value=1_000_000_000,
        help_text="0 là không thu; để trống là chưa rõ.",
    )
    per = forms.CharField(label="Tính trên", required=False, max_length=60)
    exemption = forms.CharField(label="Lý do miễn, giảm", required=False, max_length=300)
    source = forms.CharField(label="Căn cứ", required=False, max_length=300)


MOST_ROWS = 60


def _rows(form: type[forms.Form], empty: int = 1) -> Any:
    return forms.formset_factory(form, extra=empty, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


class VersionEditor:
    """The three forms of a version as one: shown, checked and read together."""

    def __init__(
        self, facts: ProcedureFacts, revision: int, data: Any = None, correcting: bool = False
    ) -> None:
        self._before = facts
        self._correcting = correcting
        initial = _initial(facts) | {"revision": revision}
        if not correcting:
            initial["effective_from"] = None
        self.form = VersionForm(data, initial=initial, correcting=correcting)
        self.requirements = _rows(RequirementForm)(
            data, prefix="giay", initial=[_initial(each) for each in facts.requirements]
        )
        self.fees = _rows(FeeForm)(
            data, prefix="phi", initial=[_initial(each) for each in facts.fees]
        )

    def give_rows(self, *, papers: int = 1, fees: int = 1) -> None:
        """Go on unjudged with what was typed so far and this many empty rows."""
        self.form = VersionForm(initial=_raw(self.form), correcting=self._correcting)
        typed = [_raw(form) for form in self.requirements]
        self.requirements = _rows(RequirementForm, papers)(prefix="giay", initial=typed)
        typed = [_raw(form) for form in self.fees]
        self.fees = _rows(FeeForm, fees)(prefix="phi", initial=typed)

    def facts(self) -> ProcedureFacts | None:
        """The version as it was typed, or None after putting complaints where they belong."""
        # All three are asked, so that every complaint is shown at once.
        valid = [part.is_valid() for part in (self.form, self.requirements, self.fees)]
        if not all(valid):
            return None
        typed = self.form.cleaned_data
        first = self._before.effective_from if self._correcting else typed["effective_from"]
        if not self._correcting and first <= self._before.effective_from:
            self.form.add_error(
                "effective_from",
                f"Phiên bản mới phải bắt đầu sau ngày {self._before.effective_from:%d/%m/%Y}. "
                "Muốn sửa chính phiên bản đó thì dùng “Sửa lỗi ghi chép”.",
            )
            return None
        try:
            return validated([Row("", self._data(typed, first))])[0]
        except CatalogueError as wrong:
            for problem in wrong.problems:
                self.form.add_error(None, problem.partition(": ")[2] or problem)
        return None

    def _data(self, typed: dict[str, Any], first: dt.date) -> dict[str, Any]:
        data: dict[str, Any] = {
            name: value
            for name, value in typed.items()
            if name not in {"revision", "effective_from"} and value not in {None, ""}
        }
        for name in ("location_independent", "locker_take", "locker_return"):
            if name in data:
                data[name] = data[name] == "True"
        return data | {
            "code": self._before.code,
            "effective_from": first,
            "everyday_words": self._before.everyday_words,
            "field": typed["field"].name,
            "steps": [line for line in typed["steps"].splitlines() if line.strip()],
            "uncertain": _uncertain(typed["uncertain"]),
            "requirements": [
                _given(each) for each in self.requirements.cleaned_data if each.get("name")
            ],
            "fees": [_given(each) for each in self.fees.cleaned_data if each.get("channel")],
        }


def _raw(form: forms.Form) -> dict[str, Any]:
    return {bound.name: bound.data for bound in form}


def _given(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value not in {None, ""}}


def _initial(facts: Any) -> dict[str, Any]:
    found = {name: getattr(facts, name) for name in type(facts).model_fields}
    if isinstance(facts, ProcedureFacts):
        found["steps"] = "\n".join(facts.steps)
        titles = {name: str(f.title) for name, f in ProcedureFacts.model_fields.items()}
        found["uncertain"] = "\n".join(
            f"{titles[k]}: {text}" for k, text in facts.uncertain.items()
        )
    return found


def _uncertain(text: str) -> dict[str, str]:
    names = {str(f.title).lower(): name for name, f in ProcedureFacts.model_fields.items()}
    pairs = (line.partition(":") for line in text.splitlines() if line.strip())
    return {names.get(key.strip().lower(), key.strip()): said.strip() for key, _, said in pairs}


class WordsForm(forms.Form):
    """How people call a procedure."""

    words = forms.CharField(
        label="Cách gọi thường ngày",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Mỗi dòng một cách gọi, ví dụ “làm khai sinh”, “sao y”. "
        "Người tìm gõ không dấu hay sai một chữ vẫn ra.",
    )

    def clean_words(self) -> list[str]:
        found = [" ".join(line.split()) for line in self.cleaned_data["words"].splitlines()]
        found = [line for line in dict.fromkeys(found) if line]
        if any(len(line) > 80 for line in found):
            raise forms.ValidationError("Mỗi cách gọi dài nhất 80 chữ cái.")
        if len(found) > 40:
            raise forms.ValidationError("Nhiều nhất 40 cách gọi.")
        return found


class EndForm(forms.Form):
    """The procedure is abolished."""

    last_day = DayField(label="Áp dụng đến hết ngày")
    reason = forms.CharField(
        label="Căn cứ",
        max_length=300,
        help_text="Quyết định bãi bỏ hoặc thay thế.",
        error_messages={"required": "Ghi quyết định bãi bỏ hoặc lý do."},
    )


class UploadForm(forms.Form):
    """A catalogue file."""

    file = forms.FileField(
        label="Tệp danh mục",
        help_text="Excel (.xlsx) hoặc JSON, như tệp xuất ra từ trang danh mục, nhỏ hơn 10 MB.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.json"}),
        error_messages={
            "required": "Chọn tệp danh mục cần nạp.",
            "empty": "Tệp trống. Chọn tệp khác.",
            "missing": "Chọn tệp danh mục cần nạp.",
        },
    )
