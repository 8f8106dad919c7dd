"""Sums that pages read instead of readings: by the minute, the hour and the day.

Every figure is a count or a sum, so that any two rows can be added and any visit taken out again.
"""

from __future__ import annotations

from django.db import models

from motcua.organisation.models import Counter


class Rollup(models.Model):
    """One counter over one span of time beginning at `start` (in the city's time zone).

    Seconds are readings, one a second. `seen` are those with a readable face; the four levels
    count how these looked. `visits` are closed ones not excluded; `scored` those with enough
    view for a score; their four levels count visits, not seconds.
    """

    counter = models.ForeignKey(Counter, on_delete=models.CASCADE, related_name="+")
    start = models.DateTimeField()
    seconds = models.IntegerField(db_default=0)
    present = models.IntegerField(db_default=0)
    seen = models.IntegerField(db_default=0)
    irritated = models.IntegerField(db_default=0)
    pleasant_sum = models.FloatField(db_default=0)
    negative_sum = models.FloatField(db_default=0)
    displeased = models.IntegerField(db_default=0)
    ordinary = models.IntegerField(db_default=0)
    pleased = models.IntegerField(db_default=0)
    very_pleased = models.IntegerField(db_default=0)
    visits = models.IntegerField(db_default=0)
    scored = models.IntegerField(db_default=0)
    score_sum = models.FloatField(db_default=0)
    visits_displeased = models.IntegerField(db_default=0)
    visits_ordinary = models.IntegerField(db_default=0)
    visits_pleased = models.IntegerField(db_default=0)
    visits_very_pleased = models.IntegerField(db_default=0)

    class Meta:
        abstract = True
        ordering = ["start", "counter"]

    def __str__(self) -> str:
        return f"{self.counter_id} {self.start:%d/%m/%Y %H:%M}"


class MinuteRollup(Rollup):
    """For today's curve; kept as long as readings are."""

    pk = models.CompositePrimaryKey("counter_id", "start")

    class Meta(Rollup.Meta):
        indexes = [models.Index(fields=["start"], name="rollup_minute_start")]


class HourRollup(Rollup):
    """For the hours of a day and the days of a week; kept."""

    pk = models.CompositePrimaryKey("counter_id", "start")

    class Meta(Rollup.Meta):
        indexes = [models.Index(fields=["start"], name="rollup_hour_start")]


class DayRollup(Rollup):
    """For months, years and the whole city; kept."""

    pk = models.CompositePrimaryKey("counter_id", "start")

    class Meta(Rollup.Meta):
        indexes = [models.Index(fields=["start"], name="rollup_day_start")]
