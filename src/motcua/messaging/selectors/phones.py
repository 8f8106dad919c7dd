"""The demonstration phone's list and texts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from motcua.kernel import phones
from motcua.messaging.models import DemoText
from motcua.messaging.providers.demo import MAGIC
from motcua.organisation.models import Person, RoleAssignment


@dataclass(frozen=True)
class Phone:
    """A demonstration phone or mailbox as the list shows it."""

    address: str
    name: str
    note: str
    last: DemoText | None

    @property
    def shown(self) -> str:
        """The number as people write it; the page is a demonstration, so it is not masked."""
        local = "0" + self.address[3:] if self.address.startswith("+84") else self.address
        return f"{local[:4]} {local[4:7]} {local[7:]}" if local.isdigit() else local

    @property
    def magic(self) -> str:
        """What this number does on purpose, if it is one of those that misbehave."""
        behaviour = MAGIC.get(self.address)
        return behaviour.meaning if behaviour else ""


def demo_phones(units: Sequence[int] | None) -> list[Phone]:
    """Phones of these units' demonstration people, and every address a text reached; newest first.

    Arguments:
        units: ids; None is every unit and the city itself.
    """
    texts = DemoText.objects.order_by("address", "-at").distinct("address")
    people = Person.objects.filter(demonstration=True, is_active=True).exclude(phone="")
    if units is not None:
        texts = texts.filter(unit__in=units)
        people = people.filter(roles__in=_roles_in(units)).distinct()
    latest = {text.address: text for text in texts}
    owners = {_e164(person.phone): person for person in people}
    owners |= {person.email: person for person in people if person.email in latest}
    found = [
        Phone(
            address,
            str(owners[address]) if address in owners else "",
            owners[address].title if address in owners else "",
            latest.get(address),
        )
        for address in {**latest, **owners}
    ]
    longest_ago = dt.datetime.min.replace(tzinfo=dt.UTC)
    return sorted(found, key=lambda p: (p.last.at if p.last else longest_ago, p.name), reverse=True)


def _roles_in(units: Sequence[int]) -> QuerySet[RoleAssignment]:
    return RoleAssignment.objects.in_force().filter(unit__in=units)


def _e164(phone: str) -> str:
    try:
        return phones.normalise(phone)
    except phones.PhoneError:
        return phone


def demo_texts(address: str, units: Sequence[int] | None, limit: int = 100) -> list[DemoText]:
    """The latest texts of one phone, oldest first."""
    texts = DemoText.objects.filter(address=address)
    if units is not None:
        texts = texts.filter(unit__in=units)
    return list(texts.order_by("-at")[:limit])[::-1]
