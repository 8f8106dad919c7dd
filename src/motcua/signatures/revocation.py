"""Which revocation list speaks for a certificate, from where it came and until when it counts.

Whether a certificate is revoked is pyHanko's to say; this only finds the list that told it, so
that a person can see how old the knowledge is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from asn1crypto import x509

from motcua.signatures.certificates import RevocationFacts, read_revocation_list
from motcua.signatures.errors import BadCertificate
from motcua.signatures.trust import Revocations


@dataclass(frozen=True)
class Spoken:
    """A list of the certificate's own issuer.

    Arguments:
        source: where it comes from, in words.
        as_of: when the issuer made it.
        until: when the next one was promised; after it this one speaks for the present no more.
    """

    source: str
    as_of: dt.datetime
    until: dt.datetime | None

    def stale(self, at: dt.datetime) -> bool:
        return self.until is not None and self.until < at


def spoken_for(
    certificate: x509.Certificate, issuer: x509.Certificate, lists: Iterable[Revocations]
) -> list[Spoken]:
    """Lists that the certificate's issuer made and signed, the newest first."""
    found = [
        Spoken(each.source, facts.this_update, facts.next_update)
        for each in lists
        if each.parsed.issuer == certificate.issuer
        and (facts := _read(each.content)) is not None
        and facts.signed_by(issuer)
    ]
    return sorted(found, key=lambda each: each.as_of, reverse=True)


def _read(content: bytes) -> RevocationFacts | None:
    try:
        return read_revocation_list(content)
    except BadCertificate:
        return None
