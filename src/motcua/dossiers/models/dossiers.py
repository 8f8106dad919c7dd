"""The dossier itself and the papers that belong into it.

Fifteen million of these a year are expected, so every index is one that a page or job needs: whole
ones by code, by unit and day, by applicant and by word, and partial ones over the few dossiers
that are open. Foreign keys carry none of their own.
"""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from motcua.citizens.models import Citizen, HeldPaper
from motcua.dossiers.nearness import Nearness
from motcua.dossiers.rules import IN_HAND, OPEN, WAITING, Channel, ReturnWay, State
from motcua.kernel.clock import now
from motcua.organisation.models import Department, Person, Unit
from motcua.procedures.models import PaperRequirement, ProcedureVersion

IS_OPEN = Q(state__in=sorted(OPEN))


class Dossier(models.Model):
    """A citizen's file in a procedure, from filing to the result in hand.

    `promised_at` is what the citizen was last told; `first_promised_at` is the promise by the
    procedure's time, which moves only while the clock stands, so that an extension stays late in
    the figures. `due_at` is by when whoever has it must act, and orders every work list.
    `revision` counts changes, so that the second of two officers learns of the first.
    """

    # Unique by a constraint: `unique=True` would add a second index for LIKE, which nobody asks.
    code = models.CharField("mã hồ sơ", max_length=60, editable=False)
    state = models.CharField(
        "trạng thái",
        max_length=12,
        choices=[(state.value, state.vietnamese) for state in State],
        default=State.SUBMITTED,
    )
    resumes_to = models.CharField(max_length=12, blank=True, default="")
    revision = models.PositiveIntegerField(default=0)
    version = models.ForeignKey(
        ProcedureVersion,
        on_delete=models.PROTECT,
        verbose_name="thủ tục",
        db_index=False,
        related_name="+",
    )
    applicant = models.ForeignKey(
        Citizen,
        on_delete=models.PROTECT,
        verbose_name="người nộp",
        db_index=False,
        related_name="dossiers",
    )
    applicant_name = models.CharField("người nộp (lúc nộp)", max_length=160)
    applicant_note = models.CharField("người được uỷ quyền", max_length=300, blank=True)
    subject = models.CharField("nội dung", max_length=500, blank=True)
    copies = models.PositiveSmallIntegerField("số bộ", default=1)
    unit_received = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        verbose_name="nơi tiếp nhận",
        db_index=False,
        related_name="+",
    )
    unit_competent = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        verbose_name="cơ quan có thẩm quyền",
        db_index=False,
        related_name="+",
    )
    return_unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        verbose_name="nơi trả kết quả",
        db_index=False,
        related_name="+",
    )
    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        verbose_name="phòng phụ trách",
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
    )
    holder = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        verbose_name="người đang giữ",
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
    )
    specialist = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        verbose_name="người thụ lý",
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
    )
    channel = models.CharField(
        "cách nộp", max_length=10, choices=[(each.value, each.vietnamese) for each in Channel]
    )
    return_way = models.CharField(
        "cách nhận kết quả",
        max_length=10,
        choices=[(each.value, each.vietnamese) for each in ReturnWay],
        default=ReturnWay.COUNTER,
    )
    submitted_at = models.DateTimeField("nộp lúc", default=now)
    received_at = models.DateTimeField("tiếp nhận lúc", null=True)
    forward_by = models.DateTimeField("chuyển bản giấy trước", null=True)
    competent_received_at = models.DateTimeField("cơ quan có thẩm quyền nhận lúc", null=True)
    promised_at = models.DateTimeField("hẹn trả", null=True)
    first_promised_at = models.DateTimeField("hạn theo quy định", null=True)
    due_at = models.DateTimeField("cần làm trước")
    extended_at = models.DateTimeField("gia hạn lúc", null=True)
    finished_at = models.DateTimeField("có kết quả lúc", null=True)
    returned_at = models.DateTimeField("trả kết quả lúc", null=True)
    warned = models.PositiveSmallIntegerField(
        default=Nearness.NONE, choices=[(each.value, each.vietnamese) for each in Nearness]
    )
    visit_reference = models.CharField(max_length=40, blank=True)
    filing_key = models.CharField(max_length=80, null=True)  # noqa: DJ001 - unique where present
    demonstration = models.BooleanField(default=False)
    search = SearchVectorField(editable=False)

    class Meta:
        ordering = ["due_at", "pk"]
        verbose_name = "hồ sơ"
        constraints = [
            models.UniqueConstraint(fields=["code"], name="dossier_code_once"),
            models.UniqueConstraint(
                fields=["filing_key"],
                condition=Q(filing_key__isnull=False),
                name="dossier_filed_once",
            ),
            models.CheckConstraint(
                condition=Q(state=State.SUBMITTED)
                | Q(state__in=[State.SUPPLEMENT, State.REFUSED, State.WITHDRAWN, State.STOPPED])
                | Q(received_at__isnull=False),
                name="dossier_received_before_worked_on",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(IN_HAND)) | Q(promised_at__isnull=False),
                name="dossier_in_hand_is_promised",
            ),
        ]
        indexes = [
            # With what the register filters by, so that what does not fit is never fetched.
            models.Index(
                fields=["unit_received", "-submitted_at", "-id"],
                include=["state", "version", "channel"],
                name="dossier_of_unit",
            ),
            models.Index(
                fields=["unit_competent", "-submitted_at", "-id"],
                include=["state", "version", "channel"],
                name="dossier_from_elsewhere",
                condition=~Q(unit_competent=F("unit_received")),
            ),
            # What a unit decided and when, with what says whether that was in time.
            models.Index(
                fields=["unit_competent", "finished_at"],
                include=["first_promised_at", "state"],
                name="dossier_decided_by",
            ),
            models.Index(fields=["applicant", "-submitted_at"], name="dossier_of_applicant"),
            GinIndex(fields=["search"], name="dossier_words"),
            models.Index(
                fields=["holder", "due_at", "id"],
                name="dossier_in_hand_of",
                condition=IS_OPEN & Q(holder__isnull=False),
            ),
            models.Index(
                fields=["department", "state", "due_at", "id"],
                name="dossier_open_in_department",
                condition=IS_OPEN,
            ),
            models.Index(
                fields=["unit_competent", "state", "due_at", "id"],
                name="dossier_open_at_competent",
                condition=IS_OPEN,
            ),
            models.Index(
                fields=["unit_received", "state", "due_at", "id"],
                name="dossier_open_at_receiving",
                condition=IS_OPEN,
            ),
            models.Index(
                fields=["return_unit", "due_at", "id"],
                name="dossier_to_return",
                condition=Q(state=State.ISSUED),
            ),
            models.Index(
                fields=["due_at", "id"],
                name="dossier_to_warn_of",
                condition=Q(state__in=sorted(IN_HAND), warned__lt=Nearness.OVERDUE),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("dossiers:dossier", args=[self.code])

    @property
    def unit_ids(self) -> tuple[int, ...]:
        """Every unit that sees it, each once."""
        units = (self.unit_received_id, self.unit_competent_id, self.return_unit_id)
        return tuple(dict.fromkeys(units))

    @property
    def elsewhere(self) -> bool:
        """Whether another unit decides than the one that receives (phi địa giới)."""
        return self.unit_received_id != self.unit_competent_id

    @property
    def in_hand(self) -> bool:
        """Whether its clock runs."""
        return self.state in IN_HAND

    @property
    def waits(self) -> bool:
        """Whether its clock stands until somebody outside acts."""
        return self.state in WAITING


class DossierPaper(models.Model):
    """One paper that the procedure asks for, whether it is there, and the file if it is held."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="papers")
    order = models.PositiveSmallIntegerField()
    requirement = models.TextField("giấy tờ")
    form = models.CharField(
        "hình thức", max_length=10, choices=PaperRequirement.Form.choices, blank=True, default=""
    )
    count = models.PositiveSmallIntegerField("số bản", default=1)
    needed = models.BooleanField("phải có", default=True)
    ticked = models.BooleanField("đã có", default=False)
    held = models.ForeignKey(
        HeldPaper,
        on_delete=models.PROTECT,
        verbose_name="bản đang giữ",
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
    )

    class Meta:
        ordering = ["dossier", "order"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "order"], name="dossier_paper_order_once")
        ]

    def __str__(self) -> str:
        return self.requirement
