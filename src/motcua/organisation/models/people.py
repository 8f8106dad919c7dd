"""People who work in the units, in which roles, and who sits where."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from motcua.kernel import phones
from motcua.kernel.clock import now, today
from motcua.organisation.models.units import Counter, Department, Unit
from motcua.organisation.rules import IN_A_DEPARTMENT, ROLE_NAMES, Role


class Person(AbstractUser):
    """Someone who signs in. Citizens are not people here: they need no account."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField("họ và tên", max_length=120)
    title = models.CharField("chức vụ", max_length=120, blank=True)
    phone = models.CharField("số di động", max_length=20, blank=True)
    second_phone = models.CharField("số di động thứ hai", max_length=20, blank=True)
    must_change_password = models.BooleanField("phải đổi mật khẩu", default=False)
    demonstration = models.BooleanField("người minh hoạ", default=False)

    REQUIRED_FIELDS = ["full_name"]

    class Meta(AbstractUser.Meta):
        ordering = ["full_name"]

    def __str__(self) -> str:
        return self.full_name or self.username

    @property
    def masked_phone(self) -> str:
        return phones.masked(self.phone)

    def active_roles(self) -> list[tuple[Role, int]]:
        """Roles held today with the unit of each, read once per object."""
        cached: list[tuple[Role, int]] | None = self.__dict__.get("_active_roles")
        if cached is None:
            held = self.roles.in_force().values_list("role", "unit_id")
            cached = [(Role(role), unit) for role, unit in held] if self.is_active else []
            self.__dict__["_active_roles"] = cached
        return cached


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def in_force(self) -> RoleAssignmentQuerySet:
        """Those that hold today and whose person is still active."""
        day = today()
        return self.filter(
            Q(until=None) | Q(until__gte=day), since__lte=day, person__is_active=True
        )


class RoleAssignment(models.Model):
    """A person holds a role in a unit; heads and specialists hold it in a department."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(
        "vai trò", max_length=30, choices=[(role.value, name) for role, name in ROLE_NAMES.items()]
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="roles")
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="roles"
    )
    since = models.DateField("từ ngày", default=today)
    until = models.DateField("đến hết ngày", null=True, blank=True)

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["unit", "role", "person"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "unit", "department"],
                nulls_distinct=False,
                name="role_once_per_person",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=sorted(IN_A_DEPARTMENT)) | Q(department__isnull=False),
                name="role_has_its_department",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {Role(self.role).vietnamese}, {self.unit}"


class Absence(models.Model):
    """Days, both included, on which a person is away and who covers for them, if anybody."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="absences")
    since = models.DateField("từ ngày")
    until = models.DateField("đến hết ngày")
    covered_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        verbose_name="người thay",
        null=True,
        blank=True,
        related_name="covers",
    )

    class Meta:
        ordering = ["-since"]
        constraints = [
            models.CheckConstraint(
                condition=Q(since__lte=F("until")), name="absence_begins_before_it_ends"
            ),
            models.CheckConstraint(
                condition=~Q(covered_by=F("person")), name="absence_covered_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} vắng {self.since:%d/%m/%Y}–{self.until:%d/%m/%Y}"


class CounterDuty(models.Model):
    """An officer sits at a counter for a time; nobody sits at two, no counter has two.

    Ids are compared as one-element ranges, because the embedded PostgreSQL carries no
    extension that would let an exclusion constraint compare plain columns.
    """

    counter = models.ForeignKey(Counter, on_delete=models.PROTECT, related_name="duties")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="duties")
    since = models.DateTimeField(default=now)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-since"]
        constraints = [
            ExclusionConstraint(
                name=f"duty_one_{who}_at_a_time",
                expressions=[
                    (
                        Func(
                            F("since"),
                            F("until"),
                            function="TSTZRANGE",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(
                            F(who),
                            F(who),
                            Value("[]"),
                            function="INT8RANGE",
                            output_field=BigIntegerRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            )
            for who in ("counter", "person")
        ]

    def __str__(self) -> str:
        return f"{self.person} tại {self.counter}"
