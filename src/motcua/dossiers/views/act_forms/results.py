"""The result: laid before a leader, signed, sealed, handed out."""

from __future__ import annotations

from typing import Any

from django import forms

from motcua.dossiers.services.results import current
from motcua.dossiers.views.act_forms.base import ActForm, remark, set_people
from motcua.organisation.rules import Role
from motcua.signatures import selectors as signatures


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
