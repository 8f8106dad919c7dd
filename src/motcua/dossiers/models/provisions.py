"""What the law leaves open or is not certain of, and the words sent to citizens: rows to edit."""

from __future__ import annotations

from django.db import models

from motcua.kernel.clock import now


class Provision(models.Model):
    """A number that the rules of this room take, with its source."""

    code = models.CharField(max_length=40, primary_key=True)
    value = models.PositiveSmallIntegerField("giá trị")
    source = models.CharField("căn cứ, nguồn", max_length=300)
    certain = models.BooleanField("đã có văn bản chính thức", default=False)
    changed_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"{self.code} = {self.value}"


class CitizenText(models.Model):
    """What a citizen is told on one occasion, with places to fill in such as `{ma}`."""

    occasion = models.CharField(max_length=20, primary_key=True)
    text = models.TextField("nội dung")
    source = models.CharField("căn cứ, nguồn", max_length=300)
    changed_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.occasion
