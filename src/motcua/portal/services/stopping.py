"""The link in a message with which its reader stops such messages, without signing in.

    /n/<number>.<when>.<signature>/

The number is the dossier's row in base 62, `when` the second of signing; nothing about a person
stands in it. Signed by Django's `TimestampSigner` with 96 of the 256 bits, so that a link is at
most `LONGEST` letters after the centre's address: a message of Vietnamese has 67 letters a part.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from urllib.parse import urlsplit

from django.conf import settings
from django.core.signing import (
    BadSignature,
    SignatureExpired,
    TimestampSigner,
    b62_decode,
    b62_encode,
)
from django.urls import reverse

from motcua.citizens.models import Consent
from motcua.citizens.rules import ConsentVia, Purpose
from motcua.citizens.selectors import agrees
from motcua.citizens.services import consents
from motcua.dossiers.models import Dossier
from motcua.dossiers.selectors import dossiers
from motcua.organisation.permissions import Actor
from motcua.portal.errors import LinkForged, LinkOver

LIFETIME = dt.timedelta(days=180)
"""How long a link works; a later message about the dossier brings a new one."""
LONGEST = 40
"""Letters of a link after the centre's address, up to eleven of them for the number."""


class _Signer(TimestampSigner):
    """Sixteen letters of the signature: 96 bits, as the QR of form 01 has."""

    def signature(self, value: str | bytes, key: str | bytes | None = None) -> str:
        return super().signature(value, key)[:16]


_signer = _Signer(sep=".", salt="motcua.portal.stop")


def path_to_stop(dossier: Dossier) -> str:
    """The page on which messages about this dossier are stopped."""
    return reverse("portal:stop", args=[_signer.sign(b62_encode(dossier.pk))])


def how_to_stop(dossier: Dossier) -> str:
    """What a message about this dossier ends with: the link, or another way where none works."""
    if not _phones_reach(settings.PUBLIC_URL):
        return "Ngừng nhận tin: bấm “Ngừng nhắn tin” ở trang tra cứu hồ sơ, hoặc nhờ Trung tâm."
    return f"Ngừng nhận tin: {settings.PUBLIC_URL}{path_to_stop(dossier)}"


def dossier_of(token: str) -> Dossier:
    """The dossier that a link names.

    Raises:
        LinkForged: it was not made here.
        LinkOver: it is older than `LIFETIME`.
    """
    try:
        number = _signer.unsign(token, max_age=LIFETIME)
    except SignatureExpired as wrong:
        raise LinkOver from wrong
    except BadSignature as wrong:
        raise LinkForged from wrong
    found = dossiers().filter(pk=b62_decode(number)).first()
    if found is None:
        raise LinkForged
    return found


def gets_suggestions(dossier: Dossier) -> bool:
    """Whether its applicant gets suggestions now."""
    return agrees(dossier.applicant_id, Purpose.SUGGESTIONS)


def stopped_suggestions(dossier: Dossier) -> Consent | None:
    """The consent to suggestions that a link of this dossier withdrew, if nothing came since.

    Only that may be undone by the link: it gives back what it took, and never a new consent.
    """
    last = (
        Consent.objects.filter(citizen=dossier.applicant_id, purpose=Purpose.SUGGESTIONS)
        .order_by("-given_at", "-pk")
        .first()
    )
    return last if last and last.withdrawn_by == _reader(dossier).label else None


def switch_suggestions(*, dossier: Dossier, on: bool) -> None:
    """Withdraw the consent to suggestions, or give back what this link withdrew."""
    actor, citizen = _reader(dossier), dossier.applicant_id
    if not on:
        for given in Consent.objects.filter(
            citizen=citizen, purpose=Purpose.SUGGESTIONS, withdrawn_at=None
        ):
            consents.withdraw(actor=actor, unit_id=given.unit_id, consent_id=given.pk)
    elif withdrawn := stopped_suggestions(dossier):
        consents.give(
            actor=actor,
            unit_id=withdrawn.unit_id,
            citizen_id=citizen,
            purpose=Purpose.SUGGESTIONS,
            via=ConsentVia.ONLINE,
        )


def _reader(dossier: Dossier) -> Actor:
    """Whoever holds the telephone or mailbox that the message went to."""
    return Actor.link(f"news:{dossier.code}")


def _phones_reach(address: str) -> bool:
    """Whether links to this address work on a telephone; a demonstration is its own telephone."""
    if settings.DEMONSTRATION:
        return True
    host = urlsplit(address).hostname or "localhost"
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host != "localhost"
