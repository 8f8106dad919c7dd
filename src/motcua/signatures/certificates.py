"""Certificates and revocation lists as files bring them: read, described, never trusted yet."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from asn1crypto import crl, pem, x509
from cryptography.x509 import load_der_x509_certificate, load_der_x509_crl

from motcua.signatures.errors import BadCertificate

LARGEST = 20 * 1024 * 1024
"""Bytes of a file that is read at all; revocation lists of large authorities take some 5 MB."""


@dataclass(frozen=True)
class CertificateFacts:
    """What people see of a certificate."""

    der: bytes
    subject: str
    name: str
    organisation: str
    issuer: str
    serial: str
    fingerprint: str
    valid_from: dt.datetime
    valid_until: dt.datetime
    is_authority: bool


def read_certificate(content: bytes) -> CertificateFacts:
    """The first certificate in a PEM or DER file.

    Raises:
        BadCertificate: there is none, or it cannot be read.
    """
    try:
        return describe(x509.Certificate.load(_der(content, "CERTIFICATE"), strict=True))
    except (ValueError, TypeError, KeyError, OverflowError) as wrong:
        raise BadCertificate(
            "Tệp không phải chứng thư số. Chọn tệp .cer, .crt hoặc .pem."
        ) from wrong


def describe(certificate: x509.Certificate) -> CertificateFacts:
    """Facts of a parsed certificate.

    Raises:
        ValueError: its inside does not parse.
    """
    return CertificateFacts(
        der=certificate.dump(),
        subject=_whole(certificate.subject),
        name=common_name(certificate.subject),
        organisation=_part(certificate.subject, "organization_name"),
        issuer=common_name(certificate.issuer),
        serial=f"{certificate.serial_number:X}"[:64],
        fingerprint=certificate.sha256.hex(),
        valid_from=certificate.not_valid_before,
        valid_until=certificate.not_valid_after,
        is_authority=bool(certificate.ca),
    )


def common_name(name: x509.Name) -> str:
    """CN, else the whole name."""
    return _part(name, "common_name") or _whole(name)


def _whole(name: x509.Name) -> str:
    """Every part's value, the most particular first."""
    return ", ".join(part for key in reversed(name.native) if (part := _part(name, key)))[:400]


def _part(name: x509.Name, key: str) -> str:
    found = name.native.get(key, "")
    return (", ".join(found) if isinstance(found, list) else str(found))[:400]


@dataclass(frozen=True)
class RevocationFacts:
    """What people see of a revocation list."""

    der: bytes
    issuer: str
    issuer_name: x509.Name
    this_update: dt.datetime
    next_update: dt.datetime | None
    revoked_count: int

    def signed_by(self, authority: x509.Certificate) -> bool:
        """Whether the list holds as that authority's; true of other issuers' lists, too."""
        if self.issuer_name != authority.subject:
            return True
        held = load_der_x509_crl(self.der)
        key = load_der_x509_certificate(authority.dump()).public_key()
        return bool(held.is_signature_valid(key))  # type: ignore[arg-type]


def read_revocation_list(content: bytes) -> RevocationFacts:
    """A CRL in PEM or DER.

    Raises:
        BadCertificate: it is none.
    """
    try:
        found = crl.CertificateList.load(_der(content, "X509 CRL"), strict=True)
        inside = found["tbs_cert_list"]
        return RevocationFacts(
            der=found.dump(),
            issuer=common_name(found.issuer),
            issuer_name=found.issuer,
            this_update=inside["this_update"].native,
            next_update=inside["next_update"].native,
            revoked_count=len(inside["revoked_certificates"] or ()),
        )
    except (ValueError, TypeError, KeyError, OverflowError) as wrong:
        raise BadCertificate(
            "Tệp không phải danh sách thu hồi chứng thư. Chọn tệp .crl."
        ) from wrong


def _der(content: bytes, armour: str) -> bytes:
    if not content or len(content) > LARGEST:
        raise ValueError("empty or too large")
    if pem.detect(content):
        for name, _, inside in pem.unarmor(content, multiple=True):
            if name == armour:
                return bytes(inside)
        raise ValueError(f"no {armour} in the file")
    return content
