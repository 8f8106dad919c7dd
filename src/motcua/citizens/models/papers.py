"""Papers held for people, who may open them, what they were used for and by whose consent."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from motcua.citizens.models.people import Citizen
from motcua.citizens.rules import ConsentVia, Origin, PaperFacts, PaperState, Purpose
from motcua.kernel.clock import now
from motcua.kernel.ids import new_id
from motcua.organisation.models import Unit


def where_kept(paper: HeldPaper, _: str) -> str:
    """Path of the bytes under the private storage: no name that a person chose."""
    return f"papers/{paper.stored_at:%Y/%m}/{paper.public_id}"


class HeldPaper(models.Model):
    """One file. Its bytes are never changed; a better one replaces it by a row of its own."""

    public_id = models.UUIDField(default=new_id, unique=True, editable=False)
    citizen = models.ForeignKey(
        Citizen, on_delete=models.PROTECT, null=True, blank=True, related_name="papers"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="papers")
    name = models.CharField("tên giấy tờ", max_length=300)
    file = models.FileField(upload_to=where_kept, max_length=200)
    file_name = models.CharField("tên tệp", max_length=200)
    sha256 = models.CharField(max_length=64)
    mime = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField("dung lượng (byte)")
    pages = models.PositiveIntegerField("số trang", null=True, blank=True)
    origin = models.CharField(
        "nguồn", max_length=20, choices=[(o.value, o.vietnamese) for o in Origin]
    )
    origin_reference = models.CharField("mã hồ sơ gốc", max_length=80, blank=True)
    stored_at = models.DateTimeField(default=now)
    stored_by = models.CharField(max_length=120)
    state = models.CharField(
        max_length=10,
        default=PaperState.STORED,
        choices=[(s.value, s.vietnamese) for s in PaperState],
    )
    reason = models.CharField("lý do", max_length=300, blank=True)
    scanned_by = models.CharField("quét vi-rút bằng", max_length=120, blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    valid_from = models.DateField("có giá trị từ ngày", null=True, blank=True)
    valid_until = models.DateField("có giá trị đến hết ngày", null=True, blank=True)
    copy_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="copies"
    )
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    superseded = models.BooleanField("đã có bản thay thế", default=False)
    text = models.TextField("chữ trong tệp", blank=True)

    class Meta:
        ordering = ["-stored_at"]
        verbose_name = "giấy tờ"
        indexes = [
            models.Index(fields=["citizen", "-stored_at"]),
            models.Index(fields=["unit", "-stored_at"]),
            models.Index(
                fields=["stored_at"],
                name="paper_waiting_for_judgement",
                condition=Q(state=PaperState.STORED),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=PaperState.REFUSED) | ~Q(reason=""),
                name="refused_paper_says_why",
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None)
                | Q(valid_until=None)
                | Q(valid_from__lte=F("valid_until")),
                name="paper_valid_from_before_until",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def infected(self) -> bool:
        """Whether the scanner found something: such a file is opened by nobody."""
        return self.state == PaperState.REFUSED and ": " in self.scanned_by

    @property
    def facts(self) -> PaperFacts:
        """What the rules ask."""
        return PaperFacts(
            PaperState(self.state),
            self.superseded,
            self.origin == Origin.DRAFT,
            self.valid_from,
            self.valid_until,
        )


class PaperAccess(models.Model):
    """A unit may open the paper's file, and since when and why."""

    paper = models.ForeignKey(HeldPaper, on_delete=models.PROTECT, related_name="access")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(default=now)
    reason = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["paper", "unit"], name="paper_opened_once_per_unit")
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} tại {self.unit_id}"


class Consent(models.Model):
    """A person agreed to one purpose, for one paper or for all, until they withdraw it."""

    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="consents")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(
        "mục đích", max_length=20, choices=[(p.value, p.vietnamese) for p in Purpose]
    )
    paper = models.ForeignKey(
        HeldPaper, on_delete=models.PROTECT, null=True, blank=True, related_name="consents"
    )
    reference = models.CharField("chỉ cho hồ sơ", max_length=80, blank=True)
    given_at = models.DateTimeField(default=now)
    given_via = models.CharField(
        "cách đồng ý", max_length=10, choices=[(v.value, v.vietnamese) for v in ConsentVia]
    )
    recorded_by = models.CharField(max_length=120)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["-given_at"]
        indexes = [models.Index(fields=["citizen", "purpose"])]

    def __str__(self) -> str:
        return f"{self.citizen_id} {self.purpose}"


class PaperUse(models.Model):
    """A paper was used for a dossier with a consent. Append-only; once a paper and dossier."""

    paper = models.ForeignKey(HeldPaper, on_delete=models.PROTECT, related_name="uses")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    used_for = models.CharField("dùng cho hồ sơ", max_length=80)
    at = models.DateTimeField(default=now)
    by_label = models.CharField(max_length=120)
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="uses")

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["paper", "used_for"], name="paper_used_once_per_dossier"
            )
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} cho {self.used_for}"


class UploadQuerySet(models.QuerySet["Upload"]):
    def complete(self) -> UploadQuerySet:
        """All bytes are there, but it is no paper yet."""
        return self.filter(offset=F("length"), paper=None)


class Upload(models.Model):
    """A file on its way in pieces. `offset` is how many bytes have safely arrived."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, null=True, related_name="+")
    owner = models.CharField(max_length=120)
    name = models.CharField(max_length=300)
    file_name = models.CharField(max_length=200)
    origin = models.CharField(max_length=20, choices=[(o.value, o.vietnamese) for o in Origin])
    origin_reference = models.CharField(max_length=80, blank=True)
    length = models.PositiveBigIntegerField()
    offset = models.PositiveBigIntegerField(default=0)
    replaces = models.ForeignKey(HeldPaper, on_delete=models.PROTECT, null=True, related_name="+")
    paper = models.OneToOneField(
        HeldPaper, on_delete=models.PROTECT, null=True, related_name="arrived_by"
    )
    began_at = models.DateTimeField(default=now)
    moved_at = models.DateTimeField(default=now, db_index=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(offset__lte=F("length")), name="upload_within_its_length"
            )
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.offset}/{self.length}"
