"""Procedures and their versions."""

from __future__ import annotations

import datetime as dt
import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    BigIntegerRangeField,
    DateRangeField,
    RangeOperators,
)
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse

from motcua.kernel.clock import now, today
from motcua.organisation.models import Field, Person
from motcua.procedures.rules import (
    Channel,
    FeeKind,
    OnlineLevel,
    Price,
    RuleKind,
    Standing,
    TimeRule,
    standing,
)


class Procedure(models.Model):
    """What stays when the law changes: the code, and the words people use for it."""

    code = models.CharField("mã thủ tục", max_length=20, unique=True)
    everyday_words = ArrayField(
        models.CharField(max_length=80),
        verbose_name="cách gọi thường ngày",
        default=list,
        blank=True,
        help_text="Ví dụ: làm khai sinh, sao y. Dùng cho tìm kiếm.",
    )
    revision = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ["code"]
        verbose_name = "thủ tục"

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("procedures:page", args=[self.code])


class VersionQuerySet(models.QuerySet["ProcedureVersion"]):
    def in_force(self, on: dt.date) -> VersionQuerySet:
        """Versions that hold on this day, one a procedure at most."""
        return self.filter(
            Q(effective_to=None) | Q(effective_to__gte=on), effective_from__lte=on
        ).select_related("procedure", "field")


class ProcedureVersion(models.Model):
    """What a procedure asks and gives from one day to another. Never two on the same day.

    Empty means not known, and is shown so. Ids are compared as one-element ranges, because
    the embedded PostgreSQL carries no extension that would let an exclusion constraint
    compare plain columns.
    """

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="versions")
    effective_from = models.DateField("có hiệu lực từ ngày")
    effective_to = models.DateField("đến hết ngày", null=True, blank=True)
    name = models.CharField("tên", max_length=300)
    official_name = models.TextField("tên theo quyết định công bố", blank=True)
    field = models.ForeignKey(
        Field, on_delete=models.PROTECT, verbose_name="lĩnh vực", related_name="procedures"
    )
    announcing_decision = models.CharField("quyết định công bố", max_length=200, blank=True)
    decided_by = models.CharField("cơ quan, người quyết định", max_length=200, blank=True)
    time_kind = models.CharField(
        "cách tính thời hạn",
        max_length=20,
        blank=True,
        choices=[(kind.value, kind.vietnamese) for kind in RuleKind],
    )
    time_amount = models.PositiveSmallIntegerField("thời hạn", null=True, blank=True)
    time_note = models.CharField("ghi chú thời hạn", max_length=400, blank=True)
    online_level = models.CharField(
        "mức trực tuyến",
        max_length=20,
        blank=True,
        choices=[(level.value, level.vietnamese) for level in OnlineLevel],
    )
    location_independent = models.BooleanField("phi địa giới", null=True, blank=True)
    locker_take = models.BooleanField("nộp được ở ATM hồ sơ", null=True, blank=True)
    locker_return = models.BooleanField("nhận kết quả được ở ATM hồ sơ", null=True, blank=True)
    steps = models.JSONField("các bước", default=list, blank=True)
    result = models.CharField("kết quả", max_length=300, blank=True)
    note = models.CharField("điều cần biết", max_length=500, blank=True)
    fee_note = models.TextField("ghi chú phí, lệ phí", blank=True)
    source = models.CharField("nguồn", max_length=400)
    uncertain = models.JSONField("điều chưa chắc", default=dict, blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["procedure", "-effective_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_to=None) | Q(effective_to__gte=F("effective_from")),
                name="version_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(time_kind__in=["", RuleKind.SAME_DAY]) | Q(time_amount__gte=1),
                name="version_time_has_amount",
            ),
            ExclusionConstraint(
                name="version_one_at_a_time",
                expressions=[
                    (
                        Func(
                            F("procedure"),
                            F("procedure"),
                            Value("[]"),
                            function="INT8RANGE",
                            output_field=BigIntegerRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(
                            F("effective_from"),
                            F("effective_to"),
                            Value("[]"),
                            function="DATERANGE",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} {self.name} ({self.effective_from:%d/%m/%Y})"

    @property
    def time_rule(self) -> TimeRule | None:
        """The rule for deadlines; None while it is not known."""
        if not self.time_kind:
            return None
        return TimeRule(RuleKind(self.time_kind), self.time_amount or 0)

    @property
    def standing(self) -> Standing:
        """How the version stands to today."""
        return standing(self.effective_from, self.effective_to, today())

    def prices(self) -> list[Price]:
        """Fees as the pure rules want them."""
        return [Price(Channel(fee.channel), fee.payer, fee.amount) for fee in self.fees.all()]


class PaperRequirement(models.Model):
    """One paper that must be brought, or shown."""

    class Form(models.TextChoices):
        ORIGINAL = "original", "bản chính"
        COPY = "copy", "bản sao"
        SHOWN = "shown", "xuất trình"
        UNKNOWN = "", "chưa rõ"

    version = models.ForeignKey(
        ProcedureVersion, on_delete=models.CASCADE, related_name="requirements"
    )
    order = models.PositiveSmallIntegerField()
    name = models.TextField("giấy tờ")
    form = models.CharField(
        "hình thức", max_length=10, choices=Form.choices, blank=True, default=Form.UNKNOWN
    )
    copies = models.PositiveSmallIntegerField(
        "số bản", null=True, blank=True, validators=[MinValueValidator(1)]
    )
    conditional = models.BooleanField("chỉ khi thuộc trường hợp", default=False)

    class Meta:
        ordering = ["version", "order"]
        constraints = [
            models.UniqueConstraint(fields=["version", "order"], name="requirement_order_once")
        ]

    def __str__(self) -> str:
        return self.name


class Fee(models.Model):
    """What a class of payers pays by one channel. An empty amount is not known, nought is free."""

    version = models.ForeignKey(ProcedureVersion, on_delete=models.CASCADE, related_name="fees")
    channel = models.CharField(
        "cách nộp", max_length=10, choices=[(c.value, c.vietnamese) for c in Channel]
    )
    kind = models.CharField(
        "loại",
        max_length=10,
        choices=[(k.value, k.vietnamese) for k in FeeKind],
        default=FeeKind.UNKNOWN,
    )
    payer = models.CharField("đối tượng", max_length=120, blank=True)
    amount = models.PositiveIntegerField("mức thu (đồng)", null=True, blank=True)
    per = models.CharField("tính trên", max_length=60, blank=True)
    exemption = models.CharField("lý do miễn, giảm", max_length=300, blank=True)
    source = models.CharField("căn cứ", max_length=300, blank=True)

    class Meta:
        ordering = ["version", "channel", "payer"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "channel", "kind", "payer", "per"], name="fee_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.channel} {self.amount}"


class CatalogueUpload(models.Model):
    """A catalogue file that somebody brought, as it was understood; taken over once or never."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    uploaded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=now)
    file_name = models.CharField("tên tệp", max_length=200)
    sha256 = models.CharField(max_length=64)
    catalogue = models.TextField(help_text="The exchange format, as JSON.")
    count = models.PositiveIntegerField()
    taken_over_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return self.file_name
