"""Sign, seal, verify. Keys, the TSA and tokens are asked outside of any transaction.

A document is signed on a copy in memory. The row that says that it is signed is written after
the last signature is on and the whole has been examined; until then nothing anywhere knows of it.
So a process killed at any moment leaves either nothing or a document with all its signatures.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from pyhanko.sign.signers import Signer

from motcua.kernel import audit
from motcua.kernel.clock import now
from motcua.organisation.permissions import Actor, authorise
from motcua.signatures import appearance, selectors, signing, time_stamps, verification
from motcua.signatures.errors import CannotSign, IdentityUnusable, PinRefused
from motcua.signatures.models import SignedDocument, SigningIdentity, VerificationRecord
from motcua.signatures.registry import provider
from motcua.signatures.rules import Placement, seal_beside
from motcua.signatures.verdicts import State, Verdict

_FIELDS = {SigningIdentity.Kind.PERSON: "NguoiKy", SigningIdentity.Kind.AGENCY: "CoQuan"}
_TEMPLATES = {SigningIdentity.Kind.PERSON: "officer", SigningIdentity.Kind.AGENCY: "seal"}


@dataclass(frozen=True)
class Issued:
    """A document with all its signatures, and the row that says so."""

    record: SignedDocument
    document: bytes


def sign(
    *,
    actor: Actor,
    unit_id: int,
    document: bytes,
    identity_id: int,
    reason: str,
    placement: Placement | None = None,
) -> bytes:
    """The document with the person's visible signature added.

    Arguments:
        actor: whose key it is. Nobody signs with another's.

    Raises:
        Forbidden: the actor may not sign in this unit.
        IdentityUnusable: not theirs, not of this unit, ended or switched off.
        TokenUnavailable, PinRefused, BadCertificate: the key cannot be used now.
        CannotSign: the document cannot carry a signature, or what came out does not hold.
    """
    authorise(actor, "signatures.sign", unit_id)
    identity = _identity(identity_id, unit_id, SigningIdentity.Kind.PERSON)
    if actor.person is None or identity.person_id != actor.person.pk:
        raise IdentityUnusable("Chỉ ký được bằng chữ ký số của chính mình.")
    signed = _put(identity, document, reason, placement or Placement()).document
    _check_whole(signed, expected=1, before=document)
    return signed


def seal(
    *,
    actor: Actor,
    unit_id: int,
    document: bytes,
    identity_id: int,
    reason: str,
    placement: Placement | None = None,
) -> bytes:
    """The document with the agency's seal added as one more signature.

    Arguments:
        placement: of the seal itself; see `rules.seal_beside` for its place at a signature.

    Raises:
        as `sign`; anybody who may seal in the unit may use any of its seals.
    """
    authorise(actor, "signatures.seal", unit_id)
    identity = _identity(identity_id, unit_id, SigningIdentity.Kind.AGENCY)
    sealed = _put(identity, document, reason, placement or seal_beside(Placement())).document
    _check_whole(sealed, expected=1, before=document)
    return sealed


def sign_and_seal(
    *,
    signer: Actor,
    sealer: Actor,
    unit_id: int,
    document: bytes,
    signer_id: int,
    seal_id: int,
    reason: str,
    key: str,
    placement: Placement | None = None,
) -> Issued:
    """Signature, then seal over its left third, then the row: all or nothing.

    Arguments:
        signer: the owner of the signing key. The caller answers for it that this person
            approved this very document.
        sealer: who keeps the seal.
        key: what the document is, as `result:H29…-0007`. A second call with the same key
            returns what the first made and asks no key again.

    Raises:
        as `sign` and `seal`.
        ContentLost: the key is on record, its bytes are not.
    """
    authorise(signer, "signatures.sign", unit_id)
    authorise(sealer, "signatures.seal", unit_id)
    if done := SignedDocument.objects.filter(key=key).first():
        return Issued(done, selectors.signed_content(done))
    person = _identity(signer_id, unit_id, SigningIdentity.Kind.PERSON)
    if signer.person is None or person.person_id != signer.person.pk:
        raise IdentityUnusable("Chỉ ký được bằng chữ ký số của chính mình.")
    agency = _identity(seal_id, unit_id, SigningIdentity.Kind.AGENCY)
    place = placement or Placement()
    signed = _put(person, document, reason, place)
    sealed = _put(agency, signed.document, reason, seal_beside(place))
    _check_whole(sealed.document, expected=2, before=document)
    record = SignedDocument(
        key=key,
        unit_id=unit_id,
        signer=person,
        seal=agency,
        reason=reason[:300],
        before_sha256=_sha256(document),
        sha256=_sha256(sealed.document),
        size=len(sealed.document),
        timestamped=signed.timestamped and sealed.timestamped,
        signed_by=signer.label,
        sealed_by=sealer.label,
    )
    return _kept(record, sealed.document)


def verify(document: bytes) -> Verdict:
    """Examine a file against the city's trust list as it stands. Writes nothing."""
    return verification.examine(document, trust=selectors.trust(), at=now())


