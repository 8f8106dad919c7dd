"""The answer to a dossier: its number, who signed, who sealed, who took it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from motcua.citizens.models import HeldPaper
from motcua.dossiers.models.dossiers import Dossier
from motcua.kernel.clock import now
from motcua.organisation.models import Person, Unit


class Result(models.Model):
    """One document. Its number is given once and kept, however often sealing is tried.

    `file` is the latest version: the draft, then the signed, then the sealed one; each is a row
    of `citizens` with its own bytes, so that no step overwrites another.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="results")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_index=False, related_name="+")
    title = models.CharField("tên văn bản", max_length=300)
    symbol = models.CharField("ký hiệu", max_length=40, blank=True)
    number = models.PositiveIntegerField("số", null=True)
    year = models.PositiveSmallIntegerField(null=True)
    file = models.ForeignKey(
        HeldPaper, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    drafted_at = models.DateTimeField(default=now)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    signed_digitally = models.BooleanField(default=False)
    numbered_at = models.DateTimeField(null=True)
    sealed_at = models.DateTimeField(null=True)
    sealed_digitally = models.BooleanField(default=False)
    issued_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    returned_to = models.CharField("người nhận", max_length=160, blank=True)
    returned_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["dossier", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year", "symbol", "number"],
                condition=Q(number__isnull=False),
                name="result_number_once",
            ),
            models.CheckConstraint(
                condition=Q(issued_at=None) | Q(number__isnull=False),
                name="result_numbered_before_issued",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def full_number(self) -> str:
        """As on the document: `12/GXN-UBND`; empty before it has a number."""
        if self.number is None:
            return ""
        return f"{self.number:02d}/{self.symbol}" if self.symbol else f"{self.number:02d}"
