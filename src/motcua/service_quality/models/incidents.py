"""A citizen's dissatisfaction from the first sign to its end, and everything done about it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from motcua.alerts.models import Alert
from motcua.kernel.clock import now
from motcua.organisation.models import Counter, Department, Person, Unit
from motcua.service_quality.models.readings import Visit
from motcua.service_quality.rules import (
    CAUSE_NAMES,
    OUTCOME_NAMES,
    STATE_NAMES,
    WAITING,
    Cause,
    Outcome,
    State,
)

CAUSES = [(cause.value, name) for cause, name in CAUSE_NAMES.items()]
OUTCOMES = [(outcome.value, name) for outcome, name in OUTCOME_NAMES.items()]


class Incident(models.Model):
    """Somebody at a counter is upset, or asks for help. Who they are is not known here.

    `officer` is who sat at the counter; only those who lead see the name. `visit_id` names
    no row by foreign key: an irritation may arrive before its visit does.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="incidents")
    counter = models.ForeignKey(Counter, on_delete=models.PROTECT, related_name="incidents")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    visit_id = models.UUIDField(null=True, db_index=True)
    officer = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    cause = models.CharField(max_length=20, choices=CAUSES)
    confidence = models.FloatField(null=True, help_text="0–1, of the camera")
    state = models.CharField(
        max_length=20,
        choices=[(state.value, name) for state, name in STATE_NAMES.items()],
        default=State.OPENED,
    )
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(default=now)
    acknowledged_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, choices=OUTCOMES, blank=True)

    class Meta:
        ordering = ["-opened_at"]
        indexes = [
            models.Index(fields=["unit", "-opened_at"]),
            models.Index(fields=["counter", "-opened_at"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["visit_id"],
                condition=~Q(state=State.CLOSED),
                name="incident_open_once_per_visit",
            ),
            models.CheckConstraint(
                condition=Q(state=State.CLOSED, closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(state=State.CLOSED) & Q(closed_at=None, outcome=""),
                name="incident_closed_has_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.counter} {self.opened_at:%d/%m/%Y %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("service_quality:incident", args=[self.pk])

    @property
    def subject(self) -> str:
        """How alerts and the audit log call this incident."""
        return f"incident:{self.pk}"

    @property
    def waiting(self) -> bool:
        """Whether nobody has taken it yet."""
        return State(self.state) in WAITING

    @property
    def open(self) -> bool:
        return self.state != State.CLOSED

    @property
    def visit(self) -> Visit | None:
        """The visit it happened in, if the centre has heard of it."""
        return Visit.objects.filter(pk=self.visit_id).first() if self.visit_id else None


class IncidentEvent(models.Model):
    """One thing that happened to an incident. Appended, never changed.

    `key` names the sign that opened the incident or was added to it, so that a device or a
    tablet may deliver it again; other events have none.
    """

    class Kind(models.TextChoices):
        OPENED = "opened", "Mở sự việc"
        JOINED = "joined", "Thêm dấu hiệu"
        ACKNOWLEDGED = "acknowledged", "Có người nhận"
        HANDLING = "handling", "Bắt đầu xử lý"
        ESCALATED = "escalated", "Báo lên cấp trên"
        EXHAUSTED = "exhausted", "Đã báo hết các cấp, chưa ai nhận"
        NOTE = "note", "Ghi chú"
        OFFICER_SIDE = "officer_side", "Ý kiến của cán bộ tại quầy"
        CLOSED = "closed", "Xử lý xong"

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField(default=now)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    key = models.CharField(max_length=160, blank=True)
    cause = models.CharField(max_length=20, choices=CAUSES, blank=True)
    outcome = models.CharField(max_length=20, choices=OUTCOMES, blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    capacity = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=~Q(key=""), name="incident_event_key_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.kind}"

    @property
    def cause_name(self) -> str:
        return CAUSE_NAMES[Cause(self.cause)] if self.cause else ""

    @property
    def outcome_name(self) -> str:
        return OUTCOME_NAMES[Outcome(self.outcome)] if self.outcome else ""


class TuningChange(models.Model):
    """A person changed a camera's thresholds at a counter, and why. Appended, never changed."""

    counter = models.ForeignKey(Counter, on_delete=models.PROTECT, related_name="tuning_changes")
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    rise_before = models.FloatField(null=True)
    rise_after = models.FloatField(null=True)
    seconds_before = models.FloatField(null=True)
    seconds_after = models.FloatField(null=True)
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.counter_id} {self.at:%d/%m/%Y %H:%M}"
