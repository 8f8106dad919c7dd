"""The people who come to the centre. They need no account."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models.functions import Reverse

from motcua.kernel import personal_numbers, phones
from motcua.kernel.clock import now
from motcua.kernel.ids import new_id
from motcua.kernel.personal_numbers import EncryptedTextField
from motcua.kernel.text import folded
from motcua.organisation.models import Unit


class Citizen(models.Model):
    """One person of the whole city; a personal number belongs to one row at most.

    `number_key` and `name_folded` follow from the number and the name and are set by `save`;
    whoever writes rows in bulk sets them by `derive`.
    """

    class Sex(models.TextChoices):
        MALE = "nam", "Nam"
        FEMALE = "nu", "Nữ"

    public_id = models.UUIDField(default=new_id, unique=True, editable=False)
    full_name = models.CharField("họ và tên", max_length=120)
    name_folded = models.CharField(max_length=240, editable=False)
    personal_number = EncryptedTextField("số định danh cá nhân", blank=True, default="")
    number_key = models.BinaryField(max_length=32, null=True, unique=True, editable=False)
    birth_date = models.DateField("ngày sinh", null=True, blank=True)
    birth_year = models.PositiveSmallIntegerField("năm sinh", null=True, blank=True)
    sex = models.CharField("giới tính", max_length=3, choices=Sex.choices, blank=True)
    address = models.CharField("nơi cư trú", max_length=300, blank=True)
    phone = models.CharField("số điện thoại", max_length=20, blank=True)
    email = models.CharField("e-mail", max_length=254, blank=True)
    demonstration = models.BooleanField("người minh hoạ", default=False)
    created_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="citizens_first_met"
    )
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        verbose_name = "người dân"
        indexes = [
            GinIndex(SearchVector("name_folded", config="simple"), name="citizen_name_words"),
            models.Index(
                OpClass(Reverse("phone"), name="text_pattern_ops"),
                name="citizen_phone_from_its_end",
                condition=~models.Q(phone=""),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        if (names := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*names, "name_folded", "number_key"}
        super().save(*args, **kwargs)

    def derive(self) -> None:
        """Set what follows from other columns."""
        self.name_folded = folded(self.full_name)
        self.number_key = (
            personal_numbers.search_key(self.personal_number) if self.personal_number else None
        )

    @property
    def masked_number(self) -> str:
        """What may be shown: `079*****0123`."""
        return personal_numbers.masked(self.personal_number or "")

    @property
    def masked_phone(self) -> str:
        return phones.masked(self.phone)

    @property
    def born(self) -> str:
        """The birth date as printed on forms; only the year where no more is known."""
        if self.birth_date:
            return f"{self.birth_date:%d/%m/%Y}"
        return str(self.birth_year or "")


class KnownAt(models.Model):
    """A unit has had to do with the citizen since this moment."""

    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="known_at")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="known_citizens")
    since = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["citizen", "unit"], name="known_once_per_unit")
        ]

    def __str__(self) -> str:
        return f"{self.citizen_id} tại {self.unit_id}"
