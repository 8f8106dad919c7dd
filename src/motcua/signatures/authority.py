"""A small certification authority for demonstration and tests. Its certificates prove nothing.

Its key lives only as long as the object: whoever loads the demonstration again makes another.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


@dataclass(frozen=True)
class Issued:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    issuer: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    def archive(self, password: str) -> bytes:
        """As PKCS#12, with the issuer's certificate."""
        return pkcs12.serialize_key_and_certificates(
            b"motcua",
            self.key,
            self.certificate,
            [self.issuer],
            BestAvailableEncryption(password.encode()),
        )


class Authority:
    """A root that issues for people, agencies and time-stamping authorities.

    Arguments:
        name: its common name.
        valid_from, valid_until: of the root itself.
    """

    def __init__(self, name: str, *, valid_from: dt.datetime, valid_until: dt.datetime) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = _name(name, "Một Cửa")
        self._revoked: list[x509.RevokedCertificate] = []
        self.certificate = (
            self._builder(self.name, self.key, valid_from, valid_until)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(authority=True), critical=True)
            .sign(self.key, hashes.SHA256())
        )

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    def issue(
        self,
        name: str,
        *,
        organisation: str = "",
        valid_from: dt.datetime,
        valid_until: dt.datetime,
        time_stamping: bool = False,
    ) -> Issued:
        """A certificate for signing documents, or for an authority that stamps time."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = self._builder(_name(name, organisation), key, valid_from, valid_until)
        builder = builder.add_extension(x509.BasicConstraints(False, None), critical=True)
        builder = builder.add_extension(_usage(authority=False), critical=True)
        if time_stamping:
            builder = builder.add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
            )
        return Issued(builder.sign(self.key, hashes.SHA256()), key, self.certificate)

    def revoke(self, certificates: Iterable[x509.Certificate], *, at: dt.datetime) -> None:
        """Put certificates on the list from this moment on."""
        self._revoked += [
            x509.RevokedCertificateBuilder()
            .serial_number(certificate.serial_number)
            .revocation_date(at)
            .add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), critical=False)
            .build()
            for certificate in certificates
        ]

    def revocation_list(self, *, issued: dt.datetime, next_update: dt.datetime) -> bytes:
        """The list, DER."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.name)
            .last_update(issued)
            .next_update(next_update)
            .add_extension(x509.CRLNumber(len(self._revoked) + 1), critical=False)
            .add_extension(self._key_identifier(), critical=False)
        )
        for revoked in self._revoked:
            builder = builder.add_revoked_certificate(revoked)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def _builder(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        valid_from: dt.datetime,
        valid_until: dt.datetime,
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(valid_from)
            .not_valid_after(valid_until)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .add_extension(self._key_identifier(), critical=False)
        )

    def _key_identifier(self) -> x509.AuthorityKeyIdentifier:
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())


def _name(common: str, organisation: str) -> x509.Name:
    # RFC 5280 gives a common name and an organisation 64 characters each.
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")]
    if organisation:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]))
    parts.append(x509.NameAttribute(NameOID.COMMON_NAME, common[:64]))
    return x509.Name(parts)


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
