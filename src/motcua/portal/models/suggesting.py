"""Suggestions that somebody does not want to see again."""

from __future__ import annotations

from django.db import models

from motcua.citizens.models import Citizen
from motcua.kernel.clock import now


class SuggestionDismissed(models.Model):
    """Not this one any more; all of them are stopped by the consent."""

    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=120)
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["citizen", "key"], name="suggestion_dismissed_once")
        ]

    def __str__(self) -> str:
        return self.key
