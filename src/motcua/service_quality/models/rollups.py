"""Sums that pages read instead of readings: by the minute, the hour and the day.

Every figure is a count or a sum, so that any two rows can be added and any visit taken out again.
"""

from __future__ import annotations

from django.db import models

from motcua.organisation.models import Counter


class Span(models.Model):
    """One counter over one span of time beginning at `start` (in the city's time zone)."""

    # No index of its own: every key below begins with it.
    counter = models.ForeignKey(Counter, on_delete=models.CASCADE, related_name="+", db_index=False)
    start = models.DateTimeField()

    class Meta:
        abstract = True
        ordering = ["start", "counter"]

    def __str__(self) -> str:
        return f"{self.counter_id} {self.start:%d/%m/%Y %H:%M}"


class VisitSums(Span):
    """`visits` are closed ones not excluded; `scored` those with enough view for a score; the
    four levels count how these looked."""

    visits = models.IntegerField(db_default=0)
    scored = models.IntegerField(db_default=0)
    score_sum = models.FloatField(db_default=0)
    visits_displeased = models.IntegerField(db_default=0)
    visits_ordinary = models.IntegerField(db_default=0)
    visits_pleased = models.IntegerField(db_default=0)
    visits_very_pleased = models.IntegerField(db_default=0)

    class Meta(Span.Meta):
        abstract = True


class Rollup(VisitSums):
    """Seconds are readings, one a second. `seen` are those with a readable face; the four levels
    count how these looked: seconds, not visits."""

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

    class Meta(VisitSums.Meta):
        abstract = True


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
    """For weeks and months; kept."""

    pk = models.CompositePrimaryKey("counter_id", "start")

    class Meta(Rollup.Meta):
        indexes = [models.Index(fields=["start"], name="rollup_day_start")]


class MonthRollup(VisitSums):
    """Visits alone, for a year of the whole city; kept."""

    pk = models.CompositePrimaryKey("counter_id", "start")

    class Meta(VisitSums.Meta):
        indexes = [models.Index(fields=["start"], name="rollup_month_start")]


class RatingSums(Span):
    """Touches of the three faces. A trigger of `Rating` adds to them: who stores a rating has
    counted it, and nobody else writes here."""

    poor = models.IntegerField(db_default=0)
    fair = models.IntegerField(db_default=0)
    good = models.IntegerField(db_default=0)

    class Meta(Span.Meta):
        abstract = True


class RatingDay(RatingSums):
    """For weeks and months; kept."""

    pk = models.CompositePrimaryKey("counter_id", "start")

    class Meta(RatingSums.Meta):
        indexes = [models.Index(fields=["start"], name="rating_day_start")]


class RatingMonth(RatingSums):
    """For a year of the whole city; kept."""

    pk = models.CompositePrimaryKey("counter_id", "start")

    class Meta(RatingSums.Meta):
        indexes = [models.Index(fields=["start"], name="rating_month_start")]
