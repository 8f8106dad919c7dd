"""Paging by the last row seen: the thousandth page costs what the first one does."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Q

T = TypeVar("T")


@dataclass(frozen=True)
class Cursor:
    """The last row of the page before: its moment and its id."""

    at: dt.datetime
    pk: int

    def __str__(self) -> str:
        plain = f"{self.at.astimezone(dt.UTC).isoformat()}|{self.pk}"
        return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str | None) -> Cursor | None:
        """The cursor in an address; None for none, or for one that somebody made up."""
        if not text:
            return None
        try:
            plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
            at, _, pk = plain.partition("|")
            moment = dt.datetime.fromisoformat(at)
            number = int(pk)
        except ValueError:
            return None
        if moment.tzinfo is None or not 0 <= number < 2**63:
            return None
        return cls(moment, number)

    def after(self, column: str) -> Q:
        """Rows that come later in ascending order of column and id."""
        return Q(**{f"{column}__gte": self.at}) & (
            Q(**{f"{column}__gt": self.at}) | Q(pk__gt=self.pk)
        )

    def before(self, column: str) -> Q:
        """Rows that come later in descending order of column and id."""
        return Q(**{f"{column}__lte": self.at}) & (
            Q(**{f"{column}__lt": self.at}) | Q(pk__lt=self.pk)
        )


@dataclass(frozen=True)
class Slice(Generic[T]):
    """One page; `next` is empty on the last."""

    rows: Sequence[T]
    next: str = ""
