"""What people type for each act, and the words with which the act is then called.

`values()` of a valid form are the keyword arguments of the act's service.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from motcua.dossiers import provisions
from motcua.dossiers.models import Dossier
from motcua.dossiers.provisions import Provisions
from motcua.dossiers.rules import Act
from motcua.dossiers.services import Item, Tick
from motcua.dossiers.services.promises import end_of
from motcua.dossiers.services.results import current
from motcua.dossiers.services.supplements import needs_leader
from motcua.kernel.text import by_given_name
from motcua.organisation.models import Person, RoleAssignment
from motcua.organisation.rules import LEADERS, Role
from motcua.signatures import selectors as signatures

AREA = forms.Textarea(attrs={"rows": 3})
ITEM_ROWS = 5
MORE_ROWS = {f"_{row}" for row in range(1, ITEM_ROWS)}


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


class HandOverForm(ActForm):
    """Giving it to a colleague."""

    to_person_id = forms.TypedChoiceField(label="Người nhận", coerce=int)
    note = remark()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_people(self.fields["to_person_id"], self.dossier.unit_competent_id, without=self.person)


class ReasonForm(ActForm):
    """An act that only needs to say why."""

    reason = reason("Lý do", "Ghi lý do.", 1000)


class NoteForm(ActForm):
    """An act that may carry a note."""

    note = remark()


class SendBackForm(ActForm):
    """What is to be put right."""

    note = reason("Cần sửa gì", "Ghi cần sửa gì.")


class ProposeForm(ActForm):
    """The draft result for a leader."""

    title = forms.CharField(
        label="Kết quả", max_length=300, error_messages={"required": "Ghi tên kết quả."}
    )
    symbol = forms.CharField(
        label="Ký hiệu văn bản", max_length=40, required=False, help_text="Ví dụ GXN-UBND."
    )
    file = forms.FileField(
        label="Tệp dự thảo (PDF)",
        required=False,
        help_text="Để trống khi trình bằng bản giấy.",
    )
    to_person_id = forms.TypedChoiceField(
        label="Trình ai", coerce=int, required=False, empty_value=None
    )
    note = remark()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        version = self.dossier.version
        self.fields["title"].initial = (version.result or version.name)[:300]
        set_people(
            self.fields["to_person_id"],
            self.dossier.unit_competent_id,
            roles={Role.CENTRE_LEADER, Role.COMMITTEE_LEADER},
            empty="Lãnh đạo nào có mặt",
        )


class ApproveForm(ActForm):
    """Signing: with one's digital key where there is one and a file to sign."""

    sign = forms.BooleanField(label="Ký số vào tệp dự thảo", required=False, initial=True)
    note = remark()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        result = current(self.dossier)
        key = signatures.signer_of(self.person, self.dossier.unit_competent_id)
        if result is None or result.file_id is None or key is None:
            del self.fields["sign"]


class IssueForm(ActForm):
    """Number and seal."""

    seal_id = forms.TypedChoiceField(label="Con dấu", coerce=int, required=False, empty_value=None)
    note = remark()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        result = current(self.dossier)
        seals = list(signatures.seals_of(self.dossier.unit_competent_id))
        field = self.fields["seal_id"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [
            *((seal.pk, seal.label) for seal in seals),
            ("", "Đóng dấu trên bản giấy"),
        ]
        # Without it the empty choice is the chosen one, and a signed file goes out unsealed.
        field.initial = seals[0].pk if seals else None
        if result is None or result.file_id is None:
            del self.fields["seal_id"]


class ReturnForm(ActForm):
    """Who took the result."""

    returned_to = forms.CharField(
        label="Người nhận kết quả",
        max_length=160,
        error_messages={"required": "Ghi họ tên người nhận kết quả."},
    )
    note = remark()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["returned_to"].initial = self.dossier.applicant_name


class ExtendForm(ActForm):
    """Apology and new day."""

    new_promise = forms.DateField(
        label="Ngày hẹn mới", error_messages={"required": "Chọn ngày hẹn mới."}
    )
    reason = reason("Lý do chậm, báo cho người dân", "Ghi lý do để người dân biết vì sao chậm.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = provisions.value(Provisions.MOST_EXTENSIONS)
        self.fields["new_promise"].help_text = f"Được gia hạn {most} lần, trước khi hết hạn."

    def values(self) -> dict[str, Any]:
        found = super().values()
        found["new_promise"] = end_of(self.dossier.unit_competent_id, found["new_promise"])
        return found


class RefuseForm(ActForm):
    """Why, on which ground, and what the citizen can do instead."""

    reason = reason("Lý do từ chối", "Ghi lý do từ chối.", 1000)
    basis = forms.CharField(
        label="Căn cứ",
        max_length=500,
        help_text="Văn bản, điều, khoản.",
        error_messages={"required": "Ghi căn cứ: văn bản, điều, khoản."},
    )
    guidance = forms.CharField(
        label="Hướng dẫn người dân", max_length=1000, required=False, widget=AREA
    )


class StopForm(ActForm):
    """Why it ends without a result."""

    reason = reason("Lý do dừng", "Ghi lý do dừng giải quyết.", 1000)
    asked_by_citizen = forms.BooleanField(label="Theo đề nghị của người nộp", required=False)
    refund = forms.CharField(label="Hoàn phí, lệ phí", max_length=300, required=False)


class WithdrawForm(ActForm):
    """The citizen takes it back."""

    reason = reason("Lý do rút", "Ghi lý do người nộp rút hồ sơ.", 1000)
    refund = forms.CharField(label="Hoàn phí, lệ phí", max_length=300, required=False)


FORMS: Mapping[Act, type[ActForm]] = {
    Act.RECEIVE: ReceiveForm,
    Act.FORWARD: ReceiveForm,
    Act.ARRIVE: ArriveForm,
    Act.HAND_OVER: HandOverForm,
    Act.TAKE: ActForm,
    Act.ASK_SUPPLEMENT: ItemsForm,
    Act.ANSWER_SUPPLEMENT: AnswerForm,
    Act.PAUSE: ReasonForm,
    Act.RESUME: NoteForm,
    Act.PROPOSE: ProposeForm,
    Act.SEND_BACK: SendBackForm,
    Act.APPROVE: ApproveForm,
    Act.ISSUE: IssueForm,
    Act.RETURN_RESULT: ReturnForm,
    Act.EXTEND: ExtendForm,
    Act.REFUSE: RefuseForm,
    Act.STOP: StopForm,
    Act.WITHDRAW: WithdrawForm,
}


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
