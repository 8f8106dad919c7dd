"""An alert and the record of every step taken to have it answered."""

from __future__ import annotations

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from motcua.alerts.models.policies import Policy
from motcua.alerts.rules import STATE_NAMES, UNANSWERED, WAY_NAMES, State
from motcua.kernel.clock import now
from motcua.organisation.models import Department, Person, Unit


class Alert(models.Model):
    """Something of which a person must take charge. Its number is the code in SMS replies."""

    class Via(models.TextChoices):
        LINK = "link", "đường dẫn trong tin nhắn"
        SMS = "sms", "trả lời tin nhắn"
        SCREEN = "screen", "màn hình"

    key = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=160, db_index=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="alerts")
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, related_name="alerts"
    )
    field_ids = ArrayField(models.BigIntegerField(), default=list)
    policy = models.ForeignKey(Policy, on_delete=models.SET_NULL, null=True, related_name="+")
    summary = models.CharField(max_length=180)
    page = models.CharField(max_length=200)
    urgent = models.BooleanField(default=True)
    rehearsal = models.BooleanField(default=False)
    state = models.CharField(
        max_length=20,
        choices=[(state.value, name) for state, name in STATE_NAMES.items()],
        default=State.OPEN,
    )
    raised_at = models.DateTimeField(default=now)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+"
    )
    acknowledged_as = models.CharField(max_length=60, blank=True)
    acknowledged_via = models.CharField(max_length=10, choices=Via.choices, blank=True)
    exhausted_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-raised_at"]
        indexes = [
            models.Index(fields=["unit", "-raised_at"]),
            models.Index(fields=["state"], condition=~Q(state="resolved"), name="alert_unresolved"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="acknowledged") | Q(acknowledged_at__isnull=False),
                name="alert_acknowledged_has_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.summary}"

    @property
    def answer_time(self) -> dt.timedelta | None:
        """From raising to the first answer; None while nobody has answered."""
        return self.acknowledged_at - self.raised_at if self.acknowledged_at else None

    @property
    def unanswered(self) -> bool:
        return State(self.state) in UNANSWERED


class Step(models.Model):
    """One level told at one moment. Appended, never changed.

    `deadline` is when the next level follows without an answer; None when it followed
    at once because this level reached nobody. `gaps` lists who could not be told and why.
    """

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    level = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=now)
    deadline = models.DateTimeField(null=True, db_index=True)
    gaps = models.JSONField(default=list)

    class Meta:
        ordering = ["alert", "number"]
        constraints = [
            models.UniqueConstraint(fields=["alert", "number"], name="alert_step_once"),
        ]

    def __str__(self) -> str:
        return f"{self.alert_id}/{self.number}"


class Notice(models.Model):
    """One person told in one step by one channel. Appended, never changed.

    Delivery is not repeated here: `message_key` names the row of the messaging room,
    empty for the screen.
    """

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="notices")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="alert_notices")
    stands_for = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    capacity = models.CharField(max_length=60)
    way = models.CharField(
        max_length=10, choices=[(way.value, name) for way, name in WAY_NAMES.items()]
    )
    message_key = models.CharField(max_length=200, blank=True, db_index=True)
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["step", "id"]
        constraints = [
            models.UniqueConstraint(fields=["step", "person", "way"], name="alert_notice_once")
        ]

    def __str__(self) -> str:
        return f"{self.step}: {self.person_id} {self.way}"


class Reply(models.Model):
    """An SMS that looked like an answer to an alert, and what came of it. Appended only."""

    class Outcome(models.TextChoices):
        ACKNOWLEDGED = "acknowledged", "Đã ghi nhận"
        ALREADY = "already", "Việc đã có người nhận hoặc đã kết thúc"
        UNKNOWN_PHONE = "unknown_phone", "Từ chối: số máy không thuộc người được báo"
        WHICH = "which", "Có nhiều cảnh báo, đã hỏi lại mã"
        NOTHING_OPEN = "nothing_open", "Không có cảnh báo nào của người này"
        NOT_UNDERSTOOD = "not_understood", "Không hiểu nội dung"

    at = models.DateTimeField(default=now)
    from_phone = models.CharField(max_length=30)
    text = models.CharField(max_length=500)
    provider = models.CharField(max_length=60, blank=True)
    message_id = models.UUIDField(null=True)
    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, null=True, related_name="replies")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=20, choices=Outcome.choices)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.at:%H:%M} {self.outcome}"
