"""What the cameras tell: readings, visits, irritations, and the live state of each counter.

Readings are the largest table of the product: 168 units of ten counters write 1,680 rows a
second. They lie in monthly partitions that are dropped whole when their time is over, carry no
index but their key, and are never read to draw a page: pages read the roll-ups.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from motcua.kernel.clock import now
from motcua.organisation.models import Counter, Device


class Level(models.IntegerChoices):
    """How a visit, or a moment of it, looked. Zero says that too little could be seen."""

    UNKNOWN = 0, "không đủ dữ liệu"
    DISPLEASED = 1, "chưa hài lòng"
    ORDINARY = 2, "bình thường"
    PLEASED = 3, "vui vẻ"
    VERY_PLEASED = 4, "rất vui"


class Reading(models.Model):
    """One counter at one second. A database trigger refuses UPDATE.

    Identity is the counter and the device's own clock, which repeats itself exactly when a
    reading is delivered twice; `at` is the centre's time, corrected where that clock is wrong.
    `visit_id` names no row by foreign key: a reading may arrive before its visit does.
    """

    pk = models.CompositePrimaryKey("counter_id", "taken_at")
    counter = models.ForeignKey(
        Counter, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    taken_at = models.DateTimeField()
    at = models.DateTimeField()
    visit_id = models.UUIDField(null=True)
    present = models.BooleanField()
    irritated = models.BooleanField(default=False)
    good_view = models.FloatField()
    problem = models.CharField(max_length=12, blank=True)
    mood = models.PositiveSmallIntegerField(choices=Level.choices, null=True)
    pleasant = models.FloatField(null=True)
    negative = models.FloatField(null=True)
    expressions = ArrayField(
        models.PositiveSmallIntegerField(), null=True, help_text="per mille, in the order of LABELS"
    )

    class Meta:
        ordering = ["counter", "taken_at"]

    def __str__(self) -> str:
        return f"{self.counter_id} {self.at:%d/%m/%Y %H:%M:%S}"


class VisitQuerySet(models.QuerySet["Visit"]):
    def counted(self) -> VisitQuerySet:
        """Visits that may appear in figures: closed and not excluded at the citizen's wish."""
        return self.filter(closed_at__isnull=False, excluded_at=None)


class Visit(models.Model):
    """One citizen's time at a counter, without the citizen: when, and how it looked.

    The identifier is made by the camera's computer. An excluded visit keeps its times, so that
    the counter's workload stays right, and nothing else.
    """

    id = models.UUIDField(primary_key=True)
    counter = models.ForeignKey(Counter, on_delete=models.PROTECT, related_name="visits")
    device = models.ForeignKey(
        Device, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    opened_at = models.DateTimeField("bắt đầu")
    closed_at = models.DateTimeField("kết thúc", null=True, blank=True)
    excluded_at = models.DateTimeField("không dùng camera", null=True, blank=True)
    queue_visit_id = models.UUIDField("lượt theo hàng chờ", null=True, blank=True)
    level = models.PositiveSmallIntegerField("mức", choices=Level.choices, default=Level.UNKNOWN)
    score = models.FloatField("điểm", null=True, blank=True, help_text="0–100")
    good_view = models.FloatField(null=True, blank=True, help_text="0–1")
    expressions = models.JSONField(default=dict, blank=True)
    curve = models.JSONField(
        default=list, blank=True, help_text="[giây từ khi bắt đầu, pleasant, negative] …"
    )
    peak_at = models.DateTimeField(null=True, blank=True)
    peak_valence = models.FloatField(null=True, blank=True, help_text="−1…1")
    end_valence = models.FloatField(null=True, blank=True, help_text="−1…1")

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at"]
        indexes = [models.Index(fields=["counter", "-opened_at"])]

    def __str__(self) -> str:
        return f"{self.counter} {self.opened_at:%d/%m/%Y %H:%M}"


class Irritation(models.Model):
    """A sustained, confident shift to displeasure that a camera noticed.

    The incident it opened lives its own life; this row is the evidence.
    """

    id = models.UUIDField(primary_key=True)
    counter = models.ForeignKey(Counter, on_delete=models.PROTECT, related_name="irritations")
    visit_id = models.UUIDField(db_index=True)
    onset = models.DateTimeField()
    at = models.DateTimeField(help_text="when the camera was sure")
    ended_at = models.DateTimeField(null=True, blank=True)
    confidence = models.FloatField(help_text="0–1")
    received_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["counter", "-at"])]

    def __str__(self) -> str:
        return f"{self.counter} {self.at:%d/%m/%Y %H:%M:%S}"


class CounterNow(models.Model):
    """The latest reading of each counter, for live pages.

    `told_*` is what open pages were last told and when, so that they are told of a change
    and not of every second.
    """

    counter = models.OneToOneField(
        Counter, on_delete=models.CASCADE, primary_key=True, related_name="now"
    )
    at = models.DateTimeField()
    present = models.BooleanField()
    irritated = models.BooleanField(default=False)
    visit_id = models.UUIDField(null=True)
    mood = models.PositiveSmallIntegerField(choices=Level.choices, null=True)
    pleasant = models.FloatField(null=True)
    negative = models.FloatField(null=True)
    told_state = models.CharField(max_length=60, blank=True)
    told_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.counter_id} {self.at:%H:%M:%S}"


class RefusedItem(models.Model):
    """Something a device sent that the centre did not take, and why.

    Never the thing itself: what does not fit the contract might be anything, a picture too.
    The device keeps what was refused.
    """

    at = models.DateTimeField(default=now)
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="+")
    sequence = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=20, blank=True)
    code = models.CharField(max_length=40)
    reason = models.CharField(max_length=300)
    size = models.PositiveIntegerField(help_text="bytes of JSON")

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["device", "-at"])]

    def __str__(self) -> str:
        return f"{self.device} {self.kind} {self.code}"
