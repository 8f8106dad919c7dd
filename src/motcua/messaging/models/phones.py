"""What comes in: replies from real phones, and the texts on the demonstration phone."""

from __future__ import annotations

from django.db import models

from motcua.kernel import phones
from motcua.kernel.clock import now
from motcua.kernel.ids import new_id
from motcua.messaging.models.messages import Message
from motcua.messaging.models.providers import CHANNELS, ProviderAccount
from motcua.organisation.models import Unit


class InboundMessage(models.Model):
    """An SMS that somebody sent us. Never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    provider = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="inbound")
    key = models.CharField(max_length=160)
    from_phone = models.CharField(max_length=40, db_index=True)
    to = models.CharField(max_length=40, blank=True)
    text = models.TextField()
    answers = models.ForeignKey(
        Message, on_delete=models.PROTECT, null=True, related_name="answers"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-received_at"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "key"], name="inbound_once_per_provider")
        ]

    def __str__(self) -> str:
        return f"{self.masked_phone}: {self.text[:40]}"

    @property
    def masked_phone(self) -> str:
        return phones.masked(self.from_phone)


class InboundPart(models.Model):
    """One part of a long incoming SMS, kept until all its parts are here."""

    provider = models.ForeignKey(ProviderAccount, on_delete=models.CASCADE)
    from_phone = models.CharField(max_length=40)
    group = models.PositiveIntegerField()
    total = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    received_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "from_phone", "group", "total", "number"],
                name="inbound_part_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.group} {self.number}/{self.total}"


class DemoText(models.Model):
    """A text on the demonstration phone: what arrived there, and what was answered from it."""

    reference = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, null=True, related_name="+")
    channel = models.CharField(max_length=10, choices=CHANNELS)
    address = models.CharField(max_length=254, db_index=True)
    outgoing = models.BooleanField(default=False)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    parts = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.address}: {self.text[:40]}"
