"""What people type for each act, and the words with which the act is then called.

`values()` of a valid form are the keyword arguments of the act's service.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from motcua.dossiers import provisions
from motcua.dossiers.provisions import Provisions
from motcua.dossiers.rules import Act
from motcua.dossiers.services.promises import end_of
from motcua.dossiers.views.act_forms.base import AREA, ActForm, reason, remark, set_people
from motcua.dossiers.views.act_forms.receiving import (
    AnswerForm,
    ArriveForm,
    ItemsForm,
    PapersForm,
    ReceiveForm,
)
from motcua.dossiers.views.act_forms.results import (
    ApproveForm,
    IssueForm,
    ProposeForm,
    ReturnForm,
)

__all__ = ["FORMS", "ActForm", "PapersForm", "set_people"]


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
