"""Citizens who signed in, and what they are about to file."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from motcua.citizens.models import Citizen, HeldPaper, Upload
from motcua.dossiers.models import Dossier, SupplementRequest
from motcua.dossiers.rules import ReturnWay
from motcua.kernel.clock import now
from motcua.kernel.ids import new_id
from motcua.organisation.models import Unit
from motcua.procedures.models import ProcedureVersion


class CitizenAccount(models.Model):
    """A person of the identity provider and the citizen they are. No account of staff.

    `subject_key` is a keyed hash of issuer and subject, because a subject may be the number.
    """

    citizen = models.OneToOneField(Citizen, on_delete=models.PROTECT, related_name="account")
    subject_key = models.CharField(max_length=64, unique=True)
    opened_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return str(self.citizen_id)


class CitizenSession(models.Model):
    """One browser in which a citizen is signed in; only the hash of its cookie is kept."""

    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="sessions")
    token_key = models.CharField(max_length=64, unique=True)
    began_at = models.DateTimeField(default=now)
    seen_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["seen_at"], name="citizen_sessions_to_forget")]

    def __str__(self) -> str:
        return f"{self.citizen_id} {self.began_at:%d/%m/%Y %H:%M}"


class Draft(models.Model):
    """What a citizen is about to file; kept as typed until it is filed or dropped."""

    public_id = models.UUIDField(default=new_id, unique=True, editable=False)
    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="drafts")
    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, verbose_name="nơi nộp", null=True, related_name="+"
    )
    subject = models.CharField("nội dung đề nghị", max_length=500, blank=True)
    applicant_note = models.CharField("người được uỷ quyền", max_length=300, blank=True)
    phone = models.CharField("số di động nhận tin", max_length=20, blank=True)
    return_way = models.CharField(
        "cách nhận kết quả",
        max_length=10,
        choices=[(way.value, way.vietnamese) for way in ReturnWay],
        default=ReturnWay.COUNTER,
    )
    began_at = models.DateTimeField(default=now)
    saved_at = models.DateTimeField(default=now)
    dossier = models.OneToOneField(
        Dossier, on_delete=models.PROTECT, null=True, related_name="draft"
    )

    class Meta:
        ordering = ["-saved_at"]
        indexes = [models.Index(fields=["saved_at"], name="drafts_open", condition=Q(dossier=None))]

    def __str__(self) -> str:
        return f"{self.public_id}"


class DraftPaper(models.Model):
    """Where one required paper comes from: a file, a paper already held, or brought by hand."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="papers")
    order = models.PositiveSmallIntegerField()
    upload = models.ForeignKey(Upload, on_delete=models.SET_NULL, null=True, related_name="+")
    held = models.ForeignKey(HeldPaper, on_delete=models.PROTECT, null=True, related_name="+")
    reused = models.BooleanField("dùng bản đang lưu", default=False)
    brought = models.BooleanField("mang bản giấy đến", default=False)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "order"], name="draft_paper_order_once")
        ]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.order}"


class SupplementPaper(models.Model):
    """The file that a citizen sent for one item of a notice (form 02), or sends just now."""

    notice = models.ForeignKey(SupplementRequest, on_delete=models.PROTECT, related_name="sent")
    item = models.PositiveSmallIntegerField()
    upload = models.ForeignKey(Upload, on_delete=models.SET_NULL, null=True, related_name="+")
    held = models.ForeignKey(HeldPaper, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["item"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "item"], name="supplement_item_once")
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.item}"
