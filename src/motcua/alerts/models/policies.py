"""Who is to be told about what. Edited on screen by the unit."""

from __future__ import annotations

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F

from motcua.alerts.rules import AUDIENCE_NAMES, WAY_NAMES, Audience, LevelRule, Way
from motcua.alerts.texts import DEFAULT_TEMPLATE
from motcua.organisation.models import Field, Person, Unit


class Policy(models.Model):
    """How one unit tells its people about one kind of alert, for one field or for all."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="alert_policies")
    kind = models.CharField("loại cảnh báo", max_length=40)
    field = models.ForeignKey(
        Field,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name="lĩnh vực",
        related_name="alert_policies",
        help_text="Để trống: dùng cho mọi lĩnh vực chưa có quy tắc riêng.",
    )
    template = models.CharField("mẫu tin nhắn", max_length=200, default=DEFAULT_TEMPLATE)

    class Meta:
        ordering = ["unit", "kind", F("field__name").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "kind", "field"],
                nulls_distinct=False,
                name="alert_policy_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.kind} {self.field or 'mọi lĩnh vực'}"


class PolicyLevel(models.Model):
    """A level of a policy: whom to tell, how, and how long to wait for an answer."""

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="levels")
    position = models.PositiveSmallIntegerField()
    audiences = ArrayField(
        models.CharField(max_length=30, choices=[(a.value, n) for a, n in AUDIENCE_NAMES.items()]),
        default=list,
        blank=True,
        verbose_name="báo cho",
    )
    people = models.ManyToManyField(
        Person, blank=True, verbose_name="người được chỉ định", related_name="+"
    )
    wait_minutes = models.PositiveSmallIntegerField(
        "chờ trả lời (phút)",
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
    )
    ways = ArrayField(
        models.CharField(max_length=10, choices=[(w.value, n) for w, n in WAY_NAMES.items()]),
        default=list,
        verbose_name="báo bằng",
    )

    class Meta:
        ordering = ["policy", "position"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "position"], name="alert_level_once")
        ]

    def __str__(self) -> str:
        return f"{self.policy}: cấp {self.position}"

    @property
    def audience_names(self) -> list[str]:
        return [AUDIENCE_NAMES[Audience(value)] for value in self.audiences]

    @property
    def way_names(self) -> list[str]:
        """As they stand inside a sentence."""
        names = (WAY_NAMES[Way(value)] for value in self.ways)
        return [name[0].lower() + name[1:] for name in names]

    def rule(self) -> LevelRule:
        """This row as the pure rules want it."""
        return LevelRule(
            position=self.position,
            audiences=tuple(Audience(value) for value in self.audiences),
            people=tuple(sorted(person.pk for person in self.people.all())),
            wait=dt.timedelta(minutes=self.wait_minutes),
            ways=frozenset(Way(value) for value in self.ways),
        )
