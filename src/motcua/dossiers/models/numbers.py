"""Numbers that are given without a gap."""

from __future__ import annotations

from django.db import models

from motcua.organisation.models import Unit


class CodeCounter(models.Model):
    """The last number given in a series of a unit; its row is the lock of the series.

    Series: `code` with the day, `receipt` with the year, `result` with year and symbol.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_index=False, related_name="+")
    series = models.CharField(max_length=10)
    period = models.CharField(max_length=60)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "series", "period"], name="series_once")
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.series} {self.period}: {self.last}"
