"""Every way to a key, by name. A new one is a file in `providers/` and a line here."""

from __future__ import annotations

from typing import Any

from motcua.signatures.base import KeyProvider
from motcua.signatures.providers.pkcs11 import Pkcs11
from motcua.signatures.providers.pkcs12 import Pkcs12

KINDS: dict[str, type[KeyProvider]] = {kind.kind: kind for kind in (Pkcs12, Pkcs11)}


def provider(kind: str, config: dict[str, Any]) -> KeyProvider:
    """The provider of this kind with this configuration.

    Raises:
        KeyError: an identity names a kind that this version does not have.
    """
    return KINDS[kind](config)
