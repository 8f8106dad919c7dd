"""Who signs with which key, whom the city trusts, what was signed and what was verified."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.db import models
from django.db.models import Q

from motcua.kernel.clock import now
from motcua.kernel.ids import new_id
from motcua.kernel.personal_numbers import EncryptedTextField
from motcua.organisation.models import Person, Unit
from motcua.signatures.rules import Standing, standing
from motcua.signatures.verdicts import State


class SigningIdentity(models.Model):
    """A certificate with the way to its key: of one person, or the seal of an agency."""

    class Kind(models.TextChoices):
        PERSON = "person", "Chữ ký của cá nhân"
        AGENCY = "agency", "Con dấu của cơ quan"

    class ProviderKind(models.TextChoices):
        PKCS12 = "pkcs12", "Tệp chứng thư (PKCS#12)"
        PKCS11 = "pkcs11", "Thiết bị bảo mật (PKCS#11)"

    kind = models.CharField("loại", max_length=10, choices=Kind.choices)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="signing_identities"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="signing_identities")
    label = models.CharField("tên gọi", max_length=160)
    provider = models.CharField("nơi giữ khoá", max_length=10, choices=ProviderKind.choices)
    # JSON of what the provider needs, password or PIN among it; stored encrypted.
    secret = EncryptedTextField("cấu hình")
    image = models.BinaryField("ảnh chữ ký hoặc con dấu (PNG)", blank=True, default=b"")
    certificate = models.BinaryField("chứng thư (DER)")
    serial = models.CharField("số sê-ri", max_length=64)
    subject = models.CharField("chủ thể", max_length=400)
    issuer = models.CharField("nơi cấp", max_length=400)
    valid_from = models.DateTimeField("có hiệu lực từ")
    valid_until = models.DateTimeField("hết hiệu lực")
    active = models.BooleanField("đang dùng", default=True)
    blocked_because = models.CharField("bị chặn vì", max_length=200, blank=True)
    replaced_by = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces"
    )
    demonstration = models.BooleanField("minh hoạ", default=False)
    added_by = models.CharField(max_length=60)
    added_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["unit", "kind", "label", "-added_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="person", person__isnull=False)
                | Q(kind="agency", person__isnull=True),
                name="identity_of_a_person_or_an_agency",
            ),
            models.UniqueConstraint(
                fields=["person", "unit"],
                condition=Q(active=True, kind="person"),
                name="identity_one_active_per_person_and_unit",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def config(self) -> dict[str, Any]:
        """What the provider needs; never shown."""
        found: dict[str, Any] = json.loads(self.secret or "{}")
        return found

    def standing(self, at: dt.datetime) -> Standing:
        return standing(
            active=self.active,
            blocked=bool(self.blocked_because),
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            at=at,
        )


class TrustRoot(models.Model):
    """A certification authority whose certificates the city accepts, and who says so."""

    name = models.CharField("tên", max_length=200)
    source = models.CharField("nguồn", max_length=300)
    certificate = models.BinaryField("chứng thư (DER)")
    fingerprint = models.CharField("SHA-256", max_length=64, unique=True)
    subject = models.CharField("chủ thể", max_length=400)
    valid_from = models.DateTimeField("có hiệu lực từ")
    valid_until = models.DateTimeField("hết hiệu lực")
    # Fetched hourly by a job; never an address out of somebody's document.
    revocation_url = models.URLField("địa chỉ danh sách thu hồi", blank=True)
    revocation_trouble = models.CharField(max_length=300, blank=True)
    active = models.BooleanField("đang tin cậy", default=True)
    demonstration = models.BooleanField("minh hoạ", default=False)
    added_by = models.CharField(max_length=60)
    added_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-active", "name"]

    def __str__(self) -> str:
        return self.name


class RevocationList(models.Model):
    """The newest list of revoked certificates of one issuer (CRL, RFC 5280)."""

    root = models.ForeignKey(TrustRoot, on_delete=models.CASCADE, related_name="revocation_lists")
    issuer = models.CharField(max_length=400)
    content = models.BinaryField()
    this_update = models.DateTimeField()
    next_update = models.DateTimeField(null=True)
    revoked_count = models.PositiveIntegerField()
    source = models.CharField(max_length=300)
    stored_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["issuer"]
        constraints = [
            models.UniqueConstraint(fields=["root", "issuer"], name="revocation_list_newest_only")
        ]

    def __str__(self) -> str:
        return f"{self.issuer}, {self.this_update:%d/%m/%Y}"


class SignedDocument(models.Model):
    """A document that carries its signatures, written only when all are on it. Never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=160, unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="signed_documents")
    signer = models.ForeignKey(
        SigningIdentity, on_delete=models.PROTECT, null=True, related_name="signed"
    )
    seal = models.ForeignKey(
        SigningIdentity, on_delete=models.PROTECT, null=True, related_name="sealed"
    )
    reason = models.CharField(max_length=300)
    before_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    timestamped = models.BooleanField()
    signed_by = models.CharField(max_length=60)
    sealed_by = models.CharField(max_length=60)
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["sha256"])]

    def __str__(self) -> str:
        return f"{self.key} {self.at:%d/%m/%Y %H:%M}"


class VerificationRecord(models.Model):
    """What was found about one file at one moment. Never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    state = models.CharField(max_length=20, choices=[(s.value, s.answer) for s in State])
    verdict = models.JSONField()
    about = models.CharField(max_length=160, blank=True)
    by_label = models.CharField(max_length=60)
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["unit", "-at"]), models.Index(fields=["sha256"])]

    def __str__(self) -> str:
        return f"{self.file_name}: {self.get_state_display()}"

    @property
    def tone(self) -> str:
        """Tone of its badge."""
        return State(self.state).tone
