"""A certificate and its key in a file (PKCS#12), for demonstration and for small units.

The file and its password lie encrypted in the identity's row. Whoever holds the server's field
key can sign with it: for real seals use a token (`pkcs11`).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from pyhanko.sign.signers import Signer, SimpleSigner

from motcua.signatures.base import KeyProvider
from motcua.signatures.errors import BadCertificate

WRONG = "Không mở được tệp chứng thư: mật khẩu chưa đúng hoặc tệp không phải .p12, .pfx."


def config_of(archive: bytes, password: str) -> dict[str, Any]:
    """What the identity's row keeps."""
    return {"archive": base64.b64encode(archive).decode(), "password": password}


class Pkcs12(KeyProvider):
    kind = "pkcs12"

    @contextmanager
    def signer(self) -> Iterator[Signer]:
        archive, password = self._opened()
        try:
            yield SimpleSigner.load_pkcs12_data(archive, other_certs=(), passphrase=password)
        except ValueError as wrong:
            raise BadCertificate(WRONG) from wrong

    def certificate(self) -> bytes:
        archive, password = self._opened()
        try:
            key, certificate, _ = pkcs12.load_key_and_certificates(archive, password)
        except ValueError as wrong:
            raise BadCertificate(WRONG) from wrong
        if key is None or certificate is None:
            raise BadCertificate("Tệp chứng thư thiếu khoá bí mật hoặc thiếu chứng thư.")
        der = certificate.public_bytes(Encoding.DER)
        return bytes(x509.Certificate.load(der).dump())

    def _opened(self) -> tuple[bytes, bytes]:
        try:
            archive = base64.b64decode(self.config["archive"], validate=True)
        except (KeyError, binascii.Error) as wrong:
            raise BadCertificate(WRONG) from wrong
        return archive, str(self.config.get("password", "")).encode()
