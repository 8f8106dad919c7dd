"""What happened to a dossier: appended, never changed. The database refuses it as well."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from motcua.dossiers.models.dossiers import Dossier
from motcua.dossiers.nearness import Timeliness
from motcua.dossiers.rules import ACTS, ASKED_OF_A_LEADER, Act, State
from motcua.kernel.clock import now
from motcua.organisation.models import Person, Unit

_STATES = [(state.value, state.vietnamese) for state in State]


class Event(models.Model):
    """One act on a dossier. `detail` holds what the act decided, such as the lines of a promise."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="events")
    revision = models.PositiveIntegerField()
    act = models.CharField(max_length=20)
    from_state = models.CharField(max_length=12, choices=_STATES, blank=True)
    to_state = models.CharField(max_length=12, choices=_STATES)
    at = models.DateTimeField(default=now)
    actor = models.CharField(max_length=120)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    note = models.TextField(blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["dossier", "revision"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "revision"], name="event_once_per_revision")
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.act}"


class Hop(models.Model):
    """A line of form 06: the dossier went from one party to the next."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="hops")
    order = models.PositiveSmallIntegerField()
    from_party = models.CharField("bên giao", max_length=200)
    to_party = models.CharField("bên nhận", max_length=200)
    from_person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    to_person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    at = models.DateTimeField(default=now)
    timeliness = models.CharField(
        max_length=8,
        blank=True,
        choices=[(each.value, each.vietnamese) for each in Timeliness if each],
    )
    note = models.CharField("ghi chú", max_length=500, blank=True)

    class Meta:
        ordering = ["dossier", "order"]
        constraints = [models.UniqueConstraint(fields=["dossier", "order"], name="hop_order_once")]

    def __str__(self) -> str:
        return f"{self.from_party} → {self.to_party}"


class Pause(models.Model):
    """The clock stood from `start` to `end`; still does while that is empty."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="pauses")
    reason = models.CharField(max_length=500)
    start = models.DateTimeField(default=now)
    end = models.DateTimeField(null=True)

    class Meta:
        ordering = ["start"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(end=None), name="pause_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.start:%d/%m/%Y}"


class SupplementRequest(models.Model):
    """Form 02. `items` are `{"what", "why", "how"}`. More than one needed a leader's yes."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="supplements")
    number = models.PositiveSmallIntegerField()
    items = models.JSONField()
    asked_at = models.DateTimeField(default=now)
    asked_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    approved_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    reason_again = models.CharField("lý do yêu cầu lần nữa", max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["dossier", "number"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "number"], name="supplement_number_once"),
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(answered_at=None), name="supplement_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(number=1) | Q(approved_by__isnull=False),
                name="supplement_again_needs_a_leader",
            ),
        ]
        indexes = [
            # Integrity signals look for repeated requests.
            models.Index(fields=["asked_at"], name="supplement_again", condition=Q(number__gt=1))
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} lần {self.number}"


class Extension(models.Model):
    """Form 04: apology and new date. `late_since` stays in the figures."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="extensions")
    number = models.PositiveSmallIntegerField()
    old_promise = models.DateTimeField("hẹn cũ")
    new_promise = models.DateTimeField("hẹn mới")
    reason = models.CharField("lý do", max_length=500)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )

    class Meta:
        ordering = ["dossier", "number"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "number"], name="extension_number_once"),
            models.CheckConstraint(
                condition=Q(new_promise__gt=models.F("old_promise")), name="extension_goes_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} → {self.new_promise:%d/%m/%Y}"


class Ending(models.Model):
    """Why a dossier ended without a result: form 03 (refused) or 05 (stopped, withdrawn)."""

    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, related_name="ending")
    act = models.CharField(
        max_length=20,
        choices=[(act.value, act.value) for act in (Act.REFUSE, Act.STOP, Act.WITHDRAW)],
    )
    stage = models.CharField("giai đoạn", max_length=12, choices=_STATES)
    reason = models.CharField("lý do", max_length=1000)
    basis = models.CharField("căn cứ", max_length=500, blank=True)
    guidance = models.CharField("hướng dẫn", max_length=1000, blank=True)
    asked_by_citizen = models.BooleanField("theo đề nghị của người nộp", default=False)
    refund = models.CharField("hoàn phí", max_length=300, blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.act}"


class LeaderRequest(models.Model):
    """Somebody who works on a dossier asks a leader for an act; the leader says yes or no.

    `content` is what the act will be called with after a yes.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="leader_requests")
    act = models.CharField(
        max_length=20, choices=[(act, ACTS[act].done) for act in sorted(ASKED_OF_A_LEADER)]
    )
    content = models.JSONField()
    reason = models.CharField(max_length=500)
    asked_at = models.DateTimeField(default=now)
    asked_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_index=False, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    granted = models.BooleanField(null=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(decided_at=None),
                name="leader_asked_one_thing_at_a_time",
            )
        ]
        indexes = [
            models.Index(
                fields=["unit", "asked_at"],
                name="leader_request_open",
                condition=Q(decided_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.act}"
