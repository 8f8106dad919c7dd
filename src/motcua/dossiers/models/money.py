"""What was paid: receipts with gapless numbers, cancelled with a reason, never removed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from motcua.dossiers.models.dossiers import Dossier
from motcua.kernel.clock import now
from motcua.organisation.models import Person, Unit
from motcua.procedures.rules import Channel, FeeKind


class Payment(models.Model):
    """One receipt (biên lai), also over 0 đồng. A cancelled one keeps its number."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="payments")
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, verbose_name="nơi thu", db_index=False, related_name="+"
    )
    channel = models.CharField(
        max_length=10, choices=[(each.value, each.vietnamese) for each in Channel]
    )
    kind = models.CharField(
        max_length=10, choices=[(each.value, each.vietnamese) for each in FeeKind]
    )
    payer = models.CharField("đối tượng", max_length=120, blank=True)
    per = models.CharField("tính trên", max_length=60, blank=True)
    quantity = models.PositiveSmallIntegerField("số lượng", default=1)
    amount = models.PositiveIntegerField("số tiền (đồng)")
    exemption = models.CharField("lý do miễn, giảm", max_length=300, blank=True)
    source = models.CharField("căn cứ", max_length=300, blank=True)
    receipt_year = models.PositiveSmallIntegerField()
    receipt_number = models.PositiveIntegerField()
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )

    class Meta:
        ordering = ["unit", "receipt_year", "receipt_number"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "receipt_year", "receipt_number"], name="receipt_number_once"
            )
        ]
        indexes = [models.Index(fields=["unit", "-at"], name="receipts_of_unit")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """As printed: `0000123/2026`."""
        return f"{self.receipt_number:07d}/{self.receipt_year}"

    @property
    def cancelled(self) -> bool:
        return hasattr(self, "cancellation")


class PaymentCancellation(models.Model):
    """A receipt holds no longer, and why."""

    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="cancellation")
    reason = models.CharField("lý do", max_length=500)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="cancellation_says_why")
        ]

    def __str__(self) -> str:
        return f"{self.payment_id}: {self.reason}"
