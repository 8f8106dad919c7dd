"""The working calendar: opening hours by weekday and the days that differ."""

from __future__ import annotations

from django.db import models

from motcua.organisation.models.units import Unit


class OpeningHours(models.Model):
    """A session in which the unit receives citizens on this weekday.

    Saturday sessions usually do not count as working time for deadlines.
    """

    WEEKDAYS = (
        (0, "Thứ Hai"),
        (1, "Thứ Ba"),
        (2, "Thứ Tư"),
        (3, "Thứ Năm"),
        (4, "Thứ Sáu"),
        (5, "Thứ Bảy"),
        (6, "Chủ Nhật"),
    )

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField("thứ", choices=WEEKDAYS)
    opens = models.TimeField("mở cửa")
    closes = models.TimeField("đóng cửa")
    counts_for_deadline = models.BooleanField("tính vào thời hạn giải quyết", default=True)

    class Meta:
        ordering = ["unit", "weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opens__lt=models.F("closes")), name="opening_before_closing"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


class CalendarDay(models.Model):
    """A date that differs from its weekday, for the whole city or for one unit."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", "Nghỉ lễ"
        DAY_OFF_IN_LIEU = "in_lieu", "Nghỉ bù, nghỉ hoán đổi"
        WORKING_DAY = "working", "Làm bù"

    unit = models.ForeignKey(
        Unit, on_delete=models.CASCADE, null=True, blank=True, related_name="calendar_days"
    )
    date = models.DateField("ngày")
    kind = models.CharField("loại", max_length=20, choices=Kind.choices)
    name = models.CharField("tên", max_length=120)
    source = models.CharField("văn bản, nguồn", max_length=300)
    certain = models.BooleanField("đã có văn bản chính thức", default=True)

    class Meta:
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "date"], nulls_distinct=False, name="calendar_day_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.date:%d/%m/%Y} {self.name}"
