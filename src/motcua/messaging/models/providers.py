"""Provider accounts, how each stands, and what a unit prefers."""

from __future__ import annotations

import json
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from motcua.kernel.clock import now
from motcua.kernel.personal_numbers import EncryptedTextField
from motcua.messaging.base import Account
from motcua.messaging.rules import Channel, QuietHours
from motcua.organisation.models import Unit

CHANNELS = [(channel.value, channel.vietnamese) for channel in Channel]


class ProviderAccount(models.Model):
    """One contract with a provider: which kind it is, its settings, its price and its weight."""

    class Diacritics(models.TextChoices):
        UNIT = "unit", "Theo cài đặt của đơn vị"
        KEEP = "keep", "Giữ dấu"
        STRIP = "strip", "Bỏ dấu"

    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="message_providers",
        verbose_name="đơn vị",
        help_text="Để trống: dùng chung cho toàn thành phố.",
    )
    kind = models.CharField("loại", max_length=30)
    name = models.CharField("tên", max_length=80)
    channel = models.CharField("kênh", max_length=10, choices=CHANNELS)
    active = models.BooleanField("đang dùng", default=True)
    weight = models.PositiveSmallIntegerField(
        "tỷ trọng",
        default=100,
        validators=[MaxValueValidator(100)],
        help_text="0 đến 100. 0 là dự phòng: chỉ dùng khi các nhà cung cấp khác từ chối.",
    )
    rate = models.PositiveSmallIntegerField(
        "số phần tin mỗi giây",
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(500)],
        help_text="Giới hạn theo hợp đồng.",
    )
    cost_per_part = models.PositiveIntegerField("giá một phần tin (đồng)", default=0)
    diacritics = models.CharField(
        "dấu tiếng Việt", max_length=10, choices=Diacritics.choices, default=Diacritics.UNIT
    )
    timeout_seconds = models.PositiveSmallIntegerField(
        "thời gian chờ trả lời (giây)",
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
    )
    options = models.JSONField("cài đặt", default=dict, blank=True)
    secrets = EncryptedTextField("mật khẩu, khoá", blank=True, default="")
    callback_token = models.CharField(max_length=64, unique=True)
    changed_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ["channel", "unit", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name"], nulls_distinct=False, name="provider_name_once_per_unit"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def secret_values(self) -> dict[str, str]:
        """Secrets by option name, decrypted."""
        found: dict[str, str] = json.loads(self.secrets) if self.secrets else {}
        return found

    def account(self, **extra: Any) -> Account:
        """The settings as a provider object takes them."""
        return Account(
            id=self.pk,
            name=self.name,
            options={**self.options, **self.secret_values()},
            timeout=float(self.timeout_seconds),
            extra={"callback_token": self.callback_token, **extra},
        )


class ProviderStanding(models.Model):
    """What moves about a provider, apart from its settings so that neither locks the other."""

    provider = models.OneToOneField(
        ProviderAccount, on_delete=models.CASCADE, primary_key=True, related_name="standing"
    )
    share = models.PositiveSmallIntegerField(default=100)
    moved_at = models.DateTimeField(null=True, blank=True)
    tokens = models.FloatField(default=0.0)
    tokens_at = models.DateTimeField(default=now)
    session_note = models.CharField(max_length=200, blank=True)
    session_up = models.BooleanField(null=True)
    session_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.provider_id}: {self.share}"


class UnitPreference(models.Model):
    """How a unit wants its messages; a unit without a row has these defaults."""

    unit = models.OneToOneField(
        Unit, on_delete=models.CASCADE, primary_key=True, related_name="message_preference"
    )
    keep_diacritics = models.BooleanField(
        "giữ dấu tiếng Việt",
        default=False,
        help_text="Có dấu: 70 ký tự một phần tin. Không dấu: 160 ký tự.",
    )
    quiet_since = models.TimeField("không nhắn cho người dân từ", default="21:00")
    quiet_until = models.TimeField("đến", default="07:00")
    hourly_limit = models.PositiveSmallIntegerField(
        "số tin tối đa mỗi giờ cho một số",
        default=10,
        help_text="Không áp dụng cho cảnh báo khẩn. 0: không giới hạn.",
    )

    def __str__(self) -> str:
        return f"{self.unit}"

    @property
    def quiet_hours(self) -> QuietHours:
        return QuietHours(self.quiet_since, self.quiet_until)
