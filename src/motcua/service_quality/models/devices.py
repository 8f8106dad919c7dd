"""What the centre tells a camera: how to judge at a counter, and what just happened there."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from motcua.kernel.clock import now
from motcua.organisation.models import Counter, Person


class CounterTuning(models.Model):
    """Thresholds of one counter's camera. Empty: the engine's own measured value."""

    counter = models.OneToOneField(
        Counter, on_delete=models.CASCADE, primary_key=True, related_name="tuning"
    )
    irritation_rise = models.FloatField(
        "độ tăng biểu cảm tiêu cực để bắt đầu tính",
        null=True,
        blank=True,
        validators=[MinValueValidator(0.1), MaxValueValidator(0.95)],
        help_text="0,1–0,95; cao hơn thì ít báo hơn",
    )
    irritation_seconds = models.FloatField(
        "số giây kéo dài trước khi báo",
        null=True,
        blank=True,
        validators=[MinValueValidator(2), MaxValueValidator(60)],
    )
    analysed_fps = models.FloatField(
        "số khung hình phân tích mỗi giây",
        null=True,
        blank=True,
        validators=[MinValueValidator(0.5), MaxValueValidator(15)],
    )
    follow_queue = models.BooleanField("lượt phục vụ theo hệ thống xếp hàng", default=False)
    changed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"{self.counter}"


class CounterSignal(models.Model):
    """News for the camera of a counter. Devices ask for those after the last one they acted on."""

    class Kind(models.TextChoices):
        VISIT_OPENED = "visit_opened", "Đã gọi người dân tới quầy"
        VISIT_CLOSED = "visit_closed", "Đã phục vụ xong"
        EXCLUDE_VISIT = "exclude_visit", "Không dùng camera cho lượt này"

    counter = models.ForeignKey(Counter, on_delete=models.CASCADE, related_name="signals")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["counter", "id"])]

    def __str__(self) -> str:
        return f"{self.counter_id} {self.kind}"