def record_verification(
    *,
    actor: Actor,
    unit_id: int | None,
    document: bytes,
    file_name: str,
    about: str = "",
) -> VerificationRecord:
    """Examine a file and keep what was found; the file itself is not kept.

    Raises:
        Forbidden: the actor may not verify in this unit.
    """
    authorise(actor, "signatures.verify", unit_id)
    verdict = verify(document)
    with transaction.atomic():
        record = VerificationRecord.objects.create(
            unit_id=unit_id,
            file_name=file_name[:200] or "tệp không tên",
            sha256=verdict.sha256,
            size=verdict.size,
            state=verdict.state,
            verdict=verdict.as_json(),
            about=about[:160],
            by_label=actor.label,
        )
        audit.record(
            action="signature.verify",
            actor=actor.label,
            subject=f"verification:{record.pk}",
            unit_id=unit_id,
            detail={"state": verdict.state, "sha256": verdict.sha256},
        )
    return record


def _identity(identity_id: int, unit_id: int, kind: str) -> SigningIdentity:
    """The identity, if it can sign in this unit today.

    Raises:
        IdentityUnusable: it cannot, and why.
    """
    found = SigningIdentity.objects.filter(pk=identity_id, unit_id=unit_id, kind=kind).first()
    if found is None:
        raise IdentityUnusable("Đơn vị chưa có chữ ký số hoặc con dấu này.")
    standing = found.standing(now())
    if not standing.usable:
        why = standing.vietnamese
        raise IdentityUnusable(f"{found.label}: {why[0].lower()}{why[1:]}.")
    return found


def _put(
    identity: SigningIdentity, document: bytes, reason: str, placement: Placement
) -> signing.Outcome:
    at = now()
    mark = signing.Mark(
        field=_FIELDS[SigningIdentity.Kind(identity.kind)],
        reason=reason[:300],
        location=identity.unit.name,
        placement=placement,
        drawing=appearance.drawing(
            _TEMPLATES[SigningIdentity.Kind(identity.kind)],
            name=identity.label,
            at=at,
            placement=placement,
            image=bytes(identity.image),
            demonstration=identity.demonstration,
        ),
    )
    with _key(identity) as key:
        return signing.add(
            document,
            signer=key,
            mark=mark,
            stamper=time_stamps.configured(),
            trust=selectors.trust(),
            at=at,
        )


@contextmanager
def _key(identity: SigningIdentity) -> Iterator[Signer]:
    """The identity's key. A refused PIN blocks the identity, before the token blocks itself."""
    try:
        with provider(identity.provider, identity.config).signer() as signer:
            yield signer
    except PinRefused as wrong:
        SigningIdentity.objects.filter(pk=identity.pk).update(blocked_because=str(wrong)[:200])
        audit.record(
            action="signing_identity.block",
            actor="system",
            subject=f"signing_identity:{identity.pk}",
            unit_id=identity.unit_id,
            detail={},
        )
        raise


def _check_whole(document: bytes, *, expected: int, before: bytes) -> None:
    """Look at our own work as a stranger would, before anybody relies on it.

    Raises:
        CannotSign: a signature is missing or does not hold.
    """
    verdict = verification.examine(document, trust=selectors.trust(), at=now())
    ours = verdict.signatures[-expected:]
    broken = {State.CHANGED, State.BROKEN, State.UNREADABLE, State.NO_SIGNATURE}
    if (
        not document.startswith(before)
        or len(ours) != expected
        or verdict.state in broken
        or any(each.state in broken for each in ours)
    ):
        raise CannotSign("Bản ký không qua được bước tự kiểm tra, chưa có gì được phát hành.")


def _kept(record: SignedDocument, document: bytes) -> Issued:
    """Bytes first, then the row; of two at once, both get the one that was first."""
    _store(selectors.content_path(record.sha256), document)
    try:
        with transaction.atomic():
            record.save(force_insert=True)
            audit.record(
                action="document.sign",
                actor=record.sealed_by,
                subject=f"signed_document:{record.pk}",
                unit_id=record.unit_id,
                detail={"key": record.key, "signed_by": record.signed_by},
            )
    except IntegrityError:
        first = SignedDocument.objects.get(key=record.key)
        return Issued(first, selectors.signed_content(first))
    return Issued(record, document)


def _store(path: str, content: bytes) -> None:
    """Whole and on the disk, or not there: written aside, synced, then renamed."""
    target = Path(default_storage.path(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=target.parent, delete=False) as aside:
        aside.write(content)
        aside.flush()
        os.fsync(aside.fileno())
    Path(aside.name).replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
