"""Scans on their way to becoming searchable."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from motcua.citizens.models.papers import HeldPaper
from motcua.citizens.rules import DigitisingState
from motcua.kernel.clock import now


class Digitisation(models.Model):
    """One wish that a paper become searchable PDF/A; one at a time a paper."""

    paper = models.ForeignKey(HeldPaper, on_delete=models.PROTECT, related_name="digitisations")
    state = models.CharField(
        max_length=10,
        default=DigitisingState.QUEUED,
        choices=[(s.value, s.vietnamese) for s in DigitisingState],
    )
    pages_done = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True)
    result = models.OneToOneField(
        HeldPaper, on_delete=models.PROTECT, null=True, related_name="made_by"
    )
    asked_by = models.CharField(max_length=120)
    asked_at = models.DateTimeField(default=now)
    moved_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["paper"],
                condition=Q(state__in=[DigitisingState.QUEUED, DigitisingState.WORKING]),
                name="digitising_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.state}"

    @property
    def percent(self) -> int:
        """Pages done of all, 0–100; 0 while their number is not known."""
        return round(100 * self.pages_done / self.paper.pages) if self.paper.pages else 0
