"""Citizens who sign in: their own sessions, kept apart from those of staff."""

from __future__ import annotations

import datetime as dt
import secrets

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from motcua.citizens.errors import CitizensError
from motcua.citizens.models import Citizen
from motcua.citizens.services import find_or_add
from motcua.kernel import audit
from motcua.kernel.clock import now
from motcua.kernel.phones import PhoneError, normalise
from motcua.organisation.permissions import SYSTEM, Actor
from motcua.organisation.selectors import city
from motcua.portal.errors import SignInFailed
from motcua.portal.models import CitizenAccount, CitizenSession
from motcua.portal.oidc import NO_NUMBER, Identity

IDLE = dt.timedelta(minutes=30)
LONGEST = dt.timedelta(hours=8)
SEEN_EVERY = dt.timedelta(minutes=1)
"""A session's last use is written at most this often."""
KEPT = dt.timedelta(days=1)


def actor_of(citizen: Citizen) -> Actor:
    """The citizen, as the audit log names them: no account of staff, no roles."""
    return Actor.link(f"citizen:{citizen.public_id}")


def welcome(identity: Identity) -> Citizen:
    """The citizen whom the provider vouches for; a row is added for somebody new.

    Raises:
        SignInFailed: the number cannot be one.
    """
    key = salted_hmac(
        "motcua.portal.subject", f"{identity.issuer}|{identity.subject}", algorithm="sha256"
    ).hexdigest()
    known = CitizenAccount.objects.select_related("citizen").filter(subject_key=key).first()
    if known is not None:
        return known.citizen
    try:
        with transaction.atomic():
            citizen = find_or_add(
                actor=SYSTEM,
                unit_id=city().pk,
                full_name=identity.full_name,
                personal_number=identity.number,
                birth_date=identity.birth_date,
                phone=_phone(identity.phone),
                override_reason="Theo tài khoản định danh điện tử VNeID",
            )
            CitizenAccount.objects.create(citizen=citizen, subject_key=key)
    except CitizensError as wrong:
        raise SignInFailed(NO_NUMBER) from wrong
    except IntegrityError as wrong:
        # The same person twice in one moment, or a number that another identity already has.
        known = CitizenAccount.objects.select_related("citizen").filter(subject_key=key).first()
        if known is None:
            raise SignInFailed(
                "Số định danh này đã gắn với một tài khoản VNeID khác. Xin mang thẻ đến Trung tâm."
            ) from wrong
        return known.citizen
    return citizen


@transaction.atomic
def begin(citizen: Citizen, *, via: str) -> str:
    """Open a session and return the secret of its cookie."""
    token = secrets.token_urlsafe(32)
    CitizenSession.objects.create(citizen=citizen, token_key=_key(token))
    _note("portal.sign_in", citizen, via=via)
    return token


def citizen_of(token: str) -> Citizen | None:
    """Whose session this is, if it has neither ended nor lain idle; using it keeps it open."""
    moment = now()
    found = (
        CitizenSession.objects.select_related("citizen")
        .filter(
            token_key=_key(token),
            ended_at=None,
            seen_at__gt=moment - IDLE,
            began_at__gt=moment - LONGEST,
        )
        .first()
    )
    if found is None:
        return None
    if moment - found.seen_at > SEEN_EVERY:
        CitizenSession.objects.filter(pk=found.pk).update(seen_at=moment)
    return found.citizen


@transaction.atomic
def end(token: str) -> None:
    """Close the session; closing twice is once."""
    found = CitizenSession.objects.select_related("citizen").filter(token_key=_key(token)).first()
    if found is None or found.ended_at is not None:
        return
    found.ended_at = now()
    found.save(update_fields=["ended_at"])
    _note("portal.sign_out", found.citizen)


def forget() -> int:
    """Remove sessions that opened nothing any more since yesterday."""
    return CitizenSession.objects.filter(seen_at__lt=now() - LONGEST - KEPT).delete()[0]


def _key(token: str) -> str:
    return salted_hmac("motcua.portal.session", token, algorithm="sha256").hexdigest()


def _phone(told: str) -> str:
    try:
        return normalise(told) if told else ""
    except PhoneError:
        return ""


def _note(action: str, citizen: Citizen, **detail: str) -> None:
    audit.record(
        action=action,
        actor=actor_of(citizen).label,
        subject=f"citizen:{citizen.public_id}",
        detail=detail,
    )
