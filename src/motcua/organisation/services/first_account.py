"""The city's first account, by which everybody else is let in."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from motcua.organisation.errors import FirstAccountExists, NotInstalled
from motcua.organisation.models import RoleAssignment, Unit
from motcua.organisation.permissions import SYSTEM
from motcua.organisation.rules import Role
from motcua.organisation.selectors import CITY_CODE
from motcua.organisation.services.people import NewPassword, add_person


def exists() -> bool:
    """Whether anybody signs in for the city."""
    return RoleAssignment.objects.in_force().filter(role=Role.CITY).exists()


def refuse_a_second(*, another: bool = False) -> None:
    """Stop before anything is asked.

    Raises:
        FirstAccountExists: somebody already signs in for the city, and no other was asked for.
    """
    if not another and exists():
        raise FirstAccountExists


def create(
    *, username: str, full_name: str, password: str | None = None, another: bool = False
) -> NewPassword:
    """Make an account of the city from the machine itself, whose operator needs no account.

    Arguments:
        password: chosen by the person; None makes a one-time password.
        another: also when the city has an account already.

    Raises:
        NotInstalled: the units were never loaded.
        FirstAccountExists: the city has an account and `another` is false.
        NotValid: username or name cannot be.
        ValidationError: the chosen password is too weak.
    """
    with transaction.atomic():
        # Locked, so that two commands at the same moment do not make two first accounts.
        city = Unit.objects.select_for_update().filter(code=CITY_CODE).first()
        if city is None:
            raise NotInstalled
        refuse_a_second(another=another)
        new = add_person(
            actor=SYSTEM,
            unit_id=city.pk,
            username=username,
            full_name=full_name,
            role=Role.CITY,
        )
        if password is None:
            return new
        validate_password(password, new.person)
        new.person.set_password(password)
        new.person.must_change_password = False
        new.person.save(update_fields=["password", "must_change_password"])
    return NewPassword(new.person, password)
