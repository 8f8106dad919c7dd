"""Machines that speak to the centre: camera computers, tablets, displays, kiosks."""

from __future__ import annotations

from django.db import models

from motcua.kernel.clock import now
from motcua.organisation.models.units import Counter, Unit


class Device(models.Model):
    """One enrolled machine. Its token is known only to itself; here lies a hash."""

    class Kind(models.TextChoices):
        CAMERA = "camera", "Máy tính camera"
        TABLET = "tablet", "Máy tính bảng tại quầy"
        DISPLAY = "display", "Màn hình sảnh"
        KIOSK = "kiosk", "ATM hồ sơ"
        TICKETS = "tickets", "Máy lấy số"

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="devices")
    kind = models.CharField("loại", max_length=20, choices=Kind.choices)
    name = models.CharField("tên", max_length=120)
    counters = models.ManyToManyField(Counter, blank=True, related_name="devices")
    machine = models.CharField("máy đã ghi danh", max_length=120, blank=True)
    enrolment_hash = models.CharField(max_length=64, blank=True, db_index=True)
    enrolment_expires = models.DateTimeField(null=True, blank=True)
    token_hash = models.CharField(max_length=64, blank=True, db_index=True)
    enrolled_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_seen = models.DateTimeField(null=True, blank=True)
    health = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ["unit", "name"]

    def __str__(self) -> str:
        return self.name
