"""Words at the counter: advice to the officer, and the notice to citizens. Edited on screen."""

from __future__ import annotations

from django.db import models

from motcua.organisation.models import Unit
from motcua.service_quality.moods import SITUATION_NAMES


class Advice(models.Model):
    """A short, kind sentence for the officer when a mood sinks, and where it comes from.

    Without a unit it is the product's own; see `service_quality.words`.
    """

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, related_name="counter_advice"
    )
    situation = models.CharField(
        "khi nào",
        max_length=20,
        choices=[(situation.value, name) for situation, name in SITUATION_NAMES.items()],
    )
    text = models.CharField("lời gợi ý", max_length=160)
    source = models.CharField("nguồn", max_length=200)
    order = models.PositiveSmallIntegerField("thứ tự", default=0)
    active = models.BooleanField("đang dùng", default=True)
    shelved = models.BooleanField("thuộc danh sách cũ", default=False)
    origin = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["situation", "order", "id"]

    def __str__(self) -> str:
        return self.text


class CounterNotice(models.Model):
    """What the notice at the counter says. The law is quoted by the unit, not by the program."""

    unit = models.OneToOneField(
        Unit, on_delete=models.CASCADE, primary_key=True, related_name="counter_notice"
    )
    purpose = models.TextField("để làm gì")
    measured = models.TextField("đo những gì")
    never = models.TextField("không làm những gì")
    kept = models.TextField("lưu bao lâu")
    refusal = models.TextField("từ chối bằng cách nào")
    contact = models.TextField("hỏi ai")
    legal_basis = models.TextField("căn cứ pháp lý", blank=True)
    legal_source = models.CharField("nguồn của căn cứ, ngày kiểm tra", max_length=300, blank=True)

    def __str__(self) -> str:
        return f"Thông báo tại quầy của {self.unit}"
