"""What belongs to the pages that anybody may open."""

from __future__ import annotations

from django.db import models

from motcua.dossiers.models import Dossier
from motcua.kernel.clock import now
from motcua.organisation.models import Unit


class Attempts(models.Model):
    """How often something was tried in one window; `key` is a keyed hash, never an address."""

    key = models.CharField(max_length=64)
    since = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "since"], name="attempts_counted_once")
        ]
        indexes = [models.Index(fields=["since"], name="attempts_to_forget")]

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.count}"


class NewsStopped(models.Model):
    """Whoever follows this dossier wants no messages about it."""

    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return str(self.dossier_id)


class Publicity(models.Model):
    """What a unit shows of itself beyond what it must; without a row, everything."""

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="publicity")
    names = models.BooleanField(
        "hiện họ tên công chức đang trực quầy",
        default=True,
        help_text="Tắt khi đơn vị có quy định khác. Quầy và lĩnh vực vẫn hiện.",
    )
    dossiers = models.BooleanField(
        "hiện danh sách hồ sơ theo mã",
        default=True,
        help_text="Chỉ có mã, trạng thái và ngày hẹn; không có tên người.",
    )

    def __str__(self) -> str:
        return str(self.unit)
