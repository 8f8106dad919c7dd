"""What suggestions rest on, and those that somebody does not want to see again."""

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


class SuggestionBasis(models.Model):
    """What the city says that one rule rests on; it takes the place of the default."""

    rule = models.CharField(max_length=40, primary_key=True)
    days = models.PositiveSmallIntegerField("số ngày")
    source = models.CharField("căn cứ, nguồn", max_length=300)
    certain = models.BooleanField("đã đối chiếu văn bản", default=False)
    shown = models.BooleanField("hiện gợi ý này", default=True)
    changed_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"{self.rule}: {self.days}"
