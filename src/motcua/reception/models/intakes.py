"""A filing that an officer is still writing down at the counter."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from motcua.citizens.models import Citizen
from motcua.dossiers.models import Dossier
from motcua.kernel.clock import now
from motcua.kernel.ids import new_id
from motcua.organisation.models import Person, Unit
from motcua.procedures.models import ProcedureVersion
from motcua.reception.models.queue import Turn


class Intake(models.Model):
    """What was said and handed in so far. Each step is kept, so that a power cut loses nothing.

    `answers` holds the form as typed, `papers` by the requirement's order
    `{"ticked": bool, "held": id or null, "via": how the person agreed to reuse}`. Its id files
    the dossier once, however often the last button is pressed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_index=False, related_name="+")
    officer = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False, related_name="+")
    turn = models.ForeignKey(
        Turn, on_delete=models.PROTECT, null=True, db_index=False, related_name="intakes"
    )
    applicant = models.ForeignKey(
        Citizen, on_delete=models.PROTECT, verbose_name="người nộp", related_name="+"
    )
    version = models.ForeignKey(
        ProcedureVersion,
        on_delete=models.PROTECT,
        verbose_name="thủ tục",
        null=True,
        db_index=False,
        related_name="+",
    )
    answers = models.JSONField(default=dict)
    papers = models.JSONField(default=dict)
    started_at = models.DateTimeField(default=now, editable=False)
    changed_at = models.DateTimeField(default=now)
    dropped_at = models.DateTimeField(null=True)
    dossier = models.ForeignKey(
        Dossier, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )

    class Meta:
        ordering = ["-changed_at"]
        indexes = [
            models.Index(
                fields=["unit", "officer", "-changed_at"],
                name="intake_unfinished",
                condition=Q(dossier=None, dropped_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.started_at:%d/%m/%Y %H:%M}"

    @property
    def open(self) -> bool:
        """Whether it can still be written to."""
        return self.dossier_id is None and self.dropped_at is None
