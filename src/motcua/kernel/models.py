"""The kernel's tables: audit entries, their seals, live events, and workers seen alive."""

from __future__ import annotations

from django.db import models

from motcua.kernel.clock import now


class AuditEntry(models.Model):
    """One act. A database trigger refuses UPDATE, DELETE and TRUNCATE."""

    at = models.DateTimeField(default=now, editable=False)
    action = models.CharField(max_length=80)
    actor = models.CharField(max_length=120)
    subject = models.CharField(max_length=160, db_index=True)
    unit_id = models.BigIntegerField(null=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["unit_id", "-at"])]

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y %H:%M:%S} {self.actor} {self.action} {self.subject}"


class AuditSeal(models.Model):
    """A link of the hash chain: the hash covers the entry and the link before."""

    position = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="seal")
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.position}: {self.hash[:12]}"


class LiveEvent(models.Model):
    """A message to open pages. Ids grow; rows older than a day are removed."""

    at = models.DateTimeField(default=now, db_index=True)
    channel = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["channel", "id"])]

    def __str__(self) -> str:
        return f"{self.id} {self.channel} {self.kind}"


class WorkerBeat(models.Model):
    """One running worker. It goes when it ends; after a crash it stays, growing old."""

    queue = models.CharField(max_length=60, blank=True)
    """The only queue whose jobs it runs; empty: it runs every job."""
    host = models.CharField(max_length=120)
    process = models.PositiveIntegerField()
    started_at = models.DateTimeField(default=now)
    seen_at = models.DateTimeField(default=now, db_index=True)

    def __str__(self) -> str:
        return f"{self.queue or 'every queue'}: {self.host}/{self.process}"
