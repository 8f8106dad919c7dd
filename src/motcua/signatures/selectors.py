"""Reads."""

from __future__ import annotations

import datetime as dt

from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet

from motcua.kernel.clock import now
from motcua.organisation.models import Person
from motcua.signatures.errors import ContentLost
from motcua.signatures.models import (
    RevocationList,
    SignedDocument,
    SigningIdentity,
    TrustRoot,
    VerificationRecord,
)
from motcua.signatures.rules import WARN_BEFORE
from motcua.signatures.trust import Revocations, Root, Trust


def trust() -> Trust:
    """The city's list as it stands."""
    roots = TrustRoot.objects.filter(active=True)
    return Trust(
        tuple(
            Root(root.name, root.source, bytes(root.certificate), root.demonstration)
            for root in roots
        ),
        tuple(
            Revocations(bytes(each.content), each.source)
            for each in RevocationList.objects.filter(root__active=True)
        ),
    )


def identities(unit_ids: list[int] | None) -> QuerySet[SigningIdentity]:
    """Identities of these units, those in use first; None is every unit."""
    found = SigningIdentity.objects.select_related("unit", "person", "replaced_by")
    found = found if unit_ids is None else found.filter(unit_id__in=unit_ids)
    return found.order_by("unit", "-active", "kind", "label")


def signer_of(person: Person, unit_id: int) -> SigningIdentity | None:
    """The key with which a person signs in a unit today."""
    return _usable(SigningIdentity.Kind.PERSON, unit_id).filter(person=person).first()


def seals_of(unit_id: int) -> QuerySet[SigningIdentity]:
    """Seals that a unit can use today; the oldest first, which is the committee's."""
    return _usable(SigningIdentity.Kind.AGENCY, unit_id).order_by("added_at", "pk")


def _usable(kind: str, unit_id: int) -> QuerySet[SigningIdentity]:
    moment = now()
    return SigningIdentity.objects.filter(
        kind=kind,
        unit_id=unit_id,
        active=True,
        blocked_because="",
        valid_from__lte=moment,
        valid_until__gte=moment,
    )


def expiring(at: dt.datetime) -> QuerySet[SigningIdentity]:
    """Identities in use that have ended or will within the time of warning."""
    return SigningIdentity.objects.filter(
        active=True, valid_until__lte=at + WARN_BEFORE
    ).select_related("unit")


def blocked() -> QuerySet[SigningIdentity]:
    """Identities in use whose token refused the PIN."""
    return SigningIdentity.objects.filter(active=True).exclude(blocked_because="")


def stale_lists(at: dt.datetime) -> QuerySet[TrustRoot]:
    """Authorities in use without a revocation list that still speaks for today."""
    fresh = RevocationList.objects.filter(Q(next_update=None) | Q(next_update__gte=at))
    return TrustRoot.objects.filter(active=True).exclude(revocation_lists__in=fresh)


def signed_content(document: SignedDocument) -> bytes:
    """The bytes of a signed document.

    Raises:
        ContentLost: they are no longer where they were put.
    """
    path = content_path(document.sha256)
    if not default_storage.exists(path):
        raise ContentLost("Bản ký số không còn trong kho tệp. Khôi phục từ bản sao lưu.")
    with default_storage.open(path, "rb") as file:
        return bytes(file.read())


def content_path(sha256: str) -> str:
    """Where a signed document lies in the private storage, named by its content."""
    return f"signed/{sha256[:2]}/{sha256}.pdf"


def verifications(unit_ids: list[int] | None) -> QuerySet[VerificationRecord]:
    """Records of these units, newest first; None is every unit."""
    found = VerificationRecord.objects.select_related("unit")
    return found if unit_ids is None else found.filter(unit_id__in=unit_ids)
