"""A key on a token or in a hardware module (PKCS#11): it never leaves the device.

Configuration:
    module: path of the vendor's library, as `/usr/lib/softhsm/libsofthsm2.so`; it must be one
        that the operator allowed in `MOTCUA_PKCS11_MODULES`, since loading a library runs it.
    token: label of the token.
    pin: the user's PIN.
    certificate_label, key_label: labels of the objects; the key's defaults to the certificate's.

A token locks itself for good after a few wrong PINs. So a refused PIN is never tried a second
time: the caller blocks the identity until somebody enters another one.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pkcs11
from django.conf import settings
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.signers import Signer

from motcua.signatures.base import KeyProvider
from motcua.signatures.errors import BadCertificate, PinRefused, TokenUnavailable

# Login state belongs to the whole process in PKCS#11, and small tokens sign one thing at a time.
_one_at_a_time = threading.Lock()
LONGEST_WAIT = 30.0
"""Seconds that a signature waits for the one before it."""

_REFUSED = (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange, pkcs11.PinLocked)


class Pkcs11(KeyProvider):
    kind = "pkcs11"

    @contextmanager
    def signer(self) -> Iterator[Signer]:
        with self._session() as session:
            signer = PKCS11Signer(
                session,
                cert_label=self.config["certificate_label"],
                key_label=self.config.get("key_label") or self.config["certificate_label"],
            )
            try:
                found = signer.signing_cert
            except pkcs11.PKCS11Error as wrong:
                raise BadCertificate(
                    f"Thiết bị không có chứng thư tên {self.config['certificate_label']}."
                ) from wrong
            if found is None:
                raise BadCertificate(
                    f"Thiết bị không có chứng thư tên {self.config['certificate_label']}."
                )
            # Hashing here and signing the hash there works on every token; hashing there does not.
            signer.use_raw_mechanism = found.public_key.algorithm == "ec"
            yield signer

    def certificate(self) -> bytes:
        with self.signer() as signer:
            found = signer.signing_cert
            assert found is not None  # `signer` looked
            return bytes(found.dump())

    @contextmanager
    def _session(self) -> Iterator[Any]:
        module = str(self.config.get("module", ""))
        if module not in settings.PKCS11_MODULES:
            raise TokenUnavailable(
                "Thư viện của thiết bị chưa được phép trên máy chủ này (MOTCUA_PKCS11_MODULES)."
            )
        if not _one_at_a_time.acquire(timeout=LONGEST_WAIT):
            raise TokenUnavailable("Thiết bị đang bận ký việc khác. Thử lại sau ít phút.")
        try:
            session = self._open(module)
            try:
                yield session
            except pkcs11.PKCS11Error as wrong:
                raise TokenUnavailable(
                    "Thiết bị ngừng trả lời khi đang ký. Kiểm tra thiết bị rồi ký lại."
                ) from wrong
            finally:
                session.close()
        finally:
            _one_at_a_time.release()

    def _open(self, module: str) -> Any:
        try:
            return open_pkcs11_session(
                module,
                token_criteria=TokenCriteria(label=self.config["token"]),
                user_pin=str(self.config.get("pin", "")),
            )
        except _REFUSED as wrong:
            raise PinRefused(
                "Thiết bị không nhận mã PIN. Hệ thống không thử lại để thiết bị khỏi bị khoá."
            ) from wrong
        except (pkcs11.PKCS11Error, RuntimeError, OSError) as wrong:
            raise TokenUnavailable(
                f"Không tìm thấy thiết bị {self.config['token']}. Cắm lại thiết bị rồi thử lại."
            ) from wrong
