"""Help beside a citizen: what was helped, never whom."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from motcua.kernel.clock import now
from motcua.kernel.ids import new_id
from motcua.organisation.models import Person, Unit
from motcua.portal.models.filing import Draft
from motcua.portal.rules import EndedBy, Outcome
from motcua.procedures.models import Procedure


class HelpSession(models.Model):
    """A citizen lets a helper see one draft. When it ends, the link to the draft goes.

    `code_key` is a keyed hash of the six digits; it goes as soon as a helper has used them.
    """

    public_id = models.UUIDField(default=new_id, unique=True, editable=False)
    code_key = models.CharField(max_length=64, blank=True)
    draft = models.ForeignKey(Draft, on_delete=models.SET_NULL, null=True, related_name="helps")
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=now)
    joined_at = models.DateTimeField(null=True)
    helper = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(
        max_length=8, blank=True, choices=[(each.value, each.vietnamese) for each in EndedBy]
    )
    minutes = models.PositiveSmallIntegerField("số phút", null=True)
    outcome = models.CharField(
        "kết quả",
        max_length=12,
        default=Outcome.UNKNOWN,
        choices=[(each.value, each.vietnamese) for each in Outcome],
    )
    same_screen = models.BooleanField("hướng dẫn trên cùng màn hình", default=False)

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["code_key"], condition=~Q(code_key=""), name="help_code_opens_one"
            ),
            models.UniqueConstraint(
                fields=["draft"], condition=Q(ended_at=None), name="help_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(draft=None), name="ended_help_names_nobody"
            ),
        ]
        indexes = [models.Index(fields=["unit", "-ended_at"], name="helps_of_unit")]

    def __str__(self) -> str:
        return f"{self.procedure_id} {self.opened_at:%d/%m/%Y %H:%M}"
