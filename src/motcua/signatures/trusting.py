"""Writes to whom the city trusts, and the revocation lists of those authorities."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
from asn1crypto import x509
from django.conf import settings
from django.db import transaction

from motcua.kernel import audit
from motcua.organisation.permissions import SYSTEM, Actor, authorise
from motcua.signatures.certificates import RevocationFacts, read_certificate, read_revocation_list
from motcua.signatures.errors import BadCertificate
from motcua.signatures.models import RevocationList, TrustRoot

log = logging.getLogger(__name__)

ACTION = "signatures.manage_trust"
TIMEOUT = httpx.Timeout(20.0, connect=5.0)


def add_root(
    *,
    actor: Actor,
    name: str,
    source: str,
    content: bytes,
    revocation_url: str = "",
    demonstration: bool = False,
) -> TrustRoot:
    """Trust an authority from now on.

    Arguments:
        source: who says that it is trustworthy and where, as a decision's number.
        content: its certificate, PEM or DER.

    Raises:
        Forbidden: only the city decides whom to trust.
        BadCertificate: no certificate of an authority, or one that is there already.
    """
    authorise(actor, ACTION, None)
    facts = read_certificate(content)
    if not facts.is_authority:
        raise BadCertificate("Đây không phải chứng thư của nơi cấp (CA) mà của người hoặc cơ quan.")
    with transaction.atomic():
        root, fresh = TrustRoot.objects.get_or_create(
            fingerprint=facts.fingerprint,
            defaults={
                "name": name.strip(),
                "source": source.strip(),
                "certificate": facts.der,
                "subject": facts.subject,
                "valid_from": facts.valid_from,
                "valid_until": facts.valid_until,
                "revocation_url": revocation_url,
                "demonstration": demonstration,
                "added_by": actor.label,
            },
        )
        if not fresh:
            raise BadCertificate(f"Chứng thư này đã có trong danh sách: {root.name}.")
        _recorded("trust_root.add", actor, root)
    return root


def set_root_active(*, actor: Actor, root_id: int, active: bool) -> TrustRoot:
    """Stop trusting an authority, or trust it again. Records made before keep their verdict.

    Raises:
        Forbidden: only the city decides whom to trust.
    """
    authorise(actor, ACTION, None)
    with transaction.atomic():
        root = TrustRoot.objects.select_for_update().get(pk=root_id)
        root.active = active
        root.save(update_fields=["active"])
        _recorded("trust_root.resume" if active else "trust_root.suspend", actor, root)
    return root


def add_revocation_list(
    *, actor: Actor, root_id: int, content: bytes, source: str
) -> RevocationList:
    """Keep a revocation list; of each issuer only the newest is held.

    Raises:
        Forbidden: only the city keeps them.
        BadCertificate: no list, or older than the one at hand.
    """
    authorise(actor, ACTION, None)
    facts = read_revocation_list(content)
    with transaction.atomic():
        root = TrustRoot.objects.select_for_update().get(pk=root_id)
        _check_issuer(root, facts)
        held = RevocationList.objects.filter(root=root, issuer=facts.issuer).first()
        if held and bytes(held.content) == facts.der:
            return held
        if held and held.this_update > facts.this_update:
            raise BadCertificate("Danh sách này cũ hơn danh sách đang có.")
        kept, _ = RevocationList.objects.update_or_create(
            root=root,
            issuer=facts.issuer,
            defaults={
                "content": facts.der,
                "this_update": facts.this_update,
                "next_update": facts.next_update,
                "revoked_count": facts.revoked_count,
                "source": source[:300],
            },
        )
        if actor is not SYSTEM:
            _recorded("trust_root.revocation_list", actor, root)
    return kept


def refresh_revocation_lists() -> int:
    """Fetch the list of every authority that names an address; how many came.

    Called by the hourly job. What fails is written beside the authority and tried again.
    """
    fetched = 0
    for root in TrustRoot.objects.filter(active=True).exclude(revocation_url=""):
        try:
            content = _fetched(root.revocation_url)
            add_revocation_list(
                actor=SYSTEM, root_id=root.pk, content=content, source=root.revocation_url
            )
            trouble = ""
            fetched += 1
        except (httpx.HTTPError, httpx.InvalidURL, BadCertificate) as wrong:
            trouble = (str(wrong) or type(wrong).__name__)[:300]
            log.warning("revocation list of %s: %s", root.name, trouble)
        TrustRoot.objects.filter(pk=root.pk).update(revocation_trouble=trouble)
    return fetched


@dataclass(frozen=True)
class FileInFolder:
    """A file that an operator put into `MOTCUA_REVOCATION_FOLDER`; `trouble` is why not it."""

    path: Path
    root: TrustRoot | None = None
    content: bytes = b""
    trouble: str = ""


def files_in_folder() -> Iterator[FileInFolder]:
    """Every `.crl` file of the folder with the authority that made it. Writes nothing."""
    if settings.REVOCATION_FOLDER is None:
        return
    roots = [
        (x509.Certificate.load(bytes(root.certificate)).subject, root)
        for root in TrustRoot.objects.filter(active=True)
    ]
    for path in sorted(settings.REVOCATION_FOLDER.glob("*.crl")):
        try:
            facts = read_revocation_list(path.read_bytes())
        except (BadCertificate, OSError) as wrong:
            yield FileInFolder(path, trouble=str(wrong))
            continue
        root = next((root for name, root in roots if name == facts.issuer_name), None)
        if root is None:
            yield FileInFolder(path, trouble=f"{facts.issuer} không có trong danh sách tin cậy.")
            continue
        try:
            _check_issuer(root, facts)
        except BadCertificate as wrong:
            yield FileInFolder(path, trouble=str(wrong))
        else:
            yield FileInFolder(path, root, facts.der)


def load_folder() -> int:
    """Take over the lists of the folder; how many are held now. Called by the hourly job.

    A list that is older than the one at hand is left where it is.
    """
    taken = 0
    for file in files_in_folder():
        if file.root is None:
            log.warning("revocation list %s: %s", file.path.name, file.trouble)
            continue
        try:
            add_revocation_list(
                actor=SYSTEM,
                root_id=file.root.pk,
                content=file.content,
                source=f"Tệp {file.path.name} do quản trị máy chủ đặt",
            )
            taken += 1
        except BadCertificate as wrong:
            log.warning("revocation list %s: %s", file.path.name, wrong)
    return taken


def _fetched(url: str) -> bytes:
    with httpx.stream("GET", url, timeout=TIMEOUT, follow_redirects=True) as answer:
        answer.raise_for_status()
        content = b""
        for part in answer.iter_bytes():
            content += part
            if len(content) > 20 * 1024 * 1024:
                raise BadCertificate("Danh sách thu hồi lớn hơn 20 MB.")
        return content


def _check_issuer(root: TrustRoot, facts: RevocationFacts) -> None:
    """A list in the root's own name must carry its signature.

    One of an intermediate authority is checked when a chain through it is.
    """
    certificate = x509.Certificate.load(bytes(root.certificate))
    if not facts.signed_by(certificate):
        raise BadCertificate("Danh sách thu hồi không do nơi cấp này ký.")


def _recorded(action: str, actor: Actor, root: TrustRoot) -> None:
    audit.record(
        action=action,
        actor=actor.label,
        subject=f"trust_root:{root.pk}",
        detail={"name": root.name, "fingerprint": root.fingerprint},
    )
