"""What citizens say themselves, on the tablet at the counter."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from motcua.kernel.clock import now
from motcua.organisation.models import Counter, Unit


class Face(models.IntegerChoices):
    """The three faces. Citizens' own words, never mixed with what a camera saw."""

    POOR = 1, "Không hài lòng"
    FAIR = 2, "Bình thường"
    GOOD = 3, "Rất hài lòng"


class Rating(models.Model):
    """One touch of a face. Appended, never changed.

    `key` is made on the tablet, so that a rating sent again after a lost answer counts once.
    `visit_id` is the visit at the counter then, if the centre knows it, it has no rating yet,
    and the citizen did not ask for the camera to be left out. `queue_visit_id` is the turn that
    the queue had at the counter then; a turn is rated once.
    """

    key = models.UUIDField(unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="ratings")
    counter = models.ForeignKey(Counter, on_delete=models.PROTECT, related_name="ratings")
    visit_id = models.UUIDField(null=True, unique=True)
    queue_visit_id = models.UUIDField(null=True, unique=True)
    face = models.PositiveSmallIntegerField(choices=Face.choices)
    language = models.CharField(max_length=2)
    rated_at = models.DateTimeField()
    received_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-rated_at"]
        indexes = [
            models.Index(fields=["unit", "rated_at"]),
            models.Index(fields=["counter", "-rated_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.counter_id} {self.get_face_display()}"


class RatingRemark(models.Model):
    """What a citizen added to the touch, if anything. Appended, never changed."""

    rating = models.OneToOneField(
        Rating, on_delete=models.PROTECT, primary_key=True, related_name="remark"
    )
    reasons = ArrayField(models.SlugField(max_length=40), default=list)
    comment = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"{self.rating_id} {', '.join(self.reasons)}"


class RatingReason(models.Model):
    """A reason a citizen can tap after a face. Shelved rather than removed: answers name it.

    Without a unit it is the product's own; see `service_quality.words`.
    """

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, related_name="rating_reasons"
    )
    code = models.SlugField("mã", max_length=40, unique=True)
    face = models.PositiveSmallIntegerField("hiện sau mức", choices=Face.choices)
    text_vi = models.CharField("tiếng Việt", max_length=80)
    text_en = models.CharField("tiếng Anh", max_length=80)
    order = models.PositiveSmallIntegerField("thứ tự", default=0)
    active = models.BooleanField("đang dùng", default=True)
    shelved = models.BooleanField("thuộc danh sách cũ", default=False)
    origin = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["face", "order", "code"]

    def __str__(self) -> str:
        return self.text_vi


class TabletLink(models.Model):
    """The address that a counter's tablet opens. A new nonce makes the old address worthless."""

    counter = models.OneToOneField(
        Counter, on_delete=models.CASCADE, primary_key=True, related_name="tablet_link"
    )
    nonce = models.CharField(max_length=32)
    issued_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"{self.counter_id} {self.issued_at:%d/%m/%Y}"
