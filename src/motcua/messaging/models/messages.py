"""A message to one recipient, every try to hand it over, and every receipt that came back."""

from __future__ import annotations

import datetime as dt

from django.db import models

from motcua.kernel import phones
from motcua.kernel.clock import now
from motcua.kernel.ids import new_id
from motcua.messaging.encoding import Alphabet
from motcua.messaging.models.providers import CHANNELS, ProviderAccount
from motcua.messaging.rules import Budget, Channel, ReceiptState, State, Verdict, budget
from motcua.organisation.models import Person, Unit


class Message(models.Model):
    """One text to one recipient. The row exists before anything leaves the house."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=160, unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="messages")
    purpose = models.CharField(max_length=60)
    channel = models.CharField(max_length=10, choices=CHANNELS)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="messages")
    label = models.CharField(max_length=120, blank=True)
    address = models.CharField(max_length=254)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    urgent = models.BooleanField(default=False)
    state = models.CharField(
        max_length=20, default=State.QUEUED, choices=[(s.value, s.vietnamese) for s in State]
    )
    reason = models.CharField(max_length=300, blank=True)
    provider = models.ForeignKey(
        ProviderAccount, on_delete=models.PROTECT, null=True, related_name="messages"
    )
    pinned = models.BooleanField(default=False)
    rounds = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(default=now)
    resend_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="resent_as"
    )
    attended_at = models.DateTimeField(null=True)
    queued_at = models.DateTimeField(default=now)
    state_at = models.DateTimeField(default=now)
    handed_over_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["unit", "-queued_at"]),
            models.Index(fields=["address", "-queued_at"]),
            models.Index(
                fields=["state", "not_before"],
                name="message_in_motion",
                condition=models.Q(state__in=[State.QUEUED, State.SENDING, State.UNCERTAIN]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.get_state_display()}"

    @property
    def masked_address(self) -> str:
        """What may be shown: `090***4567`, or `n***@domain`."""
        if self.channel == Channel.SMS:
            return phones.masked(self.address)
        name, _, domain = self.address.partition("@")
        return f"{name[:1]}***@{domain}"

    @property
    def budget(self) -> Budget:
        return budget(self.urgent)

    def stuck(self, at: dt.datetime) -> bool:
        """Whether a person should look at it: it failed, did not arrive, or takes too long."""
        if self.attended_at:
            return False
        if self.state in {State.FAILED, State.UNDELIVERED, State.EXPIRED}:
            return True
        if self.state == State.UNCERTAIN:
            return at - self.state_at > self.budget.uncertain_for
        waiting_since = max(self.queued_at, self.not_before) if not self.rounds else self.queued_at
        return (
            self.state in {State.QUEUED, State.SENDING}
            and at - waiting_since > self.budget.stuck_after
        )


class Attempt(models.Model):
    """One try, written and committed before the provider is called. Never changed."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    provider = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="attempts")
    started_at = models.DateTimeField(default=now)
    lease_until = models.DateTimeField()
    text = models.TextField()
    alphabet = models.CharField(
        max_length=10, blank=True, choices=[(a.value, a.vietnamese) for a in Alphabet]
    )
    parts = models.PositiveSmallIntegerField(default=1)
    cost = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["started_at"]
        indexes = [models.Index(fields=["provider", "-started_at"])]
        constraints = [
            models.UniqueConstraint(fields=["message", "number"], name="attempt_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.message_id} lần {self.number}"


class AttemptOutcome(models.Model):
    """What came of a try. A second, `late` one tells what was learned afterwards. Never changed."""

    class Kind(models.TextChoices):
        HANDED = "handed", "Nhà cung cấp đã nhận"
        REJECTED = "rejected", "Bị từ chối"
        UNCERTAIN = "uncertain", "Không có trả lời"

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="outcomes")
    at = models.DateTimeField(default=now)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    fault = models.CharField(max_length=10, blank=True)
    code = models.CharField(max_length=60, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    late = models.BooleanField(default=False)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt"], condition=models.Q(late=False), name="outcome_once_per_attempt"
            )
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.kind}"


class PartReference(models.Model):
    """The provider's own name of one part that it took; receipts speak of these."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="references")
    provider = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT)
    reference = models.CharField(max_length=120)
    at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["provider", "reference"])]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "reference"], name="reference_once")
        ]

    def __str__(self) -> str:
        return self.reference


class Receipt(models.Model):
    """A provider's word about a part, as it came: once, twice, late, or about nothing we know."""

    provider = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="receipts")
    reference = models.CharField(max_length=120)
    state = models.CharField(
        max_length=20, choices=[(state.value, state.vietnamese) for state in ReceiptState]
    )
    code = models.CharField(max_length=60, blank=True)
    raw = models.JSONField(default=dict)
    at_provider = models.DateTimeField(null=True)
    received_at = models.DateTimeField(default=now)
    verdict = models.CharField(
        max_length=20, choices=[(verdict.value, verdict.vietnamese) for verdict in Verdict]
    )

    class Meta:
        ordering = ["received_at"]
        indexes = [
            models.Index(fields=["provider", "reference"]),
            models.Index(
                fields=["-received_at"],
                name="receipt_unmatched",
                condition=models.Q(verdict=Verdict.UNMATCHED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.get_state_display()}"
