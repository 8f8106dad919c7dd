"""Sign-ins and what people do to their own accounts, written into the audit log."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from allauth.socialaccount.signals import social_account_added, social_account_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models import Model
from django.dispatch import receiver

from motcua.kernel import audit
from motcua.organisation.models import Person


def _units(person: Person) -> list[int | None]:
    return [*sorted({unit for _, unit in person.active_roles()})] or [None]


def _record(action: str, person: Person, **detail: str) -> None:
    """One entry in each unit that the person works in, or the city's where there is none."""
    for unit_id in _units(person):
        audit.record(
            action=f"account.{action}",
            actor=f"person:{person.pk}",
            subject=f"person:{person.pk}",
            unit_id=unit_id,
            detail=dict(detail),
        )


@receiver(user_logged_in)
def signed_in(sender: type[Model], user: Person, **_: Any) -> None:
    _record("sign_in", user)


@receiver(user_logged_out)
def signed_out(sender: type[Model], user: Person | None, **_: Any) -> None:
    if user is not None:
        _record("sign_out", user)


@receiver(user_login_failed)
def sign_in_refused(sender: str, credentials: dict[str, Any], **_: Any) -> None:
    """Only attempts on accounts that exist: what else was typed may be a password."""
    name = str(credentials.get("username") or "").lower()
    person = Person.objects.filter(username=name).first()
    if person is not None:
        for unit_id in _units(person):
            audit.record(
                action="account.sign_in_refused",
                actor="unknown",
                subject=f"person:{person.pk}",
                unit_id=unit_id,
            )


@receiver(password_changed)
def password_was_changed(sender: type[Model], user: Person, **_: Any) -> None:
    """The handed-over password is gone, and with it the duty to change it."""
    Person.objects.filter(pk=user.pk).update(must_change_password=False)
    user.must_change_password = False
    _record("password_changed", user)


@receiver(authenticator_added)
def second_factor_added(
    sender: type[Model], user: Person, authenticator: Authenticator, **_: Any
) -> None:
    _record("second_factor_added", user, type=authenticator.type)


@receiver(authenticator_removed)
def second_factor_removed(
    sender: type[Model], user: Person, authenticator: Authenticator, **_: Any
) -> None:
    _record("second_factor_removed", user, type=authenticator.type)


@receiver(social_account_added)
def identity_linked(sender: type[Model], sociallogin: Any, **_: Any) -> None:
    _record("vneid_linked", sociallogin.user)


@receiver(social_account_removed)
def identity_unlinked(sender: type[Model], socialaccount: Any, **_: Any) -> None:
    _record("vneid_unlinked", socialaccount.user)
